"""What Go's reader says of text that is no JSON. Go: encoding/json, scanner.go"""

from __future__ import annotations

import re

# Python's words for where it stood, and Go's.
_PLACES = {
    "Expecting property name": "looking for beginning of object key string",
    "Expecting ':' delimiter": "after object key",
    "Expecting value": "looking for beginning of value",
    "Extra data": "after top-level value",
    "Invalid control character": "in string literal",
    "Invalid \\": "in string escape code",
    "Illegal trailing comma before end of object": "looking for beginning of object key string",
    "Illegal trailing comma before end of array": "looking for beginning of value",
}
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def json_trouble(text: str, error: ValueError) -> str:
    """The sentence for an error of Python's reader."""
    at: int = getattr(error, "pos", 0)
    told: str = getattr(error, "msg", "")
    if told.startswith("Illegal trailing comma"):
        # From 3.13 on Python points at the comma; before, as Go, at what follows.
        at += 1
    rest = text[at:].lstrip()
    if not rest or told.startswith("Unterminated string"):
        return "unexpected end of JSON input"
    place = _after_value(text[:at])
    for words, found in _PLACES.items():
        if told.startswith(words):
            place = found
    return f"invalid character {_quoted(rest[0])} {place}"


def _after_value(before: str) -> str:
    """Where a comma is missing: in an object or in an array, whichever was opened last."""
    opened = []
    for sign in _STRING.sub("", before):
        if sign in "{[":
            opened.append(sign)
        elif sign in "}]" and opened:
            opened.pop()
    if opened and opened[-1] == "[":
        return "after array element"
    return "after object key:value pair"


def _quoted(sign: str) -> str:
    """A character in single quotes. Go: quoteChar"""
    if sign == "'":
        return "'\\''"
    return f"'{sign}'"
