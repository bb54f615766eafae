"""Values as Go prints them, since Kubernetes' messages quote what a user sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

# Kubernetes' messages use fmt's %q and %v. The escapes are those of strconv.Quote.
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}
_INTEGER = re.compile(r"[+-]?[0-9]+")
MAX_INT32 = 2**31 - 1
_MAX_INT64 = 2**63 - 1
_ASCII_END = 0x80
_BASIC_PLANE_END = 0x10000

# encoding/json escapes these so that its text may stand in a page of HTML.
_HTML_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def go_quote(text: str) -> str:
    """The string as %q writes it."""
    return '"' + "".join(map(_quoted, text)) + '"'


def _quoted(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    # Of all kinds of space Go takes the plain one alone for printable.
    if char == " " or (char.isprintable() and not char.isspace()):
        return char
    code = ord(char)
    if code < _ASCII_END:
        return f"\\x{code:02x}"
    if code < _BASIC_PLANE_END:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"


def go_atoi(text: str) -> int:
    """The number as strconv.Atoi has it where its error is ignored: 0 for no number, the nearest one that fits."""
    if not _INTEGER.fullmatch(text):
        return 0
    digits = text.lstrip("+-").lstrip("0") or "0"
    # No int64 has twenty digits, and Python refuses thousands of them.
    number = min(int(digits[:20]), _MAX_INT64)
    if text.startswith("-"):
        return -number
    return number


def go_json(value: Any, *, in_order: bool = True, indent: int | None = None) -> str:
    """The value as json.Marshal writes it, with an indent as json.MarshalIndent.

    A dict keeps its order, as the fields of a Go struct do; not `in_order`: its keys are sorted, as those of a Go map.
    """
    text = json.dumps(
        value,
        ensure_ascii=False,
        separators=(",", ":" if indent is None else ": "),
        sort_keys=not in_order,
        indent=indent,
    )
    for char, escape in _HTML_ESCAPES.items():
        text = text.replace(char, escape)
    return text


def go_quoted(texts: Iterable[str]) -> str:
    """Texts as %q prints a list of them."""
    return f"[{' '.join(map(go_quote, texts))}]"


def go_plain(value: Any) -> str:
    """The value as %v writes it: map[a:1 b:[x y]]."""
    if isinstance(value, dict):
        # fmt sorts the keys of maps; JSON's order means nothing in Go.
        entries = []
        for key in sorted(value):
            shown = go_plain(value[key])
            entries.append(f"{key}:{shown}")
        inside = " ".join(entries)
        return f"map[{inside}]"
    if isinstance(value, list):
        inside = " ".join(map(go_plain, value))
        return f"[{inside}]"
    if value is None:
        return "<nil>"
    text = str(value)
    if isinstance(value, bool):
        return text.lower()
    return text


def go_syntax(value: Any) -> str:
    """The value as %#v writes it, as it would stand in a Go program."""
    if isinstance(value, dict):
        entries = []
        for key in sorted(value):
            shown = go_syntax(value[key])
            entries.append(f"{go_quote(key)}:{shown}")
        inside = ", ".join(entries)
        return f"map[string]interface {{}}{{{inside}}}"
    if isinstance(value, list):
        inside = ", ".join(map(go_syntax, value))
        return f"[]interface {{}}{{{inside}}}"
    if isinstance(value, str):
        return go_quote(value)
    return go_plain(value)
