"""What the containers of a Pod that runs ask for and may use, written anew.

Kubernetes: pkg/registry/core/pod/strategy.go, podResizeStrategy; pkg/apis/core/validation, ValidatePodResize
"""

from __future__ import annotations

from dataclasses import replace

from k8slearn.apimachinery.field import WHOLE, Causes, forbidden, indexed, invalid
from k8slearn.apimachinery.objects import Object, annotations_of
from k8slearn.kinds.filling import with_fields_of
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod.strategy import qos_class
from k8slearn.kinds.pod_template.annotations import MIRROR
from k8slearn.kinds.pod_template.container_lists import FROM_MANIFEST, is_sidecar
from k8slearn.kinds.pod_template.spec import pod_spec

SUBRESOURCE = "resize"
_RESIZED = ("cpu", "memory")
_SIDES = ("requests", "limits")
_SAME_QUALITY = "Pod QOS Class may not change as a result of resizing"
_ONLY = "only cpu and memory resources are mutable"
_ONLY_INIT = "only cpu and memory resources for init or sidecar containers are mutable"
_NO_RESTART = "non-sidecar init containers with a resize policy of RestartContainer cannot be resized"


def written_part(o: Object, old: Object) -> Object:
    """The old Pod with the resources of an update: nothing else of it counts. Kubernetes: dropNonResizeUpdates"""
    sent = o.get("spec", {})
    spec = with_fields_of(sent, old["spec"], "resources")
    for group in FROM_MANIFEST:
        if group in spec or group in sent:
            known = {each["name"]: each for each in spec.get(group, ())}
            spec[group] = [_resized(each, known) for each in sent.get(group, ())]
    return {**old, "spec": spec}


def _resized(sent: Object, known: dict[str, Object]) -> Object:
    # One that nobody knows is left as it was sent, for the rules to refuse.
    old = known.get(sent.get("name", ""))
    if old is None:
        return sent
    return with_fields_of(sent, old, "resources", "resizePolicy")


def row_of_part(row: Kind) -> Kind:
    """The row of Pods where only this part is written."""
    return replace(row, update_rules=validate)


def validate(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidatePodResize"""
    spec, before = new["spec"], old["spec"]
    yield from pod_spec(spec, "spec", is_pod=True)
    if MIRROR in annotations_of(old):
        yield forbidden(WHOLE, "static pods cannot be resized")
        return
    if before.get("os", {}).get("name") == "windows":
        yield forbidden(WHOLE, "windows pods cannot be resized")
        return
    if qos_class(spec) != qos_class(before):
        quality = new.get("status", {}).get("qosClass", "")
        yield invalid("spec", quality, _SAME_QUALITY)
    yield from _whole(spec.get("resources"), before.get("resources"))
    moved = [cause for group in FROM_MANIFEST for cause in _moved(spec, before, group)]
    yield from moved
    if not moved:
        yield from _containers(spec, before)


def _whole(new: Object | None, old: Object | None) -> Causes:
    """What the Pod asks for as a whole. Kubernetes: validatePodLevelResourcesResize"""
    if old and new is None:
        yield forbidden("spec.resources", "pod-level resources cannot be removed")
        return
    for side in _SIDES:
        if _removed(new, old, side):
            detail = f"pod-level resource {side} cannot be removed"
            yield forbidden(f"spec.resources.{side}", detail)
    if _others(new) != _others(old):
        yield forbidden("spec", f"{_ONLY} at pod-level")


def _moved(spec: Object, before: Object, group: str) -> Causes:
    names = [each.get("name") for each in spec.get(group, ())]
    known = [each["name"] for each in before.get(group, ())]
    if len(names) != len(known):
        detail = f"{group} may not be added or removed on resize"
        yield forbidden(f"spec.{group}", detail)
        return
    for number, (name, wanted) in enumerate(zip(names, known, strict=True)):
        if name != wanted:
            detail = f"{group} may not be renamed or reordered on resize"
            yield forbidden(f"spec.{group}[{number}].name", detail)


def _containers(spec: Object, before: Object) -> Causes:
    for group in FROM_MANIFEST:
        olds = before.get(group, ())
        for (at, new), old in zip(
            indexed(spec.get(group, []), f"spec.{group}"), olds, strict=True
        ):
            for side in _SIDES:
                if _removed(new.get("resources"), old.get("resources"), side):
                    detail = f"resource {side} cannot be removed"
                    yield forbidden(f"{at}.resources.{side}", detail)
    for new, old in zip(spec["containers"], before["containers"], strict=True):
        if _fixed(new) != _fixed(old):
            yield forbidden("spec", _ONLY)
    for number, old in enumerate(before.get("initContainers", ())):
        yield from _init(spec["initContainers"][number], old, number)


def _init(new: Object, old: Object, number: int) -> Causes:
    at = f"spec.initContainers[{number}]"
    if _fixed(new) != _fixed(old):
        yield forbidden(at, _ONLY_INIT)
    if new != old and not is_sidecar(new) and needs_restart(old, _RESIZED):
        yield forbidden(at, _NO_RESTART)


def needs_restart(container: Object, resources: tuple[str, ...]) -> bool:
    """Whether a container is started anew where one of these changes."""
    return any(
        policy["restartPolicy"] == "RestartContainer"
        and policy["resourceName"] in resources
        for policy in container.get("resizePolicy", ())
    )


def _removed(new: Object | None, old: Object | None, side: str) -> bool:
    kept = (new or {}).get(side, {})
    return any(resource not in kept for resource in (old or {}).get(side, {}))


def _fixed(container: Object) -> Object:
    """A container without what may change."""
    return {**container, "resources": _others(container.get("resources"))}


def _others(resources: Object | None) -> Object:
    found: Object = {}
    for field, value in (resources or {}).items():
        if field in _SIDES:
            value = {r: a for r, a in value.items() if r not in _RESIZED}
        if value:
            found[field] = value
    return found
