"""Resource quantities such as 100m, 64Mi and 1e3: exact numbers and their canonical text.

Kubernetes: apimachinery/pkg/api/resource/quantity.go
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal, localcontext
from functools import lru_cache

WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
WRONG_SUFFIX = "unable to parse quantity's suffix"

# Nothing finer than a billionth is kept (quantity.go: maxAllowed, Nano), resource lists keep thousandths.
_NANO = Decimal("1e-9")
_MILLI = Decimal("1e-3")
# Binary quantities are held to what an int64 has room for.
_MAX_BINARY = Decimal(2**63 - 1)
# Digits of exact arithmetic: enough for 1e-300 to 1e300 with a hundred digits typed before the exponent.
_DIGITS = 700
# Beyond this exponent a number is as good as endless; without a limit "1e999999999" would eat the machine.
_MAX_EXPONENT = 300

MAX_LENGTH = 128
"""Characters of a quantity, so that all arithmetic is exact. Deviation: upstream reads any number of digits."""

DECIMAL = "DecimalSI"
BINARY = "BinarySI"
EXPONENT = "DecimalExponent"

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
_BINARY_POWERS = {
    "Ki": 10,
    "Mi": 20,
    "Gi": 30,
    "Ti": 40,
    "Pi": 50,
    "Ei": 60,
}
_SUFFIXES = {power: suffix for suffix, power in _POWERS.items()}
_BINARY_SUFFIXES = {power: suffix for suffix, power in _BINARY_POWERS.items()}
_MAX_POWER = max(_SUFFIXES)
_MAX_BINARY_POWER = max(_BINARY_SUFFIXES)
# Possessive: a digit that has been read is never given back to the suffix, which takes digits too.
_SYNTAX = re.compile(r"([+-]?[0-9]*+(?:\.[0-9]*+)?+)([eEinumkKMGTP]*+[-+]?[0-9]*+)")
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


# The caches: a cluster writes few amounts and reads them for every Pod that is placed.


@lru_cache(maxsize=4096)
def parse(text: str) -> Quantity:
    """The quantity that a text stands for; raises QuantityError. Kubernetes: ParseQuantity"""
    match = _SYNTAX.fullmatch(text[: MAX_LENGTH + 1])
    if not text or match is None or len(text) > MAX_LENGTH:
        raise QuantityError(WRONG_FORMAT)
    number, suffix = match.groups()
    base, power, family = _suffix(suffix)
    with localcontext() as context:
        context.prec = _DIGITS
        scale = Decimal(base) ** power
        value = _round(_number(number) * scale, _NANO)
    if family == BINARY:
        value = min(value, _MAX_BINARY)
        value = max(value, -_MAX_BINARY)
        # What is below 1 is written with decimal suffixes: 0.0005Ki is 512m.
        if 0 < abs(value) < 1:
            family = DECIMAL
    return Quantity(value, family)


def _number(text: str) -> Decimal:
    digits = text.lstrip("+-")
    # A suffix without a digit before it is zero.
    if digits in ("", "."):
        digits = "0"
    value = Decimal(digits)
    if text.startswith("-"):
        return -value
    return value


def _suffix(text: str) -> tuple[int, int, str]:
    """(base, power, family) of a suffix."""
    if text in _POWERS:
        return 10, _POWERS[text], DECIMAL
    if text in _BINARY_POWERS:
        return 2, _BINARY_POWERS[text], BINARY
    match = _EXPONENT.fullmatch(text)
    if match is None:
        raise QuantityError(WRONG_SUFFIX)
    power = int(match.group(1))
    power = min(power, _MAX_EXPONENT)
    power = max(power, -_MAX_EXPONENT)
    return 10, power, EXPONENT


def _round(value: Decimal, step: Decimal) -> Decimal:
    """The value rounded away from zero to a multiple of `step`."""
    return (value / step).to_integral_value(ROUND_UP) * step


def _rounded_to_milli(quantity: Quantity) -> Quantity:
    # Kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_ResourceList
    with localcontext() as context:
        context.prec = _DIGITS
        return Quantity(_round(quantity.value, _MILLI), quantity.format)


@lru_cache(maxsize=4096)
def written(text: str) -> str:
    """The text as a decoded quantity is written again: "0.5" is "500m"; raises QuantityError for no quantity."""
    return str(parse(text))


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """The text that Kubernetes writes for a resource list's entry: "1000m" is "1"."""
    return str(_rounded_to_milli(parse(text)))


def whole(text: str) -> str:
    """The amount without fractions, rounded away from zero. Kubernetes: Quantity.RoundUp(0)"""
    found = parse(text)
    with localcontext() as context:
        context.prec = _DIGITS
        return str(Quantity(_round(found.value, Decimal(1)), found.format))


def is_multiple(amount: str, of: str) -> bool:
    """Whether an amount is a whole multiple of another one, which must be positive."""
    size = parse(of).value
    with localcontext() as context:
        # The remainder of a huge number is worked out digit by digit: the usual 28 would not do.
        context.prec = _DIGITS
        return size > 0 and parse(amount).value % size == 0


def compare(first: str, second: str) -> int:
    """-1, 0 or 1 as the first quantity is less than, equal to or greater than the second."""
    left = parse(first).value
    right = parse(second).value
    return (left > right) - (left < right)


def add(first: str, second: str) -> str:
    """The sum, in the first one's family of suffixes unless that is zero. Kubernetes: quantity.go, Quantity.Add"""
    left = parse(first)
    right = parse(second)
    family = left.format if left.value else right.format
    with localcontext() as context:
        context.prec = _DIGITS
        return str(Quantity(left.value + right.value, family))


def minus(amount: str) -> str:
    """The amount below zero."""
    found = parse(amount)
    return str(Quantity(-found.value, found.format))


def _canonical(quantity: Quantity) -> str:
    # Kubernetes: quantity.go CanonicalizeBytes
    value = quantity.value
    if value == 0:
        return "0"
    whole = value == value.to_integral_value()
    # Below 1024 there is no binary suffix to write, so a binary quantity is written as a decimal one.
    if quantity.format == BINARY and whole and abs(value) >= 1024:
        return _binary_text(int(value))
    return _decimal_text(value, quantity.format == EXPONENT)


def _binary_text(value: int) -> str:
    power = 0
    while value % 1024 == 0 and power < _MAX_BINARY_POWER:
        value //= 1024
        power += 10
    return f"{value}{_BINARY_SUFFIXES.get(power, '')}"


def _decimal_text(value: Decimal, exponent: bool) -> str:
    """The largest suffix that leaves a whole number; suffixes go in steps of a thousand."""
    sign, digits, scale = value.normalize().as_tuple()
    number = int("".join(map(str, digits)))
    power = int(scale)
    rest = power % 3
    power -= rest
    number *= 10**rest
    if not exponent and power > _MAX_POWER:
        number *= 10 ** (power - _MAX_POWER)
        power = _MAX_POWER
    suffix = _SUFFIXES.get(power, "")
    if exponent and power:
        suffix = f"e{power}"
    minus = "-" if sign else ""
    return f"{minus}{number}{suffix}"
