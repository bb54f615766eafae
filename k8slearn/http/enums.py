"""What the real API says about the values of some fields: the one thing that neither the facts nor a package have.

`kubectl explain` shows it. The texts are data: `enums.yaml` beside this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import yaml


@cache
def _explained() -> dict[str, dict[str, str]]:
    """The texts of each value, by the field's name or by "Struct.field"."""
    source = files("k8slearn.http") / "enums.yaml"
    found = {}
    for entry in yaml.safe_load(source.read_text(encoding="utf-8")):
        # Fields whose Go type is the same share its sentences.
        for field in entry["of"]:
            found[field] = entry["texts"]
    return found


def described(field: str, values: Iterable[str]) -> str:
    """The paragraph on the values of "Struct.field". Kubernetes: kube-openapi pkg/generators/enum.go"""
    name = field.partition(".")[2]
    explained = _explained()
    texts = explained.get(field) or explained.get(name, {})
    lines = ["Possible enum values:"]
    for value in values:
        text = texts.get(value, "")
        # Not every value is explained, and the line then ends with its name.
        lines.append(f' - `"{value}"` {text}'.rstrip())
    return "\n".join(lines)
