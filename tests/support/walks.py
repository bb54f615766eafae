"""Random walks over all actions on a cluster, for tests of invariants.

A walk is a list of (deed, number, number): plain values, so that a failing walk can be shrunk and printed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from k8slearn import ApiError, Cluster
from tests.support.helpers import DS, bare_pod, daemon_set, owned, rolling, service

Deed = tuple[str, int, int]
LIMITS = (1, 2, 3, "10%", "34%", "50%", "100%")
IMAGES = ("agent:1", "agent:2", "agent:3", "agent:4")
TAINTS = (
    "dedicated=gpu:NoSchedule",
    "dedicated=gpu:NoExecute",
    "spot:PreferNoSchedule",
)
TEMPLATE_CHANGES: tuple[Any, ...] = (
    {"nodeSelector": {"tier": "core"}},
    {"nodeSelector": None},
    {"tolerations": [{"key": "dedicated", "operator": "Exists"}]},
    {"tolerations": None},
)


def pick(things: Sequence[Any], number: int) -> Any:
    """One of several things, None when there are none."""
    return things[number % len(things)] if things else None


def node_name(cluster: Cluster, number: int) -> str:
    """The name of a Node, or of none if there is none."""
    return (
        pick([node["metadata"]["name"] for node in cluster.list("Node")], number)
        or "nowhere"
    )


def pod_of(cluster: Cluster, number: int) -> str:
    """The name of one of the DaemonSet's Pods, or of none."""
    return pick([pod["metadata"]["name"] for pod in owned(cluster)], number) or "nobody"


def template(cluster: Cluster, spec: Any) -> None:
    """Change the Pod's spec in the DaemonSet's template."""
    cluster.patch("DaemonSet", DS, {"spec": {"template": {"spec": spec}}}, type="merge")


def spec(cluster: Cluster, **fields: Any) -> None:
    """Change the DaemonSet's spec."""
    cluster.patch("DaemonSet", DS, {"spec": fields}, type="merge")


def all_pods(cluster: Cluster, state: str) -> None:
    """Set the state of all Pods, as the kubelet."""
    for pod in cluster.list("Pod"):
        cluster.become(pod["metadata"]["name"], state)


def recreate(cluster: Cluster, propagation: str) -> None:
    """Delete the DaemonSet, and create it again as soon as possible."""
    old = cluster.get("DaemonSet", DS)
    cluster.delete("DaemonSet", DS, propagation=propagation)
    cluster.settle()
    cluster.create(
        daemon_set(image=old["spec"]["template"]["spec"]["containers"][0]["image"])
    )


NODE_DEEDS: dict[str, Callable[[Cluster, int, int], Any]] = {
    "add-node": lambda c, a, b: (
        c.add_node(labels={"tier": pick(("core", "edge"), a)}) if a < 60 else None
    ),
    "remove-node": lambda c, a, b: c.remove_node(node_name(c, a)) if b < 40 else None,
    "label": lambda c, a, b: c.label(
        node_name(c, a), {"tier": pick(("core", "edge", None), b)}
    ),
    "taint": lambda c, a, b: c.taint(node_name(c, a), pick(TAINTS, b)),
    "untaint": lambda c, a, b: c.taint(
        node_name(c, a), pick(("dedicated-", "spot-"), b)
    ),
    "cordon": lambda c, a, b: c.cordon(node_name(c, a)),
    "uncordon": lambda c, a, b: c.uncordon(node_name(c, a)),
    "not-ready": lambda c, a, b: c.set_node_ready(
        node_name(c, a), pick(("False", "Unknown"), b)
    ),
    "node-ready": lambda c, a, b: c.set_node_ready(node_name(c, a)),
}
POD_DEEDS: dict[str, Callable[[Cluster, int, int], Any]] = {
    "delete-pod": lambda c, a, b: c.delete_pod(pod_of(c, a)),
    "fail-pod": lambda c, a, b: c.fail_pod(pod_of(c, a)),
    "break-pod": lambda c, a, b: c.break_pod(
        pod_of(c, a), pick(("never-ready", "crash"), b)
    ),
    "pod": lambda c, a, b: c.become(
        pod_of(c, a), pick(("ready", "unready", "succeeded", "gone"), b)
    ),
    "all-ready": lambda c, a, b: all_pods(c, "ready"),
    "all-gone": lambda c, a, b: all_pods(c, "gone"),
}
ROLLOUT_DEEDS: dict[str, Callable[[Cluster, int, int], Any]] = {
    "image": lambda c, a, b: c.set_image(DS, pick(IMAGES, a)),
    "template": lambda c, a, b: template(c, pick(TEMPLATE_CHANGES, a)),
    "min-ready": lambda c, a, b: spec(c, minReadySeconds=a % 4),
    "history": lambda c, a, b: spec(c, revisionHistoryLimit=a % 3),
    "unavailable": lambda c, a, b: spec(c, updateStrategy=rolling(pick(LIMITS, a), 0)),
}
STRATEGY_DEEDS: dict[str, Callable[[Cluster, int, int], Any]] = {
    "surge": lambda c, a, b: spec(c, updateStrategy=rolling(0, pick(LIMITS, a))),
    "on-delete": lambda c, a, b: c.set_strategy(DS, "OnDelete"),
}
OWNER_DEEDS: dict[str, Callable[[Cluster, int, int], Any]] = {
    "recreate": lambda c, a, b: recreate(c, pick(("Background", "Orphan"), a)),
    "foreground": lambda c, a, b: recreate(c, "Foreground") if a < 25 else None,
    "release": lambda c, a, b: c.patch(
        "Pod", pod_of(c, a), {"metadata": {"labels": {"app": "other"}}}, type="merge"
    ),
    "adoptable": lambda c, a, b: c.create(
        bare_pod(f"bare{a % 5}", labels={"app": DS}, nodeName=node_name(c, b))
    ),
    "stranger": lambda c, a, b: c.create(bare_pod(f"stranger{a % 5}")),
    "service": lambda c, a, b: c.create(service(publishNotReadyAddresses=bool(a % 2))),
    "second": lambda c, a, b: c.create(daemon_set("second")),
}
TIME_DEEDS: dict[str, Callable[[Cluster, int, int], Any]] = {
    "wait": lambda c, a, b: c.run(pick((0, 1, 5, 61), a)),
    "step": lambda c, a, b: [c.step() for _ in range(a % 7)],
    "quiet": lambda c, a, b: c.run_until_quiet(300),
}
DEEDS = (
    NODE_DEEDS | POD_DEEDS | ROLLOUT_DEEDS | STRATEGY_DEEDS | OWNER_DEEDS | TIME_DEEDS
)
ORDINARY = (NODE_DEEDS, POD_DEEDS, ROLLOUT_DEEDS, TIME_DEEDS)
NUMBERS = st.integers(0, 99)
KUBELETS = st.sampled_from(("auto", "instant", "manual"))
PROFILE: dict[str, Any] = {
    "deadline": None,
    "derandomize": bool(os.environ.get("CI")),
    "suppress_health_check": list(HealthCheck),
    "print_blob": True,
}


def examples(count: int) -> settings:
    """Settings for `count` examples (times MORE, an environment variable) without a deadline; in CI always the same."""
    return settings(max_examples=count * int(os.environ.get("MORE", "1")), **PROFILE)


def walks(
    *groups: dict[str, Any], least: int = 6, most: int = 30
) -> st.SearchStrategy[list[Deed]]:
    """A strategy for lists of deeds from these groups (none: all groups)."""
    names = sorted({name for group in groups or (DEEDS,) for name in group})
    return st.lists(
        st.tuples(st.sampled_from(names), NUMBERS, NUMBERS),
        min_size=least,
        max_size=most,
    )


def do(cluster: Cluster, deed: Deed) -> None:
    """Do one deed; the API server may refuse it."""
    name, a, b = deed
    with suppress(ApiError):
        DEEDS[name](cluster, a, b)


def walk(cluster: Cluster, deeds: Sequence[Deed]) -> Cluster:
    """Do all deeds; returns the cluster."""
    for deed in deeds:
        do(cluster, deed)
    return cluster


def started(
    nodes: int = 3, *, seed: int = 0, kubelet: str = "auto", **about: Any
) -> Cluster:
    """A cluster with a DaemonSet that was just created."""
    cluster = Cluster(nodes, seed=seed, kubelet=kubelet)
    cluster.create(daemon_set(**about))
    return cluster


def check_each_write(cluster: Cluster, check: Callable[[Any], Any]) -> list[str]:
    """Call `check(change)` after each write from now on; returns the list in which its complaints are collected."""
    complaints: list[str] = []

    def listen(change: Any) -> None:
        found = check(change)
        if found:
            complaints.append(f"revision {change.revision}: {found}")

    cluster.subscribe(listen)
    return complaints
