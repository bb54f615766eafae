"""The ConfigMaps and Secrets that a container's environment and a Pod's volumes name: what is missing of them.

Kubernetes: pkg/kubelet/kubelet_pods.go makeEnvironmentVariables, pkg/volume/configmap, secret, projected
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from k8slearn.apimachinery.objects import Object

Get = Callable[[str, str, str], Object | None]
"""(kind, name, namespace) → the object or None."""
_KINDS = {"configMap": "ConfigMap", "secret": "Secret"}
# Where variables come from, and the kinds that are named there. By `envFrom` all keys are taken, whichever there are;
# by `valueFrom` one, which may be missing as well.
REFS = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))
KEY_REFS = (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))


def missing_for_env(container: Object, namespace: str, get: Get) -> str:
    """Why the container's environment cannot be made, '' if it can."""
    for source in container.get("envFrom", ()):
        for field, kind in REFS:
            ref = source.get(field)
            if not ref or ref.get("optional"):
                continue
            if get(kind, ref["name"], namespace) is None:
                return _not_found(kind, ref["name"])
    for variable in container.get("env", ()):
        given = variable.get("valueFrom", {})
        for field, kind in KEY_REFS:
            ref = given.get(field)
            if not ref or ref.get("optional"):
                continue
            problem = _missing_key(kind, ref["name"], ref["key"], namespace, get)
            if problem:
                return problem
    return ""


def _not_found(kind: str, name: str) -> str:
    return f'{kind.lower()} "{name}" not found'


def keys_of(o: Object) -> set[str]:
    """The keys of a ConfigMap or Secret."""
    return {*o.get("data", {}), *o.get("binaryData", {})}


def _missing_key(kind: str, name: str, key: str, namespace: str, get: Get) -> str:
    found = get(kind, name, namespace)
    if found is None:
        return _not_found(kind, name)
    if key not in keys_of(found):
        return f"couldn't find key {key} in {kind} {namespace}/{name}"
    return ""


def mounted_volumes(pod: Object) -> Iterator[Object]:
    """The volumes that a container mounts; nobody waits for the others. Kubernetes: GetPodVolumeNames"""
    spec = pod["spec"]
    names = set()
    for container in (*spec.get("initContainers", ()), *spec["containers"]):
        for field in ("volumeMounts", "volumeDevices"):
            for mount in container.get(field, ()):
                names.add(mount["name"])
    for volume in spec.get("volumes", ()):
        if volume["name"] in names:
            yield volume


def missing_for_volume(volume: Object, namespace: str, get: Get) -> str:
    """Why a volume cannot be set up, '' if it can."""
    for field, kind in _KINDS.items():
        source = volume.get(field)
        if source is not None:
            name = source.get("secretName") or source.get("name", "")
            return _missing_source(kind, name, source, namespace, get)
    problems = []
    for part in volume.get("projected", {}).get("sources", ()):
        for field, kind in _KINDS.items():
            source = part.get(field)
            if source is not None:
                name = source.get("name", "")
                problems.append(_missing_source(kind, name, source, namespace, get))
    return _aggregated(problems)


def _aggregated(problems: list[str]) -> str:
    """All problems as one, each once. Kubernetes: apimachinery/pkg/util/errors, aggregate.Error"""
    told = list(dict.fromkeys(filter(None, problems)))
    if len(told) > 1:
        return f"[{', '.join(told)}]"
    return "".join(told)


def _missing_source(
    kind: str, name: str, source: Object, namespace: str, get: Get
) -> str:
    if source.get("optional"):
        return ""
    found = get(kind, name, namespace)
    if found is None:
        return _not_found(kind, name)
    # Upstream says "config" of a ConfigMap here.
    word = "config" if kind == "ConfigMap" else "secret"
    for item in source.get("items", ()):
        key = item["key"]
        if key not in keys_of(found):
            return f"references non-existent {word} key: {key}"
    return ""
