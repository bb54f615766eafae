"""Step 4 of lesson 17: the agents report failures by probes, and stop without losing data."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    image_of,
    missing,
    pod_spec,
    port_of,
    rule,
)
from k8slearn.course.lessons.lesson_17_cluster import (
    AGENT,
    IMAGE,
    LEEWAY,
    not_in_service,
)
from k8slearn.course.lessons.lesson_17_history import killed
from k8slearn.course.lessons.lesson_17_homes import lost

READY = "/ready"
READY_PORT = 2020
# Seconds: a spot Node's end is announced two minutes ahead, so stopping must not take longer.
NOTICE = 120
# Seconds: long enough for all Nodes in batches, to tell slow from stuck.
LONG = 2000


@rule("capstone-health", not_in_service)
def health(attempt: Attempt) -> Iterator[Missing]:
    """A version that does nothing halts its own update, and no agent is killed while it flushes its buffer."""
    daemon_set = attempt.daemon_set(AGENT)
    yield from lost(attempt)
    yield from _brake(attempt, container_of(daemon_set))
    yield from _check_stops(attempt, daemon_set)


def _brake(attempt: Attempt, agent: Object) -> Iterator[Missing]:
    """Roll a version that does nothing out on a fork with the next step's leeway, and check that it halts."""
    fork = attempt.fork()
    trial = fork.cluster
    mute = IMAGE + "1.0-mute"
    trial.behave("ready=no", runs=mute)
    trial.set_strategy(AGENT, "RollingUpdate", max_unavailable=LEEWAY)
    trial.set_image(AGENT, mute)
    trial.run(LONG)
    count = sum(image_of(pod) == mute for pod in fork.pods(AGENT))
    if count > LEEWAY:
        key = "liveness" if agent.get("livenessProbe") else "no-probe"
        yield missing(key, count=count)
    probe = agent.get("readinessProbe") or {}
    if "tcpSocket" in probe:
        yield missing("tcp")
    asked = _probe_target(agent, probe)
    wanted = f":{READY_PORT}{READY}"
    # A command may do the same: curl -f fails for status 503.
    if asked != wanted and not ("exec" in probe and wanted in asked):
        yield missing("other", asked=asked)


def _probe_target(agent: Object, probe: Object) -> str:
    """A probe's target: an address, or a command in one line."""
    if "exec" in probe:
        return " ".join(probe["exec"]["command"])
    question = probe.get("httpGet") or {}
    return f":{port_of(agent, question)}{question.get('path', '')}"


def _check_stops(attempt: Attempt, daemon_set: Object) -> Iterator[Missing]:
    """Check how the agents stopped that an update on a fork has replaced."""
    grace = pod_spec(daemon_set)["terminationGracePeriodSeconds"]
    if grace > NOTICE:
        yield missing("too-long", seconds=grace)
    trial = attempt.cluster.fork()
    since = trial.store.revision
    trial.set_image(AGENT, IMAGE + "1.0-trial")
    trial.run_until_quiet(LONG)
    count = len(killed(trial, since))
    if count:
        hooked = "preStop" in (container_of(daemon_set).get("lifecycle") or {})
        key = "hook" if hooked else "killed"
        yield missing(key, count=count, grace=grace)
