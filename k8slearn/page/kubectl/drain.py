"""`kubectl drain`: a Node is closed, its Pods are evicted, and time goes on until they are gone.

Kubernetes: kubectl/pkg/drain/{filters,drain}.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    controller_ref,
    full_name,
    name,
    namespace,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.kinds.pod.state import phase
from k8slearn.kinds.pod_template.annotations import MIRROR
from k8slearn.locale import page as words
from k8slearn.page.kubectl.changes import marked, nodes_of
from k8slearn.page.kubectl.options import Aside, Invocation, RefusedError

# A budget that never allows it would be asked for ever. Simulated seconds.
LONGEST_WAIT = 120
_RETRY = 5
_USAGE = (
    "error: USAGE: drain NODE [flags]\nSee 'kubectl drain -h' for help and examples"
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Pods that an option allows to be deleted (or, `skips`, left alone), and what is said of them."""

    option: str
    holds: Callable[[Object], bool]
    refused: str
    warned: str = ""
    skips: bool = False


def _is_daemons(pod: Object) -> bool:
    return (controller_ref(pod) or {}).get("kind") == "DaemonSet"


def _has_local_data(pod: Object) -> bool:
    return any("emptyDir" in volume for volume in pod["spec"].get("volumes", ()))


FILTERS = (
    Filter(
        "ignore-daemonsets",
        _is_daemons,
        "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)",
        "ignoring DaemonSet-managed Pods",
        skips=True,
    ),
    Filter(
        "delete-emptydir-data",
        _has_local_data,
        "Pods with local storage (use --delete-emptydir-data to override)",
    ),
    Filter(
        "force",
        lambda pod: controller_ref(pod) is None,
        "Pods that declare no controller (use --force to override)",
        "deleting Pods that declare no controller",
    ),
)


def drain(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """All Nodes are closed first, then one after the other is emptied."""
    asked.only("selector", *(each.option for each in FILTERS))
    nodes = nodes_of(cluster, asked)
    for node in nodes:
        yield marked(cluster, node, closed=True)
    for node in nodes:
        yield from _empty(cluster, asked, name(node))
        yield f"node/{name(node)} drained"


def _empty(cluster: Cluster, asked: Invocation, node: str) -> Iterator[str]:
    pods = []
    refused: dict[str, list[str]] = {}
    warned: dict[str, list[str]] = {}
    for pod in cluster.list("Pod"):
        is_here = pod["spec"].get("nodeName") == node
        if not is_here or MIRROR in annotations_of(pod):
            continue
        found = _filter_of(asked, pod)
        allowed = found is None or asked.has(found.option)
        if found is not None:
            group = warned if allowed else refused
            said = found.warned if allowed else found.refused
            group.setdefault(said, []).append(full_name(pod))
        if allowed and not (found and found.skips):
            pods.append(pod)
    if refused:
        raise RefusedError(*_refusal(node, refused))
    told = [f"{said}: {', '.join(names)}" for said, names in warned.items() if said]
    if told:
        yield Aside(f"Warning: {'; '.join(told)}")
    yield from _evict(cluster, pods)


def _filter_of(asked: Invocation, pod: Object) -> Filter | None:
    """The first that keeps it here, else the last that holds it; what has ended may always go."""
    if phase(pod) in ("Succeeded", "Failed"):
        return None
    found = None
    for each in FILTERS:
        if each.holds(pod):
            found = each
            if each.skips or not asked.has(each.option):
                break
    return found


def _refusal(node: str, refused: dict[str, list[str]]) -> list[str]:
    lines = [
        f"cannot delete {said}: {', '.join(pods)}" for said, pods in refused.items()
    ]
    together = lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]"
    return [
        f'error: unable to drain node "{node}" due to error: {together}, continuing command...',
        "There are pending nodes to be drained:",
        f" {node}",
        *lines,
    ]


def _evict(cluster: Cluster, pods: Sequence[Object]) -> Iterator[str]:
    """Ask for all at once, again and again for those that a budget keeps, until all are gone."""
    kept = list(pods)
    leaving: list[Object] = []
    end = cluster.now + LONGEST_WAIT
    while kept or leaving:
        if cluster.now >= end:
            still = words.KUBECTL_STILL_WAITS.format(seconds=LONGEST_WAIT)
            raise RefusedError(still)
        asked, kept = kept, []
        for pod in asked:
            yield Aside(f"evicting pod {full_name(pod)}")
            refusal = _refused(cluster, pod)
            if refusal:
                yield Aside(refusal)
                kept.append(pod)
            else:
                leaving.append(pod)
        again = cluster.now + _RETRY
        while leaving and cluster.now < again:
            gone = _gone(cluster, leaving)
            yield from (f"pod/{name(pod)} evicted" for pod in gone)
            leaving = [pod for pod in leaving if pod not in gone]
            cluster.step_within(again - cluster.now)
        if kept:
            cluster.run(max(again - cluster.now, 0))


def _refused(cluster: Cluster, pod: Object) -> str:
    """What is told of a Pod that its budget keeps, '' of one that goes."""
    try:
        cluster.evict(name(pod), namespace=namespace(pod))
    except ApiError as error:
        if error.code != 429:
            raise
        about = f'pods/"{name(pod)}" -n "{namespace(pod)}"'
        return f"error when evicting {about} (will retry after 5s): {error.message}"
    return ""


def _gone(cluster: Cluster, leaving: Sequence[Object]) -> list[Object]:
    present = {uid(pod) for pod in cluster.list("Pod")}
    return [pod for pod in leaving if uid(pod) not in present]
