"""The roles and bindings that every cluster has from its start, as far as users meet them.

They are known and shown, not stored: a real API server writes seventy of them before anything else happens, and most
are of components that have no such name here. Whoever stores a role of such a name puts it in their place.
Kubernetes: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go; the roles for users are as `kubectl describe`
shows them of a v1.36.2 cluster.
"""

from __future__ import annotations

from functools import cache
from uuid import NAMESPACE_URL, uuid5

from k8slearn.apimachinery.objects import Object, timestamp, with_metadata
from k8slearn.kinds.rbac import (
    ACCOUNTS,
    AUTHENTICATED,
    EVERYTHING,
    GROUP,
    MASTERS,
    UNAUTHENTICATED,
)

_API_VERSION = f"{GROUP}/v1"
_AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"
_READ = "get list watch"
_WRITE = "create delete deletecollection patch update"
# Verbs, then a line for each group with its resources; `-` is the core group.
_Lines = tuple[tuple[str, str], ...]
_VIEWED: _Lines = (
    (
        _READ,
        """
        - bindings configmaps endpoints events limitranges namespaces namespaces/status persistentvolumeclaims
          persistentvolumeclaims/status pods pods/log pods/status replicationcontrollers replicationcontrollers/scale
          replicationcontrollers/status resourcequotas resourcequotas/status serviceaccounts services services/status
        apps controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status
          replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status
        autoscaling horizontalpodautoscalers horizontalpodautoscalers/status
        batch cronjobs cronjobs/status jobs jobs/status
        discovery.k8s.io endpointslices
        events.k8s.io events
        extensions daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses
          ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale
        networking.k8s.io ingresses ingresses/status networkpolicies
        policy poddisruptionbudgets poddisruptionbudgets/status
        resource.k8s.io resourceclaims resourceclaims/status resourceclaimtemplates
        """,
    ),
)
_EDITED: _Lines = (
    (
        f"{_READ} {_WRITE}",
        """
        - pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy
        """,
    ),
    ("impersonate", "- serviceaccounts"),
    (
        _WRITE,
        """
        - configmaps events persistentvolumeclaims pods replicationcontrollers replicationcontrollers/scale
          serviceaccounts services
        apps daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets
          statefulsets/scale
        autoscaling horizontalpodautoscalers
        batch cronjobs jobs
        events.k8s.io events
        extensions daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets
          replicasets/scale replicationcontrollers/scale
        networking.k8s.io ingresses networkpolicies
        policy poddisruptionbudgets
        resource.k8s.io resourceclaims resourceclaimtemplates
        """,
    ),
    ("create", "- pods/eviction serviceaccounts/token"),
    (f"{_READ} {_WRITE}", "coordination.k8s.io leases"),
)
_ADMINISTERED: _Lines = (
    ("create", "authorization.k8s.io localsubjectaccessreviews"),
    (f"{_READ} {_WRITE}", f"{GROUP} rolebindings roles"),
)
_ASKED: _Lines = (
    (
        "create",
        "authorization.k8s.io selfsubjectaccessreviews selfsubjectrulesreviews",
    ),
    ("create", "authentication.k8s.io selfsubjectreviews"),
)
_INFO = "/healthz /livez /readyz /version /version/"
_DISCOVERED = "/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/"
_ISSUER = (
    "/.well-known/openid-configuration /.well-known/openid-configuration/ "
    "/openid/v1/jwks /openid/v1/jwks/"
)
_MONITORED = (
    "/metrics /metrics/slis /livez /livez/* /readyz /readyz/* /healthz /healthz/*"
)
_URLS = {
    "system:discovery": _DISCOVERED,
    "system:monitoring": _MONITORED,
    "system:public-info-viewer": _INFO,
    "system:service-account-issuer-discovery": _ISSUER,
}
_BOUND: dict[str, tuple[str, ...]] = {
    "cluster-admin": (MASTERS,),
    "system:basic-user": (AUTHENTICATED,),
    "system:discovery": (AUTHENTICATED,),
    "system:monitoring": ("system:monitoring",),
    "system:public-info-viewer": (AUTHENTICATED, UNAUTHENTICATED),
    "system:service-account-issuer-discovery": (ACCOUNTS,),
}
"""Roles that are bound from the start, and the groups that they are bound to."""
_AGGREGATED = {"view": "edit", "edit": "admin"}
"""What is added to a role is added to the next one, too."""


_BARE_GROUPS = ("apps", "autoscaling", "batch", "extensions", "policy")
"""Groups whose names have no dot."""


def _rules(lines: _Lines) -> list[Object]:
    found = []
    for verbs, text in lines:
        group, resources = "", []
        for word in [*text.split(), "-"]:
            is_group = word in ("-", *_BARE_GROUPS) or "." in word
            if not is_group:
                resources.append(word)
                continue
            if resources:
                found.append(_rule(verbs, group, resources))
            group, resources = word.removeprefix("-"), []
    return found


def _rule(verbs: str, group: str, resources: list[str]) -> Object:
    return {"verbs": verbs.split(), "apiGroups": [group], "resources": resources}


def _urls(text: str) -> list[Object]:
    return [{"verbs": ["get"], "nonResourceURLs": text.split()}]


@cache
def roles() -> dict[str, Object]:
    """The ClusterRoles by name."""
    rules = {
        "cluster-admin": EVERYTHING,
        "admin": _rules(_ADMINISTERED + _EDITED + _VIEWED),
        "edit": _rules(_EDITED + _VIEWED),
        "view": _rules(_VIEWED),
        "system:basic-user": _rules(_ASKED),
    }
    for who, text in _URLS.items():
        rules[who] = _urls(text)
    return {who: _role(who, granted) for who, granted in sorted(rules.items())}


def _role(who: str, rules: list[Object]) -> Object:
    found = {**_bare("ClusterRole", who), "rules": rules}
    if who in ("admin", *_AGGREGATED):
        selector = {"matchLabels": {_AGGREGATE + who: "true"}}
        found["aggregationRule"] = {"clusterRoleSelectors": [selector]}
    if who in _AGGREGATED:
        labels = found["metadata"]["labels"]
        labels[_AGGREGATE + _AGGREGATED[who]] = "true"
    return found


@cache
def bindings() -> dict[str, Object]:
    """The ClusterRoleBindings by name, which is the name of the role."""
    found = {}
    for who, groups in sorted(_BOUND.items()):
        subjects = [{"apiGroup": GROUP, "kind": "Group", "name": g} for g in groups]
        role = {"apiGroup": GROUP, "kind": "ClusterRole", "name": who}
        bare = _bare("ClusterRoleBinding", who)
        found[who] = {**bare, "roleRef": role, "subjects": subjects}
    return found


def _bare(kind: str, who: str) -> Object:
    metadata = {
        "name": who,
        # Of names, not of chance: nothing else in a cluster is named otherwise because of them.
        "uid": str(uuid5(NAMESPACE_URL, f"{kind}/{who}")),
        "creationTimestamp": timestamp(0),
        "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
        "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
    }
    return {"apiVersion": _API_VERSION, "kind": kind, "metadata": metadata}


DEFAULTS = {"ClusterRole": roles, "ClusterRoleBinding": bindings}
"""The kinds of which there are objects from the start."""


def with_defaults(kind: str, stored: list[Object], began: str = "") -> list[Object]:
    """The objects of one of DEFAULTS with those that are there from the start, by name; `began` is the time of that."""
    named = DEFAULTS[kind]()
    if began:
        of_then = {"creationTimestamp": began}
        named = {who: with_metadata(o, **of_then) for who, o in named.items()}
    named = {**named, **{o["metadata"]["name"]: o for o in stored}}
    return [named[each] for each in sorted(named)]
