"""怎样才会？: for each reason of a standstill, the smallest change that works is found and tried."""

import re

import pytest
import yaml

from k8slearn import Cluster
from k8slearn.explain.outlook import Outlooks
from k8slearn.remedies import Standstill, lacks_pod, stands, waits, what_would_it_take
from k8slearn.remedies.asked import advance_of
from k8slearn.remedies.edits import from_data
from k8slearn.remedies.trial import HOLD
from tests.support.helpers import DS, bare_pod, daemon_set, rolling, running
from tests.support.standing import (
    CASES,
    SELECTOR,
    fallen,
    main,
    marked,
    new_node,
    requests,
    rolled,
    template,
)


def advance(cluster, asked):
    return advance_of(asked, Outlooks(cluster.store, cluster.now))


@pytest.mark.parametrize("case", CASES)
def test_the_smallest_change_is_found_and_works_on_the_cluster_itself(case):
    make, expected = CASES[case]
    cluster, asked = make()
    before = cluster.store.revision, cluster.now
    found = what_would_it_take(cluster, asked)
    assert (cluster.store.revision, cluster.now) == before
    first = found[0]
    assert expected in first.kubectl, [each.kubectl for each in found]
    assert first.complete and first.size >= 1 and first.proof
    assert re.search(r"[\u4e00-\u9fff]", first.text)
    first.apply(cluster)
    cluster.run(first.seconds + HOLD)
    assert advance(cluster, asked).complete
    for each in found:
        for edit in each.edits:
            assert from_data(edit.as_data()) == edit
        assert all("kind" in o for o in yaml.safe_load_all(each.yaml) if o)


def test_nothing_is_said_where_nothing_stands():
    cluster = running(3)
    for asked in (stands(DS), lacks_pod(DS, "node1"), stands("nobody")):
        assert what_would_it_take(cluster, asked) == []


def test_what_is_on_its_way_needs_only_time():
    cluster = running(3, kubelet="simple")
    cluster.set_image(DS, "agent:2")
    [remedy] = what_would_it_take(cluster, stands(DS))
    assert (remedy.text, remedy.edits, remedy.size) == (
        "什么都不用改，等一等就好",
        (),
        0,
    )
    assert "3 个 Node 上的 Pod 都好了" in remedy.proof


def test_what_happens_besides_is_counted():
    cluster, asked = new_node(taints=["gpu=yes:NoSchedule"])()
    taint_off, tolerated = what_would_it_take(cluster, asked)
    assert (taint_off.harm, taint_off.effects) == (0, ())
    assert tolerated.effects == ("会让另外 3 个 Pod 重建",) and tolerated.harm == 3
    tolerated.apply(cluster)
    old = {p["metadata"]["uid"] for p in cluster.list("Pod")}
    cluster.run(120)
    assert len(old - {p["metadata"]["uid"] for p in cluster.list("Pod")}) == 3


def test_nodes_that_a_wider_selector_takes_in_are_counted():
    cluster = Cluster(4, kubelet="auto", seed=1)
    cluster.label("node1", {"disk": "ssd"})
    cluster.apply(daemon_set(pod=SELECTOR))
    cluster.run(30)
    by_line = {each.kubectl: each for each in what_would_it_take(cluster, lacks_pod(DS, "node2"))}  # fmt: skip
    [wider] = [each for line, each in by_line.items() if "nodeSelector" in line]
    assert wider.effects == (
        "会让另外 2 个 Node 也有它的 Pod（node3、node4）",
        "会让另外 1 个 Pod 重建",
    )


def test_under_on_delete_nothing_is_rebuilt_by_itself():
    cluster = running(3, kubelet="auto", updateStrategy={"type": "OnDelete"})
    cluster.add_node("new", taints=["a:NoSchedule"])
    cluster.run(30)
    _, tolerated = what_would_it_take(cluster, lacks_pod(DS, "new"))
    assert tolerated.effects == ("另外 3 个 Pod 要等你自己删除，才会换成新的",)


def test_who_has_to_make_room_is_named():
    cluster, asked = CASES["priority"][0]()
    first = what_would_it_take(cluster, asked)[0]
    assert "会结束别的 2 个 Pod（web-" in first.effects[0]


def test_two_changes_where_no_single_one_does():
    make = new_node(taints=["a:NoSchedule", "b:NoExecute"])
    cluster, asked = make(SELECTOR, {"disk": "ssd"})
    found = what_would_it_take(cluster, asked, tries=40)
    # Three things are in the way, which is more than two.
    assert found == []
    cluster.label("new", {"disk": "ssd"})
    first = what_would_it_take(cluster, asked)[0]
    assert first.kubectl.splitlines() == [
        "kubectl taint nodes new a:NoSchedule-",
        "kubectl taint nodes new b:NoExecute-",
    ]
    assert first.size == 2


def test_what_ends_only_a_part_of_the_trouble_comes_after_what_ends_it():
    cluster, asked = CASES["silent Node"][0]()
    first, *others = what_would_it_take(cluster, asked)
    assert first.edits[0].verb == "machine" and first.kubectl.startswith("#")
    assert [each.complete for each in others] == sorted(
        [each.complete for each in others], reverse=True
    )
    [limit] = [each for each in others if "maxUnavailable" in each.kubectl]
    assert not limit.complete and "只有 2 个能好" in limit.proof


def test_a_pod_that_works_only_now_and_then_is_no_success():
    cluster, asked = rolled(marked("exit=1@8"), updateStrategy=rolling("100%"))
    assert all(each.back for each in what_would_it_take(cluster, asked))


def test_a_surging_rollout_has_its_limit_raised():
    cluster, asked = rolled(template(main(image="agent:broken")), updateStrategy=rolling(max_surge=1))  # fmt: skip
    lines = [each.kubectl for each in what_would_it_take(cluster, asked)]
    # A bad image is no better for more of it.
    assert lines == ["kubectl set image ds/agent main=agent:1"]


def test_of_a_waiting_pod_the_place_is_asked_about_that_it_fills():
    cluster, _ = fallen("crash")
    pods = {p["spec"]["nodeName"]: p["metadata"]["name"] for p in cluster.list("Pod")}
    assert waits(cluster.store, pods["node1"]) == lacks_pod(DS, "node1")
    assert waits(cluster.store, "nobody") == Standstill("Pod", "nobody")


def test_a_pod_of_nobody():
    cluster = Cluster(1, kubelet="auto", seed=1)
    cluster.fill_node("node1")
    cluster.create(bare_pod("p", **main(image="i:1", **requests(cpu="1"))))
    cluster.run(30)
    [remedy] = what_would_it_take(cluster, waits(cluster.store, "p"))
    # Its requests cannot be changed any more: the API server would refuse.
    assert remedy.kubectl == "kubectl delete pod filler-node1"


def test_so_many_forks_are_made_and_no_more(monkeypatch):
    made = []
    fork = Cluster.fork
    monkeypatch.setattr(Cluster, "fork", lambda self: made.append(1) or fork(self))
    cluster, asked = CASES["readiness of a version"][0]()
    assert len(what_would_it_take(cluster, asked, tries=1)) <= 1
    # One fork without edits, and one for the only try.
    assert len(made) == 2


@pytest.mark.parametrize(
    "text",
    ["{}", '["machine","nothing","x","","",{}]', '["patch","Pod","x","","",3]', "[1]"],
)
def test_a_text_that_is_no_edit_is_refused(text):
    with pytest.raises((ValueError, TypeError)):
        from_data(text)
