"""A container's environment variables. Kubernetes: pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    labels,
    name,
    namespace,
    seconds_of,
)

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# $(NAME) is put in, $$(NAME) stays as $(NAME). Kubernetes: third_party/forked/golang/expansion
_REFERENCE = re.compile(r"\$(?:\$|\(([-._a-zA-Z0-9]+)\))")
_SUBSCRIPT = re.compile(r"(\w+(?:\.\w+)*)\['([^']+)'\]")


def environment(
    reader: Reader, pod: Object, container: Object, started: float
) -> dict[str, str]:
    """All variables, those of the Services that were there at the container's start (simulated seconds) included."""
    found = {"PATH": PATH, "HOSTNAME": hostname(pod)}
    services = dict(_services(reader, pod, started))
    own: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        for key, text in _all_of(reader, pod, source).items():
            own[source.get("prefix", "") + key] = text
    for variable in container.get("env") or ():
        value = _value(reader, pod, container, variable, {**services, **own})
        if value is not None:
            own[variable["name"]] = value
    return {**found, **services, **own, "HOME": "/root"}


def hostname(pod: Object) -> str:
    """What `hostname` says in the Pod: a Pod on its Node's network has the Node's name."""
    spec = pod["spec"]
    if spec.get("hostNetwork"):
        return str(spec.get("nodeName", ""))
    return str(spec.get("hostname") or name(pod))


def _value(
    reader: Reader,
    pod: Object,
    container: Object,
    variable: Object,
    known: dict[str, str],
) -> str | None:
    """The value of one entry of `env`, None where it is optional and not there."""
    source = variable.get("valueFrom")
    if not source:
        return expanded(variable.get("value", ""), known)
    if "fieldRef" in source:
        return field_of(pod, source["fieldRef"]["fieldPath"])
    if "resourceFieldRef" in source:
        return _resource(container, source["resourceFieldRef"])
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if field in source:
            ref = source[field]
            return held_by(reader, pod, kind, ref.get("name", "")).get(ref["key"])
    return None


def expanded(text: str, known: dict[str, str]) -> str:
    """The text with $(NAME) put in; one that nobody knows stays as it is."""

    def put_in(match: re.Match[str]) -> str:
        if match[1] is None:
            return "$"
        return known.get(match[1], match[0])

    return _REFERENCE.sub(put_in, text)


def field_of(pod: Object, path: str) -> str:
    """A field as the downward API gives it. Kubernetes: pkg/fieldpath, ExtractFieldPathAsString"""
    subscript = _SUBSCRIPT.fullmatch(path)
    if subscript:
        both = labels(pod) if subscript[1] == "metadata.labels" else annotations_of(pod)
        return both.get(subscript[2], "")
    if path in ("metadata.labels", "metadata.annotations"):
        both = labels(pod) if path == "metadata.labels" else annotations_of(pod)
        return "\n".join(f'{key}="{value}"' for key, value in sorted(both.items()))
    found: object = pod
    for part in path.split("."):
        found = found.get(part, "") if isinstance(found, dict) else ""
    return str(found)


def _resource(container: Object, ref: Object) -> str:
    which, _, resource = ref["resource"].partition(".")
    return str(container.get("resources", {}).get(which, {}).get(resource, "0"))


def held_by(reader: Reader, pod: Object, kind: str, wanted: str) -> dict[str, str]:
    """What a ConfigMap or a Secret beside the Pod holds, as text; nothing where there is none."""
    o = reader.get(kind, wanted, namespace(pod)) or {}
    found: dict[str, str] = {}
    for key, value in (o.get("data") or {}).items():
        found[key] = value if kind == "ConfigMap" else _decoded(value)
    for key, value in (o.get("binaryData") or {}).items():
        found[key] = _decoded(value)
    return found


def _decoded(value: str) -> str:
    return b64decode(value).decode("utf-8", "replace")


def _all_of(reader: Reader, pod: Object, source: Object) -> dict[str, str]:
    for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        if field in source:
            return held_by(reader, pod, kind, source[field].get("name", ""))
    return {}


def _services(reader: Reader, pod: Object, started: float) -> Iterator[tuple[str, str]]:
    """Kubernetes: pkg/kubelet/envvars, FromServices: of the own namespace, and the API server's in any case."""
    links = pod["spec"].get("enableServiceLinks", True)
    for service in reader.list("Service"):
        is_master = (namespace(service), name(service)) == ("default", "kubernetes")
        is_own = links and namespace(service) == namespace(pod)
        address = service["spec"].get("clusterIP", "None")
        made = seconds_of(service["metadata"]["creationTimestamp"])
        if (is_master or is_own) and address not in ("", "None") and made <= started:
            yield from _variables(service, address)


def _variables(service: Object, address: str) -> Iterator[tuple[str, str]]:
    prefix = name(service).upper().replace("-", "_")
    ports = service["spec"].get("ports") or [{"port": 0}]
    yield f"{prefix}_SERVICE_HOST", address
    yield f"{prefix}_SERVICE_PORT", str(ports[0]["port"])
    for port in ports:
        if port.get("name"):
            word = port["name"].upper().replace("-", "_")
            yield f"{prefix}_SERVICE_PORT_{word}", str(port["port"])
    for i, port in enumerate(ports):
        protocol = port.get("protocol", "TCP")
        number = port["port"]
        url = f"{protocol.lower()}://{address}:{number}"
        if i == 0:
            yield f"{prefix}_PORT", url
        one = f"{prefix}_PORT_{number}_{protocol}"
        yield one, url
        yield f"{one}_PROTO", protocol.lower()
        yield f"{one}_PORT", str(number)
        yield f"{one}_ADDR", address
