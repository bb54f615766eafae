"""The commands of kubectl that change what is there: labels, annotations, taints, images, sizes, and deletion.

Kubernetes: kubectl/pkg/cmd/{delete,label,annotate,taint,drain,patch,scale,set}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from k8slearn.apimachinery.objects import Object, name
from k8slearn.apimachinery.validation import label_value
from k8slearn.cluster import Cluster
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.node import is_cordoned
from k8slearn.kinds.tables import NOTHING
from k8slearn.kinds.taint import changed_taints, parse_taint
from k8slearn.locale import page as words
from k8slearn.page.kubectl.listing import SELECTORS
from k8slearn.page.kubectl.options import Aside, Invocation, RefusedError
from k8slearn.page.kubectl.targets import (
    Targets,
    chosen,
    each_of,
    is_change,
    is_same,
    label_of,
    place_of,
    refusals,
    refuse,
    visit,
)

_BY_FORCE = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. "
    "The resource may continue to run on the cluster indefinitely."
)
CHANGE_CAUSE = "kubernetes.io/change-cause"
_NEGATIVE = "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"
_USAGE = "error: USAGE: {0} NODE [flags]\nSee 'kubectl {0} -h' for help and examples"
_WHICH = ("all", *SELECTORS)


def _patched(
    cluster: Cluster, row: Kind, o: Object, patch: Any, manager: str, type: str
) -> Object:
    return cluster.patch(
        row.kind, name(o), patch, namespace=place_of(o), type=type, manager=manager
    )


# Deletion ------------------------------------------------------------------------------------------------------


def delete(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """Does not wait until what was deleted is gone: in a page time stands while a cell runs."""
    which = (*_WHICH, "all-namespaces", "ignore-not-found")
    asked.only(*which, "force", "grace-period", "now", "cascade")
    forced = asked.has("force")
    grace = 0 if forced else _grace(asked)
    cascade = asked.options.get("cascade", "background").capitalize()
    if forced:
        yield Aside(_BY_FORCE)
    found = chosen(cluster, asked, asked.arguments)
    if not any(targets.found for targets in found):
        yield Aside(NOTHING)
    if asked.has("ignore-not-found"):
        found = [Targets(targets.row, [*targets.objects]) for targets in found]

    def remove(row: Kind, o: Object) -> Iterator[str]:
        cluster.delete(
            row.kind, name(o), namespace=place_of(o), grace=grace, propagation=cascade
        )
        kind = f"{row.singular}.{row.group}" if row.group else row.singular
        where = f" from {place_of(o)} namespace" if row.namespaced else ""
        deed = "force deleted" if forced else "deleted"
        yield f'{kind} "{name(o)}" {deed}{where}'

    yield from visit(found, remove)


def _grace(asked: Invocation) -> int | None:
    if asked.has("now"):
        return 1
    return asked.number("grace-period", "delete")


# Labels and annotations ----------------------------------------------------------------------------------------


def label(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """Labels of objects of any kind."""
    asked.only(*_WHICH, "overwrite", "all-namespaces", "field-manager")
    where, wanted = _parted(asked)
    _refuse_bad_values(wanted)

    def write(row: Kind, o: Object) -> Iterator[str]:
        present = o["metadata"].get("labels") or {}
        for key, value in wanted.items():
            if value is None and key not in present:
                yield f'label "{key}" not found.'
            if not _may_write(asked, present, key, value):
                said = f"error: '{key}' already has a value ({present[key]}), and --overwrite is false"
                raise RefusedError(said)
        patch = {"metadata": {"labels": wanted}}
        after = _patched(
            cluster, row, o, patch, asked.manager("kubectl-label"), "merge"
        )
        now = after["metadata"].get("labels") or {}
        yield f"{label_of(row, o)} {_label_deed(present, now)}"

    yield from visit(chosen(cluster, asked, where), write)


def _refuse_bad_values(wanted: dict[str, str | None]) -> None:
    """Values are the client's to refuse, keys the server's."""
    for key, value in wanted.items():
        complaints = label_value(value or "")
        if complaints:
            said = (
                f'error: invalid label value: "{key}={value}": {"; ".join(complaints)}'
            )
            raise RefusedError(said)


def _label_deed(before: dict[str, str], after: dict[str, str]) -> str:
    if after == before:
        return "not labeled"
    is_less = after.items() <= before.items()
    return "unlabeled" if is_less else "labeled"


def annotate(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """Annotations of objects of any kind."""
    asked.only(*_WHICH, "overwrite", "all-namespaces", "field-manager")
    where, wanted = _parted(asked)

    def write(row: Kind, o: Object) -> Iterator[str]:
        present = o["metadata"].get("annotations") or {}
        for key, value in wanted.items():
            # Why a rollout was made is written anew with each.
            if key != CHANGE_CAUSE and not _may_write(asked, present, key, value):
                raise RefusedError(
                    "error: --overwrite is false but found the following declared annotation(s): "
                    f"'{key}' already has a value ({present[key]})"
                )
        patch = {"metadata": {"annotations": wanted}}
        _patched(cluster, row, o, patch, asked.manager("kubectl-annotate"), "merge")
        yield f"{label_of(row, o)} annotated"

    yield from visit(chosen(cluster, asked, where), write)


def _parted(asked: Invocation) -> tuple[list[str], dict[str, str | None]]:
    """Which objects, and what is written to them; None takes a key away."""
    where = [word for word in asked.arguments if not is_change(word)]
    wanted: dict[str, str | None] = {}
    for word in asked.arguments:
        key, sign, value = word.partition("=")
        if sign:
            wanted[key] = value
        elif is_change(word):
            wanted[word[:-1]] = None
    if not wanted:
        what = "label" if asked.verb == "label" else "annotation"
        raise RefusedError(f"error: at least one {what} update is required")
    return where, wanted


def _may_write(
    asked: Invocation, present: dict[str, str], key: str, value: str | None
) -> bool:
    kept = present.get(key, value)
    return value is None or kept == value or asked.has("overwrite")


# Nodes ---------------------------------------------------------------------------------------------------------


def taint(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """Taints of Nodes. Kubernetes: kubectl/pkg/cmd/taint/utils.go, reorganizeTaints"""
    asked.only(*_WHICH, "overwrite", "field-manager")
    where = [word for word in asked.arguments if not _is_taint(word)]
    written = [word for word in asked.arguments if _is_taint(word)]
    wanted = [parse_taint(word) for word in written if not word.endswith("-")]
    off = [word for word in written if word.endswith("-")]
    if not written:
        raise RefusedError("error: at least one taint update is required")

    def write(row: Kind, node: Object) -> Iterator[str]:
        before = node["spec"].get("taints") or []
        if not asked.has("overwrite"):
            _refuse_second(node, before, wanted)
        taints = [*wanted, *_others(before, wanted)]
        was_added = len(taints) != len(before)
        taints = _without(taints, off)
        _patched(
            cluster,
            row,
            node,
            {"spec": {"taints": taints}},
            asked.manager("kubectl-taint"),
            "merge",
        )
        deed = "tainted" if was_added else "untainted"
        if asked.has("overwrite") or (was_added and off):
            deed = "modified"
        yield f"{label_of(row, node)} {deed}"

    yield from visit(chosen(cluster, asked, where), write)


def _is_taint(word: str) -> bool:
    return ":" in word or word.endswith("-")


def _place_of(taint: Object) -> tuple[str, str]:
    """Of two taints with the same one a Node has but one."""
    return taint["key"], taint["effect"]


def _others(present: Sequence[Object], wanted: Sequence[Object]) -> list[Object]:
    new = [_place_of(taint) for taint in wanted]
    return [taint for taint in present if _place_of(taint) not in new]


def _without(taints: list[Object], off: Sequence[str]) -> list[Object]:
    for word in off:
        left = changed_taints(taints, word)
        if left == taints:
            raise RefusedError(f'error: taint "{word[:-1]}" not found')
        taints = left
    return taints


def _refuse_second(
    node: Object, present: Sequence[Object], wanted: Sequence[Object]
) -> None:
    known = [_place_of(taint) for taint in present]
    for taint in wanted:
        if _place_of(taint) in known:
            raise RefusedError(
                f"error: node {name(node)} already has {taint['key']} taint(s) "
                "with same effect(s) and --overwrite is false"
            )


def cordon(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """Nodes that take no more Pods."""
    asked.only("selector")
    for node in nodes_of(cluster, asked):
        yield marked(cluster, node, closed=True)


def uncordon(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """Nodes that take Pods again."""
    asked.only("selector")
    for node in nodes_of(cluster, asked):
        yield marked(cluster, node, closed=False)


def nodes_of(cluster: Cluster, asked: Invocation) -> list[Object]:
    """The Nodes that are meant by their bare names. Where one is not there nothing is done, unlike elsewhere."""
    if not asked.arguments and "selector" not in asked.options:
        raise RefusedError(_USAGE.format(asked.verb))
    names = [word.removeprefix("node/") for word in asked.arguments]
    found = chosen(cluster, asked, ["nodes", *names])
    # The first that is not there ends it.
    refuse(refusals(found)[:1])
    return [node for _, node in each_of(found)]


def marked(cluster: Cluster, node: Object, *, closed: bool) -> str:
    """Close or open a Node; what is told of it."""
    deed = "cordoned" if closed else "uncordoned"
    if is_cordoned(node) == closed:
        return f"node/{name(node)} already {deed}"
    (cluster.cordon if closed else cluster.uncordon)(name(node))
    return f"node/{name(node)} {deed}"


# One field -----------------------------------------------------------------------------------------------------


def patch(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """A patch of any of the three types, written as JSON or YAML."""
    asked.only("patch", "type", "field-manager")
    written = asked.options.get("patch")
    if written is None:
        raise RefusedError(
            "error: must specify --patch or --patch-file containing the contents of the patch"
        )
    try:
        body = yaml.safe_load(written)
    except yaml.YAMLError:
        raise RefusedError(words.KUBECTL_BAD_PATCH) from None
    type = asked.options.get("type", "strategic")

    def write(row: Kind, o: Object) -> Iterator[str]:
        after = _patched(cluster, row, o, body, asked.manager("kubectl-patch"), type)
        unchanged = " (no change)" if is_same(o, after) else ""
        yield f"{label_of(row, o)} patched{unchanged}"

    yield from visit(chosen(cluster, asked, asked.arguments), write)


def scale(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """How many Pods a workload wants; of a DaemonSet the Nodes say it."""
    asked.only("replicas", "field-manager", *_WHICH)
    wanted = asked.number("replicas", "scale")
    if wanted is None:
        raise RefusedError('error: required flag(s) "replicas" not set')
    if wanted < 0:
        raise RefusedError(_NEGATIVE)
    is_empty = True
    for row, o in each_of(chosen(cluster, asked, asked.arguments)):
        is_empty = False
        if not row.scalable:
            raise RefusedError(
                "Error from server (NotFound): the server could not find the requested resource"
            )
        body = {"spec": {"replicas": wanted}}
        _patched(cluster, row, o, body, asked.manager("kubectl"), "merge")
        yield f"{label_of(row, o)} scaled"
    if is_empty:
        yield "error: no objects passed to scale"
