"""Secret. Kubernetes: pkg/registry/core/secret/strategy.go"""

from __future__ import annotations

from base64 import b64encode

from k8slearn.apimachinery.field import Causes, required, too_long
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.filling import filled
from k8slearn.kinds.keyed_data import MAX_SIZE, frozen, size_of, valid_key
from k8slearn.kinds.kind import Kind, texts_at
from k8slearn.kinds.printing import Cell, age

# Types that somebody reads by fixed keys: the kubelet its registry passwords, an Ingress its certificate.
_REQUIRED_KEYS: dict[str, tuple[str, ...]] = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}


def default(secret: Object) -> Object:
    """Kubernetes: SetDefaults_Secret, and Convert_v1_Secret_To_core_Secret: stringData is for writing alone."""
    given = secret.get("stringData")
    if given is not None:
        encoded = {key: b64encode(given[key].encode()).decode() for key in given}
        secret = {**secret, "data": {**secret.get("data", {}), **encoded}}
        del secret["stringData"]
    return filled(secret, {"type": "Opaque"})


def validate(secret: Object) -> Causes:
    """Kubernetes: ValidateSecret"""
    data = secret.get("data", {})
    for key in data:
        yield from valid_key("data", key)
    # The values are base64 here, four letters for three bytes; the limit is meant for the bytes.
    if size_of(data) * 3 // 4 > MAX_SIZE:
        yield too_long("data", MAX_SIZE)
    for key in _REQUIRED_KEYS.get(secret.get("type", ""), ()):
        if key not in data:
            yield required(f"data[{key}]")


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateSecretUpdate"""
    before = old.get("type", "")
    yield from meta.immutable("type", new.get("type", ""), before)
    yield from frozen(new, old, "data")


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printSecret"""
    return [name(o), o.get("type", ""), len(o.get("data", {})), age(o, now)]


SECRET = Kind(
    "v1",
    "Secret",
    default=default,
    create_rules=validate,
    update_rules=validate_update,
    cells=cells,
    selectable_fields=texts_at("type"),
)
