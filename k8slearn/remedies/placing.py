"""Ideas for Nodes that rules keep Pods away from: taints, labels, affinity. They change the Node or the template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.apimachinery.selectors import (
    REQUIRED,
    Requirement,
    any_term_matches,
    look_at_labels,
    look_at_term,
    required_terms,
)
from k8slearn.kinds.node import HOSTNAME
from k8slearn.kinds.taint import SYSTEM, taint_text
from k8slearn.locale import remedies as words
from k8slearn.remedies.edits import Edit, patched
from k8slearn.remedies.evidence import FEW, Evidence, Idea, names_of
from k8slearn.scheduler.filters import untolerated_taints

# Labels about the machine, which the kubelet sets again.
_FACTS = (HOSTNAME, "kubernetes.io/os", "kubernetes.io/arch")
Labels = dict[str, str | None]
Nodes = Sequence[Object]


def placing(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for Nodes on which a DaemonSet should not run as they are."""
    nodes = []
    for each in evidence.obstacles[:FEW]:
        if each.node is None or each.placement is None:
            continue
        if not each.placement.should_run:
            nodes.append(each.node)
    if nodes:
        yield from for_nodes(evidence, evidence.pod_spec, nodes)


def for_nodes(evidence: Evidence, spec: Object, nodes: Nodes) -> Iterator[Idea]:
    """Ideas that let Pods of this spec onto these Nodes."""
    yield from _taints(evidence, spec, nodes)
    yield from _labels(evidence, spec, nodes)
    yield from _template(evidence, spec, nodes)


# Taints ----------------------------------------------------------------------------------------------------------


def _taints(evidence: Evidence, spec: Object, nodes: Nodes) -> Iterator[Idea]:
    tainted: dict[str, list[Object]] = defaultdict(list)
    taints: dict[str, Object] = {}
    for node in nodes:
        for taint in untolerated_taints(spec, node):
            text = taint_text(taint)
            taints[text] = taint
            tainted[text].append(node)
    for text, taint in taints.items():
        # The Node controller puts these back at once: their cause must go.
        if taint["key"].startswith(SYSTEM):
            continue
        found = tainted[text]
        off = [_untaint(node, taint) for node in found]
        yield evidence.idea(words.UNTAINT, *off, nodes=names_of(found), taint=text)
        tolerated = _tolerate(evidence, taint)
        yield evidence.idea(words.TOLERATE, tolerated, taint=text)


def _untaint(node: Object, taint: Object) -> Edit:
    kept = []
    pair = taint["key"], taint["effect"]
    for each in node["spec"]["taints"]:
        if (each["key"], each["effect"]) != pair:
            kept.append(each)
    key, effect = pair
    line = f"kubectl taint nodes {name(node)} {key}:{effect}-"
    patch = {"spec": {"taints": kept}}
    return patched(node, patch, type="merge", line=line)


def _tolerate(evidence: Evidence, taint: Object) -> Edit:
    added = {
        "key": taint["key"],
        "operator": "Exists",
        "effect": taint["effect"],
    }
    if taint.get("value"):
        added["operator"] = "Equal"
        added["value"] = taint["value"]
    # Strategic merge replaces this list as a whole, since it has no merge key.
    present = evidence.pod_template.get("tolerations") or ()
    return evidence.template_edit({"tolerations": [*present, added]})


# Labels ----------------------------------------------------------------------------------------------------------


def _labels(evidence: Evidence, spec: Object, nodes: Nodes) -> Iterator[Idea]:
    """Ideas that label the Nodes as nodeSelector and one term of the affinity require."""
    # Without an affinity there may still be a selector.
    alternatives = required_terms(spec) or [{}]
    for term in alternatives:
        edits = []
        written = ""
        for node in nodes:
            changes = _lacking_labels(spec, term, node)
            if changes:
                written = _label_arguments(changes)
                edits.append(_label(node, changes, written))
        if len(edits) == len(nodes):
            names = names_of(nodes)
            yield evidence.idea(words.LABEL, *edits, nodes=names, labels=written)


def _lacking_labels(spec: Object, term: Object, node: Object) -> Labels:
    """The changes of labels by which a Node meets the term; {} for none, or if labels are not enough."""
    changes: Labels = {}
    for each in (*_selector(spec, node), *look_at_term(term, node)):
        if each.holds:
            continue
        if each.key in _FACTS or each.key == "metadata.name":
            return {}
        changes[each.key] = _value_for(each)
    return changes


def _selector(spec: Object, node: Object) -> Sequence[Requirement]:
    return look_at_labels(spec.get("nodeSelector"), labels(node))


def _value_for(lacking: Requirement) -> str | None:
    """The value of a label with which a requirement holds; None removes the label."""
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


def _label_arguments(changes: Labels) -> str:
    """The changes as arguments of `kubectl label`."""
    parts = []
    for key, value in changes.items():
        part = f"{key}={value}"
        if value is None:
            part = f"{key}-"
        parts.append(part)
    return " ".join(parts)


def _label(node: Object, changes: Labels, written: str) -> Edit:
    line = f"kubectl label node {name(node)} {written} --overwrite"
    patch = {"metadata": {"labels": changes}}
    return patched(node, patch, size=len(changes), type="merge", line=line)


# The template ----------------------------------------------------------------------------------------------------


def _template(evidence: Evidence, spec: Object, nodes: Nodes) -> Iterator[Idea]:
    """Ideas that relax the template's requirements."""
    loosened: Object = {}
    given_up: list[str] = []
    selector: Labels = {}
    for node in nodes:
        for each in _selector(spec, node):
            if not each.holds and each.key not in selector:
                selector[each.key] = None
                given_up.append(f"nodeSelector {each.key}={each.values[0]}")
    if selector:
        loosened["nodeSelector"] = selector
    terms = required_terms(spec)
    if terms is not None and not _all_match(terms, nodes):
        key, widened = _widened(terms, nodes)
        if key:
            change = {**loosened, **_affinity({"nodeSelectorTerms": widened})}
            edit = evidence.template_edit(change, size=len(change))
            yield evidence.idea(words.WIDEN, edit, key=key)
        loosened.update(_affinity(None))
        given_up.append(words.AFFINITY)
    if spec.get("nodeName"):
        loosened["nodeName"] = None
        given_up.append(f"nodeName {spec['nodeName']}")
    if loosened:
        edit = evidence.template_edit(loosened, size=len(given_up))
        yield evidence.idea(words.LOOSEN, edit, what="、".join(given_up))


def _all_match(terms: Nodes, nodes: Nodes) -> bool:
    """Whether each Node meets one of the terms."""
    return all(any_term_matches(terms, node) for node in nodes)


def _affinity(required: Object | None) -> Object:
    return {"affinity": {"nodeAffinity": {REQUIRED: required}}}


def _widened(terms: Nodes, nodes: Nodes) -> tuple[str, list[Object]]:
    """(key, terms) with the Nodes' values added to the one list that lacks them; key '' if that is not possible."""
    first, *others = terms
    changed = ""
    expressions = []
    for expression in first.get("matchExpressions") or ():
        values = expression.get("values") or ()
        own = {labels(node).get(expression["key"]) for node in nodes}
        missing = own - {*values}
        if expression["operator"] == "In" and missing:
            if changed or None in own:
                # Two lists, or a Node without the label: no small change.
                return "", []
            changed = expression["key"]
            added = [str(value) for value in missing]
            expression = {**expression, "values": [*values, *sorted(added)]}
        expressions.append(expression)
    return changed, [{**first, "matchExpressions": expressions}, *others]
