"""Ideas for Pods that the API server refuses: quotas, limit ranges, Pod Security, missing objects."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object, name
from k8slearn.explain.why_refused import refusal_of
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.pod_security import LEVELS, violations
from k8slearn.kinds.quota_usage import usage
from k8slearn.locale import remedies as words
from k8slearn.remedies.edits import created, flag, patched
from k8slearn.remedies.evidence import Evidence, Idea, dig
from k8slearn.remedies.room import missing_class, set_resources

ENFORCE = "pod-security.kubernetes.io/enforce"
# Small amounts for containers without resources: enough to start.
MODEST = {"cpu": "10m", "memory": "32Mi"}
_UNSET = re.compile(r"([\w./-]+) for: ([\w,.-]+)")
_BOUND = re.compile(r"(maximum|minimum) (\S+) usage per \w+ is (\S+?)[,.]")
# Fields of a Pod that give access to its host; the other rules of the levels are about containers.
_HOST = ("hostNetwork", "hostPID", "hostIPC")
_CAREFUL = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def refused(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for Pods that were refused at creation."""
    creator = evidence.creator
    if creator is None:
        return
    found = refusal_of(evidence.reader, creator)
    if found is None:
        return
    message, sign = found
    match sign:
        case "quota":
            yield from _quota(evidence)
        case "quota_silent":
            yield from _unset_resources(evidence, message)
        case "limit_range":
            yield from _bounds(evidence, message)
        case "pod_security":
            yield from _allowing_level(evidence)
            yield from _restricted_template(evidence)
        case "priority_class":
            yield from missing_class(evidence)
        case "service_account":
            yield from _service_account(evidence)


# Quotas ----------------------------------------------------------------------------------------------------------


def _quota(evidence: Evidence) -> Iterator[Idea]:
    """Ideas that raise quotas, for all missing Pods and not only for the next one."""
    lacking = 0
    for obstacle in evidence.obstacles:
        lacking += obstacle.pod is None
    pod = {"kind": "Pod", "spec": evidence.pod_template}
    one = usage(pod, BY_KIND["Pod"])
    for quota in evidence.reader.list("ResourceQuota", evidence.place):
        raised = _raised(quota, one, max(lacking, 1))
        if raised:
            patch = {"spec": {"hard": raised}}
            edit = patched(quota, patch, size=len(raised))
            listed = [f"{resource}={amount}" for resource, amount in raised.items()]
            amounts = "、".join(listed)
            yield evidence.idea(words.QUOTA, edit, name=name(quota), amounts=amounts)


def _raised(quota: Object, one: Any, count: int) -> dict[str, str]:
    """The limits of a quota that are too low for `count` more Pods, raised as needed."""
    raised = {}
    used = dig(quota, "status", "used") or {}
    hard = dig(quota, "spec", "hard") or {}
    for resource, limit in hard.items():
        if resource not in one:
            continue
        each = quantity.parse(one[resource]).value
        taken = quantity.parse(str(used.get(resource, "0"))).value
        needed = taken + each * count
        if needed > quantity.parse(str(limit)).value:
            raised[resource] = _in_unit_of(one[resource], needed)
    return raised


def _in_unit_of(one: str, amount: Any) -> str:
    """An amount in the unit of `one`, if it is a whole number in it."""
    unit = one.lstrip("0123456789.")
    in_units = amount / quantity.parse(f"1{unit}").value
    if in_units == int(in_units):
        return f"{int(in_units)}{unit}"
    return quantity.canonical(str(amount))


def _unset_resources(evidence: Evidence, message: str) -> Iterator[Idea]:
    """Ideas that give each container the requests or limits that it lacks."""
    edits = []
    for container, sides in _missing_amounts(message).items():
        edit = set_resources(evidence, container, **sides)
        edits.append(edit)
    if edits:
        yield evidence.idea(words.SAY, *edits)


Sides = dict[str, Any]
"""Amounts by resource, of requests and of limits."""


def _missing_amounts(message: str) -> dict[str, Sides]:
    """The amounts to add by container, from the message; without resources that MODEST lacks."""
    found: dict[str, Sides] = defaultdict(dict)
    for resource, listed in _UNSET.findall(message):
        side, _, plain = resource.rpartition(".")
        if plain not in MODEST:
            continue
        for container in listed.split(","):
            amounts = found[container].setdefault(side or "requests", {})
            amounts[plain] = MODEST[plain]
    return found


def _bounds(evidence: Evidence, message: str) -> Iterator[Idea]:
    """Ideas that set requests and limits of each container to the bound of the LimitRange that they break."""
    edits = []
    for container in evidence.containers:
        sides: Sides = defaultdict(dict)
        present = container.get("resources") or {}
        for which, resource, bound in _BOUND.findall(message):
            for side, amounts in present.items():
                if _breaks_bound(which, amounts.get(resource), bound):
                    sides[side][resource] = bound
        if sides:
            edit = set_resources(evidence, container["name"], **sides)
            edits.append(edit)
    if edits:
        yield evidence.idea(words.WITHIN, *edits)


def _breaks_bound(which: str, amount: str | None, bound: str) -> bool:
    if amount is None:
        return False
    more = quantity.compare(str(amount), bound)
    if which == "maximum":
        return more > 0
    return more < 0


# Pod Security, and what is missing -------------------------------------------------------------------------------


def _allowing_level(evidence: Evidence) -> Iterator[Idea]:
    """Ideas that set the namespace to the strictest Pod Security level that allows the Pods."""
    place = evidence.reader.get("Namespace", evidence.place)
    template = {"metadata": {}, **evidence.template}
    fitting = [level for level in LEVELS if not violations(template, level)]
    if place is None or not fitting:
        return
    level = fitting[-1]
    about = name(place)
    line = f"kubectl label ns {about} {ENFORCE}={level} --overwrite"
    patch = {"metadata": {"labels": {ENFORCE: level}}}
    edit = patched(place, patch, type="merge", line=line)
    yield evidence.idea(words.LEVEL, edit, place=about, level=level)


def _restricted_template(evidence: Evidence) -> Iterator[Idea]:
    """Ideas that change the template so that the strictest level allows it."""
    given_up: Object = {}
    for field in _HOST:
        if evidence.pod_template.get(field):
            given_up[field] = None
    if given_up:
        edit = evidence.template_edit(given_up, size=len(given_up))
        yield evidence.idea(words.NO_HOST, edit, what="、".join(given_up))
    changed = []
    for container in evidence.containers:
        wanted: Object = dict(_CAREFUL)
        if dig(container, "securityContext", "privileged"):
            wanted["privileged"] = None
        about = {
            "name": container["name"],
            "securityContext": wanted,
        }
        changed.append(about)
    edit = evidence.template_edit(
        {**given_up, "containers": changed},
        size=len(given_up) + len(_CAREFUL) * len(changed),
    )
    yield evidence.idea(words.CAREFUL, edit)


def _service_account(evidence: Evidence) -> Iterator[Idea]:
    wanted = evidence.pod_template.get("serviceAccountName")
    if not wanted:
        return
    place = evidence.place
    o = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": wanted,
            "namespace": place,
        },
    }
    line = f"kubectl{flag(place)} create serviceaccount {wanted}"
    edit = created(o, line)
    yield evidence.idea(words.CREATE, edit, kind="ServiceAccount", name=wanted)
