"""An object of any kind, field by field. Kubernetes: kubectl/pkg/describe/describe.go, genericDescriber"""

from __future__ import annotations

import re
from typing import Any

from k8slearn.apimachinery.gotext import go_plain
from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.page.kubectl.describe.parts import Lines, head, labels_and_annotations

_SKIPPED = ("managedFields", "name", "namespace", "labels", "annotations")
_ACRONYMS = ("API", "URL", "UID", "GUID")
# A word that begins with one capital, capitals up to the next such word, or what is no letter.
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^A-Za-z]+")


def generic(cluster: Cluster, o: Object) -> Lines:
    """What is told where nothing is known of the kind."""
    yield from head(o)
    yield from labels_and_annotations(o)
    rest = {k: v for k, v in o["metadata"].items() if k not in _SKIPPED}
    yield from _content({**o, "metadata": rest}, "")


def _content(fields: Object, indent: str) -> Lines:
    """Kubernetes: printUnstructuredContent"""
    deeper = f"{indent}  "
    for field in sorted(fields):
        value = fields[field]
        title = f"{indent}{_title(field)}:"
        if isinstance(value, dict):
            yield title
            yield from _content(value, deeper)
        elif isinstance(value, list):
            yield title
            for each in value:
                yield from _item(each, deeper)
        else:
            yield f"{title}\t{go_plain(value)}"


def _item(value: Any, indent: str) -> Lines:
    if isinstance(value, dict):
        yield from _content(value, indent)
    else:
        yield f"{indent}{go_plain(value)}"


def _title(field: str) -> str:
    """`creationTimestamp` as `Creation Timestamp`. Kubernetes: smartLabelFor"""
    if not all(char.isalpha() or char == "-" for char in field):
        return field
    words: list[str] = []
    for word in _WORD.findall(field):
        # Capitals in the plural, as the CIDRs of podCIDRs, come apart one too early.
        if words and len(words[-1]) > 1 and words[-1].isupper() and word[0].isupper():
            words[-1] += word
        else:
            words.append(word)
    return " ".join(map(_capitalized, words))


def _capitalized(word: str) -> str:
    if word.upper() in _ACRONYMS:
        return word.upper()
    return word.capitalize() if word.islower() else word
