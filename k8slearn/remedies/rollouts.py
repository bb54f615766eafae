"""What keeps a rollout from going on though its Pods are well: a strategy, a limit, a pause; and the ways back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.controllers.daemon.decide import update_strategy
from k8slearn.controllers.deployment.bookkeeping import revision_of
from k8slearn.controllers.deployment.replica_sets import POD_HASH
from k8slearn.controllers.history import match
from k8slearn.explain.outlook import Outlook, Outlooks
from k8slearn.explain.why_workload import owned
from k8slearn.locale import remedies as words
from k8slearn.remedies.asked import REVISION, look_at
from k8slearn.remedies.edits import deleted, flag, patched, typed_name
from k8slearn.remedies.evidence import Evidence, Idea

# So many templates of the past are tried, the latest first.
BACK = 3
# More names than these nobody types in one line.
MOST_NAMES = 30


def rollouts(evidence: Evidence) -> Iterator[Idea]:
    """Ideas that change how, or to what, it is rolled out."""
    owner = evidence.owner
    spec = owner.get("spec", {})
    if spec.get("paused"):
        what = f"{typed_name(owner['kind'])}/{name(owner)}"
        line = f"kubectl{flag(evidence.place)} rollout resume {what}"
        edit = patched(owner, {"spec": {"paused": None}}, line=line)
        yield Idea(words.RESUME.format(who=evidence.who), (edit,))
    if spec.get("suspend"):
        edit = patched(owner, {"spec": {"suspend": False}})
        yield Idea(words.NOT_SUSPENDED.format(who=evidence.who), (edit,))
    if owner["kind"] == "StatefulSet":
        yield from _stateful_set(evidence)
    if owner["kind"] == "DaemonSet" and not evidence.asked.node:
        yield from _daemon_set(evidence)
    yield from _back(evidence)


def _daemon_set(evidence: Evidence) -> Iterator[Idea]:
    if update_strategy(evidence.owner) == "OnDelete":
        yield from _on_delete(evidence, "updateStrategy")
        return
    rollout = _outlook(evidence).rollout
    if rollout is None or not rollout.candidates:
        return
    field = "maxSurge" if rollout.limits.max_surge else "maxUnavailable"
    used = len(rollout.busy)
    if not rollout.limits.max_surge:
        used += len(rollout.forced)
    limits = {"rollingUpdate": {field: used + 1}}
    edit = patched(evidence.owner, {"spec": {"updateStrategy": limits}})
    about = {"who": evidence.who, "field": field, "number": used + 1}
    yield Idea(words.LIMIT.format(**about), (edit,))


def _outlook(evidence: Evidence) -> Outlook:
    outlooks = Outlooks(evidence.reader, evidence.now)
    return look_at(evidence.asked, outlooks, evidence.owner)


def _on_delete(evidence: Evidence, field: str) -> Iterator[Idea]:
    """The old Pods are deleted as it asks for, or it no longer asks for that."""
    pods = _old_pods(evidence)
    names = [name(pod) for pod in pods]
    if pods and len(pods) <= MOST_NAMES:
        text = words.DELETE_OLD.format(count=len(pods), pods="、".join(names))
        yield Idea(text, tuple([deleted(pod) for pod in pods]))
    patch = {"spec": {field: {"type": "RollingUpdate"}}}
    edit = patched(evidence.owner, patch)
    yield Idea(words.ROLLING.format(who=evidence.who), (edit,))


def _old_pods(evidence: Evidence) -> list[Object]:
    if evidence.owner["kind"] == "DaemonSet":
        nodes = _outlook(evidence).nodes.values()
        return [each.old_pod for each in nodes if each.old_pod is not None]
    update = evidence.owner.get("status", {}).get("updateRevision")
    pods = owned(evidence.reader, "Pod", evidence.owner)
    return [pod for pod in pods if labels(pod).get(REVISION) != update]


def _stateful_set(evidence: Evidence) -> Iterator[Idea]:
    strategy = evidence.owner["spec"].get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        yield from _on_delete(evidence, "updateStrategy")
    if (strategy.get("rollingUpdate") or {}).get("partition"):
        limits = {"rollingUpdate": {"partition": 0}}
        edit = patched(evidence.owner, {"spec": {"updateStrategy": limits}})
        yield Idea(words.PARTITION.format(who=evidence.who), (edit,))


# The ways back ---------------------------------------------------------------------------------------------------


def _back(evidence: Evidence) -> Iterator[Idea]:
    """To the template before, or at least to the image of then."""
    owner = evidence.owner
    present = evidence.template
    what = f"{typed_name(owner['kind'])}/{name(owner)}"
    for number, template in _earlier(evidence)[:BACK]:
        image = _image(evidence, template)
        size = differing(present, template)
        if image is not None:
            yield image
            if image.size == size:
                # Nothing else has changed: that is all that rolling back would do.
                continue
        patch = {"spec": {"template": {**template, "$patch": "replace"}}}
        line = f"kubectl{flag(evidence.place)} rollout undo {what} --to-revision={number}"  # fmt: skip
        edit = patched(owner, patch, size=max(size, 1), line=line)
        text = words.UNDO.format(who=evidence.who, number=number)
        yield Idea(text, (edit,), back=True)


def _earlier(evidence: Evidence) -> list[tuple[int, Object]]:
    """The templates of the past with their numbers, the latest first."""
    owner = evidence.owner
    found: list[tuple[int, Object]] = []
    if owner["kind"] == "Deployment":
        for each in owned(evidence.reader, "ReplicaSet", owner):
            template = _without_hash(each["spec"]["template"])
            if template["spec"] != evidence.template["spec"]:
                found.append((revision_of(each), template))
    else:
        for each in owned(evidence.reader, "ControllerRevision", owner):
            if not match(owner, each):
                template = {**each["data"]["spec"]["template"]}
                template.pop("$patch", None)
                found.append((int(each["revision"]), template))
    return sorted(found, key=lambda pair: -pair[0])


def _without_hash(template: Object) -> Object:
    """A ReplicaSet's template as its Deployment had it."""
    about = {**template.get("metadata", {})}
    about["labels"] = {k: v for k, v in labels(template).items() if k != POD_HASH}
    return {**template, "metadata": about}


def _image(evidence: Evidence, template: Object) -> Idea | None:
    before = {c["name"]: c["image"] for c in template["spec"]["containers"]}
    changed = []
    written = []
    for container in evidence.template["spec"]["containers"]:
        image = before.get(container["name"], container["image"])
        if image != container["image"]:
            changed.append({"name": container["name"], "image": image})
            written.append(f"{container['name']}={image}")
    if not changed:
        return None
    said = f"set image -- {' '.join(written)}"
    patch = {"containers": changed}
    edit = evidence.template_edit(patch, size=len(changed), words=said)
    text = words.IMAGE.format(who=evidence.who, images="、".join(written))
    return Idea(text, (edit,), back=True)


def differing(one: Any, other: Any) -> int:
    """In how many plain values two objects differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = {*one, *other}
        return sum(differing(one.get(key), other.get(key)) for key in keys)
    if isinstance(one, list) and isinstance(other, list):
        longest = max(len(one), len(other))
        places = range(longest)
        return sum(differing(_at(one, i), _at(other, i)) for i in places)
    return int(one != other)


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None
