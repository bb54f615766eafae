"""What keeps containers from running or being ready: images, references, memory, probes, the machine."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, condition, is_deleting, name
from k8slearn.apimachinery.quantity import parse
from k8slearn.kinds.pod.printer import sidecars
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
from k8slearn.remedies.evidence import FEW, Evidence, Idea
from k8slearn.remedies.scheduling import is_silent, set_resources

PULLING = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName")
VALUE = "VALUE"
"""What stands for a value that only its owner knows; in a line it is to be replaced."""
_PRESSURES = {"DiskPressure": DISK, "MemoryPressure": MEMORY}


def containers(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for Pods that have a Node and do not work."""
    yield from _machines(evidence)
    yield from _references(evidence)
    seen: set[str] = set()
    for pod in evidence.pods[:FEW]:
        for container, entry in _troubled(evidence, pod):
            # All Pods of a template have the same containers.
            if container["name"] not in seen:
                seen.add(container["name"])
                yield from _container(evidence, container, entry)
    yield from _new_pods(evidence)
    for pod in evidence.pods[:FEW]:
        yield from _held(evidence, pod)


def _troubled(evidence: Evidence, pod: Object) -> Iterator[tuple[Object, Object]]:
    """The containers that do not run or are not ready, each with its status."""
    status = pod.get("status", {})
    beside = sidecars(pod)
    written = {}
    for field in ("initContainers", "containers"):
        for each in evidence.template.get("spec", {}).get(field) or ():
            written[each["name"]] = each
    for field in ("initContainerStatuses", "containerStatuses"):
        for entry in status.get(field) or ():
            healthy = "started" if entry["name"] in beside else "ready"
            if not entry.get(healthy) and entry["name"] in written:
                yield written[entry["name"]], entry


def _container(evidence: Evidence, container: Object, entry: Object) -> Iterator[Idea]:
    state = entry.get("state") or {}
    reason = (state.get("waiting") or {}).get("reason", "")
    if reason == "ErrImageNeverPull":
        patch = {"name": container["name"], "imagePullPolicy": "IfNotPresent"}
        edit = evidence.template_edit({"containers": [patch]})
        yield Idea(words.PULL.format(who=evidence.who), (edit,))
    lives = [state.get("terminated"), (entry.get("lastState") or {}).get("terminated")]
    if any(life and life.get("reason") == "OOMKilled" for life in lives):
        yield from _memory(evidence, container)
    for probe in ("readinessProbe", "startupProbe", "livenessProbe"):
        if container.get(probe) and "running" in state:
            patch = {"name": container["name"], probe: None}
            edit = evidence.template_edit({"containers": [patch]})
            about = {"container": container["name"], "probe": probe}
            yield Idea(words.NO_PROBE.format(**about), (edit,), doubtful=True)


def _memory(evidence: Evidence, container: Object) -> Iterator[Idea]:
    limits = (container.get("resources") or {}).get("limits") or {}
    if "memory" not in limits:
        return
    present = int(parse(str(limits["memory"])).value)
    # Nobody can see how much it will take: twice, then eight times as much is tried.
    for factor in (2, 8):
        amount = f"{present * factor // 2**20}Mi"
        edit = set_resources(evidence, container["name"], limits={"memory": amount})
        about = {"container": container["name"], "amount": amount}
        yield Idea(words.MEMORY.format(**about), (edit,))


def _new_pods(evidence: Evidence) -> Iterator[Idea]:
    """A fault may be one Pod's own: the next one has none."""
    if evidence.owner["kind"] == "Pod":
        return
    going = []
    for pod in evidence.pods:
        bound = pod["spec"].get("nodeName")
        if bound and not is_deleting(pod):
            going.append(pod)
    if going and len(going) <= FEW:
        text = words.DELETE.format(pods="、".join([name(pod) for pod in going]))
        yield Idea(text, tuple([deleted(pod) for pod in going]))


def _held(evidence: Evidence, pod: Object) -> Iterator[Idea]:
    """What keeps a Pod that is ending from being gone, and one that is well from being ready."""
    held = pod["metadata"].get("finalizers") or ()
    if is_deleting(pod) and held:
        text = words.FINALIZERS.format(pod=name(pod), finalizers="、".join(held))
        patch = {"metadata": {"finalizers": None}}
        yield Idea(text, (patched(pod, patch, type="merge"),))
    gates = pod["spec"].get("readinessGates") or ()
    ready = condition(pod, "ContainersReady")
    if gates and ready is not None and ready["status"] == "True":
        edit = evidence.template_edit({"readinessGates": None})
        listed = "、".join([each["conditionType"] for each in gates])
        yield Idea(words.NO_GATES.format(who=evidence.who, gates=listed), (edit,))
    if "sysctls" in (pod["spec"].get("securityContext") or {}):
        edit = evidence.template_edit({"securityContext": {"sysctls": None}})
        yield Idea(words.NO_SYSCTLS.format(who=evidence.who), (edit,))


# The machine -----------------------------------------------------------------------------------------------------


def _machines(evidence: Evidence) -> Iterator[Idea]:
    """A kubelet that is not heard of must come back, a disk that is full be emptied: nothing in the API does that."""
    silent: list[Object] = []
    for each in evidence.obstacles[:FEW]:
        node = each.node
        if node is None:
            continue
        if is_silent(node):
            silent.append(node)
        for kind, what in _PRESSURES.items():
            found = condition(node, kind)
            if found is not None and found["status"] == "True":
                line = words.BY_HAND[what].format(node=name(node))
                text = words.MEND[what].format(node=name(node))
                yield Idea(text, (mended(what, name(node), line),))
    for edit in evidence.below:
        text = words.MEND[edit.kind].format(node=edit.name)
        yield Idea(text, (edit,))
    if not silent:
        return
    names = "、".join([name(node) for node in silent])
    back = []
    for node in silent:
        line = words.BY_HAND[NODE].format(node=name(node))
        back.append(mended(NODE, name(node), line))
    yield Idea(words.MEND[NODE].format(node=names), tuple(back))
    gone = tuple([deleted(node) for node in silent])
    yield Idea(words.DELETE_NODE.format(nodes=names), gone, doubtful=True)


# What it refers to -----------------------------------------------------------------------------------------------


def _references(evidence: Evidence) -> Iterator[Idea]:
    """ConfigMaps and Secrets that the template names and that are not there, or lack a key."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for kind, about, key in _named_objects(evidence.template.get("spec", {})):
        if not about.get("optional"):
            keys = wanted.setdefault((kind, about.get("name", "")), [])
            keys += [key] if key and key not in keys else []
    for (kind, which), keys in wanted.items():
        found = evidence.reader.get(kind, which, evidence.place)
        if found is None:
            text = words.CREATE.format(kind=kind, name=which)
            yield Idea(text, (_made(kind, which, keys, evidence.place),))
            continue
        present = {**(found.get("data") or {}), **(found.get("binaryData") or {})}
        missing = [key for key in keys if key not in present]
        if missing:
            # A Secret's `data` would have to be base64; what is written into stringData is put there.
            field = "data" if kind == "ConfigMap" else "stringData"
            patch = {field: dict.fromkeys(missing, VALUE)}
            about = {"kind": kind, "name": which, "keys": "、".join(missing)}
            edit = patched(found, patch, size=len(missing))
            yield Idea(words.ADD_KEY.format(**about), (edit,))


def _named_objects(spec: Object) -> Iterator[tuple[str, Object, str]]:
    """Kind, reference and key ('' for all) of each."""
    for field in ("initContainers", "containers"):
        for container in spec.get(field) or ():
            for each in container.get("envFrom") or ():
                yield from _reference(each, "configMapRef", "secretRef")
            for each in container.get("env") or ():
                source = each.get("valueFrom") or {}
                yield from _reference(source, "configMapKeyRef", "secretKeyRef")
    for volume in spec.get("volumes") or ():
        sources = (volume.get("projected") or {}).get("sources") or ()
        for each in (volume, *sources):
            yield from _reference(each, "configMap", "secret")


def _reference(
    source: Object, config_map: str, secret: str
) -> Iterator[tuple[str, Object, str]]:
    for field, kind in ((config_map, "ConfigMap"), (secret, "Secret")):
        about = source.get(field)
        if not about:
            continue
        # A volume of a Secret calls it otherwise.
        which = about.get("name") or about.get("secretName", "")
        found = {"name": which, "optional": about.get("optional")}
        items = [each["key"] for each in about.get("items") or ()]
        for key in items or [about.get("key", "")]:
            yield kind, found, key


def _made(kind: str, which: str, keys: list[str], place: str) -> Edit:
    field = "data" if kind == "ConfigMap" else "stringData"
    o: Object = {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": which, "namespace": place},
    }
    if keys:
        o[field] = dict.fromkeys(keys, VALUE)
    sort = "configmap" if kind == "ConfigMap" else "secret generic"
    literals = "".join([f" --from-literal={key}={VALUE}" for key in keys])
    line = f"kubectl{flag(place)} create {sort} {which}{literals}"
    return created(o, line, size=1 + len(keys))
