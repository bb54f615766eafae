"""Why a container waits, a Pod is not ready or was evicted, with complete kubelets."""

import pytest

from k8slearn.cluster import Cluster
from k8slearn.explain.why_containers import why_containers
from tests.support.helpers import bare_pod


def explained(cluster, pod="p"):
    found = cluster.get("Pod", pod)
    return [str(sentence) for sentence in why_containers(cluster.store, found)]


def cluster_with(words="", *, seconds=60.0, container=None, **spec):
    cluster = Cluster(1, kubelet="auto", seed=1)
    pod = bare_pod("p", **spec)
    pod["spec"]["containers"][0] |= container or {}
    pod["metadata"]["annotations"] = {"k8slearn/behaviour": words or "run"}
    cluster.create(pod)
    cluster.run(seconds)
    return cluster


READY = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 2}
MISSING = {"configMapRef": {"name": "conf"}}
NO_IMAGE = {"image": "shop/does-not-exist:1"}
TOLD = {
    "crash": (
        dict(words="exit=3@2", seconds=60.0),
        "已经重启过 3 次",
        "退出码 3，Error",
    ),
    "out of memory": (
        dict(
            words="leak=10Mi/1",
            seconds=30.0,
            container={"resources": {"limits": {"memory": "64Mi"}}},
        ),
        "超过 limits.memory",
        "OOMKilled",
    ),
    "image": (dict(container=NO_IMAGE), "拉不到镜像", "not found"),
    "config": (
        dict(container={"envFrom": [MISSING]}),
        "引用的 ConfigMap 或 Secret 有问题",
        'configmap "conf" not found',
    ),
    "volume": (
        dict(
            volumes=[{"name": "v", "secret": {"secretName": "key"}}],
            container={"volumeMounts": [{"name": "v", "mountPath": "/v"}]},
        ),
        "容器还建不起来",
        'secret "key" not found',
    ),
    "readiness": (
        dict(words="ready=no", container={"readinessProbe": READY}),
        "就绪探针说它还不能接请求",
        "Readiness probe failed",
    ),
    "startup": (
        dict(
            words="alive=no",
            seconds=5.0,
            container={"startupProbe": {**READY, "failureThreshold": 99}},
        ),
        "启动探针还没有成功过",
        "",
    ),
    "init": (
        dict(initContainers=[{"name": "first", "image": "i:1"}]),
        "init 容器 first 还没有跑完",
        "",
    ),
    "gate": (
        dict(readinessGates=[{"conditionType": "my/gate"}]),
        "readinessGates 里的 my/gate",
        "",
    ),
}


@pytest.mark.parametrize("case", TOLD)
def test_what_holds_a_pod_up_is_told(case):
    about, what, why = TOLD[case]
    told = "\n".join(explained(cluster_with(**about)))
    assert what in told and why in told, told


def test_nothing_is_told_of_a_pod_that_is_well():
    assert explained(cluster_with()) == []


def test_a_pod_that_came_back_tells_how_it_ended_before():
    cluster = cluster_with("seq=7@3,run")
    assert explained(cluster) == ["· 容器 main 重启过 1 次，上一次退出码 7，Error"]


def test_pods_of_a_silent_node_may_still_run():
    cluster = cluster_with()
    cluster.add_node("node2")
    cluster.stop_kubelet("node1")
    cluster.run(80.0)
    [told] = explained(cluster)
    assert "node1 失联了" in told


def test_who_was_evicted_and_why():
    cluster = cluster_with("mem=300Mi term=1/9")
    cluster.set_usage("node1", memory="7900Mi")
    cluster.run(60.0)
    told = explained(cluster)
    assert told[0].startswith(
        "✘ kubelet 驱逐了它：The node was low on resource: memory"
    )
    assert told[1].startswith("✘ Evicted：")
