"""A request as it came and an answer as it goes, as plain values, whatever library speaks HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from k8slearn.apimachinery.objects import Object

JSON = "application/json"
SEPARATOR = "\n"
"""Between the values of a header that was sent more than once: no value has it."""
WARNING_LENGTH = 256
WARNINGS_LENGTH = 4096
"""Characters of one warning where all together have more than the second. Kubernetes: truncateItemRunes and
truncateAtTotalRunes"""
MOST_WARNINGS = 64
"""Deviation: Python's clients give up on an answer of more than a hundred headers."""


@dataclass(frozen=True)
class Request:
    """One HTTP request; the names of `headers` are in lower case. What it means says `k8slearn.http.request`."""

    method: str
    path: str
    query_text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def reads(self) -> bool:
        """Whether its method promises to change nothing."""
        return self.method in ("GET", "HEAD")

    @property
    def accept(self) -> str:
        """The media types that the client takes."""
        return self.headers.get("accept", "*/*")

    @property
    def media_type(self) -> str:
        """The body's content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def agent(self) -> str:
        """The first word of the client's name, such as `kubectl`."""
        return self.headers.get("user-agent", "").partition("/")[0]


def dumps(value: Any) -> bytes:
    """A value as the API server writes it: compact JSON and a line feed."""
    return compact(value) + b"\n"


def compact(value: Any) -> bytes:
    """JSON without blanks."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


@dataclass
class Response:
    """An answer: an object that `write` makes JSON of, or text as it is."""

    body: Object | str | bytes
    code: int = 200
    warnings: list[str] = field(default_factory=list)
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    write: Callable[[Object], bytes] = dumps

    def payload(self) -> bytes:
        """The bytes of the body."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return self.write(self.body)


def warning_headers(warnings: Iterable[str]) -> list[str]:
    """The warnings as HTTP headers, each once and not too many. Kubernetes: endpoints/filters/warning.go, recorder"""
    found: list[str] = []
    size = 0
    texts = list(dict.fromkeys(warnings))
    # A long one stays whole while there are few: it may be all that a learner is told.
    longest = WARNING_LENGTH if sum(map(len, texts)) > WARNINGS_LENGTH else None
    for text in texts:
        shown = text[:longest]
        size += len(shown)
        if size > WARNINGS_LENGTH or len(found) == MOST_WARNINGS:
            break
        found.append(_warning_header(shown))
    return found


def _warning_header(text: str) -> str:
    """A warning as an HTTP header (RFC 7234). Kubernetes: apimachinery pkg/util/net, NewWarningHeader"""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    clean = "".join(char if char.isprintable() else " " for char in quoted)
    # 299 is "miscellaneous persistent warning"; "-" stands for an agent that does not name itself.
    # Go sends UTF-8; our server writes each character as one byte (Latin-1), and so it is given the bytes.
    sent = clean.encode("utf-8", "replace").decode("latin-1")
    return f'299 - "{sent}"'
