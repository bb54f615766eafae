"""A label selector as text, such as `app=web,tier in (a, b),!old`: read token by token, refused in Go's words.

Kubernetes: apimachinery pkg/labels/selector.go, Lexer and Parser
"""

from __future__ import annotations

import re

from k8slearn.apimachinery.objects import Object

# Go's lexer takes as many of the special characters as make a known token; what is between them is a word.
_TOKEN = re.compile(r"\s*+(==|!=|[=!(),><]|[^\s=!(),><]++)?+")
_SPECIAL = frozenset(["==", "!=", *"=!(),><"])
_END = ""
_OPERATORS = {
    "=": "In",
    "==": "In",
    "!=": "NotIn",
    "in": "In",
    "notin": "NotIn",
    ">": "Gt",
    "<": "Lt",
}
_BINARY = "in, notin, =, ==, !=, gt, lt"
_LISTS = ("in", "notin")


class SelectorError(ValueError):
    """A text that is no selector."""


def parse_selector(text: str) -> Object:
    """A selector string as a label selector object. Raises SelectorError. Kubernetes: apimachinery pkg/labels, Parse"""
    reader = _Reader(_TOKEN.findall(text))
    return {"matchExpressions": reader.requirements()}


class _Reader:
    """Goes through the tokens of a selector; past the last one there is an end for ever."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = [token for token in tokens if token]
        self.position = 0

    @property
    def next(self) -> str:
        """The token that is read next."""
        if self.position < len(self.tokens):
            return self.tokens[self.position]
        return _END

    def take(self) -> str:
        """Read a token."""
        token = self.next
        self.position += 1
        return token

    def requirements(self) -> list[Object]:
        """All requirements, one after the other."""
        found: list[Object] = []
        while self.next != _END:
            if self.next != "!" and not _is_word(self.next):
                raise _unexpected(self.next, "!, identifier, or 'end of string'")
            try:
                found.append(self.requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from None
            token = self.take()
            if token not in (_END, ","):
                raise _unexpected(token, "',' or 'end of string'")
            if token == "," and self.next != "!" and not _is_word(self.next):
                raise _unexpected(self.next, "identifier after ','")
        return found

    def requirement(self) -> Object:
        """One requirement."""
        is_negated = self.next == "!"
        if is_negated:
            self.take()
        key = self.take()
        if not _is_word(key):
            raise _unexpected(key, "identifier")
        if is_negated:
            return {"key": key, "operator": "DoesNotExist"}
        if self.next in (_END, ","):
            return {"key": key, "operator": "Exists"}
        sign = self.take()
        if sign not in _OPERATORS:
            raise _unexpected(sign, _BINARY)
        values = self.values() if sign in _LISTS else [self.value()]
        return {"key": key, "operator": _OPERATORS[sign], "values": values}

    def value(self) -> str:
        """What stands behind an equality; nothing is an empty text."""
        if self.next in (_END, ","):
            return ""
        token = self.take()
        if not _is_word(token):
            raise _unexpected(token, "identifier")
        return token

    def values(self) -> list[str]:
        """A list in parentheses."""
        token = self.take()
        if token != "(":
            # Without a comma, as upstream has it.
            raise SelectorError(f"found '{token}' expected: '('")
        if self.next not in (",", ")") and not _is_word(self.next):
            raise _unexpected(self.next, "',', ')' or identifier")
        found = [""] if self.next in (",", ")") else []
        while self.next != ")":
            token = self.take()
            if _is_word(token):
                found.append(token)
                if self.next not in (",", ")"):
                    raise _unexpected(self.next, "',' or ')'")
            elif token != ",":
                raise _unexpected(token, "',', or identifier")
            elif self.next in (",", ")"):
                found.append("")
        self.take()
        # Go keeps them as a set.
        return sorted(set(found))


def _is_word(token: str) -> bool:
    return token != _END and token not in _SPECIAL


def _unexpected(token: str, expected: str) -> SelectorError:
    return SelectorError(f"found '{token}', expected: {expected}")
