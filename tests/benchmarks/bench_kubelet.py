"""What probes cost: an hour of simulated time with 1,000 Nodes whose Pods have two probes of 10 s each.

Run `python -m tests.benchmarks.bench_kubelet`; exit status 1 when a limit is missed. Processor seconds. An hour is
measured when all is well (no probe has news), and with one Node in fifty where readiness comes and goes.
"""

from __future__ import annotations

import sys
import time
from typing import Any, NamedTuple

from k8slearn import Cluster

NODES, HOUR = 1000, 3600
MOST_SECONDS = 60.0
FLAPS = "log-every=60:well; ready=until-1200"
HEAD = f"{'case':>32} {'create s':>9} {'hour s':>7} {'turns':>7} {'writes':>7}"


class Case(NamedTuple):
    """A name, whether the Pods are probed, and on how many Nodes their readiness ends after 20 minutes."""

    name: str
    probed: bool
    failing: int = 0


CASES = (
    Case("without probes", False),
    Case("probes of 10 s, all well", True),
    Case("probes of 10 s, 20 fail at 20 min", True, 20),
)


def daemon_set(probed: bool) -> dict[str, Any]:
    """A DaemonSet whose container is probed, or not."""
    container: dict[str, Any] = {"name": "agent", "image": "agent:1"}
    if probed:
        ask = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10}
        container |= {"readinessProbe": ask, "livenessProbe": ask}
    marks = {"app": "agent"}
    template = {"metadata": {"labels": marks}, "spec": {"containers": [container]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "agent"},
        "spec": {"selector": {"matchLabels": marks}, "template": template},
    }


def measure(case: Case) -> tuple[float, float, int, int]:
    """Processor seconds to create and for the hour, turns of components and writes in it."""
    cluster = Cluster(NODES, kubelet="auto")
    start = time.process_time()
    cluster.create(daemon_set(case.probed))
    cluster.run(120)
    created = time.process_time()
    assert cluster.get("DaemonSet", "agent")["status"]["numberReady"] == NODES
    for pod in cluster.list("Pod")[: case.failing]:
        cluster.behave(FLAPS, pod=pod["metadata"]["name"])
    turns, revision = cluster.control_plane.turns, cluster.store.revision
    before = time.process_time()
    cluster.run(HOUR)
    hour = time.process_time() - before
    status = cluster.get("DaemonSet", "agent")["status"]
    assert status["numberReady"] == NODES - case.failing
    more = cluster.control_plane.turns - turns, cluster.store.revision - revision
    return created - start, hour, *more


def main() -> int:
    """Measure all cases and print them."""
    print(HEAD)
    missed = 0
    for case in CASES:
        created, hour, turns, writes = measure(case)
        print(f"{case.name:>32} {created:9.2f} {hour:7.2f} {turns:7} {writes:7}")
        missed += hour > MOST_SECONDS
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
