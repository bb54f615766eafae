"""The exercises of lesson 13."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    address_of,
    container_of,
    missing,
    node_of,
    probes_of,
    rule,
    strategy_of,
    wrong_questions,
)
from k8slearn.course.lessons.shared_rollouts import pushed_to
from k8slearn.manifests import manifest

AGENT = "agent"
PORT = 9100
SELECTOR = "app=agent"
BAD_IMAGE = "example.com/agent:2.0"
GOOD_IMAGE = "example.com/agent:1.2"
PROBE = "        {kind}: {{httpGet: {{path: /healthz, port: 9100}}, periodSeconds: {every}}}\n"
HUNG = "alive=no ready=no"
# Seconds: all tasks ask that a hung program is restarted within a minute.
NOTICED = 60.0


def probed_agent(image: str, **kinds: int) -> str:
    """The agent's manifest with probes of /healthz, each with its period."""
    text = manifest(AGENT).replace("example.com/agent:1.0", image)
    for kind, every in kinds.items():
        text += PROBE.format(kind=kind, every=every)
    return text


def restarts(attempt: Attempt) -> dict[str, int]:
    """The restarts of the agent's container on each Node."""
    counts = {}
    for pod in attempt.pods(AGENT):
        entries = pod["status"].get("containerStatuses", ())
        counts[node_of(pod)] = sum(entry["restartCount"] for entry in entries)
    return counts


def restarted(attempt: Attempt, behaviour: str, seconds: float) -> int:
    """The number of Nodes where a container is restarted within `seconds` of this behaviour."""
    later = attempt.fork()
    before = restarts(later)
    later.cluster.behave(behaviour, selector=SELECTOR)
    later.cluster.run(seconds)
    after = restarts(later)
    return sum(after[node] > count for node, count in before.items())


def renewed(attempt: Attempt, behaviour: str, seconds: float) -> Attempt:
    """A fork, `seconds` after all its Pods were deleted; the new Pods have this behaviour."""
    later = attempt.fork()
    later.cluster.behave(behaviour, selector=SELECTOR)
    for pod in later.pods(AGENT):
        later.cluster.delete_pod(pod["metadata"]["name"])
    later.cluster.run(seconds)
    return later


def reached(attempt: Attempt, image: str, behaviour: str, seconds: float) -> int:
    """The number of Nodes that a version reaches within `seconds`, ready or not."""
    later = attempt.fork()
    later.cluster.behave(None, selector=SELECTOR)
    return pushed_to(later, AGENT, image, behaviour, seconds)


# A slow start that the liveness probe takes for a hang -------------------------------------------------------

SLOW_IMAGE = "example.com/agent:1.1"
# Seconds that version 1.1 takes to start, and that it may take.
PRESENT, SLOWEST = 90, 120
# Seconds after which a program that starts fast has certainly started.
UNDER_WAY = 30


def slow_start() -> Cluster:
    """An agent that takes a minute and a half to start, and a liveness probe that gives it half a minute."""
    cluster = Cluster(nodes=3, seed=13, kubelet="auto")
    behaviour = f"alive=after-{PRESENT} ready=after-{PRESENT}"
    cluster.behave(behaviour, selector=SELECTOR)
    cluster.apply(probed_agent(SLOW_IMAGE, livenessProbe=10, readinessProbe=5))
    cluster.run(600)
    return cluster


@rule("health-slow", slow_start, wait=False)
def slow(attempt: Attempt) -> Iterator[Missing]:
    """All are ready and stay so, a start may take two minutes, and a hung program is restarted within a minute."""
    # One Node after the other: each takes its minute and a half.
    attempt.cluster.run(900)
    container = container_of(attempt.daemon_set(AGENT))
    if container["image"] != SLOW_IMAGE:
        yield missing("image", image=container["image"])
    yield from wrong_questions(container, PORT)
    if "livenessProbe" not in container:
        yield missing("no-liveness")
    if _only_tries_port(container):
        yield missing("tcp")
    if "readinessProbe" not in container:
        yield missing("no-readiness")
    ill = _ill(attempt)
    if ill:
        yield missing("restarts", nodes=ill)
    slowest = f"alive=after-{SLOWEST} ready=after-{SLOWEST}"
    killed = restarts(renewed(attempt, slowest, SLOWEST + 30))
    if any(killed.values()):
        yield missing("short", seconds=SLOWEST)
    fast = renewed(attempt, "run", UNDER_WAY)
    if restarted(fast, HUNG, NOTICED) < len(restarts(fast)):
        yield _too_late(container)


def _too_late(container: Object) -> Missing:
    """Why a hang is not noticed in time."""
    startup = container.get("startupProbe", {})
    late = startup.get("initialDelaySeconds", 0)
    # Until the startup probe has succeeded, there is no liveness probe.
    if late > UNDER_WAY:
        return missing("startup-delay", seconds=late)
    late = container["livenessProbe"].get("initialDelaySeconds")
    return missing("delay" if late else "lenient", seconds=late)


def _ill(attempt: Attempt) -> set[str]:
    """The Nodes whose agent is not ready, or was started again."""
    counts = restarts(attempt)
    homes = attempt.homes(AGENT)
    nodes = {node["metadata"]["name"] for node in attempt.cluster.list("Node")}
    return {node for node in nodes if node not in homes or counts[node]}


# A liveness probe that asks for a dependency -----------------------------------------------------------------

HEALTHZ, LIVEZ = "/healthz", "/livez"
AWAY = 600.0


def dependent() -> Cluster:
    """Six agents that have all been restarted, since their dependency was away for a minute."""
    cluster = Cluster(nodes=6, seed=13, kubelet="auto")
    image = "example.com/agent:1.0"
    cluster.apply(probed_agent(image, livenessProbe=10, readinessProbe=10))
    cluster.run(60)
    cluster.behave(HUNG, selector=SELECTOR)
    cluster.run(60)
    cluster.behave(None, selector=SELECTOR)
    cluster.run(120)
    return cluster


@rule("health-dependency", dependent)
def dependency(attempt: Attempt) -> Iterator[Missing]:
    """Without redis nothing is restarted; a hung program is; and the rollout of a version that finds no redis halts."""
    daemon_set = attempt.daemon_set(AGENT)
    container = container_of(daemon_set)
    yield from wrong_questions(container, PORT)
    for path in _paths(container).values():
        if path not in (HEALTHZ, LIVEZ, ""):
            yield missing("path", path=path)
    if strategy_of(daemon_set) == "OnDelete":
        yield missing("on-delete")
    lost = len(attempt.cluster.list("Node")) - len(attempt.homes(AGENT))
    if lost:
        yield missing("lost", count=lost)
    without_redis = _behaviour(container, (LIVEZ,))
    count = restarted(attempt, without_redis, AWAY)
    if count:
        yield missing("restarts", count=count)
    yield from _hang(attempt, container)
    at_start = _behaviour(container, (LIVEZ,), starting=True)
    count = reached(attempt, BAD_IMAGE, at_start, 300)
    if count > 1:
        yield missing("brake", count=count)


def _hang(attempt: Attempt, container: Object) -> Iterator[Missing]:
    """What is wrong if a hung program is not restarted within a minute."""
    probe = container.get("livenessProbe")
    if probe is None:
        yield missing("no-liveness")
    elif _only_tries_port(container):
        yield missing("tcp")
    elif restarted(attempt, HUNG, NOTICED) < len(restarts(attempt)):
        yield missing("slow")


def _only_tries_port(container: Object) -> bool:
    """Whether the liveness probe only opens a TCP connection, which the kernel accepts even for a hung program."""
    return not _paths(container)["livenessProbe"]


def _paths(container: Object) -> dict[str, str]:
    """The path of each probe, "" for TCP probes."""
    paths = {}
    for kind, probe in probes_of(container).items():
        address = address_of(container, probe)
        paths[kind] = address[1] if address else ""
    return paths


def _behaviour(
    container: Object, answered: tuple[str, ...], *, starting: bool = False
) -> str:
    """The behaviour of a program that answers at these paths only; with `starting`, it has not started yet."""
    silent = set()
    for kind, path in _paths(container).items():
        if path and path not in answered:
            silent.add(kind)
    # One word stands for the startup and the liveness probe: after the start only the latter is left.
    found = ["ready=no"] if "readinessProbe" in silent else []
    if "livenessProbe" in silent or (starting and "startupProbe" in silent):
        found.append("alive=no")
    return " ".join(found) or "run"


# A version that crashes late ---------------------------------------------------------------------------------

# Seconds after which versions have crashed; also the latest crash must halt the rollout.
EARLIEST, LATEST = 20, 30
CRASH = f"exit=1@{LATEST}"
PATIENCE = 600.0


def impatient() -> Cluster:
    """Six agents with a readiness probe, and a wait that is shorter than it takes to crash."""
    cluster = Cluster(nodes=6, seed=13, kubelet="auto")
    text = probed_agent("example.com/agent:1.0", readinessProbe=5)
    wait = "spec:\n  minReadySeconds: 5\n  selector"
    cluster.apply(text.replace("spec:\n  selector", wait, 1))
    cluster.run(120)
    return cluster


@rule("health-stop", impatient)
def stop(attempt: Attempt) -> Iterator[Missing]:
    """A version that crashes after half a minute stays on one Node; a good one is everywhere in ten minutes."""
    daemon_set = attempt.daemon_set(AGENT)
    if strategy_of(daemon_set) == "OnDelete":
        yield missing("on-delete")
    nodes = len(attempt.cluster.list("Node"))
    homes = len(attempt.homes(AGENT))
    if homes < nodes:
        yield missing("lost", count=nodes - homes)
    yield from wrong_questions(container_of(daemon_set), PORT)
    count = reached(attempt, BAD_IMAGE, CRASH, PATIENCE)
    if count > 1:
        yield _let_through(daemon_set, count)
    count = reached(attempt, GOOD_IMAGE, "run", PATIENCE)
    if count < nodes:
        surge = daemon_set["spec"]["updateStrategy"]["rollingUpdate"]["maxSurge"]
        yield missing("surge" if surge else "late", count=count)


def _let_through(daemon_set: Object, count: int) -> Missing:
    """Why a crashing version reached more than one Node."""
    waits = daemon_set["spec"].get("minReadySeconds", 0)
    if waits > LATEST:
        return missing("wide", count=count)
    if waits >= EARLIEST:
        return missing("close", seconds=waits, count=count)
    liveness = "livenessProbe" in container_of(daemon_set)
    return missing("liveness" if liveness else "crash", count=count)
