"""Secret. Kubernetes: pkg/registry/core/secret/strategy.go"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

from k8slearn.apimachinery.field import Causes, invalid, required, too_long
from k8slearn.apimachinery.json_errors import json_trouble
from k8slearn.apimachinery.objects import Object, annotations_of, name
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.filling import filled
from k8slearn.kinds.keyed_data import MAX_SIZE, frozen, size_of_base64, valid_key
from k8slearn.kinds.kind import Kind, texts_at
from k8slearn.kinds.printing import Cell, age

ACCOUNT_NAME = "kubernetes.io/service-account.name"
"""The annotation that says whose token a Secret holds."""
_REGISTRY_PASSWORDS = ("kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson")
_LOGIN = ("username", "password")
_REDACTED = "<secret contents redacted>"
# Types that somebody reads by fixed keys: the kubelet its registry passwords, an Ingress its certificate.
_REQUIRED_KEYS: dict[str, tuple[str, ...]] = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
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
    if size_of_base64(data) > MAX_SIZE:
        yield too_long("data", MAX_SIZE)
    yield from _for_its_reader(secret, data)


def _for_its_reader(secret: Object, data: dict[str, str]) -> Causes:
    kind = secret.get("type", "")
    for key in _REQUIRED_KEYS.get(kind, ()):
        if key not in data:
            yield required(f"data[{key}]")
        elif kind in _REGISTRY_PASSWORDS:
            yield from _json(data[key], f"data[{key}]")
    if kind == "kubernetes.io/service-account-token":
        if not annotations_of(secret).get(ACCOUNT_NAME):
            yield required(f"metadata.annotations[{ACCOUNT_NAME}]")
    elif kind == "kubernetes.io/ssh-auth":
        if not data.get("ssh-privatekey"):
            yield required("data[ssh-privatekey]")
    # One of the two is enough.
    elif kind == "kubernetes.io/basic-auth" and data.keys().isdisjoint(_LOGIN):
        for key in _LOGIN:
            yield required(f"data[{key}]")


def _json(encoded: str, path: str) -> Causes:
    written = b64decode(encoded).decode(errors="replace")
    try:
        json.loads(written)
    except ValueError as error:
        yield invalid(path, _REDACTED, json_trouble(written, error))
    except RecursionError:
        yield invalid(path, _REDACTED, "exceeded max depth")


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateSecretUpdate"""
    before = old.get("type", "")
    yield from meta.immutable("type", new.get("type", ""), before)
    yield from frozen(new, old, "data")
    # What has passed as it is needs no second look.
    if new.get("data") != old.get("data"):
        yield from validate(new)


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
