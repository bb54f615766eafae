"""What the server offers: the kinds of the store, and those that a client may ask for and finds none of."""

from __future__ import annotations

from dataclasses import dataclass

from k8slearn.kinds import KINDS
from k8slearn.kinds.kind import Kind

READ = ("get", "list", "watch")
ALL = (
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
)
STATUS = ("get", "patch", "update")
PROTECTED = ("Namespace", "Node")


@dataclass(frozen=True, slots=True)
class Served:
    """A kind on offer. Only a `stored` one can be written; `subresources` are (name, kind, verbs)."""

    resource: Kind
    verbs: tuple[str, ...] = READ
    stored: bool = False
    subresources: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()

    @property
    def kind(self) -> str:
        """The kind's name."""
        return self.resource.kind


_PODS = (
    ("attach", "", "PodAttachOptions", ("create", "get")),
    ("binding", "", "Binding", ("create",)),
    ("eviction", "policy/v1", "Eviction", ("create",)),
    ("exec", "", "PodExecOptions", ("create", "get")),
    ("log", "", "Pod", ("get",)),
    ("portforward", "", "PodPortForwardOptions", ("create", "get")),
)


def _served(row: Kind) -> Served:
    own = _PODS if row.kind == "Pod" else ()
    status = (("status", "", row.kind, STATUS),) if row.status else ()
    verbs = (
        tuple(verb for verb in ALL if verb != "deletecollection")
        if row.kind == "Namespace"
        else ALL
    )
    return Served(row, verbs, stored=True, subresources=own + status)


def _absent(
    kind: str,
    version: str,
    plural: str,
    short: str = "",
    *,
    namespaced: bool = True,
    every: bool = False,
) -> Served:
    categories = ("all",) if every else ()
    return Served(
        Kind(
            kind,
            version,
            plural,
            tuple(short.split()),
            namespaced,
            categories=categories,
        )
    )


ABSENT = (
    _absent("Endpoints", "v1", "endpoints", "ep"),
    _absent("LimitRange", "v1", "limitranges", "limits"),
    _absent("PersistentVolume", "v1", "persistentvolumes", "pv", namespaced=False),
    _absent("PersistentVolumeClaim", "v1", "persistentvolumeclaims", "pvc"),
    _absent("PodTemplate", "v1", "podtemplates"),
    _absent("ReplicationController", "v1", "replicationcontrollers", "rc", every=True),
    _absent("ResourceQuota", "v1", "resourcequotas", "quota"),
    _absent("Deployment", "apps/v1", "deployments", "deploy", every=True),
    _absent("ReplicaSet", "apps/v1", "replicasets", "rs", every=True),
    _absent("StatefulSet", "apps/v1", "statefulsets", "sts", every=True),
    _absent(
        "HorizontalPodAutoscaler",
        "autoscaling/v2",
        "horizontalpodautoscalers",
        "hpa",
        every=True,
    ),
    _absent("CronJob", "batch/v1", "cronjobs", "cj", every=True),
    _absent("Job", "batch/v1", "jobs", every=True),
    _absent("Ingress", "networking.k8s.io/v1", "ingresses", "ing"),
    _absent("NetworkPolicy", "networking.k8s.io/v1", "networkpolicies", "netpol"),
    _absent("PodDisruptionBudget", "policy/v1", "poddisruptionbudgets", "pdb"),
    _absent(
        "ClusterRole", "rbac.authorization.k8s.io/v1", "clusterroles", namespaced=False
    ),
    _absent(
        "ClusterRoleBinding",
        "rbac.authorization.k8s.io/v1",
        "clusterrolebindings",
        namespaced=False,
    ),
    _absent("Role", "rbac.authorization.k8s.io/v1", "roles"),
    _absent("RoleBinding", "rbac.authorization.k8s.io/v1", "rolebindings"),
    _absent(
        "PriorityClass",
        "scheduling.k8s.io/v1",
        "priorityclasses",
        "pc",
        namespaced=False,
    ),
    _absent(
        "StorageClass", "storage.k8s.io/v1", "storageclasses", "sc", namespaced=False
    ),
)
REVIEWS = tuple(
    Served(Kind(kind, version, f"{kind.lower()}s", namespaced=False), ("create",))
    for kind, version in (
        ("SelfSubjectReview", "authentication.k8s.io/v1"),
        ("SelfSubjectAccessReview", "authorization.k8s.io/v1"),
        ("SelfSubjectRulesReview", "authorization.k8s.io/v1"),
    )
)
SERVED = tuple(
    sorted(
        (*map(_served, KINDS), *ABSENT, *REVIEWS),
        key=lambda each: each.resource.plural,
    )
)

_GROUPS = (
    "", "apps", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "networking.k8s.io", "policy",
    "rbac.authorization.k8s.io", "storage.k8s.io", "scheduling.k8s.io", "coordination.k8s.io", "discovery.k8s.io",
)  # fmt: skip
VERSIONS = tuple(
    sorted(
        {each.resource.api_version for each in SERVED},
        key=lambda v: _GROUPS.index(v.rpartition("/")[0]),
    )
)
"""Group and version, in the order in which the real server names its groups."""

BY_PLURAL = {(each.resource.api_version, each.resource.plural): each for each in SERVED}


def of_version(api_version: str) -> list[Served]:
    """The kinds of one group and version, ordered by their plural."""
    return [each for each in SERVED if each.resource.api_version == api_version]
