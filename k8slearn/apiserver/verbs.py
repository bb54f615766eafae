"""What a user does to a cluster, made of what any client of the API can do: get, list, create, patch and delete."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.node import free_name, new_node
from k8slearn.kinds.taint import changed_taints


class Verbs(ABC):
    """Deeds on the objects of a cluster; each may raise ApiError. `lock` is held while calls belong together."""

    lock: Any

    @property
    @abstractmethod
    def now(self) -> float:
        """Seconds since the start of 2026, in the cluster's own time."""

    @abstractmethod
    def get(self, kind: str, name: str, namespace: str = "default") -> Object:
        """One object."""

    @abstractmethod
    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind."""

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

    def add_node(self, name: str | None = None, **about: Any) -> Object:
        """Let a Node join: `labels`, `taints` ("key=value:Effect"), `allocatable`, `ready`, `unschedulable`."""
        with self.lock:
            name = name or free_name([n["metadata"]["name"] for n in self.list("Node")])
            return self.create(new_node(name, self.now, **about))

    def remove_node(self, name: str) -> Object:
        """Take a Node out of the cluster."""
        return self.delete("Node", name)

    def label(self, node: str, labels: dict[str, str | None]) -> Object:
        """Set labels of a Node; None removes one."""
        return self.patch("Node", node, {"metadata": {"labels": labels}}, type="merge")

    def taint(self, node: str, *taints: str) -> Object:
        """Add taints ("key=value:Effect") to a Node, or remove them ("key:Effect-", "key-")."""
        with self.lock:
            present = self.get("Node", node).get("spec", {}).get("taints") or []
            for text in taints:
                present = changed_taints(present, text)
            return self.patch("Node", node, {"spec": {"taints": present}}, type="merge")

    def cordon(self, node: str) -> Object:
        """Close a Node for new Pods."""
        return self.patch("Node", node, {"spec": {"unschedulable": True}}, type="merge")

    def uncordon(self, node: str) -> Object:
        """Open a Node again."""
        return self.patch("Node", node, {"spec": {"unschedulable": None}}, type="merge")

    def set_image(
        self,
        daemon_set: str,
        image: str,
        container: str | None = None,
        *,
        namespace: str = "default",
    ) -> Object:
        """Set the image of a container (None: the first one), as `kubectl set image` does."""
        containers = self.get("DaemonSet", daemon_set, namespace)["spec"]["template"][
            "spec"
        ]["containers"]
        target = container or containers[0]["name"]
        patch = {
            "spec": {
                "template": {"spec": {"containers": [{"name": target, "image": image}]}}
            }
        }
        return self.patch("DaemonSet", daemon_set, patch, namespace=namespace)

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
        wanted: Object = {
            "type": strategy,
            "rollingUpdate": rolling if strategy == "RollingUpdate" else None,
        }
        return self.patch(
            "DaemonSet",
            daemon_set,
            {"spec": {"updateStrategy": wanted}},
            namespace=namespace,
            type="merge",
        )

    def delete_pod(self, name: str, *, namespace: str = "default") -> Object:
        """Delete a Pod gracefully."""
        return self.delete("Pod", name, namespace=namespace)
