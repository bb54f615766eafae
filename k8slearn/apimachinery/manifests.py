"""Manifests as kubectl and the API server take them: one document or several, lists, or plain objects.

Each mistake is one sentence with its line, and kubectl's own message where kubectl has one.
Kubernetes: cli-runtime/pkg/resource/visitor.go, apimachinery/pkg/runtime/unstructured
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from k8slearn.apimachinery.errors import ApiError, bad_request
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.manifest_mistakes import (
    MAX_SHOWN,
    ManifestApiError,
    mistake,
    short,
)
from k8slearn.apimachinery.manifest_text import documents
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.yaml_loader import Loader, RepetitionLoader
from k8slearn.locale import apimachinery as words

_GO_NAMES = {list: "array", str: "string", bool: "bool", int: "number", float: "number"}
_NO_OBJECT = "error validating data: invalid object to validate"


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
        raise bad_request(f"error decoding YAML: {short(error)}") from None


# What a learner applies -----------------------------------------------------------------------------------------


def objects(manifest: Any) -> list[Object]:
    """The objects of a manifest: YAML text of one or several documents, an object, or a list of these.

    Lists of Kubernetes' own are taken apart. Raises ManifestApiError.
    """
    found, mistakes = readable(manifest)
    if mistakes:
        raise mistakes[0]
    return found


def readable(manifest: Any) -> tuple[list[Object], list[ApiError]]:
    """The objects of a manifest that kubectl would send, and what it says of the rest.

    What cannot be read ends the reading; an object that cannot be sent is passed over.
    """
    found: list[Object] = []
    mistakes: list[ApiError] = []
    try:
        for each in _objects(manifest):
            if isinstance(each, ManifestApiError):
                mistakes.append(each)
            else:
                found.append(each)
    except ManifestApiError as error:
        mistakes.append(error)
    if not found and not mistakes:
        mistakes.append(mistake(words.EMPTY, 0, "no objects passed to apply"))
    return found, mistakes


def _objects(manifest: Any) -> Iterator[Object | ManifestApiError]:
    if isinstance(manifest, str | bytes):
        for line, document in documents(manifest):
            yield from _apart(document, line)
        return
    try:
        plain = json.loads(json.dumps(manifest, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise mistake(words.NO_JSON, 0, short(error)) from None
    for document in plain if isinstance(plain, list) else [plain]:
        yield from _apart(document, 0)


def _apart(document: Any, line: int) -> Iterator[Object | ManifestApiError]:
    """An object, or those of a list. Kubernetes: cli-runtime/pkg/resource FlattenListVisitor."""
    _check_type(document, line)
    kind = document["kind"]
    if not kind:
        shown = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        told = f"Object 'Kind' is missing in '{shown[:MAX_SHOWN]}'"
        yield mistake(words.NO_KIND, line, told)
        return
    if kind.endswith("List") and "items" in document:
        # All of them first: a list of which one is no object is refused as a whole.
        parts = [list(_apart(item, line)) for item in _items(document, line)]
        for part in parts:
            yield from part
        return
    yield _metadata_mistake(document.get("metadata"), line) or document


def _check_type(document: Any, line: int) -> None:
    """Refuse what kubectl cannot ask the server's schema about. Kubernetes: kubectl/pkg/validation/schema.go"""
    if not isinstance(document, dict):
        raise mistake(words.NO_OBJECT, line, _NO_OBJECT)
    problems = []
    for field in ("apiVersion", "kind"):
        if document.get(field) is None:
            problems.append(f"{field} not set")
        elif not isinstance(document[field], str):
            problems.append(f"{field} isn't string type")
    if problems:
        told = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
        sentence = words.NO_KIND if "kind" in problems[-1] else words.NO_VERSION
        raise mistake(sentence, line, f"error validating data: {told}")
    version = document["apiVersion"]
    if version.count("/") > 1:
        told = f"error validating data: unexpected GroupVersion string: {version}"
        raise mistake(words.ODD_VERSION, line, told)


def _items(document: Object, line: int) -> Iterator[Any]:
    """What stands in a list: where the list says of what it is one, its objects need not.

    Kubernetes: apimachinery/pkg/apis/meta/v1/unstructured/helpers.go, decodeToList
    """
    items = document["items"]
    if not isinstance(items, list | None):
        raise mistake(words.NO_ITEMS, line, _NO_OBJECT)
    kind = document["kind"].removesuffix("List")
    for item in items or []:
        if isinstance(item, dict) and kind and not _has_type(item):
            item = {**item, "apiVersion": document["apiVersion"], "kind": kind}
        yield item


def _has_type(item: Object) -> bool:
    return bool(item.get("apiVersion") and item.get("kind"))


def _metadata_mistake(metadata: Any, line: int) -> ManifestApiError | None:
    """What is missing to ask the server for the object at all."""
    if metadata is None:
        metadata = {}
    if not isinstance(metadata, dict):
        return mistake(words.NO_METADATA, line)
    for field in ("name", "namespace", "generateName"):
        value = metadata.get(field)
        if not isinstance(value, str | None):
            sentence = words.NO_TEXT.format(field=f"metadata.{field}")
            return mistake(sentence, line, _undecodable(field, value, "string"))
    for field in ("labels", "annotations"):
        value = metadata.get(field)
        if not isinstance(value, dict | None):
            sentence = words.NO_PAIRS.format(field=f"metadata.{field}")
            told = _undecodable(field, value, "map[string]string")
            return mistake(sentence, line, told)
    if metadata.get("name"):
        return None
    prefix = metadata.get("generateName")
    if prefix:
        told = f"from {prefix}: cannot use generate name with apply"
        return mistake(words.GENERATED, line, told)
    return mistake(words.NO_NAME, line, "resource name may not be empty")


def _undecodable(field: str, value: Any, wanted: str) -> str:
    """Go's words for a value of another type. Go: encoding/json, UnmarshalTypeError"""
    given = _GO_NAMES.get(type(value), "object")
    place = f"ObjectMeta.metadata.{field}"
    return f"json: cannot unmarshal {given} into Go struct field {place} of type {wanted}"  # fmt: skip
