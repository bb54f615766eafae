"""Reading plain Kubernetes objects. Objects are dicts as `kubectl get -o json` prints them and are never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from k8slearn.apimachinery.gotext import go_atoi

Object = dict[str, Any]
Readable = Mapping[str, Any]
"""An object, whether it is typed as a plain dict or as one of kinds.types."""
Key = tuple[str, str, str]

# A fixed day, so that one seed gives the same timestamps whenever a lesson is read.
START = datetime(2026, 1, 1, tzinfo=UTC)

# Kubernetes: api/apps/v1/types.go DefaultDaemonSetUniqueLabelKey, DefaultDeploymentUniqueLabelKey,
# DeprecatedTemplateGeneration
HASH_LABEL = "controller-revision-hash"
TEMPLATE_HASH_LABEL = "pod-template-hash"
GENERATION_LABEL = "pod-template-generation"
TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


_NOTHING: Object = {}
_Copied = TypeVar("_Copied")


def copied(value: _Copied) -> _Copied:
    """A copy through and through, to be changed. As deepcopy, in a tenth of its time."""
    own: Any = value
    if isinstance(value, list):
        own = [copied(item) for item in value]
    elif isinstance(value, dict):
        own = {key: copied(item) for key, item in value.items()}
    made: _Copied = own
    return made


# These are asked for thousands of times in a rollout: they read what they need and copy nothing.


def name(o: Readable) -> str:
    """metadata.name, or ''."""
    found: str = o.get("metadata", _NOTHING).get("name") or ""
    return found


def namespace(o: Readable) -> str:
    """metadata.namespace, or '' for an object without one."""
    found: str = o.get("metadata", _NOTHING).get("namespace") or ""
    return found


def uid(o: Readable) -> str:
    """metadata.uid, or ''."""
    found: str = o.get("metadata", _NOTHING).get("uid") or ""
    return found


def labels(o: Readable) -> dict[str, str]:
    """metadata.labels, or an empty dict."""
    return o.get("metadata", {}).get("labels") or {}


def annotations_of(o: Readable) -> dict[str, str]:
    """metadata.annotations, or an empty dict."""
    return o.get("metadata", {}).get("annotations") or {}


# Their groups and versions, as `facts.versions` lists them: read from there, importing would not be quick.
_BUILT_IN = (
    "v1 admissionregistration.k8s.io/v1 apiextensions.k8s.io/v1 apiregistration.k8s.io/v1 apps/v1 "
    "authentication.k8s.io/v1 authorization.k8s.io/v1 autoscaling/v1 autoscaling/v2 batch/v1 certificates.k8s.io/v1 "
    "coordination.k8s.io/v1 discovery.k8s.io/v1 events.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1 "
    "networking.k8s.io/v1 node.k8s.io/v1 policy/v1 rbac.authorization.k8s.io/v1 resource.k8s.io/v1 "
    "scheduling.k8s.io/v1 storage.k8s.io/v1"
)
BUILT_IN = frozenset(_BUILT_IN.split())


def stored_kind(o: Readable) -> str:
    """The name under which the store keeps an object's kind: with its group for one that somebody added."""
    version: str = o.get("apiVersion", "v1")
    if version in BUILT_IN:
        return str(o["kind"])
    group = version.rpartition("/")[0]
    return f"{o['kind']}.{group}"


def key(o: Readable) -> Key:
    """(kind, namespace, name): where the store keeps the object."""
    meta = o["metadata"]
    # By `stored_kind` only where that says something else: each write asks.
    kind = o["kind"] if o.get("apiVersion") in BUILT_IN else stored_kind(o)
    return kind, meta.get("namespace") or "", meta["name"]


def full_name(o: Readable) -> str:
    """`namespace/name`, or just the name of a cluster-scoped object."""
    metadata = o.get("metadata", _NOTHING)
    place = metadata.get("namespace")
    own = metadata.get("name") or ""
    if place:
        return f"{place}/{own}"
    return str(own)


def is_deleting(o: Readable) -> bool:
    """Whether metadata.deletionTimestamp is set."""
    return "deletionTimestamp" in o["metadata"]


def controller_ref(o: Readable) -> Object | None:
    """The ownerReference of the managing controller, if there is one."""
    for ref in o["metadata"].get("ownerReferences") or ():
        # There is one at most: the API server's validation allows no second controller.
        if ref.get("controller"):
            found: Object = ref
            return found
    return None


def controller_uid(o: Readable) -> str | None:
    """The uid of the managing controller, if there is one."""
    ref = controller_ref(o)
    if ref is None:
        return None
    return str(ref["uid"])


def same_owners(one: Readable, other: Readable) -> bool:
    """Whether a write left the ownerReferences alone: both versions of the object then share the same list."""
    references = one["metadata"].get("ownerReferences")
    return references is other["metadata"].get("ownerReferences")


def owner_reference(owner: Readable) -> Object:
    """An ownerReference that makes `owner` the managing controller. Kubernetes: meta/v1 NewControllerRef"""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": name(owner),
        "uid": uid(owner),
        "controller": True,
        "blockOwnerDeletion": True,
    }


def with_metadata(o: Object, **changes: Any) -> Object:
    """A copy with these metadata fields set; None removes a field."""
    return {**o, "metadata": _changed(o["metadata"], changes)}


def with_status(o: Object, **changes: Any) -> Object:
    """A copy with these status fields set; None removes a field."""
    return {**o, "status": _changed(o.get("status", {}), changes)}


def _changed(fields: Object, changes: Object) -> Object:
    merged = {**fields, **changes}
    if None not in merged.values():
        return merged
    return {field: value for field, value in merged.items() if value is not None}


def condition(o: Readable, kind: str) -> Object | None:
    """The status condition of this type, if there is one."""
    for entry in o.get("status", {}).get("conditions") or ():
        if entry.get("type") == kind:
            return dict(entry)
    return None


def is_condition_true(o: Readable, kind: str) -> bool:
    """Whether the status condition of this type is there and True. Kubernetes: api/meta, IsStatusConditionTrue"""
    for entry in o.get("status", {}).get("conditions") or ():
        if entry.get("type") == kind:
            return bool(entry.get("status") == "True")
    return False


def conditions_with(o: Readable, entry: Object) -> list[Object]:
    """The status conditions with this one, at their end, in place of the one of its type."""
    entries = o.get("status", {}).get("conditions") or ()
    others = [each for each in entries if each["type"] != entry["type"]]
    return [*others, entry]


def timestamp(seconds: float) -> str:
    """The moment `seconds` after the start of the simulation, as RFC 3339 with whole seconds."""
    # Kubernetes: meta/v1 Time is written without fractions, and these are cut off, not rounded.
    return _rfc3339(int(seconds))


@lru_cache(maxsize=256)
def _rfc3339(whole_seconds: int) -> str:
    # Thousands of objects are written within one simulated second, and strftime is slow.
    moment = START + timedelta(seconds=whole_seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=256)
def micro_timestamp(seconds: float) -> str:
    """As `timestamp`, with microseconds (Kubernetes' MicroTime)."""
    moment = START + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds_of(text: str) -> float:
    """Seconds from the start of the simulation to an RFC 3339 timestamp."""
    moment = datetime.fromisoformat(text)
    return (moment - START).total_seconds()


def percent_or_number(value: int | str, total: int) -> int:
    """`value` as a number of `total`; a percentage is rounded up.

    Kubernetes: apimachinery pkg/util/intstr, GetScaledValueFromIntOrPercent.
    """
    if isinstance(value, int):
        return value
    # Rounded up by dividing the negative number, since // rounds down.
    return -(-go_atoi(value.removesuffix("%")) * total // 100)
