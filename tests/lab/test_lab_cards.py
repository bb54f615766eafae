"""The cards in the real panel: each of their buttons works there, in any order."""

import random
from io import BytesIO

import pytest
from PIL import Image

from k8slearn import Cluster, Lab
from k8slearn.lab.commands import next_image
from k8slearn.lesson import manifest
from k8slearn.view.plan.geometry import NARROW, SLIM, WIDTH
from tests.support.lab_panel import click, find

BUTTONS = [
    "predict-ask",
    "predict-1",
    "predict-2",
    "predict-go",
    "fault-make",
    "fault-mend",
    "traffic-send",
    "traffic-mark",
    "traffic-count",
    "step",
    "next-pod",
]


@pytest.fixture
def lab():
    cluster = Cluster(3, seed=1)
    cluster.apply(manifest("agent"))
    cluster.run_until_quiet()
    made = Lab(cluster)
    made.pause()
    yield made
    made.close()


def value(lab, name):
    return find(lab, name).value


def test_a_prediction_in_the_panel(lab):
    lab.cluster.set_image("agent", "agent:2")
    click(lab, "predict-ask")
    assert "agent 的控制器下一次动 Pod" in value(lab, "predict-told")
    click(lab, "predict-1", "predict-go")
    assert "起作用的规则" in value(lab, "predict-told") and "/ 1" in value(
        lab, "predict-score"
    )


def test_why_follows_the_chosen_node_and_pod(lab):
    lab.refresh()
    assert "agent 在 node1" in value(lab, "why-text") and "控制器创建了它" in value(
        lab, "why-text"
    )
    find(lab, "node").value = "node2"
    lab.refresh()
    assert "agent 在 node2" in value(lab, "why-text")


def test_a_fault_shows_its_kubectl_line(lab):
    find(lab, "fault").value = "fill"
    click(lab, "fault-make")
    assert "kubectl run filler-node1" in value(lab, "kubectl")
    assert lab.cluster.get("Pod", "filler-node1")


def test_requests_move_in_the_panel(lab):
    click(lab, "traffic-send")
    assert "3 次请求，3 次有人回答" in value(lab, "traffic-told") and value(
        lab, "traffic-picture"
    )


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_clicks_is_borne(lab, seed):
    rng = random.Random(seed)
    faults = [key for _, key in find(lab, "fault").options]
    for _ in range(60):
        find(lab, "fault").value = rng.choice(faults)
        find(lab, rng.choice(BUTTONS)).click()
        lab.pause()
    lab.refresh()
    assert "画面更新失败" not in value(lab, "message-page")


def test_another_fault_says_at_once_what_it_would_hit(lab):
    lab.refresh()
    find(lab, "fault").value = "lag"
    assert value(lab, "look").startswith("对象：DaemonSet 控制器")


def test_pictures_keep_their_place_on_the_page_before_they_are_decoded(lab):
    click(lab, "traffic-send")
    for name in ("picture", "timeline", "traffic-picture"):
        image = find(lab, name)
        assert Image.open(BytesIO(image.value)).size == (
            int(image.width),
            int(image.height),
        )


@pytest.mark.parametrize(
    ("image", "newer"),
    [
        ("ikubernetes/filebeat:5.6.5-alpine", "ikubernetes/filebeat:5.6.6-alpine"),
        ("nginx:1.9", "nginx:1.10"),
        ("nginx", "nginx:2"),
        ("nginx:latest", "nginx:2"),
        ("localhost:5000/agent", "localhost:5000/agent:2"),
        ("agent:1@sha256:00", "agent:2"),
    ],
)
def test_a_newer_image_can_be_had_without_typing(image, newer):
    assert next_image(image) == newer


def test_one_click_starts_an_update(lab):
    before = find(lab, "image").value
    click(lab, "image-set")
    container = lab.cluster.get("DaemonSet", "agent")["spec"]["template"]["spec"][
        "containers"
    ][0]
    assert container["image"] == find(lab, "image").value == next_image(before)
    assert f"={next_image(before)}" in value(lab, "kubectl")


def test_a_label_and_a_taint_come_and_go_without_typing(lab):
    lab.refresh()
    for name, taken_away in (("label", "去掉标签"), ("taint", "去掉污点")):
        start = find(lab, name).description
        click(lab, name)
        assert find(lab, name).description == taken_away
        click(lab, name)
        assert find(lab, name).description == start
    node = lab.cluster.get("Node", "node1")
    assert "disk" not in node["metadata"]["labels"] and not node["spec"].get("taints")


def test_a_narrow_page_gets_a_narrow_picture_that_is_clicked_right(lab):
    find(lab, "ears").room = "narrow"
    lab.refresh()
    assert int(find(lab, "picture").width) == NARROW * 2
    lab.touched("picture", 0.9, 0.35)
    assert find(lab, "node").value == "node3"
    find(lab, "ears").room = "slim"
    lab.refresh()
    assert int(find(lab, "picture").width) == SLIM * 2
    lab.touched("picture", 0.75, 0.35)
    assert find(lab, "node").value == "node2"
    find(lab, "ears").room = "wide"
    lab.refresh()
    assert int(find(lab, "picture").width) == WIDTH * 2


def test_an_empty_cluster_is_filled_by_clicks_alone():
    lab = Lab(Cluster(), scale=0.5)
    lab.pause()
    click(lab, "node-add", "image-set", "until-quiet")
    assert lab.cluster.get("DaemonSet", "filebeat-ds")["status"]["numberReady"] == 1
    assert (
        "kubectl create -f - " in value(lab, "kubectl")
        and find(lab, "image-set").description == "更新"
    )
    click(lab, "first")
    assert find(lab, "image-set").description == "创建"
    click(lab, "image-set")
    assert "AlreadyExists" in value(lab, "message-page")
    lab.close()


def test_a_table_is_offered_for_what_there_is(lab):
    find(lab, "tab").value = "records"
    lab.refresh()
    kinds = find(lab, "records-kind")
    assert "Deployment" not in kinds.options
    kinds.value = "Pod"
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "nginx:1"}]},
    }
    selector = {"matchLabels": {"app": "web"}}
    lab.cluster.create(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {"replicas": 2, "selector": selector, "template": template},
        }
    )
    lab.cluster.run(5)
    lab.refresh()
    assert {"Deployment", "ReplicaSet"} <= set(kinds.options)
    assert kinds.value == "Pod"
    kinds.value = "Deployment"
    lab.refresh()
    page = find(lab, "records-page").value
    assert "kubectl get deploy" in page and "2/2" in page
    pod = next(
        p for p in lab.cluster.list("Pod") if p["metadata"]["name"].startswith("web")
    )
    lab.select_pod(pod["metadata"]["name"])
    lab.refresh()
    assert "它属于 Deployment web" in find(lab, "why-text").value
