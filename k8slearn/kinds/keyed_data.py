"""What ConfigMaps and Secrets share: keys that become file names, a limit of size, and `immutable`.

Kubernetes: pkg/apis/core/validation/validation.go ValidateConfigMap, ValidateSecret
"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import Causes, follows, forbidden
from k8slearn.apimachinery.objects import Object

# core.MaxSecretSize: etcd takes no request of more than 1.5 MiB, and an object carries its metadata too.
MAX_SIZE = 1024 * 1024
_FROZEN = "field is immutable when `immutable` is set"


def valid_key(field: str, key: str) -> Causes:
    """A key of `data` or `binaryData`, as `field` says."""
    at = f"{field}[{key}]"
    yield from follows(at, key, text.config_key)


def size_of(data: dict[str, str]) -> int:
    """Bytes of all values together."""
    return sum(text.size(value) for value in data.values())


def size_of_base64(data: dict[str, str]) -> int:
    """Bytes of all values together, which are written as base64: four letters for three bytes."""
    return sum(len(text.rstrip("=")) * 3 // 4 for text in data.values())


def frozen(new: Object, old: Object, *fields: str) -> Causes:
    """The fields are fixed once `immutable` is set, and so is `immutable` itself."""
    if not old.get("immutable"):
        return
    if not new.get("immutable"):
        yield forbidden("immutable", _FROZEN)
    for field in fields:
        if new.get(field, {}) != old.get(field, {}):
            yield forbidden(field, _FROZEN)
