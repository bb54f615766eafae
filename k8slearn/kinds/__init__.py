"""The kinds: what the API server knows of each, one module and one row a kind.

The order is that in which a Namespace is emptied. A kind that only has to be stored needs no module: it is a line in
`inert`.
"""

from functools import cache

from k8slearn.kinds.cells import cells_by_title
from k8slearn.kinds.certificatesigningrequest import CERTIFICATE_SIGNING_REQUEST
from k8slearn.kinds.configmap import CONFIG_MAP
from k8slearn.kinds.controllerrevision import CONTROLLER_REVISION
from k8slearn.kinds.cronjob import CRON_JOB
from k8slearn.kinds.daemonset import DAEMON_SET
from k8slearn.kinds.definition import DEFINITION
from k8slearn.kinds.deployment import DEPLOYMENT
from k8slearn.kinds.endpoints import ENDPOINTS
from k8slearn.kinds.endpointslice import ENDPOINT_SLICE
from k8slearn.kinds.event import EVENT
from k8slearn.kinds.inert import INERT
from k8slearn.kinds.job import JOB
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.lease import LEASE
from k8slearn.kinds.limitrange import LIMIT_RANGE
from k8slearn.kinds.namespace import NAMESPACE
from k8slearn.kinds.node import NODE
from k8slearn.kinds.persistentvolumeclaim import PERSISTENT_VOLUME_CLAIM
from k8slearn.kinds.pod import POD
from k8slearn.kinds.poddisruptionbudget import POD_DISRUPTION_BUDGET
from k8slearn.kinds.priorityclass import PRIORITY_CLASS
from k8slearn.kinds.replicaset import REPLICA_SET
from k8slearn.kinds.replicationcontroller import (
    POD_TEMPLATE,
    REPLICATION_CONTROLLER,
)
from k8slearn.kinds.resourcequota import RESOURCE_QUOTA
from k8slearn.kinds.secret import SECRET
from k8slearn.kinds.service import SERVICE
from k8slearn.kinds.serviceaccount import SERVICE_ACCOUNT
from k8slearn.kinds.statefulset import STATEFUL_SET
from k8slearn.kinds.versions import OTHER_VERSIONS
from k8slearn.mistakes import UnknownNameError

KINDS: tuple[Kind, ...] = (
    NODE,
    NAMESPACE,
    POD,
    SERVICE,
    EVENT,
    CONFIG_MAP,
    SECRET,
    SERVICE_ACCOUNT,
    DAEMON_SET,
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    CRON_JOB,
    JOB,
    CONTROLLER_REVISION,
    ENDPOINT_SLICE,
    LEASE,
    LIMIT_RANGE,
    RESOURCE_QUOTA,
    POD_DISRUPTION_BUDGET,
    PRIORITY_CLASS,
    ENDPOINTS,
    PERSISTENT_VOLUME_CLAIM,
    DEFINITION,
    REPLICATION_CONTROLLER,
    POD_TEMPLATE,
    CERTIFICATE_SIGNING_REQUEST,
    *INERT,
)
BY_KIND = {row.kind: row for row in KINDS}


@cache
def _by_name() -> dict[str, Kind]:
    return {name: row for row in KINDS for name in row.names}


def find_named(name: str) -> Kind | None:
    """The row of a kind by any of its names, None for an unknown one."""
    rows = _by_name()
    return rows.get(name) or rows.get(name.lower())


def resource(name: str) -> Kind:
    """The row of a kind by any of its names (`DaemonSet`, `daemonsets`, `ds`); raises KeyError for an unknown one."""
    found = find_named(name)
    if found is None:
        raise UnknownNameError(f'the server doesn\'t have a resource type "{name}"')
    return found


_BY_VERSION = {(row.api_version, row.kind): row for row in (*KINDS, *OTHER_VERSIONS)}


def find_row(api_version: str, kind: str) -> Kind | None:
    """The row of a kind that is stored, in the version that is asked for; None where there is none such."""
    return _BY_VERSION.get((api_version, kind))


def row_of(api_version: str, kind: str) -> Kind:
    """The row of any kind that a server may offer; one that is never stored has a bare one."""
    return _BY_VERSION.get((api_version, kind)) or _bare(api_version, kind)


# Kinds that are asked for and never stored.
_DEPRECATED = {"ComponentStatus": "v1 ComponentStatus is deprecated in v1.19+"}


@cache
def _bare(api_version: str, kind: str) -> Kind:
    cells = cells_by_title(api_version, kind)
    deprecated = _DEPRECATED.get(kind, "")
    return Kind(api_version, kind, cells=cells, deprecated=deprecated)
