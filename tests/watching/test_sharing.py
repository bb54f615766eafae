"""Unchanged parts of objects are kept once."""

from hypothesis import given
from hypothesis import strategies as st

from k8slearn.watching.sharing import shared

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUES, VALUES)
def test_it_is_the_new_value(new, old):
    assert shared(new, old) == new


def test_equal_parts_are_the_old_ones():
    old = {"spec": {"a": [1, 2]}, "status": [{"x": [1]}, {"y": 1}]}
    new = {"spec": {"a": [1, 2]}, "status": [{"x": [1]}, {"y": 2}]}
    made = shared(new, old)
    assert made["spec"] is old["spec"] and made["status"][0] is old["status"][0]
    assert old["status"][1] == {"y": 1}
