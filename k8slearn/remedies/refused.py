"""What keeps the API server from creating Pods: quotas, bounds, Pod Security, something named and missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object, name
from k8slearn.explain.why_refused import refusal_of
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.pod_security import LEVELS, violations
from k8slearn.kinds.quota_usage import usage
from k8slearn.locale import remedies as words
from k8slearn.remedies.edits import created, flag, patched
from k8slearn.remedies.evidence import Evidence, Idea
from k8slearn.remedies.scheduling import missing_class, set_resources

ENFORCE = "pod-security.kubernetes.io/enforce"
# What a container that says nothing may be given: enough to start, and nobody misses it.
MODEST = {"cpu": "10m", "memory": "32Mi"}
_UNSET = re.compile(r"([\w./-]+) for: ([\w,.-]+)")
_BOUND = re.compile(r"(maximum|minimum) (\S+) usage per (\w+) is (\S+?)[,.]")
# Fields of a Pod that reach out to its host; what is left of the levels is set in each container.
_HOST = ("hostNetwork", "hostPID", "hostIPC")
_CAREFUL = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def refused(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for Pods that are not even created."""
    creator = evidence.creator
    found = None if creator is None else refusal_of(evidence.reader, creator)
    if found is None:
        return
    message, sign = found
    if sign == "quota":
        yield from _quota(evidence)
    elif sign == "quota_silent":
        yield from _silent(evidence, message)
    elif sign == "limit_range":
        yield from _bounds(evidence, message)
    elif sign == "pod_security":
        yield from _pod_security(evidence)
    elif sign == "priority_class":
        yield from missing_class(evidence)
    elif sign == "service_account":
        yield from _service_account(evidence)


def _quota(evidence: Evidence) -> Iterator[Idea]:
    """Room for all that are lacking, not only for the next one."""
    lacking = len([each for each in evidence.obstacles if each.pod is None])
    pod = {"kind": "Pod", "spec": evidence.template["spec"]}
    one = usage(pod, BY_KIND["Pod"])
    for quota in evidence.reader.list("ResourceQuota", evidence.place):
        hard = quota["spec"].get("hard", {})
        used = quota.get("status", {}).get("used", {})
        raised = {}
        for resource, limit in hard.items():
            if resource not in one:
                continue
            needed = quantity.parse(str(used.get(resource, "0"))).value
            needed += quantity.parse(one[resource]).value * max(lacking, 1)
            if needed > quantity.parse(str(limit)).value:
                raised[resource] = _like(one[resource], needed)
        if raised:
            listed = "、".join([f"{r}={amount}" for r, amount in raised.items()])
            text = words.QUOTA.format(name=name(quota), amounts=listed)
            patch = {"spec": {"hard": raised}}
            edit = patched(quota, patch, size=len(raised))
            yield Idea(text, (edit,))


def _like(one: str, amount: object) -> str:
    """An amount in the unit of another one, as far as it is whole there."""
    unit = one.lstrip("0123456789.")
    in_units = quantity.parse(str(amount)).value / quantity.parse(f"1{unit}").value
    if in_units == int(in_units):
        return f"{int(in_units)}{unit}"
    return quantity.canonical(str(amount))


def _silent(evidence: Evidence, message: str) -> Iterator[Idea]:
    """Each container says what it takes."""
    sides: dict[str, dict[str, Object]] = {}
    for resource, listed in _UNSET.findall(message):
        side, _, plain = resource.rpartition(".")
        if plain not in MODEST:
            return
        for container in listed.split(","):
            of_it = sides.setdefault(container, {})
            of_it.setdefault(side or "requests", {})[plain] = MODEST[plain]
    edits = []
    for container, about in sides.items():
        edits.append(set_resources(evidence, container, **about))
    if edits:
        yield Idea(words.SAY.format(who=evidence.who), tuple(edits))


def _bounds(evidence: Evidence, message: str) -> Iterator[Idea]:
    """Requests and limits of each container go to the bound that they break."""
    found = _BOUND.findall(message)
    edits = []
    for container in evidence.template["spec"]["containers"]:
        sides: dict[str, Object] = {}
        for which, resource, _, bound in found:
            for side, amounts in (container.get("resources") or {}).items():
                if _breaks(which, amounts.get(resource), bound):
                    sides.setdefault(side, {})[resource] = bound
        if sides:
            edits.append(set_resources(evidence, container["name"], **sides))
    if edits:
        yield Idea(words.WITHIN.format(who=evidence.who), tuple(edits))


def _breaks(which: str, amount: str | None, bound: str) -> bool:
    if amount is None:
        return False
    more = quantity.compare(str(amount), bound)
    return more > 0 if which == "maximum" else more < 0


def _pod_security(evidence: Evidence) -> Iterator[Idea]:
    place = evidence.reader.get("Namespace", evidence.place)
    template = {"metadata": {}, **evidence.template}
    fitting = [each for each in LEVELS if not violations(template, each)]
    if place is not None and fitting:
        # The strictest of those that let it in.
        level = fitting[-1]
        line = f"kubectl label ns {name(place)} {ENFORCE}={level} --overwrite"
        patch = {"metadata": {"labels": {ENFORCE: level}}}
        text = words.LEVEL.format(place=name(place), level=level)
        yield Idea(text, (patched(place, patch, type="merge", line=line),))
    given_up: Object = {}
    for field in _HOST:
        if evidence.template["spec"].get(field):
            given_up[field] = None
    careful = []
    for container in evidence.template["spec"]["containers"]:
        own = container.get("securityContext") or {}
        wanted = {**_CAREFUL}
        if own.get("privileged"):
            wanted["privileged"] = None
        careful.append({"name": container["name"], "securityContext": wanted})
    size = len(given_up) + len(_CAREFUL) * len(careful)
    if given_up:
        edit = evidence.template_edit(given_up, size=len(given_up))
        what = "、".join(given_up)
        yield Idea(words.NO_HOST.format(who=evidence.who, what=what), (edit,))
    edit = evidence.template_edit({**given_up, "containers": careful}, size=size)
    yield Idea(words.CAREFUL.format(who=evidence.who), (edit,))


def _service_account(evidence: Evidence) -> Iterator[Idea]:
    wanted = evidence.template["spec"].get("serviceAccountName", "")
    if not wanted:
        return
    place = evidence.place
    o = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": wanted, "namespace": place},
    }
    line = f"kubectl{flag(place)} create serviceaccount {wanted}"
    text = words.CREATE.format(kind="ServiceAccount", name=wanted)
    yield Idea(text, (created(o, line),))
