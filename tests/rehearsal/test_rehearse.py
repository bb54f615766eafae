"""Rehearsals of the model's own clusters."""

import json

import pytest

from k8slearn import Cluster
from k8slearn.kubelet.pace import Pace
from k8slearn.rehearsal import Choice, RehearsalError, rehearse
from k8slearn.rehearsal.stuck import pressures_on
from tests.support.helpers import daemon_set, rolling, running

IMAGE = "ds/agent=agent:2"
ZONE = "topology.kubernetes.io/zone"


PACE = Pace((4, 4), (2, 2), (3, 3))


def cluster_of(nodes=6, **about):
    """A cluster in three zones with a running DaemonSet."""
    cluster = Cluster(0)
    for number in range(nodes):
        cluster.add_node(f"n{number}", labels={ZONE: "abc"[number % 3]})
        cluster.control_plane.kubelet.paces[f"n{number}"] = PACE
    cluster.apply(daemon_set(**about))
    cluster.run_until_quiet()
    return cluster


def silence(cluster, node):
    """Make a Node's kubelet silent, with the consequences."""
    cluster.set_node_ready(node, "Unknown")
    cluster.control_plane.kubelet.faults.silent.add(node)
    cluster.run_until_quiet()


@pytest.fixture(scope="module")
def compared():
    """Three limits and a surge, on a cluster where stopping was seen."""
    cluster = cluster_of()
    patch = {"containers": [{"name": "main", "image": "agent:1b"}]}
    cluster.patch("DaemonSet", "agent", {"spec": {"template": {"spec": patch}}})
    cluster.run_until_quiet()
    before = cluster.store.revision
    made = rehearse(cluster, image=IMAGE, limits=["1", "3", "50%", "surge=2"])
    assert cluster.store.revision == before
    return made


def test_each_limit_is_timed_and_counted(compared):
    one, three, half, surge = compared.results
    # 3 to stop, 4 to pull, 2 to start, on six Nodes one after the other.
    assert one.quick <= 54 <= one.slow and one.usual == pytest.approx(54, rel=0.25)
    assert three.usual == pytest.approx(one.usual / 3, rel=0.3)
    assert [each.most_away for each in compared.results] == [1, 3, 3, 0]
    assert all(each.complete and each.replaced == 6 for each in compared.results)
    assert half.number == 3 and half.draws == three.draws
    assert one.worst_in_one_zone == 1 and three.worst_in_one_zone == 2
    assert sum(three.most_in_zones.values()) >= 3
    assert one.longest[1] >= one.spell > 5
    assert surge.most_in_one_zone == ("", 0) and surge.longest == ("", 0.0)


def test_it_says_what_a_version_costs_that_cannot_run(compared):
    one, three, _, surge = compared.results
    for cost in (one.bad_image, one.never_ready):
        assert cost.away == 1 and len(cost.nodes) == 1 and cost.after < one.slow
        # The old image is there: stopping and starting is all.
        assert cost.undo == pytest.approx(5, abs=4)
    assert three.bad_image.away == three.never_ready.away == 3
    assert surge.bad_image.away == surge.never_ready.away == 0


def test_the_same_seed_says_the_same():
    cluster = cluster_of(3)
    first, again = [rehearse(cluster, image=IMAGE, limits=["1"]) for _ in range(2)]
    other = rehearse(cluster, image=IMAGE, limits=["1"], seed=5)
    assert first.results == again.results != other.results


def test_a_silent_node_stops_what_has_no_room_for_it_and_is_named():
    cluster = cluster_of()
    silence(cluster, "n4")
    made = rehearse(cluster, image=IMAGE, limits=["1", "2"])
    one, two = made.results
    assert not one.complete and [each.node for each in one.stuck] == ["n4"]
    assert one.stuck[0].zone == "b" and "没有应答" in one.stuck[0].reasons[0]
    stands = one.standstill
    assert stands.held_up == 5 - one.replaced and "n4" in "".join(stands.round)
    assert two.complete and made.facts.silent == ("n4",)
    assert any("maxUnavailable 提高到 2" in each.text for each in stands.remedies)
    assert "kubectl patch ds agent" in str(made) and "在克隆的集群里试过" in str(made)


def press(cluster, node, kind):
    node = cluster.get("Node", node)
    conditions = [
        {**each, "status": "True"} if each["type"] == kind else each
        for each in node["status"]["conditions"]
    ]
    status = {**node["status"], "conditions": conditions}
    cluster.control_plane.kubelet.client.update_status({**node, "status": status})


def test_only_a_pressure_for_which_the_kubelet_refuses_a_daemon_is_a_reason():
    cluster = cluster_of()
    press(cluster, "n1", "MemoryPressure")
    press(cluster, "n2", "PIDPressure")
    agent = cluster.get("DaemonSet", "agent")
    assert pressures_on(cluster, agent, "n0") == ""
    assert pressures_on(cluster, agent, "n1") == ""
    assert pressures_on(cluster, agent, "n2") == "PIDPressure"
    press(cluster, "n1", "DiskPressure")
    assert pressures_on(cluster, agent, "n1") == "MemoryPressure、DiskPressure"


@pytest.mark.parametrize("its_class", ["system-node-critical", "nobody-made-it"])
def test_no_pressure_keeps_out_what_is_critical_or_never_comes(its_class):
    cluster = cluster_of()
    press(cluster, "n2", "PIDPressure")
    made = daemon_set(pod={"priorityClassName": its_class})
    assert pressures_on(cluster, made, "n2") == ""


def test_a_node_under_pressure_refuses_every_pod_and_is_named():
    cluster = cluster_of()
    press(cluster, "n4", "DiskPressure")
    [pod] = [p for p in cluster.list("Pod") if p["spec"]["nodeName"] == "n4"]
    cluster.fail_pod(pod["metadata"]["name"])
    cluster.run(600)
    made = rehearse(cluster, image=IMAGE, limits=["1", "2"])
    one, two = made.results
    assert made.facts.away_before == ("n4",)
    assert not one.complete and one.replaced == 0 and not one.goes_round
    assert [each.node for each in one.stuck] == ["n4"]
    assert "DiskPressure" in one.stuck[0].reasons[0]
    # With room for one more, all others are replaced.
    assert not two.complete and two.goes_round and two.replaced == 5
    assert "除了 n4，都能换完" in str(made)


def test_a_node_without_room_for_the_new_version_is_named_with_the_numbers():
    cluster = cluster_of(3)
    cluster.fill_node("n1")
    wish = {"requests": {"cpu": "100m"}}
    container = {"name": "main", "image": "agent:2", "resources": wish}
    wanted = daemon_set(pod={"containers": [container]})
    [one] = rehearse(cluster, apply=json.dumps(wanted), limits=["1"]).results
    assert not one.complete and [each.node for each in one.stuck] == ["n1"]
    assert "100m" in "".join(one.stuck[0].reasons)


def test_a_version_that_the_quota_refuses_is_told_with_the_refusal():
    cluster = cluster_of(3)
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "few"},
        "spec": {"hard": {"pods": "3"}},
    }
    cluster.apply(quota)
    cluster.run_until_quiet()
    cluster.patch("ResourceQuota", "few", {"spec": {"hard": {"pods": "2"}}})
    cluster.run_until_quiet()
    [one] = rehearse(cluster, image=IMAGE, limits=["1"]).results
    assert not one.complete and one.most_away == 1
    assert "few" in "".join(one.stuck[0].reasons)


def test_a_manifest_brings_its_own_strategy_nodes_and_probes():
    cluster = cluster_of(4)
    cluster.patch("Node", "n3", {"metadata": {"labels": {"role": "edge"}}})
    probe = {"httpGet": {"port": 80}, "initialDelaySeconds": 40}
    container = {"name": "main", "image": "agent:2", "readinessProbe": probe}
    affinity = {"key": "role", "operator": "DoesNotExist"}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [affinity]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": terms}
    pod = {"containers": [container], "affinity": {"nodeAffinity": required}}
    wanted = daemon_set(pod=pod, updateStrategy=rolling(2))
    made = rehearse(cluster, apply=json.dumps(wanted))
    assert made.asked == (Choice(2), Choice(1)) and made.facts.nodes == 3
    [two, one] = made.results
    assert one.complete and one.replaced == one.desired == 3
    # Three Nodes one after the other, each ready after forty seconds at the earliest.
    assert one.quick >= 120 and two.quick < one.quick
    ready = {each.phase: each for each in made.facts.basis}["ready"]
    assert (ready.count, ready.quick, ready.slow) == (0, 40, 60)


def test_whoever_ends_slowly_does_not_stand_still():
    cluster = cluster_of(2, pod={"terminationGracePeriodSeconds": 3600})
    [one] = rehearse(cluster, image=IMAGE, limits=["1"]).results
    assert one.complete and one.slow > 7200


def test_a_surge_stands_still_where_both_pods_want_the_same_port():
    ports = [{"containerPort": 80, "hostPort": 80}]
    container = {"name": "main", "image": "agent:1", "ports": ports}
    cluster = cluster_of(3, pod={"containers": [container]})
    [surge, one] = rehearse(cluster, image=IMAGE, limits=["surge=1", "1"]).results
    assert one.complete and not surge.complete and surge.most_away == 0
    assert "80" in "".join(surge.stuck[0].reasons)


def test_kubelets_that_do_all_that_real_ones_do_are_rehearsed_as_a_dump_of_them():
    cluster = running(3, kubelet="auto")
    cluster.run(60)
    revision = cluster.store.revision
    [one] = rehearse(cluster, image=IMAGE, limits=["1"]).results
    assert one.complete and one.replaced == 3
    assert cluster.store.revision == revision


def test_on_delete_is_somebody_who_deletes_one_by_one():
    cluster = cluster_of(4, updateStrategy={"type": "OnDelete"})
    with pytest.raises(RehearsalError, match="OnDelete"):
        rehearse(cluster, image=IMAGE)
    [by_hand, one] = rehearse(cluster, image=IMAGE, limits=["on-delete", "1"]).results
    assert by_hand.complete and by_hand.replaced == 4 and by_hand.most_away == 1
    assert by_hand.usual == pytest.approx(one.usual, rel=0.3)
    assert by_hand.never_ready.away == 1


def test_an_unchanged_template_replaces_nobody():
    made = rehearse(cluster_of(3), image="ds/agent=agent:1", limits=["1"])
    assert not made.facts.changed
    assert made.results[0].slow == made.results[0].most_away == 0


def test_min_ready_seconds_are_waited_for():
    def usual(**about):
        return rehearse(cluster_of(3, **about), image=IMAGE, limits=["1"]).results[0]

    assert usual(minReadySeconds=30).usual >= usual().usual + 85


def test_ctrl_c_keeps_what_is_done():
    def after_two(done, runs, name):
        assert runs == 24 and name == f"maxUnavailable {done // 8 + 1}"
        if done == 17:
            raise KeyboardInterrupt

    limits = ["1", "2", "3"]
    made = rehearse(cluster_of(3), image=IMAGE, limits=limits, progress=after_two)
    assert made.interrupted and [each.number for each in made.results] == [1, 2]
    assert "maxUnavailable 3" in str(made) and "中断" in str(made)


def test_a_lab_can_open_on_the_moment_after_the_change():
    made = rehearse(cluster_of(3), image=IMAGE, limits=["2"])
    cluster = made.cluster("2")
    changed = cluster.get("DaemonSet", "agent")
    assert changed["spec"]["updateStrategy"] == rolling(2, 0)
    cluster.run_until_quiet()
    images = {pod["spec"]["containers"][0]["image"] for pod in cluster.list("Pod")}
    assert images == {"agent:2"}
    assert made.cluster(Choice(1)).get("DaemonSet", "agent")["spec"]


@pytest.mark.parametrize(
    "about, told",
    [
        ({"image": "ds/agnt=a:2"}, "没有名为 agnt 的 DaemonSet。有的是：default/agent"),
        ({"image": IMAGE, "namespace": "x"}, "没有名为 x/agent 的"),
        ({"image": "agent:2"}, "ds/名字=镜像"),
        ({"image": "deploy/agent=agent:2"}, "ds/名字=镜像"),
        ({"image": "ds/agent="}, "ds/名字=镜像"),
        ({"image": "ds/agent/side=a:2"}, "没有容器 side。有的是：main"),
        ({}, "二选一"),
        ({"image": IMAGE, "apply": "x"}, "二选一"),
        ({"apply": "kind: ["}, "读不懂"),
        (
            {"apply": "{apiVersion: v1, kind: Pod, metadata: {name: p}}"},
            "正好有一个 DaemonSet",
        ),
        ({"apply": json.dumps(daemon_set(minReadySeconds=-1))}, "API server 不会接受"),
        ({"image": IMAGE, "limits": ["0"]}, "不能都是 0"),
    ],
)
def test_what_cannot_be_rehearsed_is_told(about, told):
    with pytest.raises(RehearsalError, match=told):
        rehearse(cluster_of(1), **about)


def test_of_several_containers_or_namespaces_one_is_to_be_named():
    containers = [{"name": name, "image": "a:1"} for name in ("main", "side")]
    cluster = cluster_of(1, pod={"containers": containers})
    with pytest.raises(RehearsalError, match="main、side"):
        rehearse(cluster, image=IMAGE)
    made = rehearse(cluster, image="ds/agent/side=a:2", limits=["1"])
    assert made.facts.images == (("side", "a:1", "a:2"),)
    cluster.apply(
        {**daemon_set(), "metadata": {"name": "agent", "namespace": "kube-system"}}
    )
    with pytest.raises(RehearsalError, match="default、kube-system"):
        rehearse(cluster, image=IMAGE)
    made = rehearse(cluster, image=IMAGE, namespace="kube-system", limits=["1"])
    assert made.facts.daemon_set == "kube-system/agent"


@pytest.mark.parametrize(
    ("command", "quick"),
    [("agent", 0.2), ("sleep infinity", 30.0), ("tail -f /dev/null", 30.0)],
)
def test_where_no_stop_was_seen_a_sleep_takes_its_whole_grace_period(command, quick):
    one = {"name": "main", "image": "agent:1", "command": command.split()}
    made = rehearse(cluster_of(pod={"containers": [one]}), image=IMAGE)
    stop = {each.phase: each for each in made.facts.basis}["stop"]
    assert (stop.count, stop.quick, stop.slow) == (0, quick, 35.0)
    assert ("不处理 SIGTERM" in stop.sentence) == (quick == 30.0)
