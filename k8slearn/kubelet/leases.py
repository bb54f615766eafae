"""The Leases by which kubelets say that they are alive, in the namespace of their own.

Kubernetes: component-helpers/apimachinery/lease/controller.go
"""

from __future__ import annotations

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, micro_timestamp, name, uid
from k8slearn.apiserver.client import Client
from k8slearn.apiserver.registry import Registry
from k8slearn.chance import FromText
from k8slearn.controllers.node_health import LEASES
from k8slearn.kubelet.tasks import Timers

SECONDS = 40
# A quarter of that, with a jitter of 4 %, of which the middle is taken.
PERIOD = 10.2


def new_lease(node: Object, renewed: str) -> Object:
    """The Lease of a Node, renewed at a moment."""
    title = name(node)
    owner = {"apiVersion": "v1", "kind": "Node", "name": title, "uid": uid(node)}
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": title, "namespace": LEASES, "ownerReferences": [owner]},
        "spec": {
            "holderIdentity": title,
            "leaseDurationSeconds": SECONDS,
            "renewTime": renewed,
        },
    }


def begin(client: Client, node: Object) -> None:
    """Begin to renew the Lease of a new Node, whatever else its kubelet does."""
    title = name(node)
    now = client.now
    if client.get("Namespace", LEASES) is None:
        return
    client.registry.renewals.begin(("Lease", LEASES, title), now, PERIOD)
    known = client.get("Lease", title, LEASES)
    lease = new_lease(node, micro_timestamp(now))
    if known is None:
        _create(client, lease, uid(node))
    else:
        metadata = {**known["metadata"], "ownerReferences": lease["metadata"]["ownerReferences"]}  # fmt: skip
        client.update({**known, "metadata": metadata, "spec": lease["spec"]})


def _create(client: Client, lease: Object, text: str) -> None:
    # Its uid is not drawn: a seed gives the same Pods, whoever keeps Leases.
    apart = Registry(client.registry.store, FromText(text))
    apart.create(lease, client.identity)


class Keeper:
    """Creates a Lease again that is being renewed and was deleted. Kubernetes: controller.sync, ensureLease"""

    def __init__(self, client: Client, timers: Timers) -> None:
        self.client = client
        self.timers = timers

    def on_lease(self, change: Change) -> None:
        """A Lease is gone: its next renewal finds none."""
        if self._is_kept(name(change.object)) and change.key[1] == LEASES:
            title = name(change.object)
            self.timers.after(PERIOD, f"{LEASES}/{title}", self._renew, title)

    def _is_kept(self, title: str) -> bool:
        return self.client.registry.renewals.running(("Lease", LEASES, title))

    def _renew(self, title: str) -> None:
        node = self.client.get("Node", title)
        there = self.client.get("Lease", title, LEASES)
        if node is None or there is not None or not self._is_kept(title):
            return
        now = self.client.now
        lease = new_lease(node, micro_timestamp(now))
        _create(self.client, lease, f"{uid(node)} {now}")


def end(client: Client, node: Object) -> None:
    """End the renewals of a Node that is gone."""
    client.registry.renewals.end(("Lease", LEASES, name(node)))
