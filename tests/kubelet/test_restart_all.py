"""Rules that restart all containers of a Pod in its present sandbox."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.errors import ApiError
from tests.support.helpers import bare_pod


def rule(action="RestartAllContainers", operator="In", values=(42,)):
    return {
        "action": action,
        "exitCodes": {"operator": operator, "values": [*values]},
    }


def runs(name, line, **more):
    command = ["sh", "-c", line]
    return {"name": name, "image": "busybox", "command": command, **more}


def trigger(line="sleep 20; exit 42", **more):
    rules = [rule(**more)]
    return runs("trigger", line, restartPolicy="Never", restartPolicyRules=rules)


def started(*containers, seconds=35, **spec):
    cluster = Cluster(1, kubelet="auto")
    spec = {"restartPolicy": "Never", **spec}
    cluster.create(bare_pod("p", containers=[*containers], **spec))
    cluster.run(seconds)
    return cluster


def status_of(cluster):
    return cluster.get("Pod", "p")["status"]


def counts(cluster):
    status = status_of(cluster)
    entries = (*status.get("initContainerStatuses", ()), *status["containerStatuses"])
    return {entry["name"]: entry["restartCount"] for entry in entries}


def told(cluster, what):
    """The successive statuses of the Pod."""
    found = []
    for change in cluster.store.log.changes:
        if change.object["kind"] == "Pod":
            value = what(change.object["status"])
            if not found or found[-1] != value:
                found.append(value)
    return found


def restarting(status):
    for entry in status.get("conditions", ()):
        if entry["type"] == "AllContainersRestarting":
            return entry["status"], entry.get("reason"), entry.get("message")
    return None


MAIN = runs("main", "sleep 1000")
INIT = runs("init", "sleep 1")
SIDECAR = {"name": "side", "image": "app:1", "restartPolicy": "Always"}


def test_all_start_anew_where_they_were():
    cluster = started(MAIN, trigger(), seconds=45, initContainers=[INIT, SIDECAR])
    assert counts(cluster) == {"init": 1, "side": 1, "main": 1, "trigger": 1}
    status = status_of(cluster)
    ends = {e["name"]: e["lastState"]["terminated"]["exitCode"] for e in status["containerStatuses"]}  # fmt: skip
    assert ends == {"main": 137, "trigger": 42}
    assert status["podIP"] and len(told(cluster, lambda s: s.get("podIP"))) == 2
    assert told(cluster, lambda s: s.get("phase")) == ["Pending", "Running"]
    why = "container exited with restart policy rule"
    assert told(cluster, restarting) == [
        None,
        ("False", None, None),
        ("True", "RestartAllContainersStarted", why),
        ("False", None, None),
    ]


def test_who_was_initialized_stays_so():
    cluster = started(trigger(), initContainers=[INIT])
    assert counts(cluster)["init"] == 1

    def initialized(status):
        return [c["status"] for c in status.get("conditions", ()) if c["type"] == "Initialized"]  # fmt: skip

    assert told(cluster, initialized) == [[], ["False"], ["True"]]


@pytest.mark.parametrize("group", ["initContainers", "containers"])
def test_init_containers_and_sidecars_may_ask_for_it(group):
    asks = {"restartPolicyRules": [rule()]}
    if group == "containers":
        first = runs("first", "sleep 20; exit 42", restartPolicy="Always", **asks)
        cluster = started(MAIN, initContainers=[first])
        assert counts(cluster) == {"first": 1, "main": 1}
    else:
        first = runs("first", "exit 42", restartPolicy="Never", **asks)
        cluster = started(MAIN, initContainers=[first])
        assert counts(cluster)["first"] > 1 and counts(cluster)["main"] == 0


@pytest.mark.parametrize(
    ("line", "more", "restarts", "phase"),
    [
        ("sleep 20; exit 41", {}, 0, "Running"),
        ("sleep 20; exit 41", {"operator": "NotIn"}, 1, "Running"),
        ("sleep 20", {"values": (0,)}, 1, "Running"),
        # The container's own restart leaves the others alone.
        ("sleep 20; exit 42", {"action": "Restart"}, 0, "Running"),
    ],
)
def test_which_end_it_takes(line, more, restarts, phase):
    cluster = started(MAIN, trigger(line, **more))
    assert counts(cluster)["main"] == restarts
    assert status_of(cluster)["phase"] == phase


def test_a_container_alone_starts_anew_too():
    cluster = started(trigger())
    assert counts(cluster) == {"trigger": 1}
    assert told(cluster, lambda s: s.get("phase")) == ["Pending", "Running"]


def test_hooks_before_the_end_are_not_run():
    hook = {"preStop": {"sleep": {"seconds": 25}}}
    cluster = started({**MAIN, "lifecycle": hook}, trigger())
    assert counts(cluster)["main"] == 1


def test_what_goes_does_not_start_anew():
    cluster = started(MAIN, trigger(), seconds=15)
    cluster.delete_pod("p")
    cluster.run(60)
    assert not cluster.list("Pod")


def test_probes_go_on_afterwards():
    probe = {"exec": {"command": ["true"]}, "periodSeconds": 2}
    cluster = started({**MAIN, "readinessProbe": probe}, trigger(), seconds=38)
    ready = {e["name"]: e["ready"] for e in status_of(cluster)["containerStatuses"]}
    assert ready == {"main": True, "trigger": True}


def test_other_actions_there_are_not():
    with pytest.raises(ApiError) as refused:
        started(trigger(action="Reboot"))
    assert (
        'supported values: "Restart", "RestartAllContainers"' in refused.value.message
    )
