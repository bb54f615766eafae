"""Writes to the roles and bindings of every cluster, which are stored when somebody first changes one."""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError, already_exists
from k8slearn.apiserver.decoding import read_as
from k8slearn.apiserver.identity import API_SERVER
from k8slearn.controlplane import ControlPlane
from k8slearn.http.request import RequestInfo
from k8slearn.kinds.rbac_defaults import DEFAULTS


def settle(plane: ControlPlane, info: RequestInfo) -> None:
    """Store the default role that a write is about. Raises ApiError 409 where the write would create it."""
    known = DEFAULTS[info.kind]()
    wanted = info.name or _sent_name(info)
    registry = plane.registry
    if wanted not in known or registry.get(info.stored_kind, wanted):
        return
    if info.verb == "create":
        raise already_exists(info.qualified, wanted)
    with plane.lock, plane.acting(API_SERVER.component, wanted):
        registry.create(known[wanted], API_SERVER)


def _sent_name(info: RequestInfo) -> str:
    if info.verb != "create":
        return ""
    try:
        sent = read_as(info.body, info.served.resource, strict="Ignore").object
    except ApiError:
        # What cannot be read is refused in its turn.
        return ""
    return str(sent["metadata"].get("name", ""))
