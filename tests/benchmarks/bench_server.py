"""Requests per second over the network, beside what the model alone needs for the same, and what serving costs.

Run `python -m tests.benchmarks.bench_server`; exit status 1 when a limit is missed. Client and server are one process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from k8slearn.cluster import Cluster
from k8slearn.http import Server
from tests.conformance.kubectl_sessions import find_kubectl
from tests.support.api_client import DAEMON_SETS, PODS, daemon_set
from tests.support.http_client import ClusterServer, Wire

PODS_COUNT = 500
SECONDS = 1.5
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
MERGE = "application/merge-patch+json"
LEAST = {"get": 300.0, "list of 500 Pods as Table": 10.0, "patch": 100.0}
"""Requests per second below which the benchmark fails, well under what an idle machine of two slow cores gives."""


class Rate(NamedTuple):
    """Calls per second, over the network and of the model alone."""

    served: float
    model: float


def per_second(call: Callable[[], Any]) -> float:
    """The number of calls per second."""
    call()
    count, end = 0, time.perf_counter() + SECONDS
    start = time.perf_counter()
    while time.perf_counter() < end:
        call()
        count += 1
    return count / (time.perf_counter() - start)


def rates(server: Server) -> dict[str, Rate]:
    """The figures for get, list and patch."""
    wire, cluster = Wire(server), server.cluster
    numbers = iter(range(10**9))

    def ask(method: str, path: str, body: bytes = b"", **headers: str) -> None:
        code, _ = wire.ask(method, path, body, **headers)
        assert code == 200

    def label() -> dict[str, Any]:
        return {"metadata": {"labels": {"n": str(next(numbers))}}}

    pod = cluster.list("Pod")[0]["metadata"]["name"]
    patch = f"{DAEMON_SETS}/web"
    return {
        "get": Rate(
            per_second(lambda: ask("GET", f"{PODS}/{pod}")),
            per_second(lambda: cluster.get("Pod", pod)),
        ),
        "list of 500 Pods as Table": Rate(
            per_second(lambda: ask("GET", PODS, Accept=TABLE)),
            per_second(lambda: cluster.table("Pod", wide=True)),
        ),
        "patch": Rate(
            per_second(
                lambda: ask(
                    "PATCH", patch, json.dumps(label()).encode(), Content_Type=MERGE
                )
            ),
            per_second(
                lambda: cluster.patch("DaemonSet", "web", label(), type="merge")
            ),
        ),
    }


def milliseconds(call: Callable[[], Any]) -> float:
    """The duration of one call in milliseconds."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def start_and_stop() -> float:
    """Milliseconds to start and to stop a server, once its modules are loaded."""
    return milliseconds(lambda: ClusterServer(Cluster()).stop())


def kubectl_get(server: Server) -> float:
    """Milliseconds of a `kubectl get pods`, the process included, with its cache filled."""
    environment = {**os.environ, **server.environment}
    command = [find_kubectl(), "get", "pods"]
    subprocess.run(command, env=environment, capture_output=True, check=True)
    return milliseconds(
        lambda: subprocess.run(
            command, env=environment, capture_output=True, check=True
        )
    )


def main() -> int:
    """Print the table."""
    cluster = Cluster(PODS_COUNT, kubelet="instant")
    cluster.apply(daemon_set(updateStrategy={"type": "OnDelete"}))
    cluster.run_until_quiet()
    with ClusterServer(cluster, pace=0) as server:
        found = rates(server)
        print(f"{'requests per second':<28} {'served':>8} {'model':>9}")
        for name, rate in found.items():
            print(f"{name:<28} {rate.served:>8.0f} {rate.model:>9.0f}")
        print(f"{'kubectl get pods, ms':<28} {kubectl_get(server):>8.0f}")
    print(f"{'start and stop, ms':<28} {start_and_stop():>8.0f}")
    return int(any(found[name].served < least for name, least in LEAST.items()))


if __name__ == "__main__":
    sys.exit(main())
