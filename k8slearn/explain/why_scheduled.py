"""Where would the scheduler put a Pod, and if nowhere, why?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, full_name, name
from k8slearn.apimachinery.selectors import judge_taint, untolerated
from k8slearn.explain.sentences import Explanation, Sentence
from k8slearn.explain.why_node import taint_text
from k8slearn.kinds.pod.state import host_ports, is_pod_terminal
from k8slearn.scheduler.decide import (
    CORDONED,
    NO_NODE_LABELS,
    NO_PORTS,
    NO_TOLERATION,
    Fit,
    milli_value,
    requests,
    schedule,
)

ANSWERS = {"fits": "调度器会把它放到 {node}", "nowhere": "调度器放不下它：{message}"}
NO_TARGET = "它指定的 Node 不存在"
FITS = "{node} 放得下"
REFUSED = {
    CORDONED: "{node} 被 cordon 了（不可调度）",
    NO_TOLERATION: "{node} 的污点 {taints} 没有被容忍",
    NO_NODE_LABELS: "{node} 不满足 Pod 的 nodeSelector 或节点亲和",
    NO_PORTS: "{node} 上的 hostPort {ports} 已经有人占了",
    "Too many pods": "{node} 最多放 {total} 个 Pod，已经有 {used} 个",
}
LACKING = (
    "{node} 的 {resource} 不够：要 {wanted}，一共 {total}，已经占了 {used}，只剩 {free}"
)
OTHER = "{node}：{reason}"


def why_scheduled(reader: Reader, pod: Object) -> Explanation:
    """What the scheduler makes of a Pod that is not bound, Node by Node, with its numbers."""
    nodes = {name(node): node for node in reader.list("Node")}
    running: dict[str, dict[object, Object]] = {}
    for other in reader.list("Pod"):
        if other["spec"].get("nodeName") and not is_pod_terminal(other):
            running.setdefault(other["spec"]["nodeName"], {})[full_name(other)] = other
    result = schedule(pod, nodes, running)
    reasons = [
        s
        for v in result.fits
        for s in _verdict(pod, nodes[v.node], v, running.get(v.node, {}))
    ]
    if not result.fits:
        reasons.append(Sentence(NO_TARGET, False))
    answer = ANSWERS["fits" if result.node else "nowhere"].format(
        node=result.node, message=result.message
    )
    return Explanation(name(pod), answer, tuple(reasons))


def _verdict(
    pod: Object, node: Object, verdict: Fit, others: Mapping[object, Object]
) -> Iterable[Sentence]:
    if not verdict.reasons:
        yield Sentence(FITS.format(node=verdict.node), True)
    for reason in verdict.reasons:
        yield Sentence(_refusal(pod, node, reason, others.values()), False)


def _refusal(pod: Object, node: Object, reason: str, others: Iterable[Object]) -> str:
    resource = (
        "pods" if reason == "Too many pods" else reason.removeprefix("Insufficient ")
    )
    known = REFUSED.get(
        reason, LACKING if reason.startswith("Insufficient ") else OTHER
    )
    ports = "、".join(str(port) for _, _, port in sorted(host_ports(pod)))
    numbers = _numbers(pod, node, resource, others)
    return known.format(
        node=name(node),
        reason=reason,
        taints=_taints(pod, node),
        ports=ports,
        **numbers,
    )


def _taints(pod: Object, node: Object) -> str:
    tolerations = pod["spec"].get("tolerations") or ()
    verdicts = [
        judge_taint(taint, tolerations)
        for taint in node.get("spec", {}).get("taints") or ()
    ]
    return "、".join(
        taint_text(taint) for taint in untolerated(verdicts, "NoSchedule", "NoExecute")
    )


def _numbers(
    pod: Object, node: Object, resource: str, others: Iterable[Object]
) -> dict[str, str]:
    total = milli_value(
        (node.get("status", {}).get("allocatable") or {}).get(resource, 0)
    )
    used = sum(requests(other).get(resource, 0) for other in others)
    numbers = {
        "wanted": requests(pod).get(resource, 0),
        "total": total,
        "used": used,
        "free": max(total - used, 0),
    }
    shown = {what: _amount(resource, number) for what, number in numbers.items()}
    return {"resource": resource, **shown}


def _amount(resource: str, thousandths: int) -> str:
    """500m of a CPU, 64Mi of memory, plain numbers of the rest."""
    if resource in ("memory", "ephemeral-storage"):
        return f"{thousandths / 1000 / 2**20:g}Mi"
    return (
        f"{thousandths}m"
        if resource == "cpu" and thousandths % 1000
        else f"{thousandths // 1000}"
    )
