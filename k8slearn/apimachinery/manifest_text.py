"""The documents of a manifest's text, as kubectl reads them one after the other.

Kubernetes: apimachinery/pkg/util/yaml/decoder.go, YAMLOrJSONDecoder and YAMLReader
"""

from __future__ import annotations

import codecs
import json
import warnings
from collections.abc import Iterator
from typing import Any

import yaml

from k8slearn.apimachinery.manifest_mistakes import mistake, unreadable
from k8slearn.apimachinery.yaml_loader import ManifestLoader
from k8slearn.locale import apimachinery as words

_SEPARATOR = "---"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class RepeatedKeyWarning(UserWarning):
    """A key that stands in an object twice: kubectl takes the last one, and says nothing."""


def documents(text: str | bytes) -> Iterator[tuple[int, Any]]:
    """Each document that says something, with the line where it begins. Raises ManifestApiError."""
    for before, piece in _pieces(_decoded(text)):
        line, document = _read(piece, before)
        if document is not None:
            yield line, document


def _read(piece: str, before: int) -> tuple[int, Any]:
    """One document and the line where it begins. What stands behind its end (`...`) is not read, as in Go."""
    try:
        loader = ManifestLoader(piece)
        node = loader.get_node() if loader.check_node() else None
        if node is None:
            return 0, None
        document = loader.construct_document(node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise unreadable(error, piece, before) from None
    _warn(loader, before)
    return before + node.start_mark.line + 1, document


def _warn(loader: ManifestLoader, before: int) -> None:
    for line, key in sorted(loader.lines):
        told = RepeatedKeyWarning(words.REPEATED.format(key=key))
        warnings.warn_explicit(told, RepeatedKeyWarning, "manifest", before + line)


def _decoded(text: str | bytes) -> str:
    """A text as characters. Go: golang.org/x/text, unicode.BOMOverride; what is no UTF-8 is U+FFFD there, too."""
    if isinstance(text, str):
        return text
    if text.startswith(_UTF16):
        return text.decode("utf-16", "replace")
    return text.decode("utf-8", "replace")


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text of each document, with the number of lines before it: JSON as long as it is JSON, then YAML."""
    end = 0
    decoder = json.JSONDecoder()
    while (rest := text[end:].lstrip()).startswith("{"):
        start = len(text) - len(rest)
        try:
            end = decoder.raw_decode(text, start)[1]
        except (ValueError, RecursionError):
            break
        yield text.count("\n", 0, start), text[start:end]
    if rest:
        before = text.count("\n", 0, end)
        for number, piece in _yaml_pieces(text[end:]):
            yield before + number, piece


def _yaml_pieces(text: str) -> Iterator[tuple[int, str]]:
    """What stands between lines that begin with "---"."""
    before = 0
    lines: list[str] = []
    for number, line in enumerate(text.split("\n")):
        line = line.removesuffix("\r")
        if line.startswith(_SEPARATOR):
            rest = line.removeprefix(_SEPARATOR).strip()
            if rest and not rest.startswith("#"):
                told = f"invalid Yaml document separator: {rest}"
                raise mistake(words.NO_SEPARATOR, number + 1, told)
            if lines:
                yield before, "\n".join([*lines, ""])
                before, lines = number + 1, []
                continue
        lines.append(line)
    yield before, "\n".join(lines)
