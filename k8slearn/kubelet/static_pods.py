"""Static Pods: those that a kubelet reads from files, and the mirrors that show them at the API server.

Kubernetes: pkg/kubelet/config/file.go, common.go; pkg/kubelet/pod/mirror_client.go
"""

from __future__ import annotations

import json
from hashlib import md5

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    is_deleting,
    name,
    namespace,
    uid,
)
from k8slearn.apiserver.client import typed
from k8slearn.kinds.pod.strategy import default
from k8slearn.kubelet.host import Host
from k8slearn.kubelet.mirrors import HASH, MIRROR, SEEN, SOURCE, is_mirror, is_static


class StaticPods:
    """The static Pods of one kubelet, by file."""

    def __init__(self, kubelet: Host, files: dict[str, Object]) -> None:
        self.kubelet = kubelet
        self.files = files
        self.pods: dict[str, Object] = {}
        self.kept: set[str] = set()
        """Names of mirrors without a known file: the Node was taken over from a backup."""

    def read(self) -> None:
        """Look at the files: what is new or has changed is another Pod. Kubernetes: sourceFile"""
        wanted = {uid(pod): pod for pod in map(self._pod, self.files.values())}
        for pod_uid, pod in list(self.pods.items()):
            if pod_uid not in wanted:
                del self.pods[pod_uid]
                self.kubelet.intake.on_static_removed(pod)
        for pod_uid, pod in wanted.items():
            if pod_uid not in self.pods:
                self.pods[pod_uid] = pod
                self.kubelet.intake.on_pod(pod)

    def _pod(self, manifest: Object) -> Object:
        """Kubernetes: applyDefaults"""
        found = default(typed(manifest))
        text = json.dumps(manifest, sort_keys=True) + self.kubelet.node
        made = md5(text.encode(), usedforsecurity=False).hexdigest()
        now = self.kubelet.stamp(self.kubelet.timers.now)
        metadata = {
            **found["metadata"],
            "name": f"{name(found)}-{self.kubelet.node}",
            "uid": made,
            "annotations": {
                **annotations_of(found),
                HASH: made,
                SEEN: now,
                SOURCE: "file",
            },
        }
        # It is there whatever happens: it tolerates all that would end it.
        tolerations = [{"operator": "Exists", "effect": "NoExecute"}]
        spec = {
            **found["spec"],
            "nodeName": self.kubelet.node,
            "tolerations": [*found["spec"].get("tolerations", ()), *tolerations],
        }
        return {
            **found,
            "metadata": metadata,
            "spec": spec,
            "status": {"phase": "Pending"},
        }

    def mirror(self, pod: Object) -> None:
        """Have a mirror of this very Pod at the API server. Kubernetes: SyncPod, tryReconcileMirrorPods"""
        if not is_static(pod) or uid(pod) not in self.pods:
            return
        client = self.kubelet.client
        there = client.get("Pod", name(pod), namespace(pod))
        if there is not None:
            same = annotations_of(there).get(MIRROR) == annotations_of(pod)[HASH]
            if same and not is_deleting(there):
                return
            self._delete(there)
        metadata = {
            field: value for field, value in pod["metadata"].items() if field != "uid"
        }
        metadata["annotations"] = {
            **metadata["annotations"],
            MIRROR: annotations_of(pod)[HASH],
        }
        node = self.kubelet.node_object()
        if node is not None:
            owner = {"apiVersion": "v1", "kind": "Node", "name": name(node)}
            metadata["ownerReferences"] = [
                {**owner, "uid": uid(node), "controller": True}
            ]
        try:
            client.create({**pod, "metadata": metadata})
        except ApiError:
            # No namespace, or refused: the next sync tries again.
            return
        self.kubelet.statuses.send(uid(pod))

    def _delete(self, mirror: Object) -> None:
        try:
            self.kubelet.client.delete(
                "Pod", name(mirror), namespace(mirror), grace=0, uid=uid(mirror)
            )
        except ApiError:
            return

    def clean(self) -> None:
        """Delete mirrors whose static Pod is gone. Kubernetes: HandlePodCleanups, deleteOrphanedMirrorPods"""
        shown = {(namespace(pod), name(pod)) for pod in self.pods.values()}
        # One whose Pod still ends shows it until then.
        ending = {
            (namespace(worker.pod), name(worker.pod))
            for worker in self.kubelet.workers.values()
            if is_static(worker.pod) and worker.state != "finished"
        }
        if ending - shown:
            due = self.kubelet.housekeeping.after(self.kubelet.timers.now)
            self.kubelet.timers.at(due, "static pods", self.clean)
        shown |= ending
        for pod in self.kubelet.client.list("Pod"):
            here = pod["spec"].get("nodeName") == self.kubelet.node
            if not here or not is_mirror(pod) or name(pod) in self.kept:
                continue
            if (namespace(pod), name(pod)) not in shown:
                self._delete(pod)
