"""Manifests as kubectl and the API server take them: one document or several, lists, or plain objects.

Each mistake is one sentence with its line, and kubectl's own message where kubectl has one.
Kubernetes: cli-runtime/pkg/resource/visitor.go, apimachinery/pkg/runtime/unstructured
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import yaml

from k8slearn.apimachinery.errors import ApiError, bad_request
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.yaml_loader import Loader, RepetitionLoader, StrictLoader
from k8slearn.locale import apimachinery as words
from k8slearn.mistakes import CallersMistake

MAX_SHOWN = 200
_GO_NAMES = {list: "array", str: "string", bool: "bool", int: "number", float: "number"}
_NO_OBJECT = "error validating data: invalid object to validate"


class ManifestApiError(CallersMistake, ApiError):
    """A manifest that cannot be read; the API server has never seen it."""


def repeated_keys(text: str | bytes) -> list[str]:
    """What strict YAML says of keys that stand in an object twice, in the order of the text."""
    loader = RepetitionLoader(text)
    loader.get_single_data()
    return [
        f"line {line}: key {go_quote(key)} already set in map"
        for line, key in sorted(loader.lines)
    ]


def load(text: str | bytes) -> Any:
    """One document. Raises ApiError 400, with the server's words."""
    try:
        return yaml.load(text, Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise bad_request(f"error decoding YAML: {_short(error)}") from None


# What a learner applies -----------------------------------------------------------------------------------------


def objects(manifest: Any) -> list[Object]:
    """The objects of a manifest: YAML text of one or several documents, an object, or a list of these.

    Lists of Kubernetes' own are taken apart. Raises ManifestApiError.
    """
    found = list(_objects(manifest))
    if not found:
        raise _mistake(words.EMPTY, 0, "no objects passed to apply")
    return found


def _objects(manifest: Any) -> Iterator[Object]:
    if isinstance(manifest, str | bytes):
        for line, document in _documents(manifest):
            yield from _apart(document, line)
        return
    try:
        plain = json.loads(json.dumps(manifest, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise _mistake(words.NO_JSON, 0, _short(error)) from None
    for document in plain if isinstance(plain, list) else [plain]:
        yield from _apart(document, 0)


def _documents(text: str | bytes) -> Iterator[tuple[int, Any]]:
    """Each document that says something, with the line where it begins."""
    for line, piece in _pieces(text):
        try:
            loader = StrictLoader(piece)
            while loader.check_node():
                node = loader.get_node()
                if node is None:
                    continue
                document = loader.construct_document(node)
                if document is not None:
                    yield line + node.start_mark.line + 1, document
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise _unreadable(error, piece) from None


def _pieces(text: str | bytes) -> Iterator[tuple[int, str | bytes]]:
    """JSON documents that stand one after the other, each with the lines before it; else the text as it is.

    Kubernetes: apimachinery/pkg/util/yaml/decoder.go, YAMLOrJSONDecoder
    """
    if not isinstance(text, str) or not text.lstrip().startswith("{"):
        yield 0, text
        return
    ends = [0]
    decoder = json.JSONDecoder()
    try:
        while rest := text[ends[-1] :].lstrip():
            start = len(text) - len(rest)
            ends.append(decoder.raw_decode(text, start)[1])
    except (ValueError, RecursionError):
        # Not all of it is JSON: it is YAML, as a whole.
        yield 0, text
        return
    for start, end in pairwise(ends):
        yield text.count("\n", 0, start), text[start:end]


def _unreadable(error: Exception, text: str | bytes) -> ManifestApiError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or _short(error)
    line = 0
    if mark:
        line = mark.line + 1
    if isinstance(error, yaml.reader.ReaderError) and isinstance(text, str):
        # A character that YAML forbids: what reads the text knows no lines yet.
        line = text.count("\n", 0, error.position) + 1
    told = f"error converting YAML to JSON: yaml: line {line}: {problem}"
    for part, sentence in words.YAML_MISTAKES:
        if part in problem:
            return _mistake(sentence, line, told)
    return _mistake(words.NO_YAML, line, told)


def _apart(document: Any, line: int, *, is_item: bool = False) -> Iterator[Object]:
    """An object, or those of a list. Kubernetes: cli-runtime/pkg/resource FlattenListVisitor."""
    if not isinstance(document, dict):
        name = _GO_NAMES.get(type(document), "null")
        told = _NO_OBJECT
        if is_item:
            told = f"json: cannot unmarshal {name} into Go value of type unstructured.detector"
        raise _mistake(words.NO_OBJECT, line, told)
    kind = document.get("kind")
    if not kind or not isinstance(kind, str):
        shown = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        told = f"Object 'Kind' is missing in '{shown[:MAX_SHOWN]}'"
        raise _mistake(words.NO_KIND, line, told)
    if not isinstance(document.get("apiVersion", ""), str):
        raise _mistake(words.NO_TEXT.format(field="apiVersion"), line)
    items = document.get("items")
    if kind.endswith("List") and "items" in document:
        if not isinstance(items, list | None):
            raise _mistake(words.NO_ITEMS, line)
        for item in items or []:
            yield from _apart(item, line, is_item=True)
        return
    _check_metadata(document.get("metadata"), line)
    yield document


def _check_metadata(metadata: Any, line: int) -> None:
    """What has to be there to ask the server for the object at all."""
    if metadata is None:
        metadata = {}
    if not isinstance(metadata, dict):
        raise _mistake(words.NO_METADATA, line)
    for field in ("name", "namespace", "generateName"):
        if not isinstance(metadata.get(field) or "", str):
            raise _mistake(words.NO_TEXT.format(field=f"metadata.{field}"), line)
    for field in ("labels", "annotations"):
        if not isinstance(metadata.get(field) or {}, dict):
            raise _mistake(words.NO_PAIRS.format(field=f"metadata.{field}"), line)
    if metadata.get("name"):
        return
    prefix = metadata.get("generateName")
    if prefix:
        told = f"from {prefix}: cannot use generate name with apply"
        raise _mistake(words.GENERATED, line, told)
    raise _mistake(words.NO_NAME, line, "resource name may not be empty")


def _mistake(sentence: str, line: int, told: str = "") -> ManifestApiError:
    message = sentence
    if line:
        message = words.IN_LINE.format(line=line) + message
    if told:
        message += words.KUBECTL_SAYS.format(message=told)
    return ManifestApiError(bad_request(message).status)


def _short(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "exceeded max depth"
    return " ".join(str(error).split())[:MAX_SHOWN]
