"""What a user does to a cluster, made of what any client of the API can do: get, list, create, patch and delete.

Each verb is signed as the kubectl command of that name signs (its --field-manager). `kubectl cordon` sets none, so the
API server takes the first word of its User-Agent. Kubernetes: kubectl/pkg/cmd/*, apiserver managerOrUserAgent
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Protocol

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.node import free_name, new_node
from k8slearn.kinds.taint import changed_taints
from k8slearn.locale import kinds as words
from k8slearn.mistakes import WrongValueError


class ObjectVerbs(Protocol):
    """What any client of the API can do with objects. Every call may raise ApiError."""

    @abstractmethod
    def get(self, kind: str, name: str, namespace: str = "default") -> Object:
        """One object."""

    @abstractmethod
    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind, of all namespaces unless one is given."""

    @abstractmethod
    def create(self, o: Object) -> Object:
        """Create an object."""

    @abstractmethod
    def patch(
        self,
        kind: str,
        name: str,
        patch: Any,
        *,
        namespace: str = "default",
        type: str = "strategic",
    ) -> Object:
        """Patch an object; `type` is strategic, merge or json."""

    @abstractmethod
    def delete(self, kind: str, name: str, *, namespace: str = "default") -> Object:
        """Delete an object."""


class Verbs(ObjectVerbs):
    """kubectl's verbs on a cluster's objects; each may raise ApiError. `lock` is held while calls belong together."""

    lock: Any

    @property
    @abstractmethod
    def now(self) -> float:
        """Seconds since the start of 2026, in the cluster's own time."""

    @abstractmethod
    def create(self, o: Object, *, manager: str = "kubectl-create") -> Object:
        """Create an object; `manager` signs for its fields."""

    @abstractmethod
    def patch(
        self,
        kind: str,
        name: str,
        patch: Any,
        *,
        namespace: str = "default",
        type: str = "strategic",
        manager: str = "kubectl-patch",
    ) -> Object:
        """As every client does; `manager` signs for the fields."""

    def register(self, node: Object) -> Object:
        """Let a kubelet register its Node."""
        return self.create(node, manager="kubelet")

    def add_node(self, name: str | None = None, **about: Any) -> Object:
        """Let a Node join: `labels`, `taints` ("key=value:Effect"), `allocatable`, `ready`, `unschedulable`."""
        with self.lock:
            name = name or free_name([n["metadata"]["name"] for n in self.list("Node")])
            return self.register(new_node(name, self.now, **about))

    def remove_node(self, name: str) -> Object:
        """Take a Node out of the cluster."""
        return self.delete("Node", name)

    def label(self, node: str, labels: dict[str, str | None]) -> Object:
        """Set labels of a Node; None removes one. Raises ValueError for what is no dict, as kubectl's `disk=ssd`."""
        if not isinstance(labels, dict):
            raise WrongValueError(words.LABEL_SYNTAX.format(text=labels))
        return self._change_node(node, "kubectl-label", metadata={"labels": labels})

    def taint(self, node: str, *taints: str) -> Object:
        """Add taints ("key=value:Effect") to a Node, or remove them ("key:Effect-", "key-")."""
        with self.lock:
            # A list of taints is replaced as a whole, so nobody may change it in between: hence the lock.
            present = self.get("Node", node).get("spec", {}).get("taints") or []
            for text in taints:
                present = changed_taints(present, text)
            return self._change_node(node, "kubectl-taint", spec={"taints": present})

    def cordon(self, node: str) -> Object:
        """Close a Node for new Pods."""
        return self._change_node(node, "kubectl", spec={"unschedulable": True})

    def uncordon(self, node: str) -> Object:
        """Open a Node again."""
        return self._change_node(node, "kubectl", spec={"unschedulable": None})

    def _change_node(self, node: str, manager: str, **patch: Object) -> Object:
        return self.patch("Node", node, patch, type="merge", manager=manager)

    def set_image(
        self,
        daemon_set: str,
        image: str,
        container: str | None = None,
        *,
        namespace: str = "default",
    ) -> Object:
        """Set the image of a container (None: the first one), as `kubectl set image` does."""
        present = self.get("DaemonSet", daemon_set, namespace)["spec"]["template"]
        # kubectl asks for the container's name; here the first one is meant.
        target = container or present["spec"]["containers"][0]["name"]
        pod_spec = {"containers": [{"name": target, "image": image}]}
        patch = {"spec": {"template": {"spec": pod_spec}}}
        return self.patch(
            "DaemonSet", daemon_set, patch, namespace=namespace, manager="kubectl-set"
        )

    def set_strategy(
        self,
        daemon_set: str,
        strategy: str,
        *,
        max_unavailable: int | str | None = None,
        max_surge: int | str | None = None,
        namespace: str = "default",
    ) -> Object:
        """Choose OnDelete, or RollingUpdate with maxUnavailable and maxSurge (numbers or percentages)."""
        limits = {"maxUnavailable": max_unavailable, "maxSurge": max_surge}
        rolling = {field: value for field, value in limits.items() if value is not None}
        # The limits mean nothing to OnDelete: null takes away what was there.
        wanted: Object = {
            "type": strategy,
            "rollingUpdate": rolling if strategy == "RollingUpdate" else None,
        }
        patch = {"spec": {"updateStrategy": wanted}}
        return self.patch(
            "DaemonSet", daemon_set, patch, namespace=namespace, type="merge"
        )

    def delete_pod(self, name: str, *, namespace: str = "default") -> Object:
        """Delete a Pod gracefully."""
        return self.delete("Pod", name, namespace=namespace)
