"""Probes: sleeping workers have the same results as probing at each tick."""

import pytest

from k8slearn.cluster import Cluster
from k8slearn.kubelet.probe_worker import ProbeWorker

SCRIPTS = (
    "run",
    "ready=after-7",
    "ready=until-25",
    "alive=until-30",
    "ready=no",
    "exit=1@12",
    "seq=1@8,run",
    "ready=after-11; term=4",
)


def probe(period, **more):
    return {
        "httpGet": {"path": "/healthz", "port": 80},
        "periodSeconds": period,
        **more,
    }


def pod(words, **probes):
    container = {"name": "main", "image": "app:1", **probes}
    metadata = {"name": "pod", "annotations": {"k8slearn/behaviour": words}}
    spec = {"containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def log_of(words, seed):
    cluster = Cluster(1, kubelet="auto", seed=seed)
    cluster.run(30)
    cluster.create(
        pod(
            words,
            readinessProbe=probe(3, failureThreshold=2, successThreshold=2),
            livenessProbe=probe(5, failureThreshold=2, successThreshold=1),
        )
    )
    cluster.run(100)
    cluster.delete("Pod", "pod")
    cluster.run(60)
    assert cluster.failures == []
    turns = cluster.control_plane.turns
    return turns, [(c.time, c.type, c.object) for c in cluster.store.log.changes]


@pytest.mark.parametrize("words", SCRIPTS)
def test_what_sleeps_sees_the_same_as_what_asks_at_each_tick(words, monkeypatch):
    turns, slept = log_of(words, seed=3)

    def asks_always(worker, container, answer, *, reached):
        worker._sleep(worker._next())

    monkeypatch.setattr(ProbeWorker, "_plan", asks_always)
    more_turns, asked = log_of(words, seed=3)
    assert slept == asked
    assert words != "run" or more_turns > turns + 40


def test_an_idle_probe_costs_nothing():
    cluster = Cluster(3, kubelet="auto", seed=1)
    cluster.create(pod("run", readinessProbe=probe(10), livenessProbe=probe(10)))
    cluster.run(60)
    assert cluster.quiet
    assert cluster.run(3600) == []


def test_a_probe_of_a_port_where_nothing_listens_is_refused():
    cluster = Cluster(1, kubelet="auto", seed=1)
    http = {"httpGet": {"path": "/healthz", "port": 9100}, "periodSeconds": 2}
    cluster.create(pod("listen=9200", readinessProbe=http))
    cluster.run(20)
    assert not cluster.get("Pod", "pod")["status"]["containerStatuses"][0]["ready"]
    told = [e["message"] for e in cluster.list("Event") if e["reason"] == "Unhealthy"]
    assert told[0].endswith(":9100: connect: connection refused")
    cluster.behave("listen=9100", pod="pod")
    cluster.run(5)
    assert cluster.get("Pod", "pod")["status"]["containerStatuses"][0]["ready"]


@pytest.mark.parametrize(
    ("handler", "ports", "told"),
    [
        (
            {"httpGet": {"port": "web"}},
            [],
            'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax',
        ),
        (
            {"tcpSocket": {"port": "web"}},
            [{"name": "metrics", "containerPort": 80}],
            'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax',
        ),
        ({"httpGet": {"port": "web"}}, [{"name": "web", "containerPort": 80}], None),
    ],
)
def test_a_port_that_no_container_names_is_asked_by_nobody(handler, ports, told):
    cluster = Cluster(1, kubelet="auto")
    given = pod("run", readinessProbe={**handler, "periodSeconds": 2})
    given["spec"]["containers"][0]["ports"] = ports
    cluster.create(given)
    cluster.run(20)
    (status,) = cluster.get("Pod", "pod")["status"]["containerStatuses"]
    assert status["ready"] == (told is None)
    events = {e["message"] for e in cluster.list("Event") if e["reason"] == "Unhealthy"}
    assert events == ({told} if told else set())


def test_a_grpc_service_says_that_it_does_not_serve():
    cluster = Cluster(1, kubelet="auto")
    cluster.create(pod("ready=no", readinessProbe={"grpc": {"port": 80}}))
    cluster.run(20)
    events = {e["message"] for e in cluster.list("Event") if e["reason"] == "Unhealthy"}
    why = 'service unhealthy (responded with "NOT_SERVING")'
    assert events == {f"Readiness probe failed: {why}"}


def test_readiness_follows_the_words_of_the_moment():
    cluster = Cluster(1, kubelet="auto", seed=1)
    cluster.create(pod("run", readinessProbe=probe(2, failureThreshold=1)))
    cluster.run(20)

    def is_ready():
        return cluster.get("Pod", "pod")["status"]["containerStatuses"][0]["ready"]

    assert is_ready()
    cluster.behave("ready=no", pod="pod")
    cluster.run(5)
    assert not is_ready()
    cluster.behave(None, pod="pod")
    cluster.run(5)
    assert is_ready()


def test_what_is_started_again_goes_on_being_probed_whatever_the_pod_s_policy():
    cluster = Cluster(1, kubelet="auto", seed=1)
    made = pod("run")
    checked = {"livenessProbe": probe(2), "readinessProbe": probe(2)}
    sidecar = {"name": "side", "image": "app:1", "restartPolicy": "Always", **checked}
    made["spec"] |= {"restartPolicy": "Never", "initContainers": [sidecar]}
    cluster.create(made)
    cluster.run(20)
    cluster.end_container("pod", "side")
    cluster.run(40)

    def seen():
        found = cluster.get("Pod", "pod")["status"]["initContainerStatuses"][0]
        return found["ready"], found["restartCount"]

    assert seen() == (True, 1)
    cluster.behave("ready=no", pod="pod")
    cluster.run(10)
    assert seen() == (False, 1)
    cluster.behave("alive=no", pod="pod")
    cluster.run(60)
    assert seen()[1] > 1


@pytest.mark.parametrize(("command", "ready"), [("true", True), ("false", False)])
def test_true_and_false_end_as_they_do_whatever_the_container_does(command, ready):
    cluster = Cluster(1, kubelet="auto", seed=3)
    words = "ready=no" if ready else "run"
    cluster.create(pod(words, readinessProbe={"exec": {"command": [command]}}))
    cluster.run(60)
    (status,) = cluster.get("Pod", "pod")["status"]["containerStatuses"]
    assert status["ready"] is ready
