"""What the patients of the clinic have in common: how they are made, and what is looked at when they are well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k8slearn.apimachinery.objects import (
    Object,
    controller_ref,
    is_deleting,
    name,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.course.checking import Attempt, Missing, missing
from k8slearn.kinds.pod.state import is_pod_ready


def container(named: str, image: str, cpu: str = "", **more: Any) -> Object:
    """A container, with what it asks of the CPU."""
    asks = {"resources": {"requests": {"cpu": cpu}}} if cpu else {}
    return {"name": named, "image": image, **asks, **more}


def daemon_set(
    named: str,
    *containers: Object,
    namespace: str = "default",
    pod: Object | None = None,
    **spec: Any,
) -> Object:
    """A DaemonSet whose Pods carry its name as their label."""
    marked = {"app": named}
    template = {
        "metadata": {"labels": marked},
        "spec": {"containers": list(containers), **(pod or {})},
    }
    meta = {"name": named, "namespace": namespace}
    spec = {"selector": {"matchLabels": marked}, "template": template, **spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": meta,
        "spec": spec,
    }


def change_template(
    cluster: Cluster, named: str, *containers: Object, **pod: Any
) -> None:
    """Somebody's update, and as much time as it takes to get stuck."""
    template = {"spec": {"containers": list(containers), **pod}}
    cluster.patch("DaemonSet", named, {"spec": {"template": template}})
    cluster.run_until_quiet()


def keep_tags(cluster: Cluster, repository: str, *tags: str) -> None:
    """Let a repository have these tags and no others."""
    cluster.alter(
        lambda plane: plane.kubelet.faults.tags.update({repository: tags}),
        "registry",
        repository,
    )


def pod_spec(daemon: Object) -> Object:
    """The Pods' spec in a DaemonSet's template."""
    found: Object = daemon["spec"]["template"]["spec"]
    return found


def cpu_of(daemon: Object, named: str) -> str:
    """What a container of the template asks of the CPU, '' for nothing."""
    found: Object = next(
        (c for c in pod_spec(daemon)["containers"] if c["name"] == named), {}
    )
    return str(((found.get("resources") or {}).get("requests") or {}).get("cpu", ""))


def same_patient(attempt: Attempt, named: str) -> Iterator[Missing]:
    """The DaemonSet is still there, and still the one that it was."""
    before, now = attempt.at_start("DaemonSet", named), attempt.get("DaemonSet", named)
    if now is None:
        yield missing("deleted")
    elif before is not None and uid(before) != uid(now):
        yield missing("rebuilt")


def changed(attempt: Attempt, named: str, field: str) -> bool:
    """Whether a field of a DaemonSet's spec is no longer what it was."""
    before = attempt.at_start("DaemonSet", named)
    return before is not None and before["spec"].get(field) != attempt.need(
        "DaemonSet", named
    )["spec"].get(field)


def rolled_out(attempt: Attempt, named: str) -> bool:
    """Whether every Node that is wanted has an available Pod of the present template."""
    status = attempt.need("DaemonSet", named).get("status", {})
    counts = [
        status.get(field, 0)
        for field in (
            "desiredNumberScheduled",
            "updatedNumberScheduled",
            "numberAvailable",
        )
    ]
    return len(set(counts)) == 1


def deleted_by_hand(attempt: Attempt) -> bool:
    """Whether the learner deleted Pods of a DaemonSet."""
    return any(
        change.actor == "user"
        and change.object["kind"] == "Pod"
        and controller_ref(change.object) is not None
        for change in attempt.cluster.store.log.changes
        if change.revision > attempt.since
        and (change.type == "DELETED" or is_deleting(change.object))
    )


def stuck(attempt: Attempt, named: str, otherwise: str) -> Iterator[Missing]:
    """Not rolled out: with Pods deleted by hand, or as it was found."""
    if not rolled_out(attempt, named):
        yield missing("by-hand" if deleted_by_hand(attempt) else otherwise)


def ready_on(attempt: Attempt, named: str) -> set[str]:
    """The Nodes with a ready Pod of that name or of its numbered kind, such as shop-1."""
    pods = [
        pod
        for pod in attempt.cluster.list("Pod", "default")
        if name(pod).startswith(f"{named}-")
    ]
    return {
        pod["spec"]["nodeName"]
        for pod in pods
        if is_pod_ready(pod) and not is_deleting(pod)
    }


def taints_changed(attempt: Attempt, node: str) -> bool:
    """Whether a Node that was there at the beginning has other taints now."""
    before, now = attempt.at_start("Node", node) or {}, attempt.need("Node", node)
    return bool(
        before.get("spec", {}).get("taints") != now.get("spec", {}).get("taints")
    )
