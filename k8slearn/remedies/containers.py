"""Ideas for containers that do not run or are not ready: images, references, memory, probes, the machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from k8slearn.apimachinery.objects import (
    Object,
    condition,
    is_condition_true,
    is_deleting,
    name,
)
from k8slearn.apimachinery.quantity import parse
from k8slearn.kinds.pod.state import sidecars
from k8slearn.kinds.pod_template.container_lists import containers_in
from k8slearn.locale import remedies as words
from k8slearn.remedies.edits import (
    DISK,
    MEMORY,
    NODE,
    Edit,
    created,
    deleted,
    flag,
    mended,
    patched,
)
from k8slearn.remedies.evidence import FEW, Evidence, Idea, dig, names_of
from k8slearn.remedies.room import set_resources

VALUE = "VALUE"
"""The placeholder for a value that the user has to fill in."""
PROBES = ("readinessProbe", "startupProbe", "livenessProbe")
_PRESSURES = {"DiskPressure": DISK, "MemoryPressure": MEMORY}
# Factors for a memory limit: the needed amount is unknown.
_FACTORS = (2, 8)


def containers(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for Pods that have a Node and do not work."""
    yield from _pressures(evidence)
    yield from _silent_kubelets(evidence)
    yield from _references(evidence)
    seen: set[str] = set()
    for pod in evidence.pods[:FEW]:
        for container, status in _troubled(evidence, pod):
            which = container["name"]
            # One Pod is enough: all Pods of a template have the same containers.
            if which not in seen:
                seen.add(which)
                yield from _container(evidence, container, status)
    yield from _new_pods(evidence)
    for pod in evidence.pods[:FEW]:
        yield from _finalizers_and_gates(evidence, pod)


def _troubled(evidence: Evidence, pod: Object) -> Iterator[tuple[Object, Object]]:
    """The containers that do not run or are not ready, each with its status."""
    beside = sidecars(pod)
    written = {each["name"]: each for each in containers_in(evidence.pod_template)}
    for field in ("initContainerStatuses", "containerStatuses"):
        for status in dig(pod, "status", field) or ():
            which = status["name"]
            # A sidecar is fine when it has started, it need not end.
            healthy = "started" if which in beside else "ready"
            if which in written and not status.get(healthy):
                yield written[which], status


def _container(evidence: Evidence, container: Object, status: Object) -> Iterator[Idea]:
    which = container["name"]
    if dig(status, "state", "waiting", "reason") == "ErrImageNeverPull":
        change = {"name": which, "imagePullPolicy": "IfNotPresent"}
        edit = evidence.template_edit({"containers": [change]})
        yield evidence.idea(words.PULL, edit)
    if _was_too_large(status):
        yield from _memory(evidence, container)
    if dig(status, "state", "running") is None:
        return
    for probe in PROBES:
        if container.get(probe):
            change = {"name": which, probe: None}
            edit = evidence.template_edit({"containers": [change]})
            yield evidence.idea(
                words.NO_PROBE,
                edit,
                doubtful=True,
                container=which,
                probe=probe,
            )


def _was_too_large(status: Object) -> bool:
    """Whether the container was OOM-killed, now or in its previous life."""
    now = dig(status, "state", "terminated", "reason")
    before = dig(status, "lastState", "terminated", "reason")
    return "OOMKilled" in (now, before)


def _memory(evidence: Evidence, container: Object) -> Iterator[Idea]:
    limit = dig(container, "resources", "limits", "memory")
    if limit is None:
        return
    which = container["name"]
    present = int(parse(str(limit)).value)
    for factor in _FACTORS:
        mebibytes = present * factor // 2**20
        amount = f"{mebibytes}Mi"
        edit = set_resources(evidence, which, limits={"memory": amount})
        yield evidence.idea(words.MEMORY, edit, container=which, amount=amount)


def _new_pods(evidence: Evidence) -> Iterator[Idea]:
    """Delete the Pods: a fault may be in a single Pod, and its successor is fine."""
    if evidence.kind == "Pod":
        return
    going = []
    for pod in evidence.pods:
        if pod["spec"].get("nodeName") and not is_deleting(pod):
            going.append(pod)
    if 0 < len(going) <= FEW:
        edits = [deleted(pod) for pod in going]
        yield evidence.idea(words.DELETE, *edits, pods=names_of(going))


def _finalizers_and_gates(evidence: Evidence, pod: Object) -> Iterator[Idea]:
    """Ideas for finalizers that keep an ending Pod, and readiness gates that keep a healthy one from being ready."""
    finalizers = pod["metadata"].get("finalizers")
    if finalizers and is_deleting(pod):
        patch = {"metadata": {"finalizers": None}}
        edit = patched(pod, patch, type="merge")
        listed = "、".join(finalizers)
        yield evidence.idea(words.FINALIZERS, edit, pod=name(pod), finalizers=listed)
    gates = pod["spec"].get("readinessGates")
    if gates and is_condition_true(pod, "ContainersReady"):
        edit = evidence.template_edit({"readinessGates": None})
        listed = "、".join([gate["conditionType"] for gate in gates])
        yield evidence.idea(words.NO_GATES, edit, gates=listed)
    if dig(pod, "spec", "securityContext", "sysctls"):
        change = {"securityContext": {"sysctls": None}}
        edit = evidence.template_edit(change)
        yield evidence.idea(words.NO_SYSCTLS, edit)


# The machine -----------------------------------------------------------------------------------------------------


def _nodes(evidence: Evidence) -> list[Object]:
    """The existing Nodes of the obstacles."""
    nodes = [each.node for each in evidence.obstacles if each.node is not None]
    return nodes[:FEW]


def _mend(what: str, node: str) -> Edit:
    line = words.BY_HAND[what].format(node=node)
    return mended(what, node, line)


def _pressures(evidence: Evidence) -> Iterator[Idea]:
    """Ideas outside the API: empty a full disk, bring a registry back."""
    for node in _nodes(evidence):
        for kind, what in _PRESSURES.items():
            if is_condition_true(node, kind):
                edit = _mend(what, name(node))
                yield evidence.idea(words.MEND[what], edit, node=name(node))
    for edit in evidence.below:
        yield evidence.idea(words.MEND[edit.kind], edit, node=edit.name)


def _silent_kubelets(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for a silent kubelet: start it, or delete its Node."""
    silent = []
    for node in _nodes(evidence):
        if condition(node, "Ready") and not is_condition_true(node, "Ready"):
            silent.append(node)
    if not silent:
        return
    names = names_of(silent)
    back = [_mend(NODE, name(node)) for node in silent]
    yield evidence.idea(words.MEND[NODE], *back, node=names)
    gone = [deleted(node) for node in silent]
    yield evidence.idea(words.DELETE_NODE, *gone, doubtful=True, nodes=names)


# What it refers to -----------------------------------------------------------------------------------------------


class Reference(NamedTuple):
    """A reference to a ConfigMap or Secret, and to a key in it ('' for all)."""

    kind: str
    name: str
    key: str


def _references(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for ConfigMaps and Secrets that the template refers to and that are missing or lack a key."""
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, which, key in _named_objects(evidence.pod_template):
        keys = wanted[kind, which]
        if key and key not in keys:
            keys.append(key)
    for (kind, which), keys in wanted.items():
        found = evidence.reader.get(kind, which, evidence.place)
        if found is None:
            edit = _made(kind, which, keys, evidence.place)
            yield evidence.idea(words.CREATE, edit, kind=kind, name=which)
        else:
            yield from _lacking_keys(evidence, found, keys)


def _lacking_keys(evidence: Evidence, found: Object, keys: list[str]) -> Iterator[Idea]:
    present = {*(found.get("data") or ()), *(found.get("binaryData") or ())}
    missing = [key for key in keys if key not in present]
    if not missing:
        return
    patch = {_field(found["kind"]): dict.fromkeys(missing, VALUE)}
    edit = patched(found, patch, size=len(missing))
    yield evidence.idea(
        words.ADD_KEY,
        edit,
        kind=found["kind"],
        name=name(found),
        keys="、".join(missing),
    )


def _field(kind: str) -> str:
    # stringData, since a Secret's data must be base64.
    return "data" if kind == "ConfigMap" else "stringData"


def _named_objects(spec: Object) -> Iterator[Reference]:
    for container in containers_in(spec):
        for each in container.get("envFrom") or ():
            yield from _reference(each, "configMapRef", "secretRef")
        for each in container.get("env") or ():
            source = each.get("valueFrom") or {}
            yield from _reference(source, "configMapKeyRef", "secretKeyRef")
    for volume in spec.get("volumes") or ():
        yield from _reference(volume, "configMap", "secret")
        for each in dig(volume, "projected", "sources") or ():
            yield from _reference(each, "configMap", "secret")


def _reference(source: Object, config_map: str, secret: str) -> Iterator[Reference]:
    """The references of a source in its field `config_map` or `secret`, unless they are optional."""
    for field, kind in ((config_map, "ConfigMap"), (secret, "Secret")):
        about = source.get(field)
        if not about or about.get("optional"):
            continue
        # The field is called secretName in volumes.
        which = about.get("name") or about.get("secretName", "")
        keys = [item["key"] for item in about.get("items") or ()]
        if not keys:
            keys = [about.get("key", "")]
        for key in keys:
            yield Reference(kind, which, key)


def _made(kind: str, which: str, keys: list[str], place: str) -> Edit:
    o: Object = {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {
            "name": which,
            "namespace": place,
        },
    }
    if keys:
        o[_field(kind)] = dict.fromkeys(keys, VALUE)
    sort = "configmap"
    if kind == "Secret":
        sort = "secret generic"
    line = f"kubectl{flag(place)} create {sort} {which}"
    for key in keys:
        line += f" --from-literal={key}={VALUE}"
    return created(o, line, size=1 + len(keys))
