"""The ResourceQuota controller: what each quota holds, and how much of it is in use.

The API server charges what it lets in; what goes is found missing here. Kubernetes: pkg/controller/resourcequota
"""

from __future__ import annotations

from functools import cache

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, full_name, namespace, with_status
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.informer import WRITTEN
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds import KINDS
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod.state import is_pod_terminal
from k8slearn.kinds.pod_template.requirements import Amounts, added
from k8slearn.kinds.quota_usage import counts_for, is_overdue, object_count, usage

ACTOR = "resourcequota-controller"


@cache
def counted() -> tuple[Kind, ...]:
    """The kinds whose objects a quota may count; which are namespaced is read from a file when it is asked for."""
    return tuple(row for row in KINDS if row.namespaced and row.kind != "Event")


class ResourceQuotaController(Controller):
    """Kubernetes: pkg/controller/resourcequota/resource_quota_controller.go, Controller."""

    name = ACTOR

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        self.kinds = tuple(row.kind for row in counted())
        super().__init__(registry, clock, priority)
        for kind in self.kinds:
            self.informer.on(kind, self.on_counted)
        self.informer.on("ResourceQuota", self.on_quota, WRITTEN)

    def on_quota(self, change: Change) -> None:
        """A quota that is new, or holds something else."""
        self.enqueue(full_name(change.object))

    def on_counted(self, change: Change) -> None:
        """Something has gone, or takes nothing any more: its namespace has room again."""
        quotas = self.informer.cache["ResourceQuota"]
        if not quotas:
            return
        ended = change.key[0] == "Pod" and is_pod_terminal(change.object)
        if change.type == "DELETED" or ended:
            for quota in list(quotas.values()):
                if namespace(quota) == namespace(change.object):
                    self.enqueue(full_name(quota))

    def sync(self, key: str) -> Amounts | None:
        """Count anew; returns what is used. Kubernetes: syncResourceQuota."""
        place, _, quota_name = key.partition("/")
        quota = self.client.get("ResourceQuota", quota_name, place)
        if quota is None:
            return None
        hard = quota.get("spec", {}).get("hard", {})
        used = {resource: "0" for resource in hard} | self._counted(quota, hard)
        status = {"hard": hard, "used": used}
        if quota.get("status") != status:
            self.client.update_status(with_status({**quota, "status": {}}, **status))
        return used

    def _counted(self, quota: Object, hard: Amounts) -> Amounts:
        total: Amounts = {}
        for row in counted():
            for o in self.client.list(row.kind, namespace(quota)):
                if counts_for(quota, o, row):
                    overdue = is_overdue(o, self.clock.now)
                    taken = object_count(row) if overdue else usage(o, row)
                    total = added(total, {r: a for r, a in taken.items() if r in hard})
        return total
