"""Writes by the subresource `resize` of a Pod, by upstream's own tables."""

import copy

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import PODS, Client

ASKS = {
    "requests": {"cpu": "100m", "memory": "100Mi"},
    "limits": {"cpu": "200m", "memory": "200Mi"},
}
ONLY = "only cpu and memory resources are mutable"
SAME = "Pod QOS Class may not change as a result of resizing"


def container(name="c", image="app:1", **resources):
    return {"name": name, "image": image, "resources": resources}


def pod(*containers, **spec):
    found = copy.deepcopy([*containers]) or [container(**copy.deepcopy(ASKS))]
    return {"metadata": {"name": "p"}, "spec": {"containers": found, **spec}}


def resized(patch, before=None, kind="strategic", nodes=1):
    client = Client(Cluster(nodes, kubelet="manual"))
    client.post(PODS, before or pod())
    client.cluster.run_until_quiet()
    return client, *client.patch(f"{PODS}/p/resize", patch, kind)


def asking(name="c", **resources):
    return {"spec": {"containers": [{"name": name, "resources": resources}]}}


def test_what_a_container_asks_for_changes_and_nothing_else():
    patch = asking(requests={"cpu": "150m"}, limits={"memory": "300Mi"})
    patch["spec"]["containers"][0]["image"] = "other:2"
    patch["metadata"] = {"labels": {"a": "b"}}
    client, code, found = resized(patch)
    assert code == 200 and found["metadata"]["generation"] == 2
    (changed,) = client.get(f"{PODS}/p")["spec"]["containers"]
    assert changed["image"] == "app:1" and "labels" not in found["metadata"]
    assert changed["resources"] == {
        "requests": {"cpu": "150m", "memory": "100Mi"},
        "limits": {"cpu": "200m", "memory": "300Mi"},
    }
    shown = client.get(f"{PODS}/p/resize")
    assert shown["kind"] == "Pod" and shown["spec"]["containers"] == [changed]
    owners = {e.get("subresource") for e in found["metadata"]["managedFields"]}
    assert "resize" in owners


def test_the_pod_itself_takes_no_such_change():
    client, *_ = resized(asking())
    code, status = client.patch(f"{PODS}/p", asking(requests={"cpu": "150m"}))
    assert code == 422 and "pod updates may not change fields" in status["message"]


OTHER = {"spec": {"containers": [{"name": "new", "image": "a:1"}]}}
AT = "spec.containers[0].resources"
NO_LIMIT = pod(container(requests={"cpu": "1", "memory": "1Gi"}))
INIT = container("i", requests={"cpu": "10m"})
FIRST = {"spec": {"initContainers": [{"name": "i", "resources": {"requests": {"cpu": "20m"}}}]}}  # fmt: skip


@pytest.mark.parametrize(
    ("patch", "before"),
    [
        (asking(requests={"memory": "50Mi"}), None),
        (asking(limits={"memory": "100Mi"}), None),
        (asking("s", requests={"cpu": "20m"}), pod(container("s", requests={"cpu": "1"}))),
        (FIRST, pod(initContainers=[INIT])),
        ({"spec": {"resources": {"requests": {"cpu": "1"}}}}, pod(resources={"requests": {"cpu": "500m"}})),
    ],
)  # fmt: skip
def test_what_is_let_in(patch, before):
    _, code, found = resized(patch, before)
    assert code == 200, found


@pytest.mark.parametrize(
    ("patch", "before", "why"),
    [
        (asking(requests={"cpu": "300m"}), None, "must be less than or equal to cpu limit of 200m"),
        (asking(requests={"cpu": None}), NO_LIMIT, f"{AT}.requests: Forbidden: resource requests cannot be removed"),
        (asking(limits={"memory": None}), None, f"{AT}.limits: Forbidden: resource limits cannot be removed"),
        (asking(requests=None), pod(container(requests={"cpu": "1"})), "resource requests cannot be removed"),
        (asking(requests={"cpu": "200m", "memory": "200Mi"}), None, f'spec: Invalid value: "Burstable": {SAME}'),
        (asking(requests={"cpu": "1"}), pod(container()), f'spec: Invalid value: "BestEffort": {SAME}'),
        (asking(requests={"ephemeral-storage": "1Gi"}), None, f"spec: Forbidden: {ONLY}"),
        (OTHER, None, "containers may not be added or removed on resize"),
    ],
)  # fmt: skip
def test_what_is_refused(patch, before, why):
    _, code, status = resized(patch, before)
    assert code == 422 and why in status["message"], status


def test_the_order_of_containers_stays():
    both = pod(container("a", requests={"cpu": "1"}), container("b"))
    client, *_ = resized({}, both)
    sent = client.get(f"{PODS}/p")
    sent["spec"]["containers"].reverse()
    code, status = client.call("PUT", f"{PODS}/p/resize", sent)
    why = "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize"
    assert code == 422 and why in status["message"]


def test_nobody_gets_more_than_the_node_has():
    big = {"cpu": "99", "memory": "99Gi"}
    before = {**NO_LIMIT, "spec": {**NO_LIMIT["spec"], "nodeName": "node1"}}
    _, code, status = resized(asking(requests=big), before)
    assert code == 403 and status["message"] == (
        'pods "p" is forbidden: node didn\'t have enough allocatable resources: '
        "cpu, requested: 99000, allocatable: 4000; memory, requested: 106300440576, allocatable: 8589934592"
    )


def test_a_quota_and_a_range_hold_here_too():
    client, *_ = resized({}, pod(nodeName="node1"))
    place = "/api/v1/namespaces/default"
    quota = {"metadata": {"name": "q"}, "spec": {"hard": {"requests.cpu": "300m"}}}
    most = {"limits": [{"type": "Container", "max": {"cpu": "250m"}}]}
    client.post(f"{place}/resourcequotas", quota)
    client.post(f"{place}/limitranges", {"metadata": {"name": "r"}, "spec": most})
    client.cluster.run(5)
    wide = {"cpu": "280m"}
    code, status = client.patch(f"{PODS}/p/resize", asking(limits=wide))
    assert code == 403 and "maximum cpu usage per Container is 250m" in status["message"]  # fmt: skip
    client.call("DELETE", f"{place}/limitranges/r")
    wide = {"cpu": "400m"}
    sent = asking(requests=wide, limits={"cpu": "500m"})
    code, status = client.patch(f"{PODS}/p/resize", sent)
    assert code == 403 and "exceeded quota: q" in status["message"]
    code, _ = client.patch(f"{PODS}/p/resize", asking(requests={"cpu": "200m"}))
    assert code == 200
    client.cluster.run(5)
    used = client.get(f"{place}/resourcequotas/q")["status"]["used"]
    assert used == {"requests.cpu": "200m"}
