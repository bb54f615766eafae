"""Step 2 of lesson 17: the agents' resources within a budget for all Nodes, and a priority between two others."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object
from k8slearn.course.checking import (
    Attempt,
    Missing,
    memory_limit,
    missing,
    no_global_default,
    requests_of,
    rule,
)
from k8slearn.course.lessons.lesson_17_cluster import (
    AGENT,
    CLASSES,
    TRAINING,
    USED,
    placed,
)
from k8slearn.course.lessons.lesson_17_homes import lost, wanted
from k8slearn.course.lessons.shared_starts import container, pod
from k8slearn.kinds.priorityclass import HIGHEST

# For all Nodes together: the agent's first requests exceed it in CPU, and 192Mi each would in memory.
BUDGET = {"cpu": Decimal(2), "memory": Decimal(4 * 2**30)}
# The agent's use under load.
PEAK = "150Mi"


@rule("capstone-room", placed)
def room(attempt: Attempt) -> Iterator[Missing]:
    """Requests within the budget and not below the use; priority over batch work, but not over what serves users."""
    for node in TRAINING:
        # A Pod without a controller: once preempted, it does not come back.
        if attempt.get("Pod", f"train-{node}") is None:
            yield missing("train", node=node)
    for agent in attempt.sized(AGENT):
        yield from _requests(attempt, requests_of(agent))
        yield from _limit(agent)
    yield from _priority(attempt)
    yield from lost(attempt)
    yield from _when_full(attempt)


def _requests(attempt: Attempt, requests: Object) -> Iterator[Missing]:
    count = len(wanted(attempt.cluster))
    for resource, used in USED.items():
        asked = str(requests.get(resource, 0))
        if quantity.compare(asked, used) < 0:
            yield missing("too-small", resource=resource, written=asked, used=used)
        total = quantity.parse(asked).value * count
        if total > BUDGET[resource]:
            yield missing(
                "over",
                resource=resource,
                written=asked,
                count=count,
                total=_in_words(resource, total),
                budget=_in_words(resource, BUDGET[resource]),
            )


def _in_words(resource: str, amount: Decimal) -> str:
    """An amount of CPU as a number of cores, of memory in Gi."""
    if resource == "cpu":
        return f"{amount.normalize():f}"
    gibibytes = float(amount) / 2**30
    return f"{gibibytes:g}Gi"


def _limit(agent: Object) -> Iterator[Missing]:
    most = memory_limit(agent)
    if most is None:
        yield missing("unlimited")
    elif quantity.compare(most, PEAK) <= 0:
        yield missing("killed", written=most)


def _priority(attempt: Attempt) -> Iterator[Missing]:
    yield from no_global_default(attempt)
    values = {each["spec"].get("priority", 0) for each in attempt.pods(AGENT)}
    highest = max(values, default=0)
    if highest > HIGHEST:
        yield missing("system")
    if highest > CLASSES["online"]:
        yield missing("above", value=highest)
    if highest <= CLASSES["batch"]:
        yield missing("low", value=highest)


def _when_full(attempt: Attempt) -> Iterator[Missing]:
    """Two full Nodes join a fork: one with batch work, one with what serves users."""
    later = attempt.fork()
    for named in CLASSES:
        main = container("main", f"example.com/{named}:1.0", cpu="4")
        # Bound before its Node exists, so that it is there before the agent.
        full = pod(f"{named}-0", main, nodeName=named, priorityClassName=named)
        later.cluster.create(full)
        later.cluster.add_node(named)
    later.cluster.run_until_quiet()
    homes = later.homes(AGENT)
    if "batch" not in homes:
        yield missing("never")
    if "online" in homes:
        yield missing("above", value=CLASSES["online"])
