"""What can be broken on purpose: each fault as a deed with its kubectl line, how to mend it, and what to look for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.lab.commands import Deed, Mistake, Place
from k8slearn.scheduler.decide import filler

MISSING = "-does-not-exist"
NO_KUBECTL = "# 没有对应的 kubectl；"
LINES = {
    "not-ready": NO_KUBECTL + "在 {node} 上：sudo systemctl stop containerd",
    "not-ready-mend": NO_KUBECTL + "在 {node} 上：sudo systemctl start containerd",
    "unreachable": NO_KUBECTL
    + "在 {node} 上：sudo systemctl stop kubelet，或者拔掉网线",
    "unreachable-mend": NO_KUBECTL + "在 {node} 上：sudo systemctl start kubelet",
    "fill": "kubectl run filler-{node} --image=registry.k8s.io/pause:3.10 --overrides='{spec}'",
    "fill-mend": "kubectl delete pod filler-{node}",
    "crash": "kubectl{flag} exec {pod} -- kill 1  # 这样只崩一次；反复崩溃要程序自己有错",
    "unready": NO_KUBECTL + "这是 {pod} 的就绪探针一直失败",
    "pod-mend": "kubectl{flag} delete pod {pod}",
    "image": "kubectl{flag} set image ds/{name} {container}={image}",
    "slow": NO_KUBECTL + "{node} 的磁盘和网络慢了 {amount:g} 倍",
    "slow-mend": NO_KUBECTL + "{node} 的 kubelet 恢复原来的快慢",
    "clock": NO_KUBECTL + "在 {node} 上：sudo date -s '{amount:+g} seconds'",
    "clock-mend": NO_KUBECTL + "在 {node} 上：sudo chronyc makestep",
    "lag": NO_KUBECTL + "控制器的 watch 晚 {amount:g} 秒才收到变化",
    "lag-mend": NO_KUBECTL + "控制器的 watch 赶上来了",
}
NO_NODE = "没有选中的节点：先选一个。"
NO_POD = "没有选中的 Pod：先选一个。"
NO_SET = "还没有 DaemonSet：先创建一个。"
NO_AMOUNT = "要写一个数，例如 {example:g}。收到的是：{text}"
TOO_SMALL = "这个数要大于 0。"


@dataclass(frozen=True, slots=True)
class Target:
    """What is chosen in the lab, and the number that was typed."""

    node: str = ""
    pod: Place | None = None
    daemon_set: Place | None = None
    amount: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break something. `amount` is the number it takes at first, 0 for none; `look` says what to watch."""

    key: str
    name: str
    look: str
    needs: str
    make: Callable[[Cluster, Target], Deed]
    mend: Callable[[Cluster, Target], Deed]
    amount: float = 0.0
    unit: str = ""


def _node_ready(key: str, ready: str) -> Callable[[Cluster, Target], Deed]:
    def make(_: Cluster, target: Target) -> Deed:
        node = target.node
        return Deed(
            LINES[key].format(node=node),
            lambda cluster: cluster.set_node_ready(node, ready),
        )

    return make


def _fill(cluster: Cluster, target: Target) -> Deed:
    node = target.node
    others = [pod for pod in cluster.list("Pod") if pod["spec"].get("nodeName") == node]
    spec = json.dumps(
        {"spec": filler(cluster.get("Node", node), others)["spec"]},
        separators=(",", ":"),
    )
    return Deed(
        LINES["fill"].format(node=node, spec=spec),
        lambda cluster: cluster.fill_node(node),
    )


def _empty(_: Cluster, target: Target) -> Deed:
    node = target.node
    return Deed(
        LINES["fill-mend"].format(node=node),
        lambda cluster: cluster.delete_pod(f"filler-{node}"),
    )


def _pod_fault(key: str, fault: str) -> Callable[[Cluster, Target], Deed]:
    def make(_: Cluster, target: Target) -> Deed:
        pod = _of(target.pod)
        line = LINES[key].format(flag=pod.flag, pod=pod.name)
        return Deed(
            line,
            lambda cluster: cluster.break_pod(pod.name, fault, namespace=pod.namespace),
        )

    return make


def _new_pod(_: Cluster, target: Target) -> Deed:
    pod = _of(target.pod)
    line = LINES["pod-mend"].format(flag=pod.flag, pod=pod.name)
    return Deed(
        line, lambda cluster: cluster.delete_pod(pod.name, namespace=pod.namespace)
    )


def _of(place: Place | None) -> Place:
    assert place is not None
    return place


def _image(missing: bool) -> Callable[[Cluster, Target], Deed]:
    def make(cluster: Cluster, target: Target) -> Deed:
        place = _of(target.daemon_set)
        found = _container(cluster.get("DaemonSet", place.name, place.namespace))
        image = found["image"].removesuffix(MISSING) + (MISSING if missing else "")
        line = LINES["image"].format(
            flag=place.flag, name=place.name, container=found["name"], image=image
        )
        return Deed(
            line,
            lambda c: c.set_image(
                place.name, image, found["name"], namespace=place.namespace
            ),
        )

    return make


def _container(daemon_set: Object) -> Object:
    return dict(daemon_set["spec"]["template"]["spec"]["containers"][0])


def _slow(_: Cluster, target: Target) -> Deed:
    node, amount = target.node, target.amount
    if amount <= 0:
        raise Mistake(TOO_SMALL)
    return Deed(
        LINES["slow"].format(node=node, amount=amount),
        lambda cluster: cluster.slow_kubelet(node, amount),
    )


def _brisk(_: Cluster, target: Target) -> Deed:
    node = target.node
    return Deed(
        LINES["slow-mend"].format(node=node),
        lambda cluster: cluster.slow_kubelet(node, 1.0),
    )


def _skew(_: Cluster, target: Target) -> Deed:
    node, amount = target.node, target.amount
    return Deed(
        LINES["clock"].format(node=node, amount=amount),
        lambda cluster: cluster.skew_clock(node, amount),
    )


def _true_clock(_: Cluster, target: Target) -> Deed:
    node = target.node
    return Deed(
        LINES["clock-mend"].format(node=node),
        lambda cluster: cluster.skew_clock(node, 0.0),
    )


def _lag(_: Cluster, target: Target) -> Deed:
    amount = target.amount
    if amount <= 0:
        raise Mistake(TOO_SMALL)
    return Deed(
        LINES["lag"].format(amount=amount), lambda cluster: cluster.lag_cache(amount)
    )


def _no_lag(_: Cluster, target: Target) -> Deed:
    return Deed(LINES["lag-mend"], lambda cluster: cluster.lag_cache(0.0))


FAULTS = (
    Fault(
        "not-ready",
        "Node NotReady",
        "Node 得到 not-ready 污点；daemon Pod 自动容忍它，留在原地。",
        "node",
        _node_ready("not-ready", "False"),
        _node_ready("not-ready-mend", "True"),
    ),
    Fault(
        "unreachable",
        "Node 失联",
        "Ready 变成 Unknown，污点是 unreachable；普通 Pod 五分钟后被驱逐，daemon Pod 不会。",
        "node",
        _node_ready("unreachable", "Unknown"),
        _node_ready("unreachable-mend", "True"),
    ),
    Fault(
        "fill",
        "Node 放满了",
        "一个 Pod 占光剩下的 CPU。写了 requests 的新 Pod 放不下；没写 requests 的照样放得下。",
        "node",
        _fill,
        _empty,
    ),
    Fault(
        "crash",
        "Pod 反复崩溃",
        "容器不停重启（CrashLoopBackOff），越等越久；控制器不管它，滚动更新却会停在这里。",
        "pod",
        _pod_fault("crash", "crash"),
        _new_pod,
    ),
    Fault(
        "unready",
        "Pod 永不就绪",
        "它在运行，但不算可用：占着 maxUnavailable 的额度。",
        "pod",
        _pod_fault("unready", "never-ready"),
        _new_pod,
    ),
    Fault(
        "image",
        "镜像不存在",
        "新 Pod 拉不到镜像，第一批就停住；旧 Pod 还剩多少，看 maxUnavailable。",
        "set",
        _image(True),
        _image(False),
    ),
    Fault(
        "slow",
        "kubelet 变慢",
        "这个 Node 上启动、停止都慢，整个滚动更新跟着它等。",
        "node",
        _slow,
        _brisk,
        10.0,
        "倍",
    ),
    Fault(
        "clock",
        "Node 的钟不准",
        "要有 minReadySeconds 才看得出：kubelet 写的就绪时间和控制器的钟对不上。快了就多等，慢了就提前算可用。",
        "node",
        _skew,
        _true_clock,
        30.0,
        "秒",
    ),
    Fault(
        "lag",
        "控制器的缓存滞后",
        "它看到的是几秒前的集群。没有 expectations，它会以为 Pod 还没建，再建一遍。",
        "",
        _lag,
        _no_lag,
        5.0,
        "秒",
    ),
)


def fault(key: str) -> Fault:
    """The fault with this key."""
    return next(each for each in FAULTS if each.key == key)


def check(chosen: Fault, target: Target) -> None:
    """Raise Mistake when what the fault needs is not chosen."""
    lacking = {
        "node": not target.node,
        "pod": target.pod is None,
        "set": target.daemon_set is None,
    }
    words = {"node": NO_NODE, "pod": NO_POD, "set": NO_SET}
    if lacking.get(chosen.needs):
        raise Mistake(words[chosen.needs])


def parse_number(text: str, example: float) -> float:
    """A number as it was typed. Raises Mistake."""
    try:
        return float(text.strip().replace("−", "-"))
    except ValueError:
        raise Mistake(NO_AMOUNT.format(example=example, text=text)) from None
