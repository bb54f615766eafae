"""Stand-ins for objects that a dump names and lacks, where the cluster would behave differently without them.

Each has a label that says so. Its content follows only from the objects that name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from k8slearn.apimachinery.objects import (
    GENERATION_LABEL,
    HASH_LABEL,
    TEMPLATE_GENERATION,
    Object,
    annotations_of,
    controller_uid,
    is_deleting,
    key,
    labels,
    name,
    namespace,
    owner_reference,
    uid,
    with_metadata,
)
from k8slearn.apiserver.plugins import in_use_protection
from k8slearn.controllers.history import match, new_revision, template_patch
from k8slearn.controllers.namespace import ROOT_CA, defaults_of
from k8slearn.controllers.statefulset.controller import REVISION_HASH
from k8slearn.dump.found import Found
from k8slearn.kinds.namespace import SYSTEM_NAMESPACES
from k8slearn.kinds.pod.claims import claims_of
from k8slearn.kinds.pod_template.container_lists import containers_in
from k8slearn.kinds.priorityclass import PREEMPTS, SYSTEM_CLASSES, system_class

LABEL = "k8slearn/stand-in"
_BY_ITSELF = ("ServiceAccount", "ConfigMap")


def stand_in(api_version: str, kind: str, title: str, place: str = "", **rest: object) -> Object:  # fmt: skip
    """A new object with the label of stand-ins."""
    metadata: Object = {"name": title, "labels": {LABEL: "true"}}
    if place:
        metadata["namespace"] = place
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def namespaces(found: Found) -> list[Object]:
    """The namespaces of all objects."""
    there = {name(o) for o in found.of("Namespace")}
    wanted = {namespace(o) for o in found.objects} | {*SYSTEM_NAMESPACES}
    made = []
    for title in sorted(wanted - there - {""}):
        o = stand_in("v1", "Namespace", title)
        o["metadata"]["labels"]["kubernetes.io/metadata.name"] = title
        o |= {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
        made.append(o)
    return made


def service_accounts(found: Found) -> list[Object]:
    """The service accounts of Pods, for a dump without any."""
    wanted = set()
    for place, spec in found.pod_specs():
        wanted.add((place, spec.get("serviceAccountName") or "default"))
    return [
        stand_in("v1", "ServiceAccount", title, place)
        for place, title in sorted(wanted)
        if title != "default"
    ]


def defaults(found: Found) -> list[Object]:
    """What controllers make in each namespace, where it was not dumped."""
    there = {key(o) for kind in _BY_ITSELF for o in found.of(kind)}
    certificates = [o for o in found.of("ConfigMap") if name(o) == ROOT_CA]
    certificate = certificates[0].get("data") if certificates else None
    places = {namespace(o) for o in found.objects} | {*SYSTEM_NAMESPACES}
    places |= {name(o) for o in found.of("Namespace")}
    ending = {name(o) for o in found.of("Namespace") if is_deleting(o)}
    made = []
    for place in sorted(places - ending - {""}):
        for o in defaults_of(place, certificate or {"ca.crt": ""}):
            if key(o) not in there:
                made.append(with_metadata(o, labels={LABEL: "true"}))
    return made


def priority_classes(found: Found) -> list[Object]:
    """The system's priority classes, and those that Pods name, with the priority that stands in the Pod."""
    there = {name(o) for o in found.of("PriorityClass")}
    made = {title: system_class(title) for title in SYSTEM_CLASSES}
    for _, spec in found.pod_specs():
        title = spec.get("priorityClassName")
        if not title or title in made or "priority" not in spec:
            continue
        policy = spec.get("preemptionPolicy", PREEMPTS)
        about = {"value": spec["priority"], "preemptionPolicy": policy}
        made[title] = stand_in("scheduling.k8s.io/v1", "PriorityClass", title, **about)
    return [o for title, o in made.items() if title not in there]


def runtime_classes(found: Found) -> list[Object]:
    """The runtime classes that Pods name."""
    made = {}
    for _, spec in found.pod_specs():
        title = spec.get("runtimeClassName")
        if title:
            o = stand_in("node.k8s.io/v1", "RuntimeClass", title, handler=title)
            if spec.get("overhead"):
                o["overhead"] = {"podFixed": spec["overhead"]}
            made[title] = o
    return list(made.values())


# What Pods mount and read -------------------------------------------------------------------------------------------

_Wanted = dict[tuple[str, str, str], set[str]]
"""(kind, namespace, name) → the keys that are used."""
_VOLUMES = (("configMap", "ConfigMap"), ("secret", "Secret"))
_ENV = (
    ("configMapRef", "ConfigMap"),
    ("configMapKeyRef", "ConfigMap"),
    ("secretRef", "Secret"),
    ("secretKeyRef", "Secret"),
)


def mounted(found: Found, kinds: Iterable[str]) -> list[Object]:
    """ConfigMaps, Secrets and claims that Pods name, for those of `kinds`."""
    wanted: _Wanted = {}
    for place, spec in found.pod_specs():
        for kind, title, asked in _references(spec):
            keys = wanted.setdefault((kind, place, title), set())
            keys |= {asked} - {""}
    made = []
    for (kind, place, title), keys in sorted(wanted.items()):
        if kind in kinds:
            made.append(_MAKERS[kind](place, title, sorted(keys)))
    if "PersistentVolumeClaim" in kinds:
        made += _own_claims(found)
    return made


def _own_claims(found: Found) -> Iterator[Object]:
    """The claims of Pods' ephemeral volumes."""
    for pod in found.of("Pod"):
        for title, is_own in claims_of(pod):
            if is_own:
                claim = _claim(namespace(pod), title, [])
                yield with_metadata(claim, ownerReferences=[owner_reference(pod)])


def _references(spec: Object) -> Iterator[tuple[str, str, str]]:
    for volume in spec.get("volumes") or ():
        yield from _of_volume(volume)
    for container in containers_in(spec):
        yield from _of_container(container)
    for ref in spec.get("imagePullSecrets") or ():
        yield "Secret", ref.get("name", ""), ""


def _of_volume(volume: Object) -> Iterator[tuple[str, str, str]]:
    claim = volume.get("persistentVolumeClaim")
    if claim:
        yield "PersistentVolumeClaim", claim["claimName"], ""
    projected = (volume.get("projected") or {}).get("sources") or ()
    for part in (volume, *projected):
        for field, kind in _VOLUMES:
            source = part.get(field)
            if not isinstance(source, dict):
                continue
            title = source.get("secretName") or source.get("name", "")
            yield kind, title, ""
            for item in source.get("items") or ():
                yield kind, title, item.get("key", "")


def _of_container(container: Object) -> Iterator[tuple[str, str, str]]:
    sources = [*(container.get("envFrom") or ())]
    sources += [each.get("valueFrom") or {} for each in container.get("env") or ()]
    for source in sources:
        for field, kind in _ENV:
            ref = source.get(field)
            if ref:
                yield kind, ref.get("name", ""), ref.get("key", "")


def _config_map(place: str, title: str, keys: list[str]) -> Object:
    return stand_in("v1", "ConfigMap", title, place, data=dict.fromkeys(keys, ""))


def _secret(place: str, title: str, keys: list[str]) -> Object:
    about = {"type": "Opaque", "data": dict.fromkeys(keys, "")}
    return stand_in("v1", "Secret", title, place, **about)


def _claim(place: str, title: str, _keys: list[str]) -> Object:
    spec = {"accessModes": ["ReadWriteOnce"], "volumeName": f"{place}-{title}"}
    # Bound, since a running Pod has its volume.
    about = {"spec": spec, "status": {"phase": "Bound"}}
    claim = stand_in("v1", "PersistentVolumeClaim", title, place, **about)
    # With the finalizer that the API server's admission adds.
    return in_use_protection.mutate(claim)


_MAKERS: dict[str, Callable[[str, str, list[str]], Object]] = {
    "ConfigMap": _config_map,
    "Secret": _secret,
    "PersistentVolumeClaim": _claim,
}


# Revisions ----------------------------------------------------------------------------------------------------------


def revisions(found: Found) -> list[Object]:
    """The present revision of each owner without one, named by the hash in its Pods' labels.

    Not by a hash computed here: Go's hash covers another form of the template, and with a new name every Pod would
    count as outdated.
    """
    having = {controller_uid(o) for o in found.of("ControllerRevision")}
    made = []
    for daemon_set in found.of("DaemonSet"):
        if uid(daemon_set) not in having and not is_deleting(daemon_set):
            generation = annotations_of(daemon_set).get(TEMPLATE_GENERATION, "1")
            number = int(generation) if generation.isdecimal() else 1
            digest = _daemon_hash(found, daemon_set)
            made.append(_revision(daemon_set, number, HASH_LABEL, digest))
    for stateful_set in found.of("StatefulSet"):
        if uid(stateful_set) not in having and not is_deleting(stateful_set):
            wanted = stateful_set.get("status", {}).get("updateRevision", "")
            digest = wanted.removeprefix(f"{name(stateful_set)}-")
            made.append(_revision(stateful_set, 1, REVISION_HASH, digest))
    return made


def _revision(owner: Object, number: int, mark: str, digest: str) -> Object:
    made = new_revision(owner, number, mark)
    about = {**labels(made), LABEL: "true"}
    if not digest:
        # No Pod has a hash, so any name will do.
        return with_metadata(made, labels=about)
    about[mark] = digest
    return with_metadata(made, name=f"{name(owner)}-{digest}", labels=about)


def _daemon_hash(found: Found, daemon_set: Object) -> str:
    """The hash in the labels of Pods of the present template."""
    present = annotations_of(daemon_set).get(TEMPLATE_GENERATION, "")
    for pod in found.pods_of(uid(daemon_set)):
        if labels(pod).get(GENERATION_LABEL) == present:
            return labels(pod).get(HASH_LABEL, "")
    return ""


def with_known_templates(found: Found) -> list[Object]:
    """The objects, with each owner's latest revision made equal to its template where its controller has observed that.

    An observed generation means that the controller has a revision of the template. If none is equal, then a server of
    another version has shown it with more or fewer defaults, which would cause an unwanted rollout.
    """
    changed: dict[str, Object] = {}
    by_owner: dict[str | None, list[Object]] = {}
    for revision in found.of("ControllerRevision"):
        by_owner.setdefault(controller_uid(revision), []).append(revision)
    for kind in ("DaemonSet", "StatefulSet"):
        for owner in found.of(kind):
            own = by_owner.get(uid(owner), [])
            seen = owner.get("status", {}).get("observedGeneration")
            observed = seen == owner["metadata"].get("generation")
            if not own or not observed or any(match(owner, each) for each in own):
                continue
            latest = max(own, key=lambda each: int(each.get("revision", 0)))
            changed[uid(latest)] = {**latest, "data": template_patch(owner)}
    return [changed.get(o["metadata"].get("uid", ""), o) for o in found.objects]
