"""What keeps Pods away from Nodes by name: taints, labels, affinity. Each idea changes the Node or the template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from k8slearn.apimachinery.objects import Object, name
from k8slearn.apimachinery.selectors import (
    Requirement,
    look_at_labels,
    look_at_term,
    required_terms,
    term_matches,
)
from k8slearn.explain.why_node import taint_text
from k8slearn.locale import remedies as words
from k8slearn.remedies.edits import Edit, patched
from k8slearn.remedies.evidence import FEW, Evidence, Idea
from k8slearn.scheduler.filters import untolerated_taints

OF_THE_SYSTEM = "node.kubernetes.io/"
"""Taints that the Node controller puts back at once: their cause must go."""
# What a machine is does not change because somebody writes it on it; the kubelet writes it anew.
_FACTS = ("kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch")
Labels = dict[str, str | None]


def placing(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for a DaemonSet's Nodes that it does not want as they are."""
    nodes = []
    for each in evidence.obstacles:
        if each.node is None or each.placement is None:
            continue
        if not each.placement.should_run:
            nodes.append(each.node)
    if nodes:
        yield from for_nodes(evidence, evidence.pod_spec, nodes[:FEW])


def for_nodes(
    evidence: Evidence, spec: Object, nodes: Sequence[Object]
) -> Iterator[Idea]:
    """Ideas that let Pods of this spec onto these Nodes."""
    yield from _taints(evidence, spec, nodes)
    yield from _labels(spec, nodes)
    yield from _template(evidence, spec, nodes)


def named(nodes: Iterable[Object]) -> str:
    """The Nodes in a sentence."""
    return "、".join([name(node) for node in nodes])


# Taints ----------------------------------------------------------------------------------------------------------


def _taints(
    evidence: Evidence, spec: Object, nodes: Sequence[Object]
) -> Iterator[Idea]:
    tainted: dict[str, list[Object]] = defaultdict(list)
    taints: dict[str, Object] = {}
    for node in nodes:
        for taint in untolerated_taints(spec, node):
            text = taint_text(taint)
            taints[text] = taint
            tainted[text].append(node)
    for text, found in tainted.items():
        taint = taints[text]
        if taint["key"].startswith(OF_THE_SYSTEM):
            continue
        off = tuple([_untaint(node, taint) for node in found])
        yield Idea(words.UNTAINT.format(nodes=named(found), taint=text), off)
        tolerated = _tolerate(evidence, [taint])
        yield Idea(words.TOLERATE.format(who=evidence.who, taint=text), (tolerated,))


def _untaint(node: Object, taint: Object) -> Edit:
    kept = []
    for each in node["spec"]["taints"]:
        same = each["key"] == taint["key"] and each["effect"] == taint["effect"]
        if not same:
            kept.append(each)
    line = f"kubectl taint nodes {name(node)} {taint['key']}:{taint['effect']}-"
    return patched(node, {"spec": {"taints": kept}}, type="merge", line=line)


def _tolerate(evidence: Evidence, taints: Sequence[Object]) -> Edit:
    # The list is replaced as a whole: it has no key by which its entries could be told apart.
    wanted = [*(evidence.template["spec"].get("tolerations") or ())]
    for taint in taints:
        added = {"key": taint["key"], "operator": "Exists", "effect": taint["effect"]}
        if taint.get("value"):
            added |= {"operator": "Equal", "value": taint["value"]}
        wanted.append(added)
    return evidence.template_edit({"tolerations": wanted}, size=len(taints))


# Labels ----------------------------------------------------------------------------------------------------------


def _labels(spec: Object, nodes: Sequence[Object]) -> Iterator[Idea]:
    """The labels that are asked for go onto the Nodes: those of nodeSelector, and of one term of the affinity."""
    for number in range(len(required_terms(spec) or [None])):
        edits = []
        said: list[str] = []
        for node in nodes:
            changes = _lacking_labels(spec, node, number)
            if not changes:
                break
            edits.append(_label(node, changes))
            said = _written(changes)
        if len(edits) == len(nodes):
            text = words.LABEL.format(nodes=named(nodes), labels=" ".join(said))
            yield Idea(text, tuple(edits))


def _lacking_labels(spec: Object, node: Object, number: int) -> Labels:
    """What has to change in a Node's labels; {} for nothing, or where labels alone do not do."""
    lacking = [each for each in _selector(spec, node) if not each.holds]
    terms = required_terms(spec)
    if terms:
        term = look_at_term(terms[number], node)
        if not term:
            return {}
        lacking += [each for each in term if not each.holds]
    changes: Labels = {}
    for each in lacking:
        if each.key in _FACTS or each.key == "metadata.name":
            return {}
        changes[each.key] = _value_for(each)
    return changes


def _selector(spec: Object, node: Object) -> Sequence[Requirement]:
    return look_at_labels(spec.get("nodeSelector"), node["metadata"].get("labels", {}))


def _value_for(lacking: Requirement) -> str | None:
    """The value with which a requirement holds; None takes the label off."""
    match lacking.operator:
        case "In":
            return lacking.values[0]
        case "Exists":
            return "true"
        case "Gt":
            return str(int(lacking.values[0]) + 1)
        case "Lt":
            return str(int(lacking.values[0]) - 1)
    return None


def _written(changes: Labels) -> list[str]:
    return [key + "-" if v is None else f"{key}={v}" for key, v in changes.items()]


def _label(node: Object, changes: Labels) -> Edit:
    written = " ".join(_written(changes))
    line = f"kubectl label node {name(node)} {written} --overwrite"
    patch = {"metadata": {"labels": changes}}
    return patched(node, patch, size=len(changes), type="merge", line=line)


# The template ----------------------------------------------------------------------------------------------------


def _template(
    evidence: Evidence, spec: Object, nodes: Sequence[Object]
) -> Iterator[Idea]:
    """The template asks for less."""
    loosened: Object = {}
    given_up: list[str] = []
    for node in nodes:
        for each in _selector(spec, node):
            if not each.holds:
                loosened.setdefault("nodeSelector", {})[each.key] = None
                given_up.append(f"nodeSelector {each.key}={each.values[0]}")
    terms = required_terms(spec)
    if terms is not None and not all(_takes(terms, node) for node in nodes):
        widened = _widened(terms, nodes)
        if widened is not None:
            text = words.WIDEN.format(who=evidence.who, key=widened[0])
            yield Idea(text, (_affinity(evidence, widened[1], loosened),))
        given_up.append(words.AFFINITY)
        loosened["affinity"] = {
            "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": None}
        }
    if spec.get("nodeName") and evidence.owner["kind"] != "Pod":
        loosened["nodeName"] = None
        given_up.append(f"nodeName {spec['nodeName']}")
    if loosened:
        given_up = list(dict.fromkeys(given_up))
        text = words.LOOSEN.format(who=evidence.who, what="、".join(given_up))
        edit = evidence.template_edit(loosened, size=len(given_up))
        yield Idea(text, (edit,))


def _takes(terms: Sequence[Object], node: Object) -> bool:
    return any(term_matches(look_at_term(term, node)) for term in terms)


def _widened(
    terms: Sequence[Object], nodes: Sequence[Object]
) -> tuple[str, list[Object]] | None:
    """The first term with the Nodes' own values in the one list that leaves them out, and that list's key."""
    first, *others = terms
    expressions = [dict(each) for each in first.get("matchExpressions") or ()]
    changed = ""
    for expression in expressions:
        if expression["operator"] != "In":
            continue
        own = {n["metadata"].get("labels", {}).get(expression["key"]) for n in nodes}
        missing = own - {*expression["values"]}
        if None in own or not missing:
            continue
        if changed:
            return None
        changed = expression["key"]
        expression["values"] = [*expression["values"], *sorted(missing)]
    if not changed:
        return None
    return changed, [{**first, "matchExpressions": expressions}, *others]


def _affinity(evidence: Evidence, terms: list[Object], besides: Object) -> Edit:
    required = {"nodeSelectorTerms": terms}
    node_affinity = {"requiredDuringSchedulingIgnoredDuringExecution": required}
    patch = {**besides, "affinity": {"nodeAffinity": node_affinity}}
    return evidence.template_edit(patch, size=len(patch))
