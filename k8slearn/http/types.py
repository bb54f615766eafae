"""A request and an answer as plain values, whatever library speaks HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from k8slearn.apimachinery.errors import Cause, bad_request, invalid
from k8slearn.apimachinery.objects import Object

JSON = "application/json"
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
MAX_MANAGER = 128


@dataclass(frozen=True)
class Request:
    """One HTTP request; the names of `headers` are in lower case."""

    method: str
    path: str
    query_text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's parameters; of one that is given twice the first counts, as in Go."""
        found: dict[str, str] = {}
        for name, value in parse_qsl(self.query_text, keep_blank_values=True):
            found.setdefault(name, value)
        return found

    def flag(self, name: str) -> bool:
        """A boolean parameter. Kubernetes: apimachinery conversion of url.Values, anything unknown counts as true"""
        value = self.query.get(name)
        return value is not None and value not in _FALSE and value != ""

    def number(self, name: str) -> int | None:
        """An integer parameter, None where it is not given. Raises ApiError 400."""
        text = self.query.get(name)
        if not text:
            return None
        try:
            return _int64(text)
        except ValueError:
            raise bad_request(
                f'strconv.ParseInt: parsing "{text}": invalid syntax'
            ) from None

    @property
    def media_type(self) -> str:
        """The body's content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def dry_run(self) -> bool:
        """Whether nothing is to be stored. Raises ApiError 422 for anything but `All`."""
        return _one_of("dryRun", self.query.get("dryRun", ""), ("All",)) == "All"

    @property
    def strictness(self) -> str:
        """fieldValidation: Ignore, Warn (the default) or Strict. Raises ApiError 422."""
        return (
            _one_of(
                "fieldValidation",
                self.query.get("fieldValidation", ""),
                ("Ignore", "Warn", "Strict"),
            )
            or "Warn"
        )

    @property
    def manager(self) -> str:
        """Who writes: the parameter fieldManager, else the first word of the client's name. Raises ApiError 422."""
        given = self.query.get("fieldManager", "")
        if len(given.encode()) > MAX_MANAGER:
            raise _invalid(
                "fieldManager",
                "FieldValueTooLong",
                f"Too long: may not be more than {MAX_MANAGER} bytes",
            )
        if not given.isprintable():
            raise _invalid(
                "fieldManager",
                "FieldValueInvalid",
                "Invalid value: should only contain printable characters",
            )
        return (
            given
            or self.headers.get("user-agent", "").partition("/")[0][:MAX_MANAGER]
            or "unknown"
        )


def _int64(text: str) -> int:
    if (
        not text.lstrip("+-").isascii()
        or not text.lstrip("+-").isdigit()
        or abs(int(text[:40])) >= 2**63
    ):
        raise ValueError(text)
    return int(text)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value and value not in allowed:
        supported = ", ".join(f'"{each}"' for each in allowed)
        raise _invalid(
            name,
            "FieldValueNotSupported",
            f'Unsupported value: "{value}": supported values: {supported}',
        )
    return value


def _invalid(field_name: str, reason: str, message: str) -> Exception:
    return invalid("", "", [Cause(field_name, reason, message)])


@dataclass
class Response:
    """An answer: an object to be written as JSON, or text as it is."""

    body: Object | str | bytes
    code: int = 200
    warnings: list[str] = field(default_factory=list)
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)

    def payload(self) -> bytes:
        """The bytes of the body."""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else dumps(self.body)


def dumps(value: Any) -> bytes:
    """A value as the API server writes it: compact JSON and a line feed."""
    return (
        json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "surrogatepass"
        )
        + b"\n"
    )


def warning_header(text: str) -> str:
    """A warning as an HTTP header (RFC 7234). Kubernetes: apimachinery pkg/util/net, NewWarningHeader"""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    clean = "".join(char if char.isprintable() else " " for char in quoted)
    return f'299 - "{clean}"'
