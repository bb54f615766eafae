"""How long one redraw of the placement takes (scene, artists, encoded image), against networkx.draw of the same graph.

Run `python -m tests.benchmarks.bench_redraw`, with `memory` for the growth over 10,000 redraws; times are of the CPU,
so that a busy machine changes little. Exit status 1 when a limit is missed.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import networkx as nx
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from k8slearn import Cluster
from k8slearn.view.ink.painter import Painter
from k8slearn.view.plan.graph import placement_graph
from k8slearn.view.png import encode
from k8slearn.view.scene import Scene
from k8slearn.view.story import told_scene
from tests.support.fakes import DAEMON_SET, NEWER_IMAGE

LIMITS_MS = {20: 40, 200: 150, 1000: 400, 5000: 1000}
FASTER = 5
ROUNDS = {20: 40, 200: 25, 1000: 9, 5000: 5}
REDRAWS = 10_000
MOST_GROWTH_MB = 20


def cluster_of(nodes: int) -> Cluster:
    """A cluster in the middle of a rolling update."""
    cluster = Cluster(nodes=nodes, seed=1)
    cluster.apply(DAEMON_SET)
    cluster.run_until_quiet()
    cluster.set_strategy("filebeat-ds", "RollingUpdate", max_unavailable="20%")
    cluster.set_image("filebeat-ds", NEWER_IMAGE)
    return cluster


def stepped(cluster: Cluster) -> Scene:
    """The scene after one more action."""
    action = cluster.step()
    changes = cluster.changes(action) if action else ()
    return told_scene(cluster.store, changes, time=cluster.now)


def milliseconds(call: Callable[[], Any]) -> float:
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1000


def plain(scene: Scene) -> None:
    """The same graph as anybody would draw it: a new figure, networkx.draw, PNG."""
    graph = placement_graph(scene)
    figure = Figure(figsize=(9, 6), dpi=200)
    FigureCanvasAgg(figure)
    places = {node: (i % 40, i // 40) for i, node in enumerate(graph)}
    nx.draw(graph, places, ax=figure.add_subplot(), with_labels=True)
    figure.savefig(BytesIO(), format="png")


def measure(nodes: int) -> bool:
    """Print a line for one size; whether both limits are kept."""
    cluster, painter = cluster_of(nodes), Painter(titled=False, told=False)
    encode(painter.paint(stepped(cluster)))
    taken = [
        milliseconds(lambda: encode(painter.paint(stepped(cluster))))
        for _ in range(ROUNDS[nodes])
    ]
    usual = statistics.median(
        milliseconds(lambda: plain(stepped(cluster))) for _ in range(2)
    )
    ours, limit = statistics.median(taken), LIMITS_MS[nodes]
    print(
        f"{nodes:>5} nodes  one redraw median {ours:6.1f} ms, worst {max(taken):6.1f} ms (limit {limit} ms)  "
        f"networkx.draw {usual:7.1f} ms = {usual / ours:.0f} times"
    )
    return max(taken) <= limit and usual >= FASTER * ours


def resident_mb() -> float:
    """The memory this process holds, from Linux' own books."""
    line = next(
        x
        for x in Path("/proc/self/status").read_text().splitlines()
        if x.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1000


def measure_memory() -> bool:
    """Redraw two scenes in turn, 10,000 times, and say how the memory grew after the first thousand."""
    cluster, painter = cluster_of(20), Painter(titled=False, told=False, scale=1.0)
    scenes = [stepped(cluster) for _ in range(40)]
    for count in range(REDRAWS + 1):
        if count == REDRAWS // 10:
            before = resident_mb()
        encode(painter.paint(scenes[count % len(scenes)]))
    growth = resident_mb() - before
    print(
        f"memory after {REDRAWS} redraws: {resident_mb():.0f} MB, {growth:+.1f} MB since the first thousand"
    )
    return growth <= MOST_GROWTH_MB


def main() -> int:
    """Measure what was asked for."""
    if sys.argv[1:] == ["memory"]:
        return 0 if measure_memory() else 1
    return 0 if all([measure(nodes) for nodes in LIMITS_MS]) else 1


if __name__ == "__main__":
    sys.exit(main())
