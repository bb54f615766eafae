"""The line of `kubectl get services`. Kubernetes: pkg/printers/internalversion/printers.go, printService"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.printing import NONE, Cell, age, balanced, joined
from k8slearn.kinds.types import AnyService, ServicePort, ServiceSpec


def cells(o: AnyService, now: float) -> list[Cell]:
    """Kubernetes: printService"""
    spec = o["spec"]
    ports = [_port(port) for port in spec.get("ports", ())]
    return [
        name(o),
        spec.get("type", "ClusterIP"),
        spec.get("clusterIP") or NONE,
        _external(spec, o.get("status", {})),
        ",".join(ports) or NONE,
        age(o, now),
        joined(spec.get("selector")),
    ]


def _external(spec: ServiceSpec | Object, status: Object) -> str:
    # Kubernetes: getServiceExternalIP
    kind = spec.get("type", "ClusterIP")
    if kind == "ExternalName":
        return str(spec.get("externalName", ""))
    given = list(spec.get("externalIPs", ()))
    if kind != "LoadBalancer":
        return ",".join(given) or NONE
    return ",".join(balanced(status) + given) or "<pending>"


def _port(port: ServicePort | Object) -> str:
    # Kubernetes: makePortString
    number = str(port["port"])
    if port.get("nodePort"):
        number += f":{port['nodePort']}"
    return f"{number}/{port.get('protocol', 'TCP')}"
