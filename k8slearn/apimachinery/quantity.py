"""Resource quantities such as 100m, 64Mi and 1e3: exact numbers and their canonical text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal, localcontext
from functools import lru_cache

WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
WRONG_SUFFIX = "unable to parse quantity's suffix"
WRONG_NUMBER = "unable to parse numeric part of quantity"

NANO = Decimal("1e-9")
MILLI = Decimal("1e-3")
MAX_BINARY = Decimal(2**63 - 1)
_DIGITS = 700
_MAX_EXPONENT = 300
DECIMAL, BINARY, EXPONENT = "DecimalSI", "BinarySI", "DecimalExponent"

_POWERS = {
    "n": -9,
    "u": -6,
    "m": -3,
    "": 0,
    "k": 3,
    "M": 6,
    "G": 9,
    "T": 12,
    "P": 15,
    "E": 18,
}
_BINARY_POWERS = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_NAMES = {power: suffix for suffix, power in _POWERS.items()}
_BINARY_NAMES = {power: suffix for suffix, power in _BINARY_POWERS.items()}
_SYNTAX = re.compile(r"([+-]?[0-9]*(?:\.[0-9]*)?)([eEinumkKMGTP]*[-+]?[0-9]*)")
_EXPONENT = re.compile(r"[eE]([+-]?[0-9]+)")


class QuantityError(ValueError):
    """The text is no quantity; the message is Kubernetes' own."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact number and the family of suffixes it was written with."""

    value: Decimal
    format: str = DECIMAL

    def __str__(self) -> str:
        return _canonical(self)


@lru_cache(maxsize=4096)
def parse(text: str) -> Quantity:
    """The quantity that a text stands for. Kubernetes: apimachinery/pkg/api/resource/quantity.go ParseQuantity"""
    match = _SYNTAX.fullmatch(text)
    if not text or match is None:
        raise QuantityError(WRONG_FORMAT)
    number, suffix = match.groups()
    base, power, family = _suffix(suffix)
    with localcontext() as context:
        context.prec = _DIGITS
        value = _round(_number(number) * Decimal(base) ** power, NANO)
    if family == BINARY:
        value = max(-MAX_BINARY, min(MAX_BINARY, value))
    return Quantity(
        value, DECIMAL if family == BINARY and 0 < abs(value) < 1 else family
    )


def _number(text: str) -> Decimal:
    digits = text.lstrip("+-")
    value = Decimal(digits if digits not in ("", ".") else "0")
    return -value if text.startswith("-") else value


def _suffix(text: str) -> tuple[int, int, str]:
    if text in _POWERS:
        return 10, _POWERS[text], DECIMAL
    if text in _BINARY_POWERS:
        return 2, _BINARY_POWERS[text], BINARY
    match = _EXPONENT.fullmatch(text)
    if match is None:
        raise QuantityError(WRONG_SUFFIX)
    return 10, max(-_MAX_EXPONENT, min(_MAX_EXPONENT, int(match.group(1)))), EXPONENT


def _round(value: Decimal, step: Decimal) -> Decimal:
    """The value rounded away from zero to a multiple of `step`."""
    return (value / step).to_integral_value(ROUND_UP) * step


def rounded_to_milli(quantity: Quantity) -> Quantity:
    """What is kept of a resource list's entry. Kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_ResourceList"""
    with localcontext() as context:
        context.prec = _DIGITS
        return Quantity(_round(quantity.value, MILLI), quantity.format)


@lru_cache(maxsize=4096)
def written(text: str) -> str:
    """The text as a decoded quantity is written again: "0.5" is "500m"; raises QuantityError for no quantity."""
    return str(parse(text))


def canonical(text: str) -> str:
    """The text that Kubernetes writes for a resource list's entry: "1000m" is "1"."""
    return str(rounded_to_milli(parse(text)))


def compare(first: str, second: str) -> int:
    """-1, 0 or 1 as the first quantity is less than, equal to or greater than the second."""
    left, right = parse(first).value, parse(second).value
    return (left > right) - (left < right)


def _canonical(quantity: Quantity) -> str:
    # Kubernetes: quantity.go CanonicalizeBytes
    if quantity.value == 0:
        return "0"
    whole = quantity.value == quantity.value.to_integral_value()
    if quantity.format == BINARY and whole and abs(quantity.value) >= 1024:
        return _binary_text(int(quantity.value))
    return _decimal_text(quantity.value, quantity.format == EXPONENT)


def _binary_text(value: int) -> str:
    power = 0
    while value % 1024 == 0 and power < 60:
        value, power = value // 1024, power + 10
    return f"{value}{_BINARY_NAMES.get(power, '')}"


def _decimal_text(value: Decimal, exponent: bool) -> str:
    sign, digits, scale = value.normalize().as_tuple()
    power = int(scale)
    number = int("".join(map(str, digits))) * 10 ** (power % 3)
    power -= power % 3
    if not exponent and power > 18:
        number, power = number * 10 ** (power - 18), 18
    suffix = _NAMES[power] if not exponent else (f"e{power}" if power else "")
    return f"{'-' if sign else ''}{number}{suffix}"
