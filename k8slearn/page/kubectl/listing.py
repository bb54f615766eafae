"""All objects of a kind that a line's selectors mean. Kubernetes: cli-runtime/pkg/resource/selector.go"""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError, bad_request, not_found
from k8slearn.apimachinery.objects import Object, name
from k8slearn.cluster import Cluster
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.rbac_defaults import DEFAULTS, with_defaults
from k8slearn.kinds.selecting import label_selector, parse_fields, selects
from k8slearn.page.kubectl.options import Invocation

SELECTORS = ("selector", "field-selector")


def selected(cluster: Cluster, asked: Invocation, row: Kind) -> list[Object]:
    """Raises ApiError for selectors that the kind does not have."""
    by_label, by_field = (asked.options.get(each, "") for each in SELECTORS)
    try:
        wanted = label_selector(by_label)
        terms = parse_fields(by_field, row)
    except ApiError as error:
        resource = f"{row.group}/{row.version}, Resource={row.plural}"
        raise bad_request(
            f'Unable to find "{resource}" that match label selector "{by_label}", '
            f'field selector "{by_field}": {error.message}'
        ) from None
    place = asked.namespace if row.namespaced else None
    if asked.has("all-namespaces"):
        place = None
    every = _every(cluster, row, place)
    return [o for o in every if selects(row, o, wanted, terms)]


def _every(cluster: Cluster, row: Kind, place: str | None) -> list[Object]:
    stored = cluster.list(row.kind, place)
    if row.kind not in DEFAULTS:
        return stored
    system = cluster.get("Namespace", "kube-system")
    return with_defaults(row.kind, stored, system["metadata"]["creationTimestamp"])


def named(cluster: Cluster, row: Kind, wanted: str, place: str) -> Object:
    """One object by its name. Raises ApiError."""
    if row.kind not in DEFAULTS or cluster.store.get(row.stored_kind, wanted):
        return cluster.get(row.kind, wanted, place)
    # Those that are there from the start are not stored.
    for o in _every(cluster, row, None):
        if name(o) == wanted:
            return o
    raise not_found(row.qualified, wanted)
