"""What the kinds that run Pods from a template share: selector, template, counts and their columns.

Kubernetes: pkg/apis/apps/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.errors import Cause
from k8slearn.apimachinery.field import (
    NIL,
    Causes,
    forbidden,
    invalid,
    not_negative,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object, Readable
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.filling import filled
from k8slearn.kinds.pod_template.annotations import pod_annotations
from k8slearn.kinds.pod_template.spec import pod_template
from k8slearn.kinds.printing import Cell, selector_text

MISMATCH = "`selector` does not match template `labels`"


def replicas_of(owner: Readable) -> int:
    """spec.replicas, of which the default is 1."""
    return int(owner["spec"].get("replicas", 1))


def selector_given(
    selector: Object | None,
    path: str,
    empty: str,
    unreadable: str = "invalid label selector",
) -> Causes:
    """A selector that must be there and select something; `empty` is whose selector the refusal names."""
    if selector is None:
        yield required(path)
        return
    causes = list(meta.label_selector(selector, path))
    yield from causes
    if not selector:
        yield invalid(path, {}, f"empty selector is invalid for {empty}")
    if causes:
        yield invalid(path, meta.selector_value(selector), unreadable)


def selector_stays(new: Object, old: Object) -> Causes:
    """A selector never changes. Kubernetes: the ValidateUpdate of their strategies"""
    selector = new["spec"].get("selector", {})
    if selector != old["spec"].get("selector", {}):
        yield from meta.immutable("spec.selector", meta.selector_value(selector), None)


def strategy_defaults(strategy: Object, rolling: Object) -> Object:
    """A strategy as it is written: RollingUpdate where nothing is said, completed by `rolling`."""
    strategy = filled(strategy, {"type": "RollingUpdate"})
    if strategy["type"] != "RollingUpdate":
        return strategy
    given = strategy.get("rollingUpdate", {})
    return {**strategy, "rollingUpdate": {**rolling, **given}}


def template_selected(selector: Object | None, template: Object, path: str) -> Causes:
    """A template whose Pods the selector takes: none takes no Pods, an empty one all."""
    labels = template.get("metadata", {}).get("labels")
    if selector is None or not selector_matches(selector, labels or {}):
        yield mismatch(labels, path)


def is_unreadable(selector: Object | None) -> bool:
    """Whether upstream makes no selector of it, and looks no further at whom it selects."""
    return any(meta.label_selector(selector, ""))


def mismatch(labels: dict[str, str] | None, path: str) -> Cause:
    """Labels of a template at `path` that its selector does not take."""
    shown = NIL
    if labels is not None:
        shown = dict(sorted(labels.items()))
    return invalid(f"{path}.metadata.labels", shown, MISMATCH)


def template_that_stays(
    selector: Object | None, template: Object, path: str, kind: str
) -> Causes:
    """A template whose Pods never end for good. Kubernetes: ValidatePodTemplateSpecForReplicaSet"""
    if is_unreadable(selector):
        return
    yield from template_selected(selector, template, path)
    yield from pod_template(template, path)
    yield from stays(template, path, kind)


def template_with_claims(
    selector: Object | None, template: Object, path: str, kind: str
) -> Causes:
    """A template that volumes are added to: its spec is looked at when its Pods are.

    Kubernetes: ValidatePodTemplateSpecForStatefulSet
    """
    if not is_unreadable(selector):
        yield from template_selected(selector, template, path)
        yield from _template_metadata(template, path)
    yield from stays(template, path, kind)


def _template_metadata(template: Object, path: str) -> Causes:
    metadata = template.get("metadata", {})
    annotations = metadata.get("annotations", {})
    yield from meta.labels(metadata.get("labels", {}), f"{path}.labels")
    yield from meta.annotation_keys(annotations, f"{path}.annotations")
    spec = template.get("spec", {})
    yield from pod_annotations(annotations, spec, f"{path}.annotations")


def stays(template: Object, path: str, kind: str) -> Causes:
    """What would let the Pods of a template end for good."""
    pod = template.get("spec", {})
    policy = pod.get("restartPolicy", "")
    if policy != "Always":
        yield not_supported(f"{path}.spec.restartPolicy", policy, ("Always",))
    if "activeDeadlineSeconds" in pod:
        detail = f"activeDeadlineSeconds in {kind} is not Supported"
        yield forbidden(f"{path}.spec.activeDeadlineSeconds", detail)


def counts(o: Object, path: str, fields: Iterable[str]) -> Causes:
    """Numbers that may not be below zero, one after the other."""
    for field in fields:
        yield from not_negative(f"{path}.{field}", o.get(field))


def parts_of_all(
    status: Object, fields: Iterable[str], ready: str = "readyReplicas"
) -> Causes:
    """Counts of a status that are part of others; a refusal calls one of them `ready`.

    Kubernetes: ValidateReplicaSetStatus
    """
    for field in fields:
        yield from _not_above(status, field, "replicas", "status.replicas")
    yield from _not_above(status, "availableReplicas", "readyReplicas", ready)


def _not_above(status: Object, field: str, bound: str, shown: str) -> Causes:
    count = status.get(field, 0)
    if count > status.get(bound, 0):
        yield invalid(f"status.{field}", count, f"cannot be greater than {shown}")


def strategy_value(strategy: Object, rolling: Object) -> Object:
    """A strategy as Go prints its struct; `rolling` has the limits there are, as they are where none is given."""
    return {
        "Type": strategy.get("type", ""),
        "RollingUpdate": rolling_value(strategy.get("rollingUpdate"), rolling),
    }


def rolling_value(given: Object | None, rolling: Object) -> Object | None:
    """The limits of a strategy as Go prints its struct."""
    if given is None:
        return None
    # Upstream's own structs have no names for JSON: its fields' names begin with capitals.
    return {
        field[0].upper() + field[1:]: given.get(field, unset)
        for field, unset in rolling.items()
    }


def collisions(new: Object, old: Object) -> Causes:
    """A count of collisions that only grows: a name once tried is never tried again."""
    count = new.get("status", {}).get("collisionCount", 0)
    if count < old.get("status", {}).get("collisionCount", 0):
        yield invalid("status.collisionCount", count, "cannot be decremented")


def container_cells(template: Readable) -> list[Cell]:
    """The wide columns CONTAINERS and IMAGES. Kubernetes: layoutContainerCells"""
    containers = template["spec"]["containers"]
    return [
        ",".join(container["name"] for container in containers),
        ",".join(container.get("image", "") for container in containers),
    ]


def selector_cell(o: Readable) -> Cell:
    """The wide column SELECTOR."""
    return selector_text(o["spec"].get("selector"))


def of_wanted(o: Readable, field: str) -> Cell:
    """`2/3`: how many of the replicas a field of the status counts."""
    present = o.get("status", {}).get(field, 0)
    return f"{present}/{o['spec'].get('replicas', 0)}"
