"""The namespace controller: gives a namespace its defaults and empties one that is being deleted."""

from __future__ import annotations

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, is_deleting, name
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds import KINDS

ACTOR = "namespace-controller"
ROOT_CA = "kube-root-ca.crt"


def defaults_of(namespace: str) -> list[Object]:
    """What every namespace has: the ServiceAccount `default` and the ConfigMap with the cluster's root certificate."""
    meta = {"namespace": namespace}
    note = "Contains a CA bundle that can be used to verify the kube-apiserver"
    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {**meta, "name": "default"},
        },
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                **meta,
                "name": ROOT_CA,
                "annotations": {"kubernetes.io/description": note},
            },
            "data": {"ca.crt": ""},
        },
    ]


class NamespaceController(Controller):
    """Kubernetes: pkg/controller/namespace and pkg/controller/serviceaccount."""

    name = ACTOR

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        # Not of the class: which kinds are namespaced is read from a file, and importing has to stay quick.
        self.namespaced = tuple(row.kind for row in KINDS if row.namespaced)
        self.kinds = ("Namespace", *self.namespaced)
        super().__init__(registry, clock, priority)
        self.informer.on("Namespace", self.on_namespace)
        for kind in self.namespaced:
            self.informer.on(kind, self.on_content)

    def on_namespace(self, change: Change) -> None:
        """A namespace that came needs its defaults, one that goes must be emptied."""
        if change.type != "DELETED":
            self.enqueue(name(change.object))

    def on_content(self, change: Change) -> None:
        """When something leaves a namespace that is being deleted, look whether it is empty now."""
        if change.type != "DELETED":
            return
        place = change.object["metadata"]["namespace"]
        namespace = self.informer.get("Namespace", place)
        ending = namespace is not None and is_deleting(namespace)
        # Its own defaults come back when somebody deletes them.
        is_default = change.object["kind"] in ("ServiceAccount", "ConfigMap")
        if ending or is_default:
            self.enqueue(place)

    def sync(self, key: str) -> None:
        """Bring one namespace nearer to what it should be."""
        namespace = self.client.get("Namespace", key)
        if namespace is None:
            return
        if is_deleting(namespace):
            self._empty(namespace)
            return
        for o in defaults_of(key):
            if self.client.get(o["kind"], name(o), key) is None:
                self.client.create(o)

    def _empty(self, namespace: Object) -> None:
        """Delete what is in it, and let it go when nothing is left. Kubernetes: namespaced_resources_deleter.go."""
        place = name(namespace)
        left = 0
        for kind in self.namespaced:
            for o in self.client.list(kind, place):
                # In the background: whatever owns what, all of it goes.
                if not is_deleting(o):
                    self.client.delete(
                        kind,
                        name(o),
                        place,
                        propagation="Background",
                    )
            # Pods within their grace period, and whatever has a finalizer, are still there.
            left += len(self.client.list(kind, place))
        if left:
            return
        # The finalizer `kubernetes` stands in the spec, not in the metadata: that is why it takes a subresource.
        spec = dict(namespace["spec"])
        spec.pop("finalizers", None)
        self.client.finalize({**namespace, "spec": spec})
