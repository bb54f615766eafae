"""Selects Pods by a description: by Node, names, labels, image and state.

It is used by the scenarios of parity and of lessons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from k8slearn.apimachinery.objects import Object, is_deleting, labels
from k8slearn.apimachinery.objects import name as name_of
from k8slearn.kinds.pod.state import is_pod_ready, is_pod_terminal


def pods_of_step(pods: Iterable[Object], step: Mapping[str, Any]) -> list[Object]:
    """The Pods on the Nodes in a step's `on` that match its `which`."""
    on = step.get("on", "all")
    which = step.get("which") or {}
    found = []
    for pod in pods:
        if on != "all" and pod["spec"].get("nodeName") not in on:
            continue
        if all(_ASKED[what](pod, wanted) for what, wanted in which.items()):
            found.append(pod)
    if "count" in which:
        # The oldest ones, as the recording client chose.
        found = sorted(found, key=by_age)[: which["count"]]
    return found


def by_age(pod: Object) -> tuple[str, int]:
    """Sort key: the time of creation, then its write."""
    meta = pod["metadata"]
    return meta["creationTimestamp"], int(meta["resourceVersion"])


def _has_labels(pod: Object, wanted: Mapping[str, str]) -> bool:
    return wanted.items() <= labels(pod).items()


def _has_image(pod: Object, part: str) -> bool:
    return any(part in container["image"] for container in pod["spec"]["containers"])


def _is_running(pod: Object) -> bool:
    """Whether a Pod has neither ended nor is being deleted."""
    return not is_deleting(pod) and not is_pod_terminal(pod)


_ASKED: dict[str, Callable[[Object, Any], bool]] = {
    "names": lambda pod, names: name_of(pod) in names,
    "namespace": lambda pod, place: bool(pod["metadata"]["namespace"] == place),
    "labels": _has_labels,
    "image": _has_image,
    "bound": lambda pod, wanted: bool(pod["spec"].get("nodeName")) == wanted,
    "ready": lambda pod, wanted: is_pod_ready(pod) == wanted,
    "running": lambda pod, wanted: _is_running(pod) == wanted,
    "count": lambda pod, wanted: True,
}
