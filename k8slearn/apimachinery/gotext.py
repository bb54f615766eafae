"""Values as Go prints them, since Kubernetes' messages quote what a user sent."""

from __future__ import annotations

import json
from typing import Any

_ESCAPES = dict(
    zip(
        '"\\\a\b\f\n\r\t\v',
        ('\\"', "\\\\", "\\a", "\\b", "\\f", "\\n", "\\r", "\\t", "\\v"),
        strict=True,
    )
)


def go_quote(text: str) -> str:
    """The string as %q writes it."""
    return '"' + "".join(_quoted(char) for char in text) + '"'


def _quoted(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char == " " or (char.isprintable() and not char.isspace()):
        return char
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def go_json(value: Any) -> str:
    """The value as json.Marshal writes it; a dict keeps its order, as the fields of a Go struct do."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def go_plain(value: Any) -> str:
    """The value as %v writes it: map[a:1 b:[x y]]."""
    if isinstance(value, dict):
        return (
            "map["
            + " ".join(f"{key}:{go_plain(value[key])}" for key in sorted(value))
            + "]"
        )
    if isinstance(value, list):
        return "[" + " ".join(map(go_plain, value)) + "]"
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)
