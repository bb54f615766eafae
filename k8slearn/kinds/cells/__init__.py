"""Tables of kinds without a module of their own: each cell is found by its column's title.

Most titles name a field of the object, of its spec or of its status, and then nothing need be said.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.cells import composed
from k8slearn.kinds.cells.reading import (
    CellReader,
    at,
    created_at,
    list_cell,
    text_cell,
)
from k8slearn.kinds.printing import NONE, UNSET, Cell, age, joined

_PARTS = ("", "spec", "status")


def cells_by_title(
    api_version: str, kind: str
) -> Callable[[Object, float], list[Cell]]:
    """The cells of a kind that has no module: one for each of its columns."""

    def cells(o: Object, now: float) -> list[Cell]:
        return [read(o, now) for read in _readers(api_version, kind)]

    return cells


@cache
def _readers(api_version: str, kind: str) -> tuple[CellReader, ...]:
    columns = facts.columns(api_version, kind)
    return tuple(_reader(kind, column) for column in columns)


def _reader(kind: str, column: facts.Column) -> CellReader:
    own = _CELLS.get(f"{kind}.{column.title}") or _CELLS.get(column.title)
    if own is not None:
        return own
    wanted = column.title.replace("-", "").replace(" ", "").lower()

    def read(o: Object, now: float) -> Cell:
        return _shown(_by_title(o, wanted), column.type)

    return read


def _by_title(o: Object, wanted: str) -> Any:
    """The field of this name, whatever its case, of the object, its spec or its status."""
    for part in _PARTS:
        fields = o.get(part, {}) if part else o
        for field, value in fields.items():
            if field.lower() == wanted:
                return value
    return None


def _shown(value: Any, type: str) -> Cell:
    if isinstance(value, list):
        # A number stands for a list: how many there are.
        if type == "integer":
            return len(value)
        return ",".join(map(str, value))
    if value is None:
        return {"integer": 0, "boolean": False}.get(type, "")
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and type == "integer":
        return value
    return str(value)


_CELLS: dict[str, CellReader] = {
    "Name": lambda o, now: name(o),
    "Age": age,
    "Created At": created_at,
    "Containers": composed.container_names,
    "Images": composed.images,
    "ReplicationController.Selector": lambda o, now: joined(at(o, "spec.selector")),
    "Pod Labels": composed.labels_of_template,
    "Ready": text_cell("status.readyReplicas", 0),
    "Desired": text_cell("spec.replicas", 0),
    "Current": text_cell("status.replicas", 0),
    "Reference": composed.scaled,
    "Targets": composed.targets,
    "MinPods": lambda o, now: str(at(o, "spec.minReplicas", UNSET)),
    "MaxPods": text_cell("spec.maxReplicas", 0),
    "Replicas": text_cell("status.currentReplicas", 0),
    "Class": text_cell("spec.ingressClassName", NONE),
    "Hosts": composed.hosts,
    "Address": composed.ingress_address,
    "Ingress.Ports": composed.ingress_ports,
    "Parameters": composed.class_parameters,
    "Pod-Selector": composed.selector("spec.podSelector"),
    "ParentRef": composed.parent,
    "Role": composed.role,
    "Users": composed.subjects("User"),
    "Groups": composed.subjects("Group"),
    "ServiceAccounts": composed.subjects("ServiceAccount"),
    "ParamKind": composed.param_kind,
    "ParamRef": composed.param_ref,
    "Requestor": text_cell("spec.username"),
    "RequestedDuration": composed.request_duration,
    "Condition": composed.request_condition,
    "APIService.Service": composed.api_service,
    "APIService.Available": composed.api_available,
    "PriorityLevel": text_cell("spec.priorityLevelConfiguration.name"),
    "MatchingPrecedence": text_cell("spec.matchingPrecedence", 0),
    "DistinguisherMethod": text_cell("spec.distinguisherMethod.type", NONE),
    "MissingPL": composed.missing_level,
    "NominalConcurrencyShares": text_cell(
        "spec.limited.nominalConcurrencyShares", NONE
    ),
    "Queues": text_cell("spec.limited.limitResponse.queuing.queues", NONE),
    "HandSize": text_cell("spec.limited.limitResponse.queuing.handSize", NONE),
    "QueueLengthLimit": text_cell(
        "spec.limited.limitResponse.queuing.queueLengthLimit", NONE
    ),
    "PersistentVolume.Capacity": text_cell("spec.capacity.storage"),
    "PersistentVolume.Access Modes": composed.volume_modes,
    "Reclaim Policy": text_cell("spec.persistentVolumeReclaimPolicy"),
    "PersistentVolume.Status": composed.phase,
    "Claim": composed.claim,
    "StorageClass": text_cell("spec.storageClassName"),
    "PersistentVolume.VolumeAttributesClass": text_cell(
        "spec.volumeAttributesClassName", UNSET
    ),
    "PersistentVolumeClaim.VolumeAttributesClass": text_cell(
        "spec.volumeAttributesClassName", UNSET
    ),
    "Reason": text_cell("status.reason"),
    "VolumeMode": text_cell("spec.volumeMode", UNSET),
    "PersistentVolumeClaim.Status": composed.phase,
    "Volume": text_cell("spec.volumeName"),
    "PersistentVolumeClaim.Capacity": composed.claim_capacity,
    "PersistentVolumeClaim.Access Modes": composed.claim_modes,
    "StorageClass.Name": composed.class_name(
        "storageclass.kubernetes.io", "storageclass.beta.kubernetes.io"
    ),
    "IngressClass.Name": composed.class_name("ingressclass.kubernetes.io"),
    "ReclaimPolicy": text_cell("reclaimPolicy", "Delete"),
    "VolumeBindingMode": text_cell("volumeBindingMode", "Immediate"),
    "AllowVolumeExpansion": composed.expands,
    "AttachRequired": text_cell("spec.attachRequired", True),
    "TokenRequests": list_cell("spec.tokenRequests", UNSET, "audience"),
    "Modes": list_cell("spec.volumeLifecycleModes", NONE),
    "PV": text_cell("spec.source.persistentVolumeName"),
    "VolumeAttachment.Node": text_cell("spec.nodeName"),
    "ResourceSlice.Node": text_cell("spec.nodeName"),
    "Pool": text_cell("spec.pool.name"),
    "State": composed.claim_state,
    "ComponentStatus.Status": composed.healthy("status", "Healthy", "Unhealthy"),
    "ComponentStatus.Message": composed.healthy("message", "", ""),
    "ComponentStatus.Error": composed.healthy("error", "", ""),
}
