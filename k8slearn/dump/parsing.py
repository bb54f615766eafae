"""Parses the objects in a dump's text: YAML or JSON, lists or single objects, one or several documents.

Common mistakes get a message of their own: a table, a truncated text, an error of kubectl.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.yaml_stream import documents
from k8slearn.dump.files import DumpError, DumpText
from k8slearn.locale import dump as words

# Lines of kubectl that get into the file by `2>&1`: warnings, logs of klog, errors.
_NOISE = re.compile(
    r"Warning: |[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ |error: |Error from server|Unable to connect"
    r"|Found existing alias|Flag --|No resources found"
)
_ERROR = re.compile(r"^(error: |Error from server|Unable to connect).*", re.MULTILINE)
# The headings of `kubectl get`, with or without `-A` and `-o wide`.
_TABLE = re.compile(r"^(NAMESPACE +)?NAME +[A-Z]", re.MULTILINE)
_DESCRIBED = re.compile(r"^Name: +\S+", re.MULTILINE)
# `kubectl cluster-info dump` without a folder writes JSON with the logs of all containers in between.
_LOGS = re.compile(r"^==== (START|END) logs for container .*====$")
_DONE = re.compile(r"^Cluster info dumped to ")
_SHOWN = 120


def objects(text: DumpText) -> list[Object]:
    """All objects of a text, including those in lists. Raises DumpError."""
    found: list[Object] = []
    for document in _documents(text):
        found += _objects_of(document, text)
    return found


def _documents(text: DumpText) -> Iterator[Any]:
    content = _without_noise(text.text)
    if not content.strip():
        raise DumpError(words.EMPTY.format(file=text.title) + _error_of(text.text))
    if content.lstrip()[0] in "{[":
        yield from _json(content, text)
        return
    if _TABLE.match(content.lstrip()):
        raise DumpError(words.TABLE.format(file=text.title))
    if _DESCRIBED.match(content.lstrip()):
        raise DumpError(words.DESCRIBED.format(file=text.title))
    try:
        yield from documents(content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DumpError(_unreadable(text, content, error)) from None


def _without_noise(text: str) -> str:
    """The text without kubectl's messages above and below the objects."""
    lines = text.split("\n")
    first = 0
    while first < len(lines) and _is_noise(lines[first]):
        first += 1
    last = len(lines)
    while last > first and _is_noise(lines[last - 1]):
        last -= 1
    # Unchanged texts are not copied: they may be long.
    if first == 0 and last == len(lines):
        return text
    return "\n".join(lines[first:last])


def _is_noise(line: str) -> bool:
    return not line.strip() or bool(_NOISE.match(line))


def _error_of(text: str) -> str:
    """The error message of kubectl in a text without objects, '' if there is none."""
    found = _ERROR.search(text)
    if found is None:
        return ""
    return words.KUBECTL_SAID.format(message=found.group(0)[:_SHOWN])


# JSON ----------------------------------------------------------------------------------------------------------------


def _json(content: str, text: DumpText) -> Iterator[Any]:
    """JSON documents one after the other, without the logs between them."""
    decoder = json.JSONDecoder()
    for piece in _without_logs(content):
        place = 0
        while place < len(piece):
            try:
                found, place = decoder.raw_decode(piece, place)
            except (ValueError, RecursionError) as error:
                rest = piece[place:]
                yield from _yaml_after_all(rest, text, error)
                return
            yield found
            place = _next(piece, place)


def _next(piece: str, place: int) -> int:
    while place < len(piece) and piece[place] in " \n\t\r,":
        place += 1
    return place


def _yaml_after_all(rest: str, text: DumpText, error: Exception) -> Iterator[Any]:
    """The documents of a text that begins like JSON and is YAML. Raises DumpError."""
    # More opening than closing brackets: the text is truncated.
    if rest.count("{") > rest.count("}"):
        line = text.text.count("\n") + 1
        raise DumpError(words.CUT_OFF.format(file=text.title, line=line))
    try:
        yield from documents(rest)
    except (yaml.YAMLError, ValueError, RecursionError):
        message = str(error)[:_SHOWN]
        raise DumpError(
            words.NO_JSON.format(file=text.title, message=message)
        ) from None


def _without_logs(content: str) -> Iterator[str]:
    """The pieces between the logs that `kubectl cluster-info dump` writes into the same stream."""
    if "==== START logs" not in content:
        yield content.strip()
        return
    piece: list[str] = []
    in_logs = False
    for line in content.split("\n"):
        mark = _LOGS.match(line)
        if mark is not None:
            in_logs = mark.group(1) == "START"
        elif not in_logs and not _DONE.match(line):
            piece.append(line)
    yield "\n".join(piece).strip()


# What is wrong with YAML ------------------------------------------------------------------------------------------


def _unreadable(text: DumpText, content: str, error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 0
    last = content.rstrip("\n").count("\n") + 1
    # For a truncated text the parser's error is at the very end.
    if line and line >= last:
        return words.CUT_OFF.format(file=text.title, line=line)
    problem = getattr(error, "problem", None) or str(error)
    message = " ".join(str(problem).split())[:_SHOWN]
    return words.NO_YAML.format(file=text.title, line=line, message=message)


def _objects_of(document: Any, text: DumpText) -> Iterator[Object]:
    """The objects of a document. Raises DumpError for objects without kind or name."""
    if document is None:
        return
    if isinstance(document, list):
        for each in document:
            yield from _objects_of(each, text)
        return
    if isinstance(document, dict) and "items" in document and "kind" not in document:
        # kubectl writes fields in alphabetical order, so the rest of the list is missing.
        last = text.text.rstrip("\n").count("\n") + 1
        raise DumpError(words.CUT_OFF.format(file=text.title, line=last))
    if not isinstance(document, dict) or not isinstance(document.get("kind"), str):
        raise DumpError(words.NO_OBJECT.format(file=text.title))
    kind = document["kind"]
    if kind.endswith("List") and "items" in document:
        yield from _items(document, text)
        return
    metadata = document.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("name"), str):
        yield document
        return
    # A truncated text may be valid YAML whose last object lacks a name.
    raise DumpError(words.NO_NAME.format(file=text.title, kind=kind))


def _items(listed: Object, text: DumpText) -> Iterator[Object]:
    """The items of a list; in a typed list they may lack a kind, as in the API's own answers."""
    about = {
        "apiVersion": listed.get("apiVersion", "v1"),
        "kind": listed["kind"].removesuffix("List"),
    }
    for item in listed["items"] or ():
        if isinstance(item, dict) and about["kind"] and "kind" not in item:
            item = {**about, **item}
        yield from _objects_of(item, text)
