"""What a container is told of its Pod and of itself: fields, and what it asks for and may use.

Pure functions. Kubernetes: pkg/fieldpath/fieldpath.go, pkg/api/v1/resource/helpers.go, pkg/kubelet/kubelet_resources.go
"""

from __future__ import annotations

import re
from math import ceil

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, annotations_of, labels
from k8slearn.kubelet.status import container_named

_SUBSCRIPT = re.compile(r"(\w+(?:\.\w+)*)\['([^']+)'\]")
_PAIRS = {"metadata.labels": labels, "metadata.annotations": annotations_of}
# What a Pod may ask for and limit as a whole.
_OF_PODS = ("cpu", "memory")


def field_of(pod: Object, path: str) -> str:
    """A field as text. Kubernetes: ExtractFieldPathAsString, podFieldSelectorRuntimeValue"""
    if path in _PAIRS:
        pairs = sorted(_PAIRS[path](pod).items())
        return "\n".join(f"{key}={go_quote(value)}" for key, value in pairs)
    subscript = _SUBSCRIPT.fullmatch(path)
    if subscript:
        which, key = subscript.groups()
        return _PAIRS.get(which, annotations_of)(pod).get(key, "")
    found: object = pod
    for part in path.split("."):
        if not isinstance(found, dict):
            return ""
        found = found.get(part, "")
    if isinstance(found, list):
        # The only lists are those of addresses.
        return ",".join(each["ip"] for each in found)
    return str(found)


def resource_of(reader: Reader, pod: Object, container: Object, ref: Object) -> str:
    """An amount in units of the divisor, rounded up. Kubernetes: ExtractContainerResourceValue

    Who has no limit may use all that the Node gives away.
    """
    # limits.cpu, requests.memory and so on.
    which, _, resource = ref["resource"].partition(".")
    amount = container.get("resources", {}).get(which, {}).get(resource, "0")
    if which == "limits" and quantity.compare(amount, "0") == 0:
        amount = _most(reader, pod, resource)
    divisor = ref.get("divisor") or "0"
    if quantity.compare(divisor, "0") == 0:
        divisor = "1"
    return str(ceil(quantity.parse(amount).value / quantity.parse(divisor).value))


def _most(reader: Reader, pod: Object, resource: str) -> str:
    """Kubernetes: defaultPodLimitsForDownwardAPI, MergeContainerResourceLimits"""
    spec = pod["spec"]
    limits = (spec.get("resources") or {}).get("limits", {})
    if resource in _OF_PODS and resource in limits:
        return str(limits[resource])
    node = reader.get("Node", spec.get("nodeName", "")) or {}
    return str(node.get("status", {}).get("allocatable", {}).get(resource, "0"))


def items_of(reader: Reader, pod: Object, source: Object) -> dict[str, str]:
    """The files of a volume of this kind, by their path in it. Kubernetes: pkg/volume/downwardapi, CollectData"""
    found = {}
    for item in source.get("items") or ():
        if "fieldRef" in item:
            found[item["path"]] = field_of(pod, item["fieldRef"]["fieldPath"])
        elif "resourceFieldRef" in item:
            ref = item["resourceFieldRef"]
            container = container_named(pod, ref.get("containerName", "")) or {}
            found[item["path"]] = resource_of(reader, pod, container, ref)
    return found
