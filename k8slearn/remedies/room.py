"""Ideas that make room on Nodes: smaller requests, fewer Pods, higher priority."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, is_deleting, name
from k8slearn.kinds.priorityclass import HIGHEST
from k8slearn.locale import remedies as words
from k8slearn.remedies.edits import Edit, created, deleted
from k8slearn.remedies.evidence import Evidence, Idea, dig, is_owned, names_of
from k8slearn.scheduler.resources import allocatable_of, milli_value, requests
from k8slearn.scheduler.situation import priority_of


class _Step(NamedTuple):
    """The rounding of a request: the step in thousandths, and the unit."""

    least: int
    unit: str
    one: int


# CPU in steps of 10m, memory in Mi.
_MEBIBYTE = 2**20 * 1000
_STEPS = {
    "cpu": _Step(10, "m", one=1),
    "memory": _Step(_MEBIBYTE, "Mi", one=_MEBIBYTE),
}
NEW_CLASS = "important"
_HIGHER = 1000
"""How far a new class is above the Pods that it may preempt."""


def _free(evidence: Evidence, node: Object, resource: str) -> int:
    """The amount of a resource that other Pods leave free on a Node, in thousandths."""
    left = milli_value(allocatable_of(node).get(resource, 0))
    for other in evidence.others_on(node):
        left -= requests(other).get(resource, 0)
    return left


def smaller(
    evidence: Evidence, pod: Object, nodes: Sequence[Object], resource: str
) -> Iterator[Idea]:
    """Ideas that reduce the largest request to what is free."""
    step = _STEPS.get(resource)
    if step is None:
        return

    def asked(container: Object) -> int:
        amount = dig(container, "resources", "requests", resource)
        return milli_value(amount or 0)

    largest = max(pod["spec"]["containers"], key=asked)
    rest = requests(pod).get(resource, 0) - asked(largest)
    free = min(_free(evidence, node, resource) for node in nodes)
    steps = (free - rest) // step.least
    amount = steps * step.least
    if not 0 < amount < asked(largest):
        return
    written = f"{amount // step.one}{step.unit}"
    which = largest["name"]
    edit = set_resources(evidence, which, requests={resource: written})
    yield evidence.idea(
        words.SMALLER,
        edit,
        container=which,
        resource=resource,
        amount=written,
    )


def set_resources(evidence: Evidence, container: str, **sides: Object) -> Edit:
    """The edit of `kubectl set resources`, with requests=… and limits=…."""
    line = f"set resources {evidence.target} -c {container}"
    size = 0
    for side, amounts in sides.items():
        listed = [f"{resource}={amount}" for resource, amount in amounts.items()]
        line += f" --{side}={','.join(listed)}"
        size += len(amounts)
    change = {"name": container, "resources": sides}
    return evidence.template_edit({"containers": [change]}, size, line)


def without(evidence: Evidence, pods: Sequence[Object]) -> Idea:
    """The idea to delete these Pods."""
    edits = [deleted(pod) for pod in pods]
    return evidence.idea(words.DELETE, *edits, pods=names_of(pods))


def fewer_pods(
    evidence: Evidence, pod: Object, nodes: Sequence[Object], resource: str
) -> Iterator[Idea]:
    """Ideas that delete on each Node the smallest Pod that makes enough room, preferably one without a controller."""
    going = []
    wanted = requests(pod).get(resource, 0)

    def cost(other: Object) -> tuple[bool, int, str]:
        return is_owned(other), requests(other).get(resource, 0), name(other)

    for node in nodes:
        lacking = wanted - _free(evidence, node, resource)
        enough = []
        for other in evidence.others_on(node):
            large = requests(other).get(resource, 0) >= lacking
            if large and not is_deleting(other):
                enough.append(other)
        if not enough:
            return
        going.append(min(enough, key=cost))
    yield without(evidence, going)


# Importance ------------------------------------------------------------------------------------------------------


def more_important(evidence: Evidence, nodes: Sequence[Object]) -> Iterator[Idea]:
    """Ideas with a PriorityClass above the least important Pod on each Node; a new class if there is none."""
    bar = -HIGHEST
    for node in nodes:
        on_it = [priority_of(other) for other in evidence.others_on(node)]
        if not on_it:
            return
        bar = max(bar, min(on_it))
    classes = []
    for each in evidence.reader.list("PriorityClass"):
        value = int(each.get("value", 0))
        if bar < value <= HIGHEST:
            classes.append((value, name(each)))
    if classes:
        _, chosen = min(classes)
        edit = _with_class(evidence, chosen)
        yield evidence.idea(words.CLASS, edit, name=chosen)
    elif bar + _HIGHER <= HIGHEST:
        made = _priority_class(NEW_CLASS, bar + _HIGHER)
        used = _with_class(evidence, NEW_CLASS)
        yield evidence.idea(words.NEW_CLASS, made, used, name=NEW_CLASS)


def _with_class(evidence: Evidence, name: str | None) -> Edit:
    return evidence.template_edit({"priorityClassName": name})


def _priority_class(name: str, value: int) -> Edit:
    o = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
    }
    line = f"kubectl create priorityclass {name} --value={value}"
    return created(o, line)


def missing_class(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for a missing PriorityClass: create it, or remove it from the template."""
    wanted = evidence.pod_template.get("priorityClassName")
    if not wanted or evidence.reader.get("PriorityClass", wanted):
        return
    made = _priority_class(wanted, _HIGHER)
    yield evidence.idea(words.CREATE, made, kind="PriorityClass", name=wanted)
    edit = _with_class(evidence, None)
    yield evidence.idea(words.NO_CLASS, edit, name=wanted)
