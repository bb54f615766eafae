"""The cells of a line of `kubectl get` for each kind.

Kubernetes: pkg/printers/internalversion/printers.go
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.objects import Object, controller_ref, labels, name
from k8slearn.kinds.printing import (
    NONE,
    UNKNOWN,
    UNSET,
    Cell,
    age,
    joined,
    selector_text,
    since,
)

SHOWN_ENDPOINTS = 3


def daemon_set(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printDaemonSet"""
    status, template = o.get("status") or {}, o["spec"]["template"]["spec"]
    fields = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
    )
    counts: list[Cell] = [
        int(status.get(field) or 0) for field in (*fields, "numberAvailable")
    ]
    containers = template["containers"]
    return [
        name(o),
        *counts,
        joined(template.get("nodeSelector")),
        age(o, now),
        ",".join(c["name"] for c in containers),
        ",".join(c.get("image", "") for c in containers),
        selector_text(o["spec"].get("selector")),
    ]


def _roles(o: Object) -> str:
    prefix = "node-role.kubernetes.io/"
    found = {key.removeprefix(prefix) for key in labels(o) if key.startswith(prefix)}
    return (
        ",".join(sorted(found | {labels(o).get("kubernetes.io/role", "")} - {""}))
        or NONE
    )


def node(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printNode"""
    status = o.get("status") or {}
    conditions = [c for c in status.get("conditions") or () if c.get("type") == "Ready"]
    words = [
        "Ready" if c.get("status") == "True" else "NotReady" for c in conditions
    ] or ["Unknown"]
    if (o.get("spec") or {}).get("unschedulable"):
        words.append("SchedulingDisabled")
    addresses: dict[str, str] = {}
    for address in status.get("addresses") or ():
        addresses.setdefault(address["type"], address["address"])
    info = status.get("nodeInfo") or {}
    kernel = f"{info.get('kernelVersion') or UNKNOWN} ({info.get('architecture') or UNKNOWN})"
    return [
        name(o),
        ",".join(words),
        _roles(o),
        age(o, now),
        info.get("kubeletVersion", ""),
        addresses.get("InternalIP", NONE),
        addresses.get("ExternalIP", NONE),
        info.get("osImage") or UNKNOWN,
        kernel,
        info.get("containerRuntimeVersion") or UNKNOWN,
    ]


def revision(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printControllerRevision"""
    owner = controller_ref(o)
    group = owner["apiVersion"].rpartition("/")[0] if owner else ""
    kind = owner["kind"].lower() + (f".{group}" if group else "") if owner else ""
    return [
        name(o),
        f"{kind}/{owner['name']}" if owner else NONE,
        int(o.get("revision") or 0),
        age(o, now),
    ]


def _external(spec: Object, status: Object) -> str:
    # Kubernetes: getServiceExternalIP
    kind, given = spec.get("type", "ClusterIP"), list(spec.get("externalIPs") or ())
    if kind == "ExternalName":
        return str(spec.get("externalName", ""))
    if kind == "LoadBalancer":
        ingress = (status.get("loadBalancer") or {}).get("ingress") or ()
        return (
            ",".join([i.get("ip") or i.get("hostname", "") for i in ingress] + given)
            or "<pending>"
        )
    return ",".join(given) or NONE


def _service_port(port: Object) -> str:
    node_port = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{node_port}/{port.get('protocol', 'TCP')}"


def service(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printService"""
    spec = o["spec"]
    return [
        name(o),
        spec.get("type", "ClusterIP"),
        spec.get("clusterIP") or NONE,
        _external(spec, o.get("status") or {}),
        ",".join(_service_port(port) for port in spec.get("ports") or ()) or NONE,
        age(o, now),
        joined(spec.get("selector")),
    ]


def _some(words: list[str], empty: str) -> str:
    """The first few words, and how many more there are."""
    if not words:
        return empty
    more = (
        f" + {len(words) - SHOWN_ENDPOINTS} more..."
        if len(words) > SHOWN_ENDPOINTS
        else ""
    )
    return ",".join(words[:SHOWN_ENDPOINTS]) + more


def endpoint_slice(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printEndpointSlice"""
    ports = [str(port.get("port") or "*") for port in o.get("ports") or ()]
    addresses = [
        address
        for e in o.get("endpoints") or ()
        for address in e.get("addresses") or ()
    ]
    return [
        name(o),
        o.get("addressType", ""),
        _some(ports, UNSET),
        _some(addresses, UNSET),
        age(o, now),
    ]


def endpoints(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printEndpoints"""
    found = [text for subset in o.get("subsets") or () for text in _subset(subset)]
    return [name(o), _some(found, NONE), age(o, now)]


def _subset(subset: Object) -> list[str]:
    hosts = [address["ip"] for address in subset.get("addresses") or ()]
    ports = subset.get("ports") or ()
    return (
        [f"{host}:{port['port']}" for port in ports for host in hosts]
        if ports
        else hosts
    )


def _event_source(o: Object) -> str:
    source = o.get("source") or {}
    component = source.get("component") or o.get("reportingComponent") or ""
    instance = source.get("host") or o.get("reportingInstance") or ""
    return f"{component}, {instance}" if instance else component


def event(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printEvent"""
    series, about = o.get("series") or {}, o.get("involvedObject") or {}
    first = since(o.get("firstTimestamp") or o.get("eventTime"), now)
    last: Any = series.get("lastObservedTime") or o.get("lastTimestamp")
    subject = about.get("kind", "").lower()
    return [
        since(last, now) if last else first,
        o.get("type", ""),
        o.get("reason", ""),
        f"{subject}/{about['name']}" if about.get("name") else subject,
        about.get("fieldPath", ""),
        _event_source(o),
        str(o.get("message", "")).strip(),
        first,
        int(series.get("count") or o.get("count") or 1),
        name(o),
    ]


def namespace(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printNamespace"""
    return [name(o), (o.get("status") or {}).get("phase", ""), age(o, now)]


def config_map(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printConfigMap"""
    return [
        name(o),
        len(o.get("data") or {}) + len(o.get("binaryData") or {}),
        age(o, now),
    ]


def secret(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printSecret"""
    return [name(o), o.get("type", ""), len(o.get("data") or {}), age(o, now)]


def service_account(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printServiceAccount"""
    return [name(o), len(o.get("secrets") or ()), age(o, now)]


def lease(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printLease"""
    return [name(o), (o.get("spec") or {}).get("holderIdentity") or "", age(o, now)]


def other(o: Object, now: float) -> list[Cell]:
    """A kind without columns of its own."""
    return [name(o), age(o, now)]
