"""Invariants of rollouts, whatever happens to a cluster."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8slearn.apimachinery.objects import HASH_LABEL, labels, percent_or_number
from k8slearn.controllers.history import construct_history
from k8slearn.kinds.pod.state import (
    get_target_node_name,
    is_pod_available,
    is_pod_ready,
    phase,
)
from tests.support.helpers import (
    DS,
    alive,
    available_nodes,
    daemon_set,
    finish,
    owned,
    rolling,
    running,
    status,
)
from tests.support.walks import (
    KUBELETS,
    LIMITS,
    NODE_DEEDS,
    ORDINARY,
    POD_DEEDS,
    TIME_DEEDS,
    check_each_write,
    do,
    examples,
    started,
    walk,
    walks,
)

LONG = 2000.0


# One Pod a Node ---------------------------------------------------------------------------------------------------


def at_most(count, wanted=lambda pod: True):
    """A check that no Node ever has more of the DaemonSet's living Pods than `count`."""

    def check_on(cluster):
        def check(change):
            if change.object["kind"] != "Pod":
                return None
            living = [p for p in alive(cluster) if phase(p) != "Failed" and wanted(p)]
            crowded = [
                n
                for n, many in Counter(map(get_target_node_name, living)).items()
                if many > count
            ]
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


@given(
    walks(NODE_DEEDS, POD_DEEDS, TIME_DEEDS, {"image": 0, "history": 0}),
    KUBELETS,
    st.sampled_from(LIMITS),
)
@examples(60)
def test_with_surge_at_most_one_old_and_one_new_pod_after_each_sync(
    deeds, kubelet, surge
):
    cluster = started(kubelet=kubelet, updateStrategy=rolling(0, surge))
    for deed in deeds:
        do(cluster, deed)
        cluster.settle()
        crowd = Counter(
            get_target_node_name(p)
            for p in alive(cluster)
            if phase(p) in ("Pending", "Running")
        )
        assert all(many <= 2 for many in crowd.values())


@given(walks(*ORDINARY), KUBELETS, st.sampled_from((0.3, 2.0, 9.0)))
@examples(40)
def test_expectations_keep_a_controller_that_sees_late_from_doing_things_twice(
    deeds, kubelet, lag
):
    cluster = started(kubelet=kubelet, updateStrategy=rolling(2))
    cluster.lag_cache(lag)
    complaints = at_most(1)(cluster)
    walk(cluster, deeds).run(60)
    assert complaints == []


# What a rollout may take away -------------------------------------------------------------------------------------


def taken_away(cluster, action):
    """(available Pods that a round of the rolling update deleted, how many it was allowed to delete)."""
    before, rollout = cluster.at(action.first), action.why.rollout
    wanted = {node.node for node in tally_of(cluster).nodes.values() if node.wanted}
    unavailable = len(wanted - available_nodes(before))
    # A Pod within its minReadySeconds is ready, yet not available: nothing is lost with it.
    min_ready = before.get("DaemonSet", DS, "default")["spec"].get("minReadySeconds", 0)
    taken = [
        removal
        for removal in rollout.delete
        if is_pod_available(removal.pod, min_ready, action.time)
    ]
    return len(taken), max(rollout.limits.max_unavailable - unavailable, 0)


def tally_of(cluster):
    uid = cluster.get("DaemonSet", DS)["metadata"]["uid"]
    return cluster.controller("daemonset-controller").views[uid].tally


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


@given(
    st.integers(1, 9),
    st.sampled_from(LIMITS),
    st.sampled_from(("auto", "instant")),
    st.integers(0, 5),
)
@examples(40)
def test_availability_stays_within_max_unavailable(nodes, limit, kubelet, seed):
    cluster = running(nodes, seed=seed, kubelet=kubelet, updateStrategy=rolling(limit))
    least = nodes - percent_or_number(limit, nodes)
    complaints = check_each_write(
        cluster, lambda change: len(available_nodes(cluster)) < least
    )
    cluster.set_image(DS, "agent:2")
    cluster.run_until_quiet(LONG)
    assert complaints == []
    assert status(cluster)["updatedNumberScheduled"] == nodes


@given(
    st.integers(1, 9),
    st.sampled_from(LIMITS),
    st.sampled_from(("auto", "instant")),
    st.integers(0, 5),
)
@examples(40)
def test_with_surge_every_node_stays_available(nodes, limit, kubelet, seed):
    cluster = running(
        nodes, seed=seed, kubelet=kubelet, updateStrategy=rolling(0, limit)
    )
    most = nodes + percent_or_number(limit, nodes)
    complaints = check_each_write(
        cluster,
        lambda change: (
            len(available_nodes(cluster)) < nodes or len(alive(cluster)) > most
        ),
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
    if kubelet == "manual":
        # Any other one ends by itself; played by hand it would lose each new Pod again.
        finish(cluster)
        cluster.run_until_quiet(LONG)
    found = status(cluster)
    desired = found["desiredNumberScheduled"]
    assert (
        found["observedGeneration"]
        == cluster.get("DaemonSet", DS)["metadata"]["generation"]
    )
    assert (
        found.get("updatedNumberScheduled", 0)
        == found.get("numberAvailable", 0)
        == desired
    )


@given(walks(POD_DEEDS, TIME_DEEDS, {"image": 0, "history": 0}), KUBELETS)
@examples(40)
def test_rolling_back_returns_to_the_same_template(deeds, kubelet):
    cluster = running(
        2, kubelet="instant", updateStrategy=rolling("100%"), revisionHistoryLimit=20
    )
    first = cluster.get("DaemonSet", DS)["spec"]["template"]
    revision_hash = labels(owned(cluster)[0])[HASH_LABEL]
    walk(cluster, [deed for deed in deeds if deed[0] != "history"])
    cluster.set_image(DS, "agent:1")
    mend(cluster)
    cluster.run_until_quiet(LONG)
    again = cluster.get("DaemonSet", DS)["spec"]["template"]
    assert again == first
    assert {labels(pod)[HASH_LABEL] for pod in alive(cluster)} == {revision_hash}
    history = construct_history(
        cluster.get("DaemonSet", DS), cluster.list("ControllerRevision")
    )
    assert history.current is not None and history.duplicates == ()
    assert history.current["revision"] == max(
        r["revision"] for r in cluster.list("ControllerRevision")
    )


# Nothing breaks ---------------------------------------------------------------------------------------------------


@given(walks(least=5, most=60), KUBELETS, st.integers(0, 9))
@examples(150)
def test_no_walk_breaks_or_hangs(deeds, kubelet, seed):
    cluster = walk(started(seed % 6, seed=seed, kubelet=kubelet), deeds)
    cluster.run(300)
    start = len(cluster.actions)
    cluster.run(2000)
    assert len(cluster.actions) - start < 1000


@pytest.mark.parametrize(
    "strategy",
    [rolling(1), rolling("50%"), rolling(0, 1), {"type": "OnDelete"}],
    ids=str,
)
def test_a_second_daemon_set_does_not_disturb_the_first(strategy):
    cluster = running(3, updateStrategy=strategy)
    before = [pod["metadata"]["uid"] for pod in owned(cluster)]
    cluster.apply(daemon_set("second"))
    cluster.run_until_quiet()
    cluster.set_image("second", "agent:2")
    cluster.delete("DaemonSet", "second")
    cluster.run_until_quiet()
    assert [pod["metadata"]["uid"] for pod in owned(cluster)] == before
