"""What must hold whatever happens to a cluster."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from k8slearn.api.objects import HASH_LABEL, labels, percent_or_number
from k8slearn.api.pods import get_target_node_name, is_pod_ready, phase
from k8slearn.controllers.daemon_view import DaemonView
from k8slearn.controllers.history import construct_history
from tests.helpers import (
    DS,
    alive,
    available_nodes,
    bare_pod,
    daemon_set,
    finish,
    lines,
    owned,
    rolling,
    running,
    status,
)
from tests.walks import LIMITS, NODE_DEEDS, POD_DEEDS, ROLLOUT_DEEDS, TIME_DEEDS, do, started, walk, walks

PROFILE = {
    "deadline": None,
    "derandomize": bool(os.environ.get("CI")),
    "suppress_health_check": list(HealthCheck),
    "print_blob": True,
}
KUBELETS = st.sampled_from(("auto", "instant", "manual"))
ORDINARY = (NODE_DEEDS, POD_DEEDS, ROLLOUT_DEEDS, TIME_DEEDS)
LONG = 2000.0


def examples(count):
    """So many examples: no deadline, and always the same ones in CI."""
    return settings(max_examples=count * int(os.environ.get("MORE", "1")), **PROFILE)


def check_each_write(cluster, check):
    """Call `check(change)` after each write from now on; its complaints are collected."""
    complaints = []

    def listen(change):
        found = check(change)
        if found:
            complaints.append(f"revision {change.revision}: {found}")

    cluster.subscribe(listen)
    return complaints


# One Pod a Node ---------------------------------------------------------------------------------------------------


def at_most(count, wanted=lambda pod: True):
    """A check that no Node ever has more of the DaemonSet's living Pods than `count`."""

    def check_on(cluster):
        def check(change):
            if change.object["kind"] != "Pod":
                return None
            living = [p for p in alive(cluster) if phase(p) != "Failed" and wanted(p)]
            crowded = [n for n, many in Counter(map(get_target_node_name, living)).items() if many > count]
            return f"{crowded} after {change.actor}" if crowded else None

        return check_each_write(cluster, check)

    return check_on


@given(walks(*ORDINARY), KUBELETS)
@examples(60)
def test_never_two_daemon_pods_on_a_node_without_surge(deeds, kubelet):
    cluster = started(kubelet=kubelet, updateStrategy=rolling(2))
    complaints = at_most(1)(cluster)
    walk(cluster, deeds).run(60)
    assert complaints == []


@given(walks(NODE_DEEDS, POD_DEEDS, TIME_DEEDS, {"image": 0, "history": 0}), KUBELETS, st.sampled_from(LIMITS))
@examples(60)
def test_with_surge_at_most_one_old_and_one_new_pod_after_each_sync(deeds, kubelet, surge):
    cluster = started(kubelet=kubelet, updateStrategy=rolling(0, surge))
    for deed in deeds:
        do(cluster, deed)
        cluster.settle()
        crowd = Counter(get_target_node_name(p) for p in alive(cluster) if phase(p) in ("Pending", "Running"))
        assert all(many <= 2 for many in crowd.values())


@given(walks(*ORDINARY), KUBELETS, st.sampled_from((0.3, 2.0, 9.0)))
@examples(40)
def test_expectations_keep_a_controller_that_sees_late_from_doing_things_twice(deeds, kubelet, lag):
    cluster = started(kubelet=kubelet, updateStrategy=rolling(2))
    cluster.system.daemon_sets.informer.lag = lag
    complaints = at_most(1)(cluster)
    walk(cluster, deeds).run(60)
    assert complaints == []


# What a rollout may take away -------------------------------------------------------------------------------------


def taken_away(cluster, action):
    """How many available Pods a round of the rolling update deleted, and how many it might have."""
    before, rollout = cluster.at(action.first), action.why.rollout
    wanted = {node.node for node in cluster.system.daemon_sets.views[uid_of(cluster)].nodes.values() if node.wanted}
    unavailable = len(wanted - available_nodes(before))
    taken = [removal for removal in rollout.delete if is_pod_ready(removal.pod)]
    return len(taken), max(rollout.limits.max_unavailable - unavailable, 0)


def uid_of(cluster):
    return cluster.get("DaemonSet", DS)["metadata"]["uid"]


@given(walks(*ORDINARY, {"surge": 0}), KUBELETS)
@examples(60)
def test_a_rollout_never_takes_more_than_max_unavailable(deeds, kubelet):
    cluster = started(4, kubelet=kubelet)
    for deed in deeds:
        do(cluster, deed)
        for action in steps(cluster):
            rollout = getattr(action.why, "rollout", None)
            if rollout is not None and not rollout.limits.max_surge:
                taken, allowed = taken_away(cluster, action)
                assert taken <= allowed


def steps(cluster):
    """The actions that are due within a second, one at a time."""
    end = cluster.now + 1
    while (due := cluster.next_time()) is not None and due <= end:
        action = cluster.step()
        if action is not None:
            yield action


@given(st.integers(1, 9), st.sampled_from(LIMITS), st.sampled_from(("auto", "instant")), st.integers(0, 5))
@examples(40)
def test_availability_stays_within_max_unavailable(nodes, limit, kubelet, seed):
    cluster = running(nodes, seed=seed, kubelet=kubelet, updateStrategy=rolling(limit))
    least = nodes - percent_or_number(limit, nodes)
    complaints = check_each_write(cluster, lambda change: len(available_nodes(cluster)) < least)
    cluster.set_image(DS, "agent:2")
    cluster.run_until_quiet(LONG)
    assert complaints == []
    assert status(cluster)["updatedNumberScheduled"] == nodes


@given(st.integers(1, 9), st.sampled_from(LIMITS), st.sampled_from(("auto", "instant")), st.integers(0, 5))
@examples(40)
def test_with_surge_every_node_stays_available(nodes, limit, kubelet, seed):
    cluster = running(nodes, seed=seed, kubelet=kubelet, updateStrategy=rolling(0, limit))
    most = nodes + percent_or_number(limit, nodes)
    complaints = check_each_write(
        cluster, lambda change: len(available_nodes(cluster)) < nodes or len(alive(cluster)) > most
    )
    cluster.set_image(DS, "agent:2")
    cluster.run_until_quiet(LONG)
    assert complaints == []
    assert status(cluster)["updatedNumberScheduled"] == nodes


# Where it ends ----------------------------------------------------------------------------------------------------


def mend(cluster):
    """Take away what keeps Pods from becoming ready: broken Pods, failing Nodes, odd rules."""
    cluster.kubelet.faults.never_ready.clear()
    cluster.kubelet.faults.crashing.clear()
    for node in cluster.list("Node"):
        cluster.set_node_ready(node["metadata"]["name"])
    for pod in owned(cluster):
        if phase(pod) == "Running" and not is_pod_ready(pod):
            cluster.become(pod["metadata"]["name"], "ready")
    cluster.run(30)


@given(walks(*ORDINARY, {"surge": 0}), KUBELETS)
@examples(60)
def test_a_rollout_ends_when_every_pod_becomes_ready(deeds, kubelet):
    cluster = walk(started(kubelet=kubelet), deeds)
    cluster.set_image(DS, "agent:9")
    mend(cluster)
    cluster.run_until_quiet(LONG)
    finish(cluster, 60)
    cluster.run_until_quiet(LONG)
    found = status(cluster)
    desired = found["desiredNumberScheduled"]
    assert found["observedGeneration"] == cluster.get("DaemonSet", DS)["metadata"]["generation"]
    assert found.get("updatedNumberScheduled", 0) == found.get("numberAvailable", 0) == desired


@given(walks(POD_DEEDS, TIME_DEEDS, {"image": 0, "history": 0}), KUBELETS)
@examples(40)
def test_rolling_back_returns_to_the_same_template(deeds, kubelet):
    cluster = running(2, kubelet="instant", updateStrategy=rolling("100%"), revisionHistoryLimit=20)
    first = cluster.get("DaemonSet", DS)["spec"]["template"]
    revision_hash = labels(owned(cluster)[0])[HASH_LABEL]
    walk(cluster, [deed for deed in deeds if deed[0] != "history"])
    cluster.set_image(DS, "agent:1")
    mend(cluster)
    cluster.run_until_quiet(LONG)
    again = cluster.get("DaemonSet", DS)["spec"]["template"]
    assert again == first
    assert {labels(pod)[HASH_LABEL] for pod in alive(cluster)} == {revision_hash}
    history = construct_history(cluster.get("DaemonSet", DS), cluster.list("ControllerRevision"))
    assert history.current is not None and history.duplicates == ()
    assert history.current["revision"] == max(r["revision"] for r in cluster.list("ControllerRevision"))


# Who touches what -------------------------------------------------------------------------------------------------


def touches_only_its_own(change):
    """A complaint when the DaemonSet controller writes what is none of its business."""
    if change.actor != "daemonset-controller" or change.object["kind"] in ("Event", "DaemonSet"):
        return None
    owners = [
        ref["kind"] for o in (change.object, change.previous) if o for ref in o["metadata"].get("ownerReferences", ())
    ]
    fine = change.object["kind"] in ("Pod", "ControllerRevision") and "DaemonSet" in owners
    return None if fine else f"{change.type} {change.object['kind']} {change.object['metadata']['name']}"


@given(walks(), KUBELETS)
@examples(60)
def test_nothing_is_touched_that_is_not_the_daemon_sets(deeds, kubelet):
    cluster = started(kubelet=kubelet)
    for number, marks in enumerate(({"app": "web"}, {})):
        cluster.create(bare_pod(f"web{number}", labels=marks, tolerations=[{"operator": "Exists"}]))
    complaints = check_each_write(cluster, touches_only_its_own)
    walk(cluster, deeds).run(100)
    assert complaints == []


@given(walks(), KUBELETS)
@examples(60)
def test_objects_are_never_changed_in_place(deeds, kubelet):
    cluster = started(kubelet=kubelet)
    written = []
    cluster.subscribe(lambda change: written.append(repr((change.object, change.previous))))
    start = cluster.store.revision
    walk(cluster, deeds).run(100)
    assert [repr((c.object, c.previous)) for c in cluster.store.log.changes[start:]] == written


# What is remembered -----------------------------------------------------------------------------------------------


@given(walks(), KUBELETS)
@examples(80)
def test_what_components_remember_is_what_is_there(deeds, kubelet):
    cluster = started(kubelet=kubelet)
    for deed in deeds:
        do(cluster, deed)
        cluster.settle()
        for controller in cluster.system.controllers:
            for kind, known in controller.informer.cache.items():
                assert [known[place] for place in sorted(known)] == cluster.store.list(kind)


def compare_with_all(differences):
    """The refresh of a DaemonView that also assesses every Node anew and notes where the two differ."""
    refresh = DaemonView.refresh

    def refreshed(view, *about):
        kept = {node.node: node for node in refresh(view, *about)}
        fresh = {node.node: node for node in refresh(DaemonView(), *about)}
        differences.extend(name for name in kept | fresh if kept.get(name) != fresh.get(name))
        return kept.values()

    return patch.object(DaemonView, "refresh", refreshed)


@given(walks(), KUBELETS)
@examples(80)
def test_assessing_only_what_changed_is_as_good_as_assessing_all(deeds, kubelet):
    differences = []
    with compare_with_all(differences):
        walk(started(kubelet=kubelet), deeds).run(60)
    assert differences == []


# The same again ---------------------------------------------------------------------------------------------------


@given(walks(), KUBELETS, st.integers(0, 3))
@examples(40)
def test_the_same_seed_gives_the_same_log(deeds, kubelet, seed):
    first, second = (walk(started(seed=seed, kubelet=kubelet), deeds) for _ in range(2))
    assert lines(first) == lines(second)


@given(walks(), walks(), KUBELETS)
@examples(40)
def test_a_fork_goes_on_as_the_cluster_would_have(before, after, kubelet):
    cluster = walk(started(kubelet=kubelet), before)
    twin, length = cluster.fork(), cluster.store.revision
    walk(twin, after).run(30)
    assert cluster.store.revision == length
    assert lines(twin)[:length] == lines(cluster)
    assert lines(walk(cluster, after)) == lines(twin)[: cluster.store.revision]


SCRIPT = """
import hashlib, random
from tests.helpers import lines
from tests.walks import DEEDS, started, walk
rng = random.Random(7)
deeds = [(rng.choice(sorted(DEEDS)), rng.randrange(100), rng.randrange(100)) for _ in range(400)]
print(hashlib.sha256("".join(lines(walk(started(5), deeds))).encode()).hexdigest())
"""


def test_the_log_does_not_depend_on_how_python_orders_sets():
    found = set()
    for hash_seed in ("1", "2", "3"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env=environment
        )
        found.add(done.stdout)
    assert len(found) == 1


# Nothing breaks ---------------------------------------------------------------------------------------------------


@given(walks(least=5, most=60), KUBELETS, st.integers(0, 9))
@examples(150)
def test_no_walk_breaks_or_hangs(deeds, kubelet, seed):
    cluster = walk(started(seed % 6, seed=seed, kubelet=kubelet), deeds)
    cluster.run(300)
    start = len(cluster.actions)
    cluster.run(2000)
    assert len(cluster.actions) - start < 1000


@pytest.mark.parametrize("strategy", [rolling(1), rolling("50%"), rolling(0, 1), {"type": "OnDelete"}], ids=str)
def test_a_second_daemon_set_does_not_disturb_the_first(strategy):
    cluster = running(3, updateStrategy=strategy)
    before = [pod["metadata"]["uid"] for pod in owned(cluster)]
    cluster.apply(daemon_set("second"))
    cluster.run_until_quiet()
    cluster.set_image("second", "agent:2")
    cluster.delete("DaemonSet", "second")
    cluster.run_until_quiet()
    assert [pod["metadata"]["uid"] for pod in owned(cluster)] == before
