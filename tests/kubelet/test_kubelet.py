"""The simple kubelet: by itself, with faults, and driven by hand."""

from ipaddress import ip_address
from itertools import pairwise

import pytest

from k8slearn import Cluster
from k8slearn.kinds.pod.state import is_pod_ready, phase
from k8slearn.kubelet.pace import Pace
from k8slearn.manifests import manifest
from tests.support.helpers import bare_pod, events


def pod_on(kubelet="simple", image="app:1", nodes=1, **spec):
    cluster = Cluster(nodes, kubelet=kubelet)
    cluster.create(bare_pod("p", containers=[{"name": "main", "image": image}], **spec))
    return cluster


def story(cluster, name="p"):
    """Phase and readiness of a Pod each time they changed, with the second."""
    found = []
    for change in cluster.store.log.changes:
        if change.object["kind"] == "Pod" and change.object["metadata"]["name"] == name:
            ending = "deletionTimestamp" in change.object["metadata"]
            state = (
                phase(change.object),
                is_pod_ready(change.object),
                ending,
                change.type == "DELETED",
            )
            if not found or found[-1][1] != state:
                found.append((round(change.time, 2), state))
    return found


def test_a_pod_is_pulled_and_started_and_takes_its_time():
    cluster = pod_on()
    cluster.run_until_quiet()
    [(_, pending), (at, running)] = story(cluster)
    assert pending == ("Pending", False, False, False) and running == (
        "Running",
        True,
        False,
        False,
    )
    assert 1.5 + 0.8 <= at <= 2.5 + 1.4
    assert [
        events(cluster, r) for r in ("Pulling", "Pulled", "Created", "Started")
    ] == [1, 1, 1, 1]


def test_an_image_that_is_there_is_not_pulled_again():
    cluster = pod_on()
    cluster.run_until_quiet()
    start = cluster.now
    cluster.create(bare_pod("again"))
    cluster.run_until_quiet()
    assert story(cluster, "again")[-1][0] - start <= 1.41
    assert events(cluster, "Pulling") == 1 and events(cluster, "Pulled") == 2


def test_a_deleted_pod_ends_before_it_is_gone():
    cluster = pod_on()
    cluster.run_until_quiet()
    start = cluster.now
    cluster.delete_pod("p")
    cluster.run_until_quiet()
    (marked, ending), (gone, deleted) = story(cluster)[-2:]
    assert (
        ending[2]
        and deleted[3]
        and marked == round(start, 2)
        and 1.0 <= gone - marked <= 2.0
    )
    assert events(cluster, "Killing") == 1


def test_a_pod_deleted_while_it_starts_never_runs():
    cluster = pod_on()
    cluster.run(1)
    cluster.delete_pod("p")
    cluster.run_until_quiet()
    assert (
        all(state[0] == "Pending" for _, state in story(cluster))
        and cluster.list("Pod") == []
    )


def test_instantly_means_without_time_and_without_a_word():
    cluster = pod_on("instant")
    cluster.settle()
    assert cluster.now == 0 and is_pod_ready(cluster.get("Pod", "p"))
    assert events(cluster, "Pulled") == 0


def test_by_hand_nothing_happens_by_itself():
    cluster = pod_on("manual")
    cluster.run(600)
    assert phase(cluster.get("Pod", "p")) == "Pending"


def test_a_missing_image_is_told_of():
    cluster = pod_on(image="app:does-not-exist")
    cluster.run(30)
    [container] = cluster.get("Pod", "p")["status"]["containerStatuses"]
    assert container["state"]["waiting"]["reason"] == "ImagePullBackOff"
    assert (
        phase(cluster.get("Pod", "p")) == "Pending" and events(cluster, "Failed") >= 1
    )


def test_a_pod_that_crashes_is_restarted_later_and_later():
    cluster = pod_on("instant")
    cluster.settle()
    cluster.break_pod("p", "crash")
    times = []
    for _ in range(4):
        cluster.step()
        times.append(cluster.now)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    [container] = cluster.get("Pod", "p")["status"]["containerStatuses"]
    assert gaps == sorted(gaps) and gaps[-1] > gaps[0]
    assert (
        container["state"]["waiting"]["reason"] == "CrashLoopBackOff"
        and container["restartCount"] >= 4
    )
    assert not is_pod_ready(cluster.get("Pod", "p"))


def test_a_broken_pod_is_running_and_not_ready():
    cluster = pod_on("instant")
    cluster.settle()
    cluster.break_pod("p")
    assert (phase(cluster.get("Pod", "p")), is_pod_ready(cluster.get("Pod", "p"))) == (
        "Running",
        False,
    )


READY, UNREADY = ("Running", True), ("Running", False)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["ready"], READY),
        (["unready"], UNREADY),
        (["ready", "unready", "ready"], READY),
        (["failed"], ("Failed", False)),
        (["ready", "succeeded"], ("Succeeded", False)),
        (["failed", "ready"], ("Failed", False)),
        (["gone"], ("Pending", False)),
    ],
)
def test_by_hand_pods_go_from_state_to_state(states, expected):
    cluster = pod_on("manual")
    cluster.settle()
    for state in states:
        cluster.become("p", state)
    pod = cluster.get("Pod", "p")
    assert (phase(pod), is_pod_ready(pod)) == expected


def test_only_a_pod_that_is_ending_can_be_gone_and_it_cannot_become_ready():
    cluster = pod_on("manual")
    cluster.settle()
    cluster.delete_pod("p")
    cluster.become("p", "ready")
    assert phase(cluster.get("Pod", "p")) == "Pending"
    cluster.become("p", "gone")
    assert cluster.list("Pod") == []


def test_a_pod_on_no_node_cannot_run():
    cluster = pod_on("manual", nodes=0)
    cluster.settle()
    cluster.become("p", "ready")
    assert phase(cluster.get("Pod", "p")) == "Pending"


def test_readiness_keeps_its_time_while_it_does_not_change():
    cluster = pod_on("manual")
    cluster.settle()
    times = []
    for state in ("ready", "ready", "unready", "ready"):
        cluster.become("p", state)
        [ready] = [
            c
            for c in cluster.get("Pod", "p")["status"]["conditions"]
            if c["type"] == "Ready"
        ]
        times.append(ready["lastTransitionTime"][-4:-1])
        cluster.run(5)
    assert times == [":00", ":00", ":10", ":15"]


def test_pods_get_addresses_of_their_own_or_the_node_s():
    cluster = Cluster(1, kubelet="instant")
    for name, spec in (("a", {}), ("b", {}), ("h", {"hostNetwork": True})):
        cluster.create(bare_pod(name, **spec))
    cluster.run_until_quiet()
    [node] = cluster.list("Node")
    found = {pod["metadata"]["name"]: pod["status"] for pod in cluster.list("Pod")}
    assert found["a"]["podIP"] != found["b"]["podIP"]
    assert (
        found["h"]["podIP"]
        == found["a"]["hostIP"]
        == node["status"]["addresses"][0]["address"]
    )
    assert found["a"]["podIPs"] == [{"ip": found["a"]["podIP"]}]


def test_the_pods_of_a_node_share_its_subnet():
    cluster = Cluster(11, kubelet="instant")
    cluster.apply(manifest("agent"))
    cluster.create(bare_pod("a", nodeName="node2"))
    cluster.run_until_quiet()
    addresses = {
        pod["status"]["podIP"]: pod["spec"]["nodeName"] for pod in cluster.list("Pod")
    }
    assert len(addresses) == 12
    for address, node in addresses.items():
        assert address.startswith(f"10.244.{node.removeprefix('node')}.")


def test_no_address_is_one_of_the_internet():
    cluster = Cluster(kubelet="instant")
    for node in ("node1", "node900", "gluster1", "ceph1", "compute7", "control1"):
        cluster.add_node(node)
    found = [node["status"]["addresses"][0]["address"] for node in cluster.list("Node")]
    assert all(ip_address(each).is_private for each in found)
    assert len(set(found)) == len(found)


def test_a_slow_node_takes_longer():
    quick, slow = pod_on(), pod_on()
    slow.kubelet.faults.slow["node1"] = 10.0
    for cluster in (quick, slow):
        cluster.run_until_quiet()
    assert story(slow)[-1][0] > 5 * story(quick)[-1][0]


def test_a_pod_that_was_bound_shows_that_its_container_is_being_created():
    cluster = pod_on()
    cluster.settle()
    assert str(cluster.table("pods")).splitlines()[1].split()[:3] == [
        "p",
        "0/1",
        "ContainerCreating",
    ]
    status = cluster.get("Pod", "p")["status"]
    assert (status["phase"], "podIP" in status, status["hostIP"] != "") == (
        "Pending",
        False,
        True,
    )
    held = {c["type"]: c["status"] for c in status["conditions"]}
    assert held["PodScheduled"] == held["Initialized"] == "True"
    assert held["Ready"] == held["PodReadyToStartContainers"] == "False"


def test_what_the_kubelet_does_is_a_step_of_its_own():
    cluster = pod_on()
    cluster.run_until_quiet()
    cluster.delete_pod("p")
    cluster.run_until_quiet()
    for action in cluster.actions:
        changes = cluster.store.log.changes[action.first : action.last]
        assert {change.actor == "kubelet" for change in changes} == {
            action.component == "kubelet"
        }, action


def test_a_node_may_have_a_pace_of_its_own_or_a_kubelet_that_is_silent():
    cluster = Cluster(2)
    kubelet = cluster.control_plane.kubelet
    kubelet.paces["node1"] = Pace(pull=(10, 10), start=(5, 5), stop=(7, 7))
    kubelet.faults.silent.add("node2")
    for node in ("node1", "node2"):
        cluster.create(bare_pod(node, nodeName=node))
    cluster.run_until_quiet()
    [_, (at, running)] = story(cluster, "node1")
    assert at == 15 and running[:2] == ("Running", True)
    assert story(cluster, "node2") == [(0.0, ("Pending", False, False, False))]
    cluster.delete("Pod", "node1")
    cluster.delete("Pod", "node2")
    cluster.run_until_quiet()
    assert story(cluster, "node1")[-1][0] == 22
    assert [pod["metadata"]["name"] for pod in cluster.list("Pod")] == ["node2"]


def test_a_pod_that_a_finalizer_keeps_has_ended_all_the_same():
    cluster = pod_on()
    cluster.run_until_quiet()
    hold = {"metadata": {"finalizers": ["example.com/hold"]}}
    cluster.patch("Pod", "p", hold)
    cluster.delete("Pod", "p")
    cluster.run_until_quiet()
    [pod] = cluster.list("Pod")
    assert phase(pod) == "Succeeded" and not is_pod_ready(pod)
    cluster.patch("Pod", "p", {"metadata": {"finalizers": None}})
    cluster.run_until_quiet()
    assert cluster.list("Pod") == []


@pytest.mark.parametrize(
    "pressure, priority, taken",
    [
        ("DiskPressure", 0, False),
        ("PIDPressure", 0, False),
        ("MemoryPressure", 0, False),
        ("DiskPressure", 2_000_000_000, True),
    ],
)
def test_a_node_under_pressure_takes_only_what_the_system_needs(
    pressure, priority, taken
):
    cluster = Cluster(1)
    condition = {"type": pressure, "status": "True"}
    node = cluster.get("Node", "node1")
    conditions = [
        each for each in node["status"]["conditions"] if each["type"] != pressure
    ]
    status = {**node["status"], "conditions": [*conditions, condition]}
    cluster.control_plane.kubelet.client.update_status({**node, "status": status})
    name = {"priorityClassName": "system-node-critical"} if priority else {}
    cluster.create(bare_pod("p", nodeName="node1", **name))
    cluster.run_until_quiet()
    pod = cluster.get("Pod", "p")
    assert (phase(pod) == "Running") == taken
    if not taken:
        assert phase(pod) == "Failed" and pod["status"]["reason"] == "Evicted"
        assert pressure in pod["status"]["message"]
        assert events(cluster, "Evicted") == 1
