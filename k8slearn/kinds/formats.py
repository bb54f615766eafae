"""Formats of texts that a definition's schema may name; another format than these allows everything.

Kubernetes: apiextensions-apiserver pkg/apiserver/validation/formats.go; kube-openapi pkg/validation/strfmt.
Deviation: email, hostname and what is rarer are not looked at.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_interface

_HEX = "[0-9a-f]"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(z|[+-]\d\d:\d\d)"


def has_format(text: str, name: str) -> bool:
    """Whether a text is of a format; names are compared without their dashes."""
    check = _FORMATS.get(name.replace("-", ""))
    if check is None:
        return True
    try:
        return bool(check(text))
    except ValueError:
        return False


def _like(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern, re.IGNORECASE).fullmatch


def _cidr(text: str) -> bool:
    return "/" in text and bool(ip_interface(text))


def _date(text: str) -> bool:
    # Python also reads dates without dashes.
    return date.fromisoformat(text).isoformat() == text


def _moment(text: str) -> bool:
    day, _, clock = text.lower().partition("t")
    return _date(day) and re.fullmatch(_CLOCK, clock) is not None


def _base64(text: str) -> bool:
    b64decode(text, validate=True)
    return True


_FORMATS: dict[str, Callable[[str], object]] = {
    "byte": _base64,
    "cidr": _cidr,
    "date": _date,
    "datetime": _moment,
    "duration": _like(r"-?(\d+(\.\d*)?\s*[a-zµ]+\s*)+|0"),
    "ipv4": IPv4Address,
    "ipv6": IPv6Address,
    "mac": _like(f"{_HEX}{{2}}([:-]{_HEX}{{2}}){{5}}"),
    "uri": _like("([a-z][a-z0-9+.-]*:|/).*"),
    "uuid": _like(f"{_HEX}{{8}}-?({_HEX}{{4}}-?){{3}}{_HEX}{{12}}"),
}
