"""Does a Pod of this DaemonSet belong on this Node, and why?"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.objects import Object, name
from k8slearn.apimachinery.selectors import Requirement, TaintVerdict
from k8slearn.controllers.daemon.placement import (
    Placement,
    added_tolerations,
    node_should_run_daemon_pod,
)
from k8slearn.explain.sentences import Explanation, Sentence

ANSWERS = {
    (True, True): "这里该有一个 Pod",
    (False, True): "不会再放新的 Pod，已经在运行的可以留下",
    (False, False): "这里不该有 Pod，有也会被删掉",
}
WORDS = {
    "node_name": "模板写明了 nodeName: {wanted}，不是这个 Node",
    "all": "没有 nodeSelector、没有亲和、没有污点：每个 Node 都算",
    "selector": "nodeSelector 要求 {key}={value}",
    "term": "亲和条件 {number}",
    "empty_term": "亲和条件 {number} 是空的：空条件不匹配任何 Node",
    "terms": "亲和条件有 {count} 组，满足其中一组就行",
    "found": "这个 Node 是 {key}={actual}",
    "absent": "这个 Node 没有 {key}",
    "taint": "污点 {taint}",
    "tolerated": "被容忍：{toleration}，{origin}",
    "user": "这是你在模板里写的",
    "controller": "这是控制器自动加给每个 daemon Pod 的",
    "both": "这是你在模板里写的；不写，控制器也会自动加",
}

UNTOLERATED = {
    "NoSchedule": "没有被容忍：新 Pod 不能来",
    "NoExecute": "没有被容忍：新 Pod 不能来，旧的也要走",
    "PreferNoSchedule": "没有被容忍，但它只是「最好别来」，DaemonSet 不管",
}


def why_node(daemon_set: Object, node: Object) -> Explanation:
    """The controller's verdict on one Node, reason by reason."""
    placement = node_should_run_daemon_pod(daemon_set, node)
    return why_placement(daemon_set, name(node), placement)


def why_placement(daemon_set: Object, node: str, placement: Placement) -> Explanation:
    """The reasons for a verdict that was already reached."""
    spec = daemon_set["spec"]["template"]["spec"]
    reasons = [
        *_node_name(spec, placement),
        *(_selector(requirement) for requirement in placement.node_selector),
        *_terms(placement),
        *(_taint(spec, verdict) for verdict in placement.taints),
    ]
    answer = ANSWERS[placement.should_run, placement.should_continue_running]
    return Explanation(node, answer, tuple(reasons) or (Sentence(WORDS["all"], True),))


def _node_name(spec: Object, placement: Placement) -> Iterable[Sentence]:
    if not placement.fits_node_name:
        yield Sentence(WORDS["node_name"].format(wanted=spec["nodeName"]), False)


def _met(requirement: Requirement) -> str:
    if requirement.actual is None:
        return WORDS["absent"].format(key=requirement.key)
    return WORDS["found"].format(key=requirement.key, actual=requirement.actual)


def _selector(requirement: Requirement) -> Sentence:
    wanted = WORDS["selector"].format(key=requirement.key, value=requirement.values[0])
    return Sentence(f"{wanted}；{_met(requirement)}", requirement.holds)


def expression(requirement: Requirement) -> str:
    """`zone In (a, b)`, `gpu Exists`, `gen Gt 5`."""
    values = ", ".join(requirement.values)
    if requirement.operator in ("In", "NotIn"):
        values = f"({values})"
    return " ".join(
        part for part in (requirement.key, requirement.operator, values) if part
    )


def _terms(placement: Placement) -> Iterable[Sentence]:
    terms = placement.terms or ()
    if len(terms) > 1:
        yield Sentence(WORDS["terms"].format(count=len(terms)))
    for number, term in enumerate(terms, 1):
        if not term:
            yield Sentence(WORDS["empty_term"].format(number=number), False)
        for requirement in term:
            title = WORDS["term"].format(number=number)
            yield Sentence(
                f"{title}：{expression(requirement)}；{_met(requirement)}",
                requirement.holds,
            )


def _taint(spec: Object, verdict: TaintVerdict) -> Sentence:
    taint = WORDS["taint"].format(taint=taint_text(verdict.taint))
    if verdict.toleration is None:
        effect = verdict.taint["effect"]
        return Sentence(
            f"{taint} {UNTOLERATED[effect]}",
            None if effect == "PreferNoSchedule" else False,
        )
    origin = _origin(spec, verdict.toleration)
    shown = toleration_text(verdict.toleration)
    return Sentence(
        f"{taint} {WORDS['tolerated'].format(toleration=shown, origin=WORDS[origin])}",
        True,
    )


def _origin(spec: Object, toleration: Object) -> str:
    if toleration not in added_tolerations(spec):
        return "user"
    return "both" if toleration in (spec.get("tolerations") or ()) else "controller"


def taint_text(taint: Object) -> str:
    """`key=value:Effect`."""
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


def toleration_text(toleration: Object) -> str:
    """A toleration in one phrase: `dedicated=gpu:NoSchedule`, `gpu Exists`, or `Exists` for one that takes all."""
    key, effect = toleration.get("key", ""), toleration.get("effect", "")
    wanted = (
        f"{key} Exists".strip()
        if toleration.get("operator") == "Exists"
        else f"{key}={toleration.get('value', '')}"
    )
    return f"{wanted}:{effect}" if effect else wanted
