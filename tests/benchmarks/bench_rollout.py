"""How long it takes to create a DaemonSet and to roll it out, how that grows with the Nodes, and the memory it needs.

Run `python -m tests.benchmarks.bench_rollout`; exit status 1 when a limit is missed. Each case runs in a process of its
own; processor seconds, the best of several rounds counts.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from typing import Any, NamedTuple

from k8slearn import Cluster
from tests.support.helpers import DS, daemon_set, rolling, status


class Case(NamedTuple):
    """So many Nodes with such a maxUnavailable; at most so many seconds to create and roll out, at most so many times
    longer a rollout than with the fewer Nodes before (None: just measured).
    """

    nodes: int
    limit: int | str
    seconds: float | None = None
    growth: float | None = None


ROUNDS = 5
"""The number of rounds, the best of which counts: other load only adds time."""
# Ten times the Nodes one by one are ten times the work; a little more is what searching among them costs.
CASES = (
    Case(100, "10%"),
    Case(1000, "10%", seconds=0.5),
    Case(5000, "10%", seconds=2.6, growth=6.5),
    Case(100, 1),
    Case(1000, 1, growth=12),
)
MOST_MEGABYTES = 500
HEAD = (
    f"{'Nodes':>6} {'maxUnavailable':>14} {'create s':>9} {'rollout s':>9} "
    f"{'growth':>7} {'writes':>7} {'peak MB':>8}"
)


def measure(nodes: int, limit: int | str) -> dict[str, float]:
    """Create and roll out once, with an instant kubelet."""
    cluster = Cluster(nodes, kubelet="instant")
    start = time.process_time()
    cluster.create(daemon_set(updateStrategy=rolling(limit)))
    cluster.run_until_quiet()
    created = time.process_time()
    cluster.set_image(DS, "agent:2")
    cluster.run_until_quiet()
    rolled = time.process_time()
    assert (
        status(cluster)["updatedNumberScheduled"]
        == status(cluster)["numberAvailable"]
        == nodes
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "create": created - start,
        "rollout": rolled - created,
        "writes": cluster.store.revision,
        "peak": peak,
    }


def apart(case: Case) -> dict[str, float]:
    """The best of several rounds, each in a fresh process."""
    command = [
        sys.executable,
        "-m",
        __spec__.name,
        json.dumps([case.nodes, case.limit]),
    ]
    rounds = [
        json.loads(
            subprocess.run(command, capture_output=True, text=True, check=True).stdout
        )
        for _ in range(ROUNDS)
    ]
    return min(rounds, key=together)


def together(figures: dict[str, float]) -> float:
    """Seconds to create and to roll out."""
    return figures["create"] + figures["rollout"]


def growth(case: Case, found: dict[Case, dict[str, float]]) -> float | None:
    """The ratio of the duration to that of the next smaller size with the same limit."""
    smaller = [
        other
        for other in found
        if other.limit == case.limit and other.nodes < case.nodes
    ]
    return found[case]["rollout"] / found[max(smaller)]["rollout"] if smaller else None


def line(case: Case, figures: dict[str, float], grown: float | None) -> str:
    """One line of the table."""
    more = f"{grown:7.1f}" if grown else " " * 7
    times = f"{figures['create']:9.2f} {figures['rollout']:9.2f}"
    return f"{case.nodes:6} {case.limit!s:>14} {times} {more} {figures['writes']:7.0f} {figures['peak']:8.0f}"


def missed(found: dict[Case, dict[str, float]]) -> list[str]:
    """The limits that were not kept."""
    complaints = []
    for case, figures in found.items():
        seconds = together(figures)
        grown = growth(case, found)
        peak = figures["peak"]
        if case.seconds is not None and seconds > case.seconds:
            complaints.append(f"{case.nodes} Nodes: {seconds:.2f} s > {case.seconds} s")
        if case.growth is not None and grown is not None and grown > case.growth:
            complaints.append(f"growth {grown:.1f} > {case.growth}")
        if peak > MOST_MEGABYTES:
            complaints.append(f"memory {peak:.0f} MB > {MOST_MEGABYTES} MB")
    return complaints


def main(arguments: list[str]) -> int:
    """Print the table; with an argument, measure one case and print its figures as JSON."""
    if arguments:
        print(json.dumps(measure(*json.loads(arguments[0]))))
        return 0
    found: dict[Case, Any] = {}
    print(HEAD)
    for case in CASES:
        found[case] = apart(case)
        print(line(case, found[case], growth(case, found)), flush=True)
    complaints = missed(found)
    print(*complaints or ["all limits kept"], sep="\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
