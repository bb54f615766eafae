"""Pods from templates: the Pod that an owner's template asks for, and the short name of a template.

Kubernetes: pkg/controller/controller_utils.go
"""

from __future__ import annotations

import json

from k8slearn.apimachinery.names import SAFE_CHARACTERS
from k8slearn.apimachinery.objects import (
    Object,
    Readable,
    labels,
    name,
    namespace,
    owner_reference,
)


def pod_from_template(owner: Object, template: Object, **metadata: object) -> Object:
    """A Pod as the owner's template wants it; `metadata` are fields set besides, an empty one is left out.

    Kubernetes: GetPodFromTemplate
    """
    about = template.get("metadata", {})
    meta: Object = {
        "generateName": f"{name(owner)}-",
        "namespace": namespace(owner),
        "labels": dict(labels(template)),
        "ownerReferences": [owner_reference(owner)],
    }
    for field in ("annotations", "finalizers"):
        meta[field] = about.get(field)
    meta |= metadata
    meta = {field: value for field, value in meta.items() if value}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": meta,
        "spec": template["spec"],
    }


def template_hash(template: Readable, collisions: int = 0) -> str:
    """A short name for a template: FNV-1a over its JSON, in letters that form no words.

    The real hash runs over Go's internal form of the template, so the letters differ from a real cluster's.
    Kubernetes: ComputeHash
    """
    text = json.dumps([template, collisions], sort_keys=True)
    value = 0x811C9DC5
    # The offset and the prime of FNV-1a in 32 bits, as hash/fnv has them.
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    # Kubernetes: apimachinery pkg/util/rand, SafeEncodeString.
    count = len(SAFE_CHARACTERS)
    return "".join(SAFE_CHARACTERS[ord(digit) % count] for digit in str(value))
