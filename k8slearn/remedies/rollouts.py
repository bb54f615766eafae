"""Ideas for rollouts that do not go on though their Pods are well: strategy, limit, pause; and rollbacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    TEMPLATE_HASH_LABEL,
    Object,
    labels,
)
from k8slearn.controllers.daemon.decide import update_strategy
from k8slearn.controllers.deployment.bookkeeping import revision_of
from k8slearn.controllers.history import match
from k8slearn.explain.outlook import Outlook, Outlooks
from k8slearn.explain.why_workload import owned
from k8slearn.locale import remedies as words
from k8slearn.remedies.asked import look_at
from k8slearn.remedies.edits import deleted
from k8slearn.remedies.evidence import Evidence, Idea, dig, names_of

# Templates of the past that are tried, the latest first.
BACK = 3
# The most names in one kubectl line.
MOST_NAMES = 30

Template = tuple[int, Object]
"""(number of the revision, template)."""


def rollouts(evidence: Evidence) -> Iterator[Idea]:
    """Ideas that change the strategy or the template."""
    if dig(evidence.owner, "spec", "paused"):
        line = f"rollout resume {evidence.target}"
        edit = evidence.owner_edit({"paused": None}, line=line)
        yield evidence.idea(words.RESUME, edit)
    if dig(evidence.owner, "spec", "suspend"):
        edit = evidence.owner_edit({"suspend": False})
        yield evidence.idea(words.NOT_SUSPENDED, edit)
    if evidence.kind == "StatefulSet":
        yield from _stateful_set(evidence)
    elif evidence.kind == "DaemonSet" and not evidence.asked.node:
        yield from _daemon_set(evidence)
    yield from _rollbacks(evidence)


def _daemon_set(evidence: Evidence) -> Iterator[Idea]:
    if update_strategy(evidence.owner) == "OnDelete":
        yield from _on_delete(evidence)
        return
    rollout = _outlook(evidence).rollout
    if rollout is None or not rollout.candidates:
        return
    # As in the controller: with maxSurge above 0 that is the limit, else maxUnavailable.
    field = "maxSurge"
    used = len(rollout.busy)
    if not rollout.limits.max_surge:
        field = "maxUnavailable"
        used += len(rollout.forced)
    number = used + 1
    edit = _strategy(evidence, rollingUpdate={field: number})
    yield evidence.idea(words.LIMIT, edit, field=field, number=number)


def _strategy(evidence: Evidence, **strategy: Any) -> Any:
    return evidence.owner_edit({"updateStrategy": strategy})


def _outlook(evidence: Evidence) -> Outlook:
    outlooks = Outlooks(evidence.reader, evidence.now)
    return look_at(evidence.asked, outlooks, evidence.owner)


def _on_delete(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for OnDelete: delete the old Pods, or change to RollingUpdate."""
    pods = _old_pods(evidence)
    count = len(pods)
    if 0 < count <= MOST_NAMES:
        edits = [deleted(pod) for pod in pods]
        names = names_of(pods)
        yield evidence.idea(words.DELETE_OLD, *edits, count=count, pods=names)
    edit = _strategy(evidence, type="RollingUpdate")
    yield evidence.idea(words.ROLLING, edit)


def _old_pods(evidence: Evidence) -> list[Object]:
    found = []
    if evidence.kind == "DaemonSet":
        for node in _outlook(evidence).nodes.values():
            if node.old_pod is not None:
                found.append(node.old_pod)
        return found
    update = dig(evidence.owner, "status", "updateRevision")
    for pod in owned(evidence.reader, "Pod", evidence.owner):
        if labels(pod).get(HASH_LABEL) != update:
            found.append(pod)
    return found


def _stateful_set(evidence: Evidence) -> Iterator[Idea]:
    strategy = dig(evidence.owner, "spec", "updateStrategy")
    if dig(strategy, "type") == "OnDelete":
        yield from _on_delete(evidence)
    if dig(strategy, "rollingUpdate", "partition"):
        edit = _strategy(evidence, rollingUpdate={"partition": 0})
        yield evidence.idea(words.PARTITION, edit)


# The ways back ---------------------------------------------------------------------------------------------------


def _rollbacks(evidence: Evidence) -> Iterator[Idea]:
    """Ideas to roll back to an earlier template, or only to its image."""
    earlier = _earlier(evidence)
    for number, template in earlier[:BACK]:
        image = _image(evidence, template)
        size = differing(evidence.template, template)
        if image is not None:
            yield image
            if image.size == size:
                # Only the image has changed, so the full rollback would be the same.
                continue
        whole = {**template, "$patch": "replace"}
        edit = evidence.owner_edit(
            {"template": whole},
            size=max(size, 1),
            line=f"rollout undo {evidence.target} --to-revision={number}",
        )
        yield evidence.idea(words.UNDO, edit, back=True, number=number)


def _earlier(evidence: Evidence) -> list[Template]:
    """The past templates, the latest first."""
    past = _of_revisions
    if evidence.kind == "Deployment":
        past = _of_replica_sets
    return sorted(past(evidence), key=_number, reverse=True)


def _number(template: Template) -> int:
    number, _ = template
    return number


def _of_replica_sets(evidence: Evidence) -> Iterator[Template]:
    for each in owned(evidence.reader, "ReplicaSet", evidence.owner):
        template = _without_hash(each["spec"]["template"])
        if template["spec"] != evidence.pod_template:
            yield revision_of(each), template


def _of_revisions(evidence: Evidence) -> Iterator[Template]:
    for each in owned(evidence.reader, "ControllerRevision", evidence.owner):
        if match(evidence.owner, each):
            continue
        template = dict(dig(each, "data", "spec", "template"))
        # The directive of a patch, not part of the template.
        template.pop("$patch", None)
        yield int(each["revision"]), template


def _without_hash(template: Object) -> Object:
    """A ReplicaSet's template without the label that the Deployment controller adds."""
    own = dict(labels(template))
    own.pop(TEMPLATE_HASH_LABEL, None)
    about = dict(template.get("metadata", {}))
    about["labels"] = own
    return {**template, "metadata": about}


def _image(evidence: Evidence, template: Object) -> Idea | None:
    before = {}
    for container in template["spec"]["containers"]:
        before[container["name"]] = container["image"]
    changed = []
    written = []
    for container in evidence.containers:
        which = container["name"]
        image = before.get(which, container["image"])
        if image != container["image"]:
            changed.append({"name": which, "image": image})
            written.append(f"{which}={image}")
    if not changed:
        return None
    said = " ".join(written)
    edit = evidence.template_edit(
        {"containers": changed},
        size=len(changed),
        line=f"set image {evidence.target} {said}",
    )
    return evidence.idea(words.IMAGE, edit, back=True, images="、".join(written))


def differing(one: Any, other: Any) -> int:
    """The number of scalar values in which two objects differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = {*one, *other}
        pairs = [(one.get(key), other.get(key)) for key in keys]
    elif isinstance(one, list) and isinstance(other, list):
        longest = max(len(one), len(other))
        # The shorter list is padded with None.
        filled = [[*values, *[None] * longest] for values in (one, other)]
        pairs = list(zip(filled[0][:longest], filled[1][:longest], strict=True))
    else:
        return int(one != other)
    total = 0
    for mine, theirs in pairs:
        total += differing(mine, theirs)
    return total
