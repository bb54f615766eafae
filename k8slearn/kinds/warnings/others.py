"""What is said of Nodes, Secrets, ServiceAccounts, RuntimeClasses, and of what definitions add.

Kubernetes: pkg/registry/core/node, secret, serviceaccount; pkg/api/node, GetWarningsForRuntimeClass;
apiextensions-apiserver pkg/registry/customresource/strategy.go
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Iterator
from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object, annotations_of
from k8slearn.kinds.metadata import FOREGROUND, ORPHAN
from k8slearn.kinds.warnings.parts import DEPRECATED_LABELS, cidr
from k8slearn.locale import kinds as words

_FINALIZERS = "metadata.finalizers"
_UNQUALIFIED = (
    "prefer a domain-qualified finalizer name including a path (/) to avoid "
    "accidental conflicts with other finalizer writers"
)
_CEL_RULES = "x-kubernetes-validations"
_MOUNTABLE = "kubernetes.io/enforce-mountable-secrets"
_SEPARATE = (
    "deprecated in v1.32+; prefer separate namespaces to isolate access to "
    "mounted secrets"
)


def node(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: nodeStrategy, fieldIsDeprecatedWarnings"""
    spec = o["spec"]
    if spec.get("externalID"):
        yield "spec.externalID: this field is deprecated, and is unused by Kubernetes"
    for place, each in enumerate(spec.get("podCIDRs") or []):
        yield from cidr(each, f"spec.podCIDRs[{place}]")


def runtime_class(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: GetWarningsForRuntimeClass"""
    for key in sorted((o.get("scheduling") or {}).get("nodeSelector") or {}):
        if key in DEPRECATED_LABELS:
            yield f"scheduling.nodeSelector: {DEPRECATED_LABELS[key]}"


def secret(o: Object, old: Object | None) -> Iterator[str]:
    """A certificate and a key that are none. Kubernetes: warningsForSecret, tls.X509KeyPair

    Deviation: of two that look like it nobody looks inside.
    """
    if o.get("type") != "kubernetes.io/tls":
        return
    for field, what in (("tls.crt", "certificate"), ("tls.key", "key")):
        if b"-----BEGIN " not in _bytes(o, field):
            yield f"tls: failed to find any PEM data in {what} input"
            return


def _bytes(o: Object, field: str) -> bytes:
    try:
        return b64decode((o.get("data") or {}).get(field, ""))
    except (NoBase64, ValueError):
        return b""


def service_account(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: serviceaccount strategy, warnIfHasEnforceMountableSecretsAnnotation"""
    before = annotations_of(old) if old is not None else {}
    if _MOUNTABLE in annotations_of(o) and _MOUNTABLE not in before:
        yield f"metadata.annotations[{_MOUNTABLE}]: {_SEPARATE}"


def definition(o: Object, old: Object | None) -> Iterator[str]:
    """Deviation: rules in CEL are not looked at, and whoever writes one is to know that."""
    if old is not None and old["spec"] == o["spec"]:
        # Who writes a label has been told.
        return
    for number, version in enumerate(o["spec"].get("versions") or ()):
        if _holds(version.get("schema"), _CEL_RULES):
            where = f"spec.versions[{number}].schema"
            yield f"{where}: {words.NO_CEL}"


def custom(o: Object, old: Object | None) -> list[str]:
    """New finalizers without a domain. Kubernetes: customResourceStrategy, generateWarningsFromObj"""
    before = old["metadata"].get("finalizers", ()) if old is not None else ()
    found = []
    for finalizer in sorted(
        set(o["metadata"].get("finalizers", ())).difference(before)
    ):
        told = list(text.label_key(finalizer))
        if "/" not in finalizer and finalizer not in (ORPHAN, FOREGROUND):
            told = [*told, _UNQUALIFIED]
        found += [f"{_FINALIZERS}: {go_quote(finalizer)}: {why}" for why in told]
    return found


def _holds(value: Any, key: str) -> bool:
    """Whether a key stands anywhere in a value."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            if key in found:
                return True
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
    return False
