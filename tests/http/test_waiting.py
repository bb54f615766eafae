"""With `pace=inf`, time goes on only for clients that wait."""

import os
import subprocess
from copy import deepcopy
from math import inf

import pytest

from k8slearn.cluster import Cluster
from k8slearn.http.api import Api
from k8slearn.http.pacing import LONGEST_WAIT, MOST_AT_ONCE, ServedTime
from k8slearn.http.waiting import PATIENCE, is_rolled_out
from tests.conformance.kubectl_sessions import find_kubectl
from tests.support.api_client import DAEMON_SETS, PODS, Client, daemon_set, events
from tests.support.helpers import bare_pod
from tests.support.http_client import ClusterServer
from tests.support.kubectl import kubectl

APPS = "/apis/apps/v1/namespaces/default/"
PLURALS = {
    "DaemonSet": "daemonsets",
    "Deployment": "deployments",
    "StatefulSet": "statefulsets",
}
ONE = {"fieldSelector": "metadata.name=web"}
KUBECTL = {"headers": {"user-agent": "kubectl/v1.36.2 (linux/amd64)"}}
NEWS = "k8slearn/behaviour"


def workload(kind, image="nginx:1", **spec):
    found = daemon_set(image=image, **spec)
    if kind != "DaemonSet":
        found["spec"]["replicas"] = 3
    if kind == "StatefulSet":
        found["spec"]["serviceName"] = "web"
    return {**found, "kind": kind}


def served(cluster, pace=inf):
    """A client of the API with a pace, without a network."""
    time = ServedTime(cluster.control_plane, pace)
    client = Client(cluster)
    client.api = Api(
        cluster.control_plane, after=time.wrote, waited_for=time.waited_for
    )
    return client


def amid(o, kubelet="simple", nodes=3):
    """A cluster in which the object was applied and runs, and a cell has begun to update it."""
    cluster = Cluster(nodes, seed=3, kubelet=kubelet)
    cluster.apply(o)
    cluster.run(300)
    newer = deepcopy(o)
    newer["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:2"
    cluster.apply(newer)
    cluster.run(1)
    return cluster


def begun(client, path, **query):
    """The objects that a watch begins with."""
    found = client.api.begin(client.watch(path, **query))
    return [o for _, o in events(found)]


@pytest.mark.parametrize("kubelet", ["simple", "auto"])
@pytest.mark.parametrize("kind", PLURALS)
def test_who_waits_for_an_update_sees_it_step_by_step_to_its_end(kind, kubelet):
    cluster = amid(workload(kind), kubelet)
    assert not is_rolled_out(cluster.get(kind, "web"))
    seen = begun(served(cluster), APPS + PLURALS[kind], **ONE)
    assert not is_rolled_out(seen[0])
    assert is_rolled_out(seen[-1]) and is_rolled_out(cluster.get(kind, "web"))
    # kubectl says a sentence for each.
    assert len(seen) > 4


@pytest.mark.parametrize("path", [PODS, DAEMON_SETS, APPS + "controllerrevisions"])
def test_kubectl_get_w_is_shown_what_happens(path):
    cluster = amid(workload("DaemonSet"))
    shown = len(begun(served(cluster), path, **KUBECTL))
    now = len(begun(served(cluster), path))
    assert is_rolled_out(cluster.get("DaemonSet", "web"))
    # Revisions are made at the start, so that nothing happens to them.
    assert (shown > now) is (path in (PODS, DAEMON_SETS))


def test_the_cache_of_a_dashboard_waits_for_nothing():
    cluster = amid(workload("DaemonSet"))
    before = cluster.now
    assert len(begun(served(cluster), DAEMON_SETS)) == 1 and cluster.now == before


@pytest.mark.parametrize("pace", [None, 0, 1.0])
def test_at_another_pace_nobody_moves_time_by_waiting(pace):
    cluster = amid(workload("DaemonSet"))
    before = cluster.now
    begun(served(cluster, pace), DAEMON_SETS, **ONE)
    assert cluster.now == before


@pytest.mark.parametrize("kubelet", ["simple", "auto"])
def test_where_an_update_is_stuck_time_goes_on_for_a_while_and_not_for_ever(kubelet):
    cluster = amid(workload("DaemonSet"), kubelet)
    cluster.set_image("web", "nginx:3-broken")
    cluster.run(60)
    before = cluster.now
    begun(served(cluster), DAEMON_SETS, **ONE)
    assert not is_rolled_out(cluster.get("DaemonSet", "web"))
    assert cluster.now - before <= 2 * MOST_AT_ONCE


def test_what_crashes_again_and_again_is_no_progress():
    crashing = workload("DaemonSet", minReadySeconds=10)
    template = crashing["spec"]["template"]
    template["metadata"]["annotations"] = {NEWS: "exit=1@5"}
    cluster = amid(crashing, "auto")
    before = cluster.now
    begun(served(cluster), DAEMON_SETS, **ONE)
    assert not is_rolled_out(cluster.get("DaemonSet", "web"))
    assert MOST_AT_ONCE / 2 < cluster.now - before < 4 * MOST_AT_ONCE < LONGEST_WAIT
    # Watching Pods does not make years pass either.
    before = cluster.now
    begun(served(cluster), PODS, **KUBECTL)
    assert cluster.now - before <= MOST_AT_ONCE


def test_a_long_update_is_followed_for_longer_than_a_write_would_be():
    cluster = amid(workload("DaemonSet", minReadySeconds=250), nodes=5)
    before = cluster.now
    seen = begun(served(cluster), DAEMON_SETS, **ONE)
    assert is_rolled_out(seen[-1]) and cluster.now - before > 2 * MOST_AT_ONCE


def test_a_rollout_that_is_done_moves_no_time_though_something_else_goes_on():
    cluster = amid(workload("DaemonSet"))
    cluster.run_until_quiet()
    cluster.create(bare_pod(nodeName="node1"))
    before = cluster.now
    assert len(begun(served(cluster), DAEMON_SETS, **ONE)) == 1
    assert cluster.now == before and not cluster.quiet


def test_who_follows_a_log_lets_its_container_come_to_its_end():
    cluster = Cluster(1, kubelet="auto")
    pod = bare_pod(nodeName="node1", restartPolicy="Never")
    pod["metadata"]["annotations"] = {NEWS: "exit=0@100"}
    cluster.create(pod)
    cluster.run(30)
    client = served(cluster)
    log = client.log("bare", follow="true")
    client.api.begin(log)
    assert log.over and cluster.get("Pod", "bare")["status"]["phase"] == "Succeeded"


def test_an_eviction_that_a_budget_refuses_lets_time_make_room():
    cluster = amid(workload("Deployment"))
    cluster.run_until_quiet()
    pods = [pod["metadata"]["name"] for pod in cluster.list("Pod")]
    about = {"selector": {"matchLabels": {"app": "web"}}, "minAvailable": 3}
    meta = {"name": "web", "namespace": "default"}
    kind = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget"}
    cluster.create({**kind, "metadata": meta, "spec": about})
    cluster.patch("Deployment", "web", {"spec": {"replicas": 4}})
    cluster.settle()
    client = served(cluster)
    path = f"{PODS}/{pods[0]}/eviction"
    evict = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {}}
    assert client.call("POST", path, evict)[0] == 429
    # As `kubectl drain` does, some seconds later: meanwhile the fourth Pod is ready.
    assert client.call("POST", path, evict)[0] == 201


def test_who_asks_again_and_again_is_not_left_waiting():
    cluster = amid(workload("DaemonSet"))
    client = served(cluster)
    before = cluster.now
    answers = [client.call("GET", DAEMON_SETS)[1] for _ in range(PATIENCE)]
    # The first reads see no progress.
    assert answers[0] == answers[-1] and cluster.now == before
    client.call("GET", DAEMON_SETS)
    assert is_rolled_out(cluster.get("DaemonSet", "web"))


def test_who_looks_around_moves_no_time():
    cluster = amid(workload("DaemonSet"))
    client = served(cluster)
    before = cluster.now
    for _ in range(PATIENCE):
        for path in (PODS, DAEMON_SETS, APPS + "controllerrevisions"):
            client.call("GET", path)
    assert cluster.now == before


def test_a_loop_of_the_shell_comes_to_its_end():
    ready = "{.status.updatedNumberScheduled}{.status.numberAvailable}"
    look = f"{find_kubectl()} get ds web -o jsonpath='{ready}'"
    loop = f'until [ "$({look})" = 33 ]; do sleep 0.1; done; echo updated'
    with ClusterServer(amid(workload("DaemonSet"), "auto"), pace=inf) as server:
        done = subprocess.run(
            ["bash", "-c", loop],
            env=os.environ | server.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.stdout == "updated\n", done


@pytest.mark.parametrize("pace", [inf, 100.0])
def test_kubectl_comes_back_from_an_update_that_a_cell_began(pace):
    with ClusterServer(amid(workload("DaemonSet"), "auto"), pace=pace) as server:
        done = kubectl(server, "rollout", "status", "ds/web", "--timeout=60s")
        assert "successfully rolled out" in done.stdout, done
        counted = "--for=jsonpath={.status.updatedNumberScheduled}=3"
        done = kubectl(server, "wait", "ds/web", counted, "--timeout=60s")
        assert done.returncode == 0, done


@pytest.mark.parametrize(
    ("command", "seconds"), [(["sleep", "3600"], 30), (["nginx"], 0)]
)
def test_kubectl_delete_waits_until_a_pod_has_ended(command, seconds):
    cluster = Cluster(1, kubelet="auto")
    one = {"name": "main", "image": "busybox:1", "command": command}
    cluster.create(bare_pod(containers=[one]))
    cluster.run(20)
    with ClusterServer(cluster, pace=100.0) as server:
        done = kubectl(server, "delete", "pod", "bare")
    assert done.returncode == 0, done
    lived = [o for o in cluster.store.log.changes if o.key[0] == "Pod"]
    marked = [o for o in lived if "deletionTimestamp" in o.object["metadata"]]
    assert lived[-1].type == "DELETED"
    assert seconds < lived[-1].time - marked[0].time < seconds + 10


@pytest.mark.parametrize(
    ("kind", "status", "done"),
    [
        ("DaemonSet", {"updatedNumberScheduled": 3, "numberAvailable": 3}, True),
        ("DaemonSet", {"updatedNumberScheduled": 3, "numberAvailable": 2}, False),
        ("DaemonSet", {"updatedNumberScheduled": 2, "numberAvailable": 3}, False),
        ("Deployment", {"updatedReplicas": 3, "availableReplicas": 3}, True),
        ("Deployment", {"updatedReplicas": 3, "availableReplicas": 2}, False),
        (
            "Deployment",
            {"replicas": 4, "updatedReplicas": 3, "availableReplicas": 4},
            False,
        ),
        ("StatefulSet", {"updatedReplicas": 3, "readyReplicas": 3}, True),
        ("StatefulSet", {"updatedReplicas": 2, "readyReplicas": 3}, False),
        ("ReplicaSet", {"replicas": 3, "readyReplicas": 3}, False),
    ],
)
def test_when_a_rollout_is_done(kind, status, done):
    o = workload(kind) | {
        "status": {"observedGeneration": 2, "desiredNumberScheduled": 3, **status}
    }
    o["metadata"]["generation"] = 2
    assert is_rolled_out(o) is done
    o["metadata"]["generation"] = 3
    assert not is_rolled_out(o)
