"""The Leases by which kubelets say that they are alive, in the namespace of their own.

Kubernetes: component-helpers/apimachinery/lease/controller.go
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, micro_timestamp, name, uid
from k8slearn.apiserver.client import Client
from k8slearn.apiserver.registry import Registry
from k8slearn.chance import FromText
from k8slearn.controllers.node_health import LEASES

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
    """A Node has come whose kubelet renews its Lease from now on, whatever else it does."""
    title = name(node)
    now = client.now
    if client.get("Namespace", LEASES) is None:
        return
    client.registry.renewals.begin(("Lease", LEASES, title), now, PERIOD)
    known = client.get("Lease", title, LEASES)
    lease = new_lease(node, micro_timestamp(now))
    if known is None:
        # Its uid is not drawn: a seed gives the same Pods, whoever keeps Leases.
        apart = Registry(client.registry.store, FromText(uid(node)))
        apart.create(lease, client.identity)
    else:
        metadata = {**known["metadata"], "ownerReferences": lease["metadata"]["ownerReferences"]}  # fmt: skip
        client.update({**known, "metadata": metadata, "spec": lease["spec"]})


def end(client: Client, node: Object) -> None:
    """A Node is gone, and its kubelet with it."""
    client.registry.renewals.end(("Lease", LEASES, name(node)))
