"""Logs of the present life of a container and of the one before, or the reason why there is none."""

import json

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import timestamp
from k8slearn.cluster import Cluster
from k8slearn.containers.log import life_of
from tests.support.api_client import PODS, Client


def ran(began, ended=None):
    if ended is None:
        return {"running": {"startedAt": timestamp(began)}}
    about = {"startedAt": timestamp(began), "finishedAt": timestamp(ended)}
    return {"terminated": {**about, "exitCode": 1, "reason": "Error"}}


def waits(reason):
    return {"waiting": {"reason": reason}}


def pod_of(state, last=None, **about):
    status = {"name": "c", "state": state, "lastState": last or {}, **about}
    return {"metadata": {"name": "p"}, "status": {"containerStatuses": [status]}}


LIVES = {
    "runs": (pod_of(ran(5.0)), False, (5.0, None)),
    "runs again": (pod_of(ran(9.0), ran(1.0, 4.0)), False, (9.0, None)),
    "the one before": (pod_of(ran(9.0), ran(1.0, 4.0)), True, (1.0, 4.0)),
    "has ended": (pod_of(ran(1.0, 4.0)), False, (1.0, 4.0)),
    "waits for its back-off": (
        pod_of(waits("CrashLoopBackOff"), ran(1.0, 4.0)),
        False,
        (1.0, 4.0),
    ),
    "the one before, while it waits": (
        pod_of(waits("CrashLoopBackOff"), ran(1.0, 4.0)),
        True,
        (1.0, 4.0),
    ),
}


@pytest.mark.parametrize("case", LIVES)
def test_a_life_is_found(case):
    pod, previous, expected = LIVES[case]
    life = life_of(pod, "c", previous=previous)
    assert (life.began, life.ended) == expected


START = 'container "c" in pod "p" is waiting to start: '
REFUSALS = {
    "no container yet": (
        {"metadata": {"name": "p"}, "status": {}},
        False,
        'container "c" in pod "p" is not available',
    ),
    "is made": (pod_of(waits("ContainerCreating")), False, f"{START}ContainerCreating"),
    "cannot be pulled": (
        pod_of(waits("ErrImagePull")),
        False,
        f"{START}image can't be pulled",
    ),
    "is not pulled now": (
        pod_of(waits("ImagePullBackOff")),
        False,
        f"{START}trying and failing to pull image",
    ),
    "never ended": (
        pod_of(ran(1.0)),
        True,
        'previous terminated container "c" in pod "p" not found',
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_the_kubelets_reason_is_given(case):
    pod, previous, message = REFUSALS[case]
    with pytest.raises(ApiError) as refused:
        life_of(pod, "c", previous=previous)
    assert (refused.value.code, refused.value.message) == (400, message)


@pytest.fixture
def client():
    cluster = Cluster(1, kubelet="instant")
    client = Client(cluster)
    client.post(
        PODS,
        {
            "metadata": {"name": "p"},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        },
    )
    cluster.run(100.0)
    return client


def lines(client, **options):
    return client.log("p", **options).payload().decode().splitlines()


def test_since_a_moment_or_so_many_seconds(client):
    every = lines(client, timestamps="true")
    recent = lines(client, timestamps="true", sinceSeconds="30")
    assert 0 < len(recent) < len(every)
    moment = recent[0].split()[0]
    assert lines(client, timestamps="true", sinceTime=moment) == recent


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (
            {"tailLines": -1},
            "tailLines: Invalid value: -1: must be greater than or equal to 0",
        ),
        ({"limitBytes": 0}, "limitBytes: Invalid value: 0: must be greater than 0"),
        ({"sinceSeconds": 0}, "sinceSeconds: Invalid value: 0: must be greater than 0"),
        (
            {"sinceSeconds": 1, "sinceTime": "2026-01-01T00:00:00Z"},
            "[]: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
        ),
    ],
)
def test_options_of_a_log_that_cannot_be(client, options, why):
    refused = client.log("p", **options)
    message = json.loads(refused.payload())["message"]
    assert (refused.code, message) == (422, f'PodLogOptions "p" is invalid: {why}')


def test_a_time_of_a_log_that_is_none_is_told_in_go_s_words(client):
    refused = client.log("p", sinceTime="noon")
    assert (refused.code, json.loads(refused.payload())["message"]) == (
        400,
        'parsing time "noon" as "2006-01-02T15:04:05Z07:00": cannot parse "noon" as "2006"',
    )


def test_a_followed_log_ends_with_the_life_of_its_container(client):
    log = client.log("p", follow="true")
    assert log.first() and not log.over
    client.cluster.run(30.0)
    client.cluster.fail_pod("p")
    assert log.over
    assert log.news().count(b"\n") == 3


SAID = {
    "by Kubernetes": (["/bin/echo", "$(LEVEL) $(NOPE) $$(LEVEL)"], "very $(NOPE) $(LEVEL)\n"),
    "by a shell": (["sh", "-c", "echo $LEVEL; sleep 1; echo ${LEVEL}!"], "very\nvery!\n"),
    "all": (["sh", "-c", "printenv LEVEL NAME && echo done"], "very\nbare\ndone\n"),
    "a file": (["cat", "/etc/config/a.txt", "/no"], "one\ntwo\ncat: can't open '/no': No such file or directory\n"),
    "a folder": (["ls", "/etc/config"], "a.txt\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", SAID)
def test_a_program_tells_what_it_finds_in_its_container(case):
    argv, wanted = SAID[case]
    client = Client(Cluster(1, kubelet="auto"))
    maps = PODS.replace("pods", "configmaps")
    client.post(maps, {"metadata": {"name": "m"}, "data": {"a.txt": "one\ntwo\n"}})
    named = {"fieldRef": {"fieldPath": "metadata.name"}}
    env = [{"name": "LEVEL", "value": "very"}, {"name": "NAME", "valueFrom": named}]
    mount = {"name": "v", "mountPath": "/etc/config"}
    one = {"name": "c", "image": "busybox", "command": argv, "env": env}
    volumes = [{"name": "v", "configMap": {"name": "m"}}]
    spec = {"restartPolicy": "Never", "containers": [{**one, "volumeMounts": [mount]}]}
    client.post(PODS, {"metadata": {"name": "bare"}, "spec": {**spec, "volumes": volumes}})  # fmt: skip
    client.cluster.run(20)
    assert client.get(f"{PODS}/bare")["status"]["phase"] == "Succeeded"
    assert client.log("bare").payload().decode() == wanted
    last = client.log("bare", tailLines="1").payload().decode()
    assert wanted.endswith(last) and last.count("\n") == 1
