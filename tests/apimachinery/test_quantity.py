"""Resource quantities: exact values, canonical text, order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8slearn.apimachinery import quantity


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1", "1"),
        ("1000m", "1"),
        ("0.1", "100m"),
        ("0.5", "500m"),
        ("1500m", "1500m"),
        ("100000", "100k"),
        ("1e3", "1e3"),
        ("12E", "12E"),
        ("64Mi", "64Mi"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("2048", "2048"),
        ("1Ki", "1Ki"),
        ("0.5Ki", "512"),
        ("0Gi", "0"),
        ("-1", "-1"),
        ("1n", "1m"),
        ("+.5", "500m"),
    ],
)
def test_canonical_text(text, canonical):
    assert quantity.canonical(text) == canonical


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", quantity.WRONG_FORMAT),
        ("abc", quantity.WRONG_FORMAT),
        ("64MB", quantity.WRONG_FORMAT),
        ("1 Gi", quantity.WRONG_FORMAT),
        ("1,5", quantity.WRONG_FORMAT),
        ("64MM", quantity.WRONG_SUFFIX),
        ("1i", quantity.WRONG_SUFFIX),
    ],
)
def test_what_is_no_quantity(text, message):
    with pytest.raises(quantity.QuantityError) as caught:
        quantity.parse(text)
    assert str(caught.value) == message


def test_values_are_exact():
    assert quantity.parse("0.1").value * 3 == Decimal("0.3")
    assert quantity.parse("1Gi").value == 2**30
    assert quantity.parse("1k").value == 1000
    assert quantity.parse("3m").value == Decimal("0.003")


def test_a_huge_exponent_does_no_harm():
    assert quantity.compare("1e999999999999", "1") == 1


@pytest.mark.parametrize(
    ("first", "second", "order"),
    [("1Gi", "1G", 1), ("1000m", "1", 0), ("1", "1001m", -1)],
)
def test_order(first, second, order):
    assert quantity.compare(first, second) == order


SUFFIXES = ["", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"]


@given(st.integers(-(10**6), 10**6), st.sampled_from(SUFFIXES))
def test_canonical_text_keeps_the_value_and_stays_as_it_is(number, suffix):
    once = quantity.canonical(f"{number}{suffix}")
    assert quantity.compare(once, f"{number}{suffix}") == 0
    assert quantity.canonical(once) == once
