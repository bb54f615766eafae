"""A template as a tree: texts, paths, and ranges with what stands in them.

Kubernetes: client-go util/jsonpath/parser.go
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

_END = frozenset(" \t\r\n.,[]$@{}")
_SLICE = re.compile(r"(-?\d*)(:-?\d*)?(:-?\d*)?")
_KEY = re.compile(r"'([^']*)'")
_FILTER = re.compile(r"([^!<>=]+)([!<>=]+)(.+)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


class TemplateError(Exception):
    """A template that cannot be read or filled."""


@dataclass(frozen=True, slots=True)
class TextStep:
    """Stands for itself; so does a number in braces."""

    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class FieldStep:
    """`.name`, or `.*` for all of them."""

    name: str


@dataclass(frozen=True, slots=True)
class SliceStep:
    """`[2]`, `[-1:]`, `[*]`, `[0:4:2]`; `single`: one place, of which the end follows."""

    start: int | None = None
    end: int | None = None
    step: int | None = None
    single: bool = False


@dataclass(frozen=True, slots=True)
class RecursiveStep:
    """`..`: whatever stands below."""


@dataclass(frozen=True, slots=True)
class WordStep:
    """A word that means nothing."""

    name: str


@dataclass(frozen=True, slots=True)
class PathNode:
    """Steps one after the other."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class UnionStep:
    """`['a','b']`: the values of several steps."""

    paths: tuple[PathNode, ...]


@dataclass(frozen=True, slots=True)
class FilterStep:
    """`[?(@.type=="Ready")]`; without a sign: what is there at all."""

    left: PathNode
    sign: str = ""
    right: PathNode = field(default_factory=lambda: PathNode(()))


@dataclass(frozen=True, slots=True)
class RangeNode:
    """`{range .items[*]}…{end}`"""

    over: PathNode
    inside: tuple[Node, ...]


Step = (
    TextStep | FieldStep | SliceStep | RecursiveStep | WordStep | UnionStep | FilterStep
)
Node = TextStep | PathNode | RangeNode
Template = tuple[Node, ...]


def parse(written: str) -> Template:
    """Raises TemplateError."""
    nodes, _ = _nodes(_pieces(written), 0, inside=False)
    return nodes


def _pieces(written: str) -> list[str | TextStep]:
    """Texts, and what stands in braces."""
    found: list[str | TextStep] = []
    rest = written
    while rest:
        before, brace, after = rest.partition("{")
        if before:
            found.append(TextStep(before))
        if not brace:
            break
        end = _closing(after, "{", "}")
        if end < 0:
            # A quote or a bracket that is open is told first.
            _path(after)
            raise TemplateError("unclosed action")
        found.append(after[:end])
        rest = after[end + 1 :]
    return found


def _closing(text: str, opens: str, closes: str) -> int:
    """Where what was opened is closed, outside of quotes; -1 for nowhere."""
    depth = 1
    quote = ""
    escaped = False
    for at, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == opens:
            depth += 1
        elif char == closes:
            depth -= 1
            if not depth:
                return at
    return -1


def _nodes(
    pieces: list[str | TextStep], at: int, *, inside: bool
) -> tuple[tuple[Node, ...], int]:
    """The nodes from a place on, down to the end of their range; and the place behind it."""
    nodes: list[Node] = []
    while at < len(pieces):
        piece = pieces[at]
        at += 1
        if isinstance(piece, TextStep):
            nodes.append(piece)
            continue
        word, _, rest = piece.strip().partition(" ")
        if word == "end" and inside:
            break
        if word == "range":
            own, at = _nodes(pieces, at, inside=True)
            nodes.append(RangeNode(_path(rest), own))
        else:
            nodes.append(_path(piece))
    return tuple(nodes), at


def _path(text: str) -> PathNode:
    """What stands in braces, step by step. Kubernetes: parseInsideAction"""
    steps: list[Step] = []
    rest = text
    while rest:
        char = rest[0]
        if char.isspace() or char in "@$":
            rest = rest[1:]
        elif rest.startswith(".."):
            steps.append(RecursiveStep())
            # A name may follow without a dot of its own.
            rest = rest[1:] if rest[2:3] not in ("", "[", " ") else rest[2:]
        elif char == ".":
            name, rest = _name(rest[1:])
            if name:
                steps.append(FieldStep(name))
        elif char == "[":
            inside, rest = _enclosed(rest[1:])
            steps.append(_subscript(inside))
        elif char in "\"'":
            step, rest = _quoted(rest)
            steps.append(step)
        else:
            step, rest = _bare(rest)
            steps.append(step)
    return PathNode(tuple(steps))


def _name(text: str) -> tuple[str, str]:
    at = 0
    while at < len(text) and text[at] not in _END:
        at += 2 if text[at] == "\\" else 1
    return text[:at].replace("\\", ""), text[at:]


def _enclosed(text: str) -> tuple[str, str]:
    end = _closing(text, "[", "]")
    if end < 0:
        raise TemplateError("unterminated array")
    return text[:end], text[end + 1 :]


def _quoted(text: str) -> tuple[Step, str]:
    quote = text[0]
    match = re.match(rf"{quote}((?:[^\\{quote}]|\\.)*){quote}", text, re.DOTALL)
    if match is None:
        raise TemplateError("unterminated quoted string")
    inside = match[1].replace("\\'", "'")
    if quote == "'":
        inside = inside.replace('"', '\\"')
    try:
        value = json.loads(f'"{inside}"', strict=False)
    except ValueError:
        raise TemplateError("invalid syntax") from None
    return TextStep(value), text[match.end() :]


def _bare(text: str) -> tuple[Step, str]:
    """A number or a word."""
    number = _NUMBER.match(text)
    if number:
        value = float(number[0]) if number[1] else int(number[0])
        return TextStep(value), text[number.end() :]
    word = re.match(r"\w+", text)
    if word is None:
        raise TemplateError(
            f"unrecognized character in action: U+{ord(text[0]):04X} '{text[0]}'"
        )
    truth = {"true": True, "false": False}.get(word[0])
    step = WordStep(word[0]) if truth is None else TextStep(truth)
    return step, text[word.end() :]


def _subscript(text: str) -> Step:
    """Kubernetes: parseArray, parseFilter"""
    if text.startswith("?("):
        return _filter(text[2:].rstrip().removesuffix(")"))
    if "," in text:
        parts = [f"[{part.strip()}]" for part in text.split(",")]
        return UnionStep(tuple(map(_path, parts)))
    key = _KEY.fullmatch(text)
    if key:
        return FieldStep(key[1])
    places = _SLICE.fullmatch("" if text == "*" else text)
    if places is None:
        raise TemplateError(f"invalid array index {text}")
    start, end, step = (_place(group) for group in places.groups())
    if start is not None and places[2] is None:
        return SliceStep(start, start + 1, single=True)
    return SliceStep(start, end, step)


def _place(group: str | None) -> int | None:
    digits = (group or "").lstrip(":")
    return int(digits) if digits.lstrip("-") else None


def _filter(text: str) -> FilterStep:
    compared = _FILTER.fullmatch(text)
    if compared is None:
        return FilterStep(_path(text))
    left, sign, right = compared.groups()
    return FilterStep(_path(left), sign, _path(right))
