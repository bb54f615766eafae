"""The containers that `kubectl debug` adds to a Pod that runs.

Kubernetes: pkg/registry/core/pod/strategy.go, podEphemeralContainersStrategy
"""

from __future__ import annotations

from dataclasses import replace

from k8slearn.apimachinery.field import Causes, forbidden
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod_template.spec import pod_spec

SUBRESOURCE = "ephemeralcontainers"
_FIELD = "ephemeralContainers"
_PATH = f"spec.{_FIELD}"


def written_part(o: Object, old: Object) -> Object:
    """The old Pod with the ephemeral containers of an update. Kubernetes: dropNonEphemeralContainerUpdates"""
    added = o.get("spec", {}).get(_FIELD, [])
    spec = {**old["spec"], _FIELD: added}
    if not added:
        del spec[_FIELD]
    return {**old, "spec": spec}


def row_of_part(row: Kind) -> Kind:
    """The row of Pods where only this part is written."""
    return replace(row, update_rules=validate)


def validate(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidatePodEphemeralContainersUpdate"""
    yield from pod_spec(new["spec"], "spec", is_pod=True)
    present = {each["name"]: each for each in new["spec"].get(_FIELD, ())}
    for before in old["spec"].get(_FIELD, ()):
        now = present.get(before["name"])
        which = f'existing ephemeral containers "{before["name"]}"'
        if now is None:
            yield forbidden(_PATH, f"{which} may not be removed\n")
        elif now != before:
            # Deviation: upstream adds what is different, as Go writes it.
            yield forbidden(_PATH, f"{which} may not be changed\n")
