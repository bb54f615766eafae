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
from k8slearn.kinds.taint import taint_text
from k8slearn.locale import explain as words


def why_node(daemon_set: Object, node: Object) -> Explanation:
    """The controller's verdict on one Node, reason by reason."""
    placement = node_should_run_daemon_pod(daemon_set, node)
    return why_placement(daemon_set, name(node), placement)


def why_placement(daemon_set: Object, node: str, placement: Placement) -> Explanation:
    """The reasons for a verdict that was already reached."""
    spec = daemon_set["spec"]["template"]["spec"]
    # In the order in which NodeShouldRunDaemonPod looks: name, affinity, taints.
    reasons = [
        *_node_name(spec, placement),
        *(_selector(requirement) for requirement in placement.node_selector),
        *_terms(placement),
        *(_taint(spec, verdict) for verdict in placement.taints),
    ]
    # A template without conditions on a Node without taints: that nothing was asked is the reason.
    if not reasons:
        reasons = [Sentence(words.PLACEMENT["all"], True)]
    verdict = placement.should_run, placement.should_continue_running
    return Explanation(
        about=node,
        answer=words.PLACEMENT_ANSWERS[verdict],
        reasons=tuple(reasons),
    )


def _node_name(spec: Object, placement: Placement) -> Iterable[Sentence]:
    # Only where it stands in the way: hardly any template names a Node.
    if not placement.fits_node_name:
        text = words.PLACEMENT["node_name"].format(wanted=spec["nodeName"])
        yield Sentence(text, False)


def _met(requirement: Requirement) -> str:
    """What the Node has instead of, or as, what was asked for."""
    key = requirement.key
    actual = requirement.actual
    if actual is None:
        return words.PLACEMENT["absent"].format(key=key)
    return words.PLACEMENT["found"].format(key=key, actual=actual)


def _selector(requirement: Requirement) -> Sentence:
    key = requirement.key
    value = requirement.values[0]
    wanted = words.PLACEMENT["selector"].format(key=key, value=value)
    return Sentence(f"{wanted}；{_met(requirement)}", requirement.holds)


def expression(requirement: Requirement) -> str:
    """`zone In (a, b)`, `gpu Exists`, `gen Gt 5`, as `kubectl describe` writes selectors."""
    values = ", ".join(requirement.values)
    if requirement.operator in ("In", "NotIn"):
        values = f"({values})"
    parts = (requirement.key, requirement.operator, values)
    return " ".join(part for part in parts if part)


def _terms(placement: Placement) -> Iterable[Sentence]:
    terms = placement.terms or ()
    # That one of several terms is enough, while within a term all must hold, is what learners mix up most.
    if len(terms) > 1:
        yield Sentence(words.PLACEMENT["terms"].format(count=len(terms)))
    for number, term in enumerate(terms, 1):
        if not term:
            text = words.PLACEMENT["empty_term"].format(number=number)
            yield Sentence(text, False)
        title = words.PLACEMENT["term"].format(number=number)
        for requirement in term:
            text = f"{title}：{expression(requirement)}；{_met(requirement)}"
            yield Sentence(text, requirement.holds)


def _taint(spec: Object, verdict: TaintVerdict) -> Sentence:
    taint = words.PLACEMENT["taint"].format(taint=taint_text(verdict.taint))
    if verdict.toleration is None:
        effect = verdict.taint["effect"]
        # PreferNoSchedule weighs only when the scheduler has a choice, and a daemon Pod leaves it none.
        holds = None if effect == "PreferNoSchedule" else False
        return Sentence(f"{taint} {words.UNTOLERATED[effect]}", holds)
    origin = words.PLACEMENT[_origin(spec, verdict.toleration)]
    toleration = toleration_text(verdict.toleration)
    tolerated = words.PLACEMENT["tolerated"].format(
        toleration=toleration, origin=origin
    )
    return Sentence(f"{taint} {tolerated}", True)


def _origin(spec: Object, toleration: Object) -> str:
    """Who wrote a toleration: the user, the controller (it adds some to every daemon Pod), or both."""
    if toleration not in added_tolerations(spec):
        return "user"
    if toleration in (spec.get("tolerations") or ()):
        return "both"
    return "controller"


def toleration_text(toleration: Object) -> str:
    """A toleration in one phrase: `dedicated=gpu:NoSchedule`, `gpu Exists`, or `Exists` for one that takes all."""
    key = toleration.get("key", "")
    effect = toleration.get("effect", "")
    if toleration.get("operator") == "Exists":
        wanted = f"{key} Exists".strip()
    else:
        wanted = f"{key}={toleration.get('value', '')}"
    if effect:
        return f"{wanted}:{effect}"
    return wanted
