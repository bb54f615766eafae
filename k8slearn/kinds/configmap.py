"""ConfigMap. Kubernetes: pkg/registry/core/configmap/strategy.go"""

from __future__ import annotations

from k8slearn.apimachinery.field import WHOLE, Causes, invalid, too_long
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.keyed_data import (
    MAX_SIZE,
    frozen,
    size_of,
    size_of_base64,
    valid_key,
)
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.printing import Cell, age


def validate(config_map: Object) -> Causes:
    """Kubernetes: ValidateConfigMap"""
    data = config_map.get("data", {})
    binary = config_map.get("binaryData", {})
    for key in data:
        yield from valid_key("data", key)
        # Both become files of one volume, where a name stands for one file.
        if key in binary:
            yield invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
    for key in binary:
        yield from valid_key("binaryData", key)
    if size_of(data) + size_of_base64(binary) > MAX_SIZE:
        yield too_long(WHOLE, MAX_SIZE)


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateConfigMapUpdate"""
    yield from frozen(new, old, "data", "binaryData")
    # What has passed as it is needs no second look.
    if _contents(new) != _contents(old):
        yield from validate(new)


def _contents(config_map: Object) -> tuple[object, object]:
    return config_map.get("data"), config_map.get("binaryData")


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printConfigMap"""
    count = len(o.get("data", {}))
    count += len(o.get("binaryData", {}))
    return [name(o), count, age(o, now)]


CONFIG_MAP = Kind(
    "v1",
    "ConfigMap",
    create_rules=validate,
    update_rules=validate_update,
    cells=cells,
)
