"""Smaller kinds that kubectl has a description of its own for. Kubernetes: kubectl/pkg/describe/describe.go"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.gotext import go_plain
from k8slearn.apimachinery.objects import Object, annotations_of, name
from k8slearn.cluster import Cluster
from k8slearn.kinds.printing import NONE, UNSET, joined, selector_text
from k8slearn.page.kubectl.describe.parts import (
    Lines,
    head,
    labels_and_annotations,
    moment,
)

_LIMITS = (
    "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio"
)
_RULED = (
    "----\t--------\t---\t---\t---------------\t-------------\t-----------------------"
)
_LIMIT_FIELDS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")
_SCOPES = {
    "Terminating": (
        "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being "
        "actively terminated by the system."
    ),
    "NotTerminating": (
        "Matches all pods that do not have an active deadline. These pods usually include long running pods whose "
        "container command is not expected to terminate."
    ),
    "BestEffort": (
        "Matches all pods that do not have resource requirements set. "
        "These pods have a best effort quality of service."
    ),
    "NotBestEffort": (
        "Matches all pods that have at least one resource requirement set. "
        "These pods have a burstable or guaranteed quality of service."
    ),
}


def namespace(cluster: Cluster, o: Object) -> Lines:
    """A Namespace with its quotas and limits."""
    status = o.get("status", {})
    yield f"Name:\t{name(o)}"
    yield from labels_and_annotations(o)
    yield f"Status:\t{status.get('phase', '')}"
    found = status.get("conditions", ())
    if found:
        yield "Conditions:"
        yield "  Type\tStatus\tLastTransitionTime\tReason\tMessage"
        yield "  ----\t------\t------------------\t------\t-------"
    for each in found:
        at = moment(each.get("lastTransitionTime"))
        why = f"{each.get('reason', '')}\t{each.get('message', '')}"
        yield f"  {each['type']}\t{each['status']}\t{at}\t{why}"
    yield ""
    yield from _quotas(cluster.list("ResourceQuota", name(o)))
    yield ""
    yield from _ranges(cluster.list("LimitRange", name(o)))


def _quotas(found: Iterable[Object]) -> Lines:
    found = list(found)
    yield "Resource Quotas" if found else "No resource quota."
    for quota in found:
        yield f"  Name:\t{name(quota)}"
        yield from _scopes(quota, "  ", "* ")
        yield from ("  Resource\tUsed\tHard", "  --------\t---\t---")
        yield from (f"  {line}" for line in _hard(quota))


def _scopes(quota: Object, indent: str, mark: str) -> Lines:
    scopes = sorted(quota["spec"].get("scopes", ()))
    if scopes:
        yield f"{indent}Scopes:\t{', '.join(scopes)}"
    for scope in scopes:
        if scope in _SCOPES:
            yield f"{indent}{mark}{_SCOPES[scope]}"


def _hard(quota: Object) -> Lines:
    status = quota.get("status", {})
    hard, used = status.get("hard", {}), status.get("used", {})
    for resource in sorted(hard):
        amounts = [quantity.written(each.get(resource, "0")) for each in (used, hard)]
        yield "\t".join([resource, *amounts])


def _ranges(found: Iterable[Object]) -> Lines:
    found = list(found)
    if not found:
        yield "No LimitRange resource."
        return
    yield from ("Resource Limits", f" {_LIMITS}", f" {_RULED}")
    for each in found:
        yield from (f" {line}" for line in _limits(each))


def _limits(o: Object) -> Lines:
    """Kubernetes: describeLimitRangeSpec"""
    for item in o["spec"].get("limits", ()):
        known = [item.get(field, {}) for field in _LIMIT_FIELDS]
        # Go goes through them in whatever order.
        for resource in sorted({each for amounts in known for each in amounts}):
            cells = [
                quantity.written(amounts[resource]) if resource in amounts else "-"
                for amounts in known
            ]
            yield "\t".join([item["type"], resource, *cells])


def resource_quota(cluster: Cluster, o: Object) -> Lines:
    """A ResourceQuota."""
    yield from head(o)
    yield from _scopes(o, "", " * ")
    yield from ("Resource\tUsed\tHard", "--------\t----\t----")
    yield from _hard(o)


def limit_range(cluster: Cluster, o: Object) -> Lines:
    """A LimitRange."""
    yield from head(o)
    yield from (_LIMITS, _RULED)
    yield from _limits(o)


def config_map(cluster: Cluster, o: Object) -> Lines:
    """A ConfigMap with what it holds."""
    yield from head(o)
    yield from labels_and_annotations(o)
    yield from ("", "Data", "====")
    data = o.get("data", {})
    for key in sorted(data):
        yield from (f"{key}:", "----", data[key], "")
    yield from ("", "BinaryData", "====")
    binary = o.get("binaryData", {})
    for key in sorted(binary):
        yield f"{key}: {len(b64decode(binary[key]))} bytes"
    yield ""


def secret(cluster: Cluster, o: Object) -> Lines:
    """A Secret: how long each of its values is."""
    yield from head(o)
    yield from labels_and_annotations(o)
    yield from ("", f"Type:\t{o.get('type', '')}", "", "Data", "====")
    data = o.get("data", {})
    is_token = o.get("type") == "kubernetes.io/service-account-token"
    for key in sorted(data):
        value = b64decode(data[key])
        shown = value.decode() if is_token and key == "token" else f"{len(value)} bytes"
        yield f"{key}:\t{shown}"


def service_account(cluster: Cluster, o: Object) -> Lines:
    """A ServiceAccount."""
    yield from head(o)
    yield from labels_and_annotations(o)
    pulls = [each["name"] for each in o.get("imagePullSecrets", ())]
    title = "Image pull secrets:"
    for pull in pulls or [NONE]:
        yield f"{title}\t{pull}"
        title = " " * len(title)


def priority_class(cluster: Cluster, o: Object) -> Lines:
    """A PriorityClass."""
    yield f"Name:\t{name(o)}"
    yield f"Value:\t{o['value']}"
    yield f"GlobalDefault:\t{go_plain(bool(o.get('globalDefault')))}"
    yield f"PreemptionPolicy:\t{o.get('preemptionPolicy', '')}"
    yield f"Description:\t{o.get('description', '')}"
    yield f"Annotations:\t{joined(annotations_of(o))}"


def budget(cluster: Cluster, o: Object) -> Lines:
    """A PodDisruptionBudget."""
    spec, status = o["spec"], o.get("status", {})
    yield from head(o)
    if "minAvailable" in spec:
        yield f"Min available:\t{spec['minAvailable']}"
    elif "maxUnavailable" in spec:
        yield f"Max unavailable:\t{spec['maxUnavailable']}"
    selector = selector_text(spec["selector"]) if "selector" in spec else UNSET
    yield f"Selector:\t{selector}"
    yield "Status:"
    yield f"    Allowed disruptions:\t{status.get('disruptionsAllowed', 0)}"
    yield f"    Current:\t{status.get('currentHealthy', 0)}"
    yield f"    Desired:\t{status.get('desiredHealthy', 0)}"
    yield f"    Total:\t{status.get('expectedPods', 0)}"


def binding(cluster: Cluster, o: Object) -> Lines:
    """A RoleBinding or ClusterRoleBinding."""
    yield f"Name:\t{name(o)}"
    yield from labels_and_annotations(o)
    ref = o["roleRef"]
    yield from ("Role:", f"  Kind:\t{ref['kind']}", f"  Name:\t{ref['name']}")
    yield from ("Subjects:", "  Kind\tName\tNamespace", "  ----\t----\t---------")
    for each in o.get("subjects", ()):
        yield f"  {each['kind']}\t{each['name']}\t{each.get('namespace', '')}"
