"""ControllerRevision: a past template of a DaemonSet. Kubernetes: pkg/registry/apps/controllerrevision/strategy.go"""

from __future__ import annotations

from k8slearn.apimachinery.field import Causes, not_negative, required
from k8slearn.apimachinery.objects import Object, controller_ref, name
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.printing import NONE, Cell, age
from k8slearn.kinds.types import AnyControllerRevision


def validate(revision: Object) -> Causes:
    """Kubernetes: ValidateControllerRevisionCreate"""
    data = revision.get("data")
    if data is None:
        yield required("data", "data is mandatory")
    elif not isinstance(data, dict):
        yield required("data", "data must be a valid JSON object")
    yield from not_negative("revision", revision.get("revision"))


def validate_update(new: Object, old: Object) -> Causes:
    """Its data never changes, since a roll back relies on it. Kubernetes: ValidateControllerRevisionUpdate"""
    yield from validate(new)
    yield from meta.immutable("data", new.get("data"), old.get("data"))


def _controller(revision: AnyControllerRevision) -> str:
    """`daemonset.apps/NAME`. Kubernetes: formatResourceName"""
    owner = controller_ref(revision)
    if owner is None:
        return NONE
    kind = owner["kind"].lower()
    group = owner["apiVersion"].rpartition("/")[0]
    if group:
        kind = f"{kind}.{group}"
    return f"{kind}/{owner['name']}"


def cells(o: AnyControllerRevision, now: float) -> list[Cell]:
    """Kubernetes: printControllerRevision"""
    return [name(o), _controller(o), int(o.get("revision", 0)), age(o, now)]


CONTROLLER_REVISION = Kind(
    "apps/v1",
    "ControllerRevision",
    create_rules=validate,
    update_rules=validate_update,
    cells=cells,
)
