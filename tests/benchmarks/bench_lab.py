"""How long a click in the lab takes until its picture is ready, and how large an animation is.

Run `python -m tests.benchmarks.bench_lab`; exit status 1 when a limit is missed.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from k8slearn import Cluster, Lab
from k8slearn.lab import commands
from k8slearn.lab.cards.why import WhyCard
from k8slearn.view import animate
from tests.support.fakes import DAEMON_SET, NEWER_IMAGE

LIMITS_MS = {(20, 3): 150, (500, 1): 500}
MOST_BYTES = 400_000
ROUNDS = 7
PAST_MS, PAST_ACTIONS = 100, 2000


def busy_cluster(nodes: int, sets: int) -> Cluster:
    """A cluster with a running Pod of each DaemonSet on every Node."""
    cluster = Cluster(nodes=nodes, seed=1, kubelet="instant")
    for index in range(sets):
        labels = {"app": f"set{index}"}
        template = {**DAEMON_SET["spec"]["template"], "metadata": {"labels": labels}}
        spec = {"selector": {"matchLabels": labels}, "template": template}
        cluster.apply({**DAEMON_SET, "metadata": {"name": f"set{index}"}, "spec": spec})
    cluster.run_until_quiet()
    return cluster


def timed(lab: Lab, click: Callable[[], Any]) -> float:
    """Milliseconds of the kernel from a click to the picture, with all that the panel shows."""
    start = time.perf_counter()
    click()
    lab.refresh()
    return (time.perf_counter() - start) * 1000


def clicks(lab: Lab) -> dict[str, Callable[[], Any]]:
    """What is measured; the labels differ each time."""
    counter = iter(range(10**6))

    def label() -> None:
        lab.nodes.label_text.value = f"n={next(counter)}"
        lab.nodes.set_label()

    return {
        "加一个 Node": lambda: lab.attempt(commands.add_node),
        "打标签": label,
        "cordon": lab.nodes.set_cordon,
        "一步": lab.step,
    }


def measure(nodes: int, sets: int) -> bool:
    """Print a line for each click; whether all are within the limit."""
    cluster = busy_cluster(nodes, sets)
    lab = Lab(cluster)
    lab._watcher.end()
    lab.held = True
    limit, good = LIMITS_MS[nodes, sets], True
    for name, click in clicks(lab).items():
        taken = [timed(lab, click) for _ in range(ROUNDS)]
        good &= max(taken) <= limit
        size = len(lab.picture.value) // 1000
        print(
            f"{nodes:>5} nodes {nodes * sets:>5} pods  {name:<8} median {statistics.median(taken):6.1f} ms  "
            f"worst {max(taken):6.1f} ms  limit {limit} ms  picture {size} kB"
        )
    lab.close()
    return good


def measure_animation() -> bool:
    """Print what the animation of a rolling update over 12 Nodes weighs."""
    cluster = Cluster(nodes=12, seed=1)
    cluster.apply(DAEMON_SET)
    cluster.run_until_quiet()
    since = cluster.store.revision
    cluster.set_image("filebeat-ds", NEWER_IMAGE)
    cluster.run_until_quiet()
    start = time.perf_counter()
    animation = animate(cluster, since)
    taken = time.perf_counter() - start
    parts, _ = animation._repr_mimebundle_()
    size = sum(
        len(part if isinstance(part, bytes) else part.encode())
        for part in parts.values()
    )
    frames = len(animation.captions)
    print(
        f"animation of a rolling update over 12 nodes: {frames} frames, {size / 1000:.0f} kB in {taken:.1f} s"
    )
    return size <= MOST_BYTES


def measure_past() -> bool:
    """Print how long it takes to show any past moment of a cluster of 100 Nodes with 2,000 actions behind it."""
    cluster = busy_cluster(100, 1)
    while len(cluster.actions) < PAST_ACTIONS:
        cluster.set_image("set0", f"agent:{len(cluster.actions)}")
        cluster.run_until_quiet(3600)
    lab, rng = Lab(cluster), random.Random(1)
    lab._watcher.end()
    lab.held = True
    taken = [
        cpu(lambda: (lab.playback.go_to(rng.randrange(PAST_ACTIONS)), lab.refresh()))
        for _ in range(25)
    ]
    branch = cpu(lambda: cluster.fork(len(cluster.actions) * 3 // 4))
    print(
        f"going back at 100 nodes, {len(cluster.actions)} actions: median {statistics.median(taken):.0f} ms, "
        f"worst {max(taken):.0f} ms, limit {PAST_MS} ms; a branch from there {branch:.0f} ms (CPU)"
    )
    lab.close()
    return max(taken) <= PAST_MS


def measure_why() -> bool:
    """Print how long a redraw takes at 1,000 Nodes, half-way through an update, with an old and a new Pod chosen."""
    cluster = busy_cluster(1000, 1)
    cluster.set_strategy("set0", "RollingUpdate", max_unavailable="50%")
    cluster.set_image("set0", "agent:2")
    cluster.settle()
    lab = Lab(cluster)
    lab._watcher.end()
    lab.held, good = True, True
    pods = [key for _, key in lab.pods.pod.options]
    card = lab.layout.card(WhyCard)
    for which, chosen in (("first", pods[1:9]), ("last", pods[-8:])):
        taken = [
            cpu(lambda pod=pod: (lab.select_pod(pod.name), lab.refresh()))
            for pod in chosen
        ]
        models = [with_pod(lab, pod) for pod in chosen]
        why = [cpu(lambda model=model: card.of_pod(model)) for model in models]
        good &= max(taken) <= LIMITS_MS[500, 1]
        print(
            f"another Pod chosen at 1000 nodes ({which}): {statistics.median(taken):.0f} ms with the redraw, "
            f"of which its why {statistics.median(why):.0f} ms, worst {max(why):.0f} ms (CPU)"
        )
    lab.close()
    return good


def with_pod(lab: Lab, pod: Any) -> Any:
    """The view model of now with another Pod chosen."""
    return replace(lab.model, selection=replace(lab.model.selection, pod=pod))


def cpu(call: Callable[[], Any]) -> float:
    """Milliseconds of the processor."""
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1000


def main() -> int:
    """Measure everything."""
    good = [measure(nodes, sets) for nodes, sets in LIMITS_MS]
    return 0 if all([*good, measure_past(), measure_why(), measure_animation()]) else 1


if __name__ == "__main__":
    sys.exit(main())
