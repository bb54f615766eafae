"""In whose name a line asks: the administrator's, or `--as` somebody else's, to whom RBAC applies."""

from __future__ import annotations

from k8slearn.apiserver.authorizer import require
from k8slearn.cluster import Cluster
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.rbac import ADMIN, Access, User, impersonated
from k8slearn.page.kubectl.options import Invocation

AS_SOMEBODY = ("as", "as-group")


def user_of(asked: Invocation) -> User:
    """Who asks."""
    name = asked.options.get("as")
    if not name:
        return ADMIN
    return impersonated(name, asked.every("as-group"))


def require_may(
    cluster: Cluster, asked: Invocation, row: Kind, verb: str, name: str = ""
) -> None:
    """Raises ApiError 403 where the line's user may not read a kind's objects, or this one."""
    place = asked.namespace if row.namespaced else ""
    if asked.has("all-namespaces"):
        place = ""
    if row.kind == "Namespace":
        # It is in itself. Kubernetes: NewRequestInfo
        place = name
    access = Access(verb, row.group, row.plural, name=name, namespace=place)
    require(cluster.store, user_of(asked), access, row.qualified)
