"""What counts as working, and the order of remedies."""

from k8slearn.remedies import Remedy
from k8slearn.remedies.asked import Advance, Working


def remedy(**about):
    """A remedy of size 1 without harm."""
    plain = {"size": 1, "harm": 0, "complete": True, **about}
    texts = dict.fromkeys(("text", "kubectl", "yaml", "proof"), "")
    return Remedy(**texts, edits=(), effects=(), seconds=0.0, **plain)


def test_a_pod_that_has_crashed_meanwhile_does_not_last():
    wanted = frozenset({"a", "b", "c"})
    then = Advance(frozenset({Working("a", "p", 0), Working("b", "q", 3)}), wanted)
    now = Advance(
        frozenset({Working("a", "p", 1), Working("b", "q", 3), Working("c", "r", 5)}),
        wanted,
    )
    assert now.complete
    assert now.lasting(then).well == {"b", "c"}


def test_the_smallest_and_least_harmful_comes_first():
    in_order = [
        remedy(),
        remedy(size=3),
        remedy(harm=4),
        remedy(back=True),
        remedy(size=2, harm=20),
        remedy(doubtful=True),
        remedy(complete=False),
    ]
    assert sorted(reversed(in_order), key=lambda each: each.rank) == in_order
