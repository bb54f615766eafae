"""The card of traffic, with a fake lab."""

from io import BytesIO

import pytest
from PIL import Image

from k8slearn import Cluster
from k8slearn.lab.cards.traffic import TrafficCard, image_of
from k8slearn.lab.commands import ObjectKey
from k8slearn.lesson import manifest
from tests.support.fake_lab import FakeLab


def agents():
    cluster = Cluster(3, seed=1)
    cluster.apply(manifest("agent"))
    cluster.apply(manifest("agent-service"))
    cluster.run_until_quiet()
    lab = FakeLab(cluster)
    lab.daemon_set = ObjectKey("default", "agent")
    return lab, TrafficCard(lab)


@pytest.mark.parametrize(
    ("pattern", "answered"),
    [("push", True), ("node", True), ("service", True), ("dns", False)],
)
def test_a_round_of_requests_moves(pattern, answered):
    _, made = agents()
    made.pattern.value = pattern
    made.send()
    if not answered:
        assert (
            "没有这样的 Service" in made.told.value
            and made.picture.layout.display == "none"
        )
        return
    assert "3 次请求，3 次有人回答" in made.told.value
    assert Image.open(BytesIO(made.picture.value)).n_frames >= 3


def test_who_does_not_answer_is_said_and_drawn():
    lab, made = agents()
    lab.cluster.delete_pod(lab.cluster.list("Pod")[0]["metadata"]["name"])
    lab.cluster.run(2.5)
    for pattern, reason in (("push", "没有谁来推"), ("node", "没有 Pod 在听")):
        made.pattern.value = pattern
        made.send()
        assert (
            "2 次有人回答" in made.told.value
            and reason in made.told.value
            and made.picture.value
        )


def test_where_no_node_should_have_a_pod_nothing_is_sent():
    lab, made = agents()
    for node in ("node1", "node2", "node3"):
        lab.cluster.taint(node, "closed:NoExecute")
    lab.cluster.run_until_quiet()
    made.send()
    assert "没有请求可发" in made.told.value and made.picture.layout.display == "none"


def test_failures_are_counted_since_a_mark():
    lab, made = agents()
    made.mark()
    lab.cluster.run(5)
    made.count()
    assert "失败 0 次" in made.told.value
    lab.cluster.set_image("agent", "agent:2")
    lab.cluster.run_until_quiet()
    made.count()
    assert (
        "失败 0 次" not in made.told.value
        and "可用的 Pod 最少 2 / 3" in made.told.value
    )


def test_strategies_are_compared_from_the_present():
    lab, made = agents()
    made.refresh(lab.model)
    offered = made.image.value
    assert offered != image_of(lab.cluster.get("DaemonSet", "agent"))
    lab.cluster.set_image("agent", offered)
    made.refresh(lab.model)
    assert made.image.value not in ("", offered)
    before = lab.cluster.store.revision
    made.compare()
    assert (
        "maxUnavailable 30%" in made.told.value
        and bytes(made.picture.value[:4]) == b"\x89PNG"
    )
    assert lab.cluster.store.revision == before
    made.image.value = ""
    made.compare()
    assert (
        "API server 拒绝了" in made.told.value and made.picture.layout.display == "none"
    )


def test_without_a_daemon_set_every_button_says_so():
    lab = FakeLab(Cluster(1))
    made = TrafficCard(lab)
    made.refresh(lab.model)
    for press in (made.send, made.count, made.compare):
        made.told.value = ""
        press()
        assert "还没有 DaemonSet" in made.told.value
