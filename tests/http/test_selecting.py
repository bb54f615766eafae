"""Selectors of a query that a server refuses, in its words. Kubernetes: apimachinery pkg/labels, NewRequirement"""

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.http.selecting import label_selector

NO_INTEGER = "for 'Gt', 'Lt' operators, the value must be an integer"
BAD_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters"
)


@pytest.mark.parametrize("written", ["gen>9", "gen<09", "a=", "!a", " "])
def test_a_selector_that_is_taken(written):
    label_selector(written)


@pytest.mark.parametrize(
    ("written", "complaints"),
    [
        ("gen>x", [f'values[0]: Invalid value: "x": {NO_INTEGER}']),
        ("gen<1.5", [f'values[0]: Invalid value: "1.5": {NO_INTEGER}']),
        (f"gen>{2**63}", [f'values[0]: Invalid value: "{2**63}": {NO_INTEGER}']),
        ("a=b_", [f'values[0][a]: Invalid value: "b_": {BAD_VALUE}']),
        (
            "gen>x_",
            [
                f'values[0]: Invalid value: "x_": {NO_INTEGER}',
                f'values[0][gen]: Invalid value: "x_": {BAD_VALUE}',
            ],
        ),
        ("a_=b", ['key: Invalid value: "a_": name part must consist of']),
    ],
)
def test_a_selector_that_is_refused_says_all_that_is_wrong(written, complaints):
    with pytest.raises(ApiError) as refused:
        label_selector(written)
    said = refused.value.status["message"]
    assert said.startswith("unable to parse requirement: ")
    assert said.count("Invalid value") == len(complaints)
    assert all(complaint in said for complaint in complaints)
