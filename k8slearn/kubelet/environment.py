"""A container's environment variables. Kubernetes: pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name, namespace, seconds_of
from k8slearn.apimachinery.window import Released
from k8slearn.apiserver.store import Store
from k8slearn.kubelet.downward_api import field_of, resource_of
from k8slearn.kubelet.hosts import hostname
from k8slearn.kubelet.pod_status import container_status
from k8slearn.kubelet.references import KEY_REFS, REFS

Variables = dict[str, str]

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# $(NAME) is put in, $$(NAME) stays as $(NAME); a name reaches to the first bracket, whatever stands in it.
# Kubernetes: third_party/forked/golang/expansion
_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")


def at_start(store: Store, pod: Object, container: Object) -> Reader:
    """The cluster as it was when this life of a container was first told; as it is now where that is not known.

    By the writes, not by `startedAt`: that knows whole seconds, and a ConfigMap may change within one.
    """
    status = container_status(pod, container["name"]) or {}
    place = ("Pod", namespace(pod), name(pod))
    for change in store.log.changes_of(place):
        told = container_status(change.object, container["name"]) or {}
        runs = "running" in (told.get("state") or {})
        if runs and told.get("containerID") == status.get("containerID"):
            try:
                return store.at(change.revision)
            except Released:
                break
    return store


def environment(
    reader: Reader, pod: Object, container: Object, started: float
) -> Variables:
    """All variables, those of the Services that were there at the container's start (simulated seconds) included."""
    found = {"PATH": PATH, "HOSTNAME": hostname(pod)}
    found |= given(reader, pod, container, started)
    # A runtime's own word, where nobody else has one.
    found.setdefault("HOME", "/root")
    return found


def given(reader: Reader, pod: Object, container: Object, started: float) -> Variables:
    """What the kubelet gives, without what the runtime adds. Kubernetes: makeEnvironmentVariables"""
    services = dict(_services(reader, pod, started))
    own: Variables = {}
    for source in container.get("envFrom") or ():
        prefix = source.get("prefix", "")
        for field, kind in REFS:
            if field in source:
                wanted = source[field].get("name", "")
                held = held_by(reader, pod, kind, wanted)
                own |= {prefix + key: text for key, text in held.items()}
    for variable in container.get("env") or ():
        # What stands before it in the list may be named in it.
        known = {**services, **own}
        value = _value(reader, pod, container, variable, known)
        if value is not None:
            own[variable["name"]] = value
    return {**services, **own}


def flaw_of_paths(
    reader: Reader, pod: Object, container: Object, started: float
) -> str:
    """Why a `subPathExpr` cannot be expanded, '' if all can. Kubernetes: makeMounts, ExpandContainerVolumeMounts"""
    paths = [
        m["subPathExpr"]
        for m in container.get("volumeMounts", ())
        if m.get("subPathExpr")
    ]
    # Nearly no container has one: only then are its variables worked out.
    if not paths:
        return ""
    known = given(reader, pod, container, started)
    for path in paths:
        for match in _REFERENCE.finditer(path):
            if match[1] is not None and match[1] not in known:
                return f'missing value for "{match[1]}"'
        inside = expanded(path, known)
        if inside.startswith("/"):
            return f"error SubPath `{inside}` must not be an absolute path"
        if ".." in inside.split("/"):
            return f"unable to provision SubPath `{inside}`: must not contain '..'"
    return ""


def _value(
    reader: Reader,
    pod: Object,
    container: Object,
    variable: Object,
    known: Variables,
) -> str | None:
    """The value of one entry of `env`, None where it is optional and not there."""
    source = variable.get("valueFrom")
    if not source:
        return expanded(variable.get("value", ""), known)
    if "fieldRef" in source:
        return field_of(pod, source["fieldRef"]["fieldPath"])
    if "resourceFieldRef" in source:
        return resource_of(reader, pod, container, source["resourceFieldRef"])
    for field, kind in KEY_REFS:
        if field in source:
            ref = source[field]
            held = held_by(reader, pod, kind, ref.get("name", ""))
            return held.get(ref["key"])
    return None


def expanded(text: str, known: Variables) -> str:
    """The text with $(NAME) put in; one that nobody knows stays as it is."""

    def put_in(match: re.Match[str]) -> str:
        if match[1] is None:
            return "$"
        return known.get(match[1], match[0])

    return _REFERENCE.sub(put_in, text)


def held_by(reader: Reader, pod: Object, kind: str, wanted: str) -> Variables:
    """What a ConfigMap or a Secret beside the Pod holds, as text; nothing where there is none."""
    o = reader.get(kind, wanted, namespace(pod)) or {}
    plain = o.get("data") or {}
    encoded = o.get("binaryData") or {}
    if kind == "Secret":
        # Its data are encoded as well.
        encoded = plain | encoded
        plain = {}
    decoded = {key: _decoded(value) for key, value in encoded.items()}
    return {**plain, **decoded}


def _decoded(value: str) -> str:
    return b64decode(value).decode("utf-8", "replace")


def _services(reader: Reader, pod: Object, started: float) -> Iterator[tuple[str, str]]:
    """Kubernetes: pkg/kubelet/envvars, FromServices: of the own namespace, and the API server's in any case."""
    links = pod["spec"].get("enableServiceLinks", True)
    for service in reader.list("Service"):
        place = namespace(service)
        is_master = place == "default" and name(service) == "kubernetes"
        is_own = links and place == namespace(pod)
        if not is_master and not is_own:
            continue
        address = service["spec"].get("clusterIP", "None")
        if address in ("", "None"):
            continue
        made = seconds_of(service["metadata"]["creationTimestamp"])
        # A container's environment is made when it starts, and stays.
        if made <= started:
            yield from _variables(service, address)


def _variables(service: Object, address: str) -> Iterator[tuple[str, str]]:
    prefix = _as_variable(name(service))
    ports = service["spec"].get("ports") or [{"port": 0}]
    yield f"{prefix}_SERVICE_HOST", address
    yield f"{prefix}_SERVICE_PORT", str(ports[0]["port"])
    for port in ports:
        if port.get("name"):
            word = _as_variable(port["name"])
            yield f"{prefix}_SERVICE_PORT_{word}", str(port["port"])
    # As Docker's links were called, which programs of that time still read. Kubernetes: makeLinkVariables
    for index, port in enumerate(ports):
        protocol = port.get("protocol", "TCP")
        scheme = protocol.lower()
        number = port["port"]
        url = f"{scheme}://{address}:{number}"
        if index == 0:
            yield f"{prefix}_PORT", url
        one = f"{prefix}_PORT_{number}_{protocol}"
        yield one, url
        yield f"{one}_PROTO", scheme
        yield f"{one}_PORT", str(number)
        yield f"{one}_ADDR", address


def _as_variable(word: str) -> str:
    return word.upper().replace("-", "_")
