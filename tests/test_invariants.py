"""Invariants of all writes and of the log, whatever happens to a cluster."""

from __future__ import annotations

import os
import subprocess
import sys
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from k8slearn.apimachinery.objects import controller_uid, key
from k8slearn.controllers.daemon.decide import decide
from k8slearn.controllers.daemon.view import DaemonView
from k8slearn.controllers.pod_owner import PodOwner
from k8slearn.kinds.pod.state import get_target_node_name
from tests.support.helpers import bare_pod, lines
from tests.support.walks import (
    KUBELETS,
    check_each_write,
    do,
    examples,
    started,
    walk,
    walks,
)

# Who touches what -------------------------------------------------------------------------------------------------


def touches_only_its_own(change):
    """A complaint when the DaemonSet controller writes what is none of its business."""
    if change.actor != "daemonset-controller" or change.object["kind"] in (
        "Event",
        "DaemonSet",
    ):
        return None
    owners = [
        ref["kind"]
        for o in (change.object, change.previous)
        if o
        for ref in o["metadata"].get("ownerReferences", ())
    ]
    fine = (
        change.object["kind"] in ("Pod", "ControllerRevision") and "DaemonSet" in owners
    )
    return (
        None
        if fine
        else f"{change.type} {change.object['kind']} {change.object['metadata']['name']}"
    )


@given(walks(), KUBELETS)
@examples(60)
def test_nothing_is_touched_that_is_not_the_daemon_sets(deeds, kubelet):
    cluster = started(kubelet=kubelet)
    for number, marks in enumerate(({"app": "web"}, {})):
        cluster.create(
            bare_pod(f"web{number}", labels=marks, tolerations=[{"operator": "Exists"}])
        )
    complaints = check_each_write(cluster, touches_only_its_own)
    walk(cluster, deeds).run(100)
    assert complaints == []


@given(walks(), KUBELETS)
@examples(60)
def test_objects_are_never_changed_in_place(deeds, kubelet):
    cluster = started(kubelet=kubelet)
    written = []
    cluster.subscribe(
        lambda change: written.append(repr((change.object, change.previous)))
    )
    start = cluster.store.revision
    walk(cluster, deeds).run(100)
    assert [
        repr((c.object, c.previous)) for c in cluster.store.log.changes[start:]
    ] == written


# What is remembered -----------------------------------------------------------------------------------------------


@given(walks(), KUBELETS)
@examples(80)
def test_what_components_remember_is_what_is_there(deeds, kubelet):
    cluster = started(kubelet=kubelet)
    for deed in deeds:
        do(cluster, deed)
        cluster.settle()
        for controller in cluster.control_plane.controllers:
            for kind, known in controller.informer.cache.items():
                assert [known[place] for place in sorted(known)] == cluster.store.list(
                    kind
                )


def indexed(pods):
    """Pods by the uid of their controller and their Node, worked out from nothing."""
    found = {}
    for pod in pods:
        home = controller_uid(pod) or "", get_target_node_name(pod)
        found.setdefault(home, {})[key(pod)] = pod
    return found


@given(walks(), KUBELETS)
@examples(80)
def test_pods_are_found_where_they_are(deeds, kubelet):
    cluster = started(kubelet=kubelet)
    owners = [c for c in cluster.control_plane.controllers if isinstance(c, PodOwner)]
    for deed in deeds:
        do(cluster, deed)
        for owner in owners:
            known = {
                (uid, node): pods
                for uid, nodes in owner.pods.by_owner.items()
                for node, pods in nodes.items()
            }
            assert known == indexed(owner.informer.cache.get("Pod", {}).values())


def compare_with_all(differences):
    """The refresh of a DaemonView that also assesses every Node anew; notes where they, or the decisions, differ."""
    refresh = DaemonView.refresh

    def refreshed(view, daemon_set, *about):
        kept = refresh(view, daemon_set, *about)
        fresh = refresh(DaemonView(), daemon_set, *about)
        differences.extend(
            name
            for name in kept.nodes | fresh.nodes
            if kept.nodes.get(name) != fresh.nodes.get(name)
        )
        if decide(daemon_set, kept) != decide(daemon_set, fresh):
            differences.append("decision")
        if (kept.timed, kept.settling) != (fresh.timed, fresh.settling):
            differences.append("what time will change")
        return kept

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


@given(walks(), KUBELETS, st.integers(0, 99))
@examples(40)
def test_a_branch_from_a_past_moment_lives_through_the_same(deeds, kubelet, percent):
    cluster = walk(started(kubelet=kubelet), deeds)
    at = len(cluster.actions) * percent // 100
    branch, same = cluster.fork(at), cluster.fork(at)
    assert len(branch.actions) == at
    assert lines(branch) == lines(cluster)[: branch.store.revision]
    for each in (branch, same):
        each.run(100)
    assert lines(branch) == lines(same)


SCRIPT = """
import hashlib, random
from tests.support.helpers import lines
from tests.support.walks import DEEDS, started, walk
rng = random.Random(7)
deeds = [(rng.choice(sorted(DEEDS)), rng.randrange(100), rng.randrange(100)) for _ in range(400)]
print(hashlib.sha256("".join(lines(walk(started(5), deeds))).encode()).hexdigest())
"""


def test_the_log_does_not_depend_on_how_python_orders_sets():
    found = set()
    for hash_seed in ("1", "2", "3"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        found.add(done.stdout)
    assert len(found) == 1
