"""PodResizeValidator: no Pod may be resized beyond all that its Node has.

Kubernetes: plugin/pkg/admission/podresize/admission.go
"""

from __future__ import annotations

from math import ceil

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.apiserver.plugins.refusal import refuse
from k8slearn.kinds.pod_template.requirements import pod_amounts

# CPU is told in thousandths.
_UNITS = {"cpu": 1000, "memory": 1}
_OS = "kubernetes.io/os"


def validate(pod: Object, reader: Reader) -> None:
    """Raises ApiError Forbidden."""
    title = pod["spec"].get("nodeName")
    if not title:
        return
    node = reader.get("Node", title)
    if node is None:
        raise refuse(pod, f'node "{title}" not found')
    system = labels(node).get(_OS, "linux")
    if system != "linux":
        about = f'node "{name(node)}" is "{system}"'
        raise refuse(pod, f"pod resize is only supported on linux nodes, {about}")
    lacking = _beyond(pod, node)
    if lacking:
        text = "node didn't have enough allocatable resources"
        raise refuse(pod, f"{text}: {lacking}")


def _beyond(pod: Object, node: Object) -> str:
    """What the Pod asks for beyond all that the Node has, '' for nothing."""
    asked = pod_amounts(pod, "requests")
    there = node.get("status", {}).get("allocatable", {})
    found = []
    for resource, unit in _UNITS.items():
        wanted = _amount(asked.get(resource, "0"), unit)
        most = _amount(str(there.get(resource, "0")), unit)
        if wanted > most:
            found.append(f"{resource}, requested: {wanted}, allocatable: {most}")
    return "; ".join(found)


def _amount(text: str, unit: int) -> int:
    return ceil(quantity.parse(text).value * unit)
