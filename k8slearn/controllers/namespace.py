"""The namespace controller: gives a namespace its defaults and empties one that is being deleted."""

from __future__ import annotations

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    is_deleting,
    name,
    with_metadata,
    with_status,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.informer import DELETED, WRITTEN
from k8slearn.controllers.namespace_content import conditions
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds import KINDS

ACTOR = "namespace-controller"
_NOTE = "kubernetes.io/description"
# Kubernetes: namespace_controller.go, the estimate for what has a grace period of its own
AGAIN_SECONDS = 15.0
ROOT_CA = "kube-root-ca.crt"


def defaults_of(namespace: str, certificate: Object) -> list[Object]:
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
                "annotations": {_NOTE: note},
            },
            "data": certificate,
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
        self.certificate: Object = {"ca.crt": ""}
        self.informer.on("Namespace", self.on_namespace, WRITTEN)
        for kind in self.namespaced:
            self.informer.on(kind, self.on_content, DELETED)
        self.informer.on("ConfigMap", self.on_config_map, WRITTEN)

    def resume(self) -> None:
        """The certificate of a cluster that was put back is its own."""
        for found in self.client.list("ConfigMap"):
            if name(found) == ROOT_CA and found.get("data"):
                self.certificate = found["data"]
                return

    def on_namespace(self, change: Change) -> None:
        """A namespace that came needs its defaults, one that goes must be emptied."""
        self.enqueue(name(change.object))

    def on_content(self, change: Change) -> None:
        """When something leaves a namespace that is being deleted, look whether it is empty now."""
        kind, place, _ = change.key
        namespace = self.informer.get("Namespace", place)
        ending = namespace is not None and is_deleting(namespace)
        # Its own defaults come back when somebody deletes them.
        is_default = kind in ("ServiceAccount", "ConfigMap")
        if ending or is_default:
            self.enqueue(place)

    def on_config_map(self, change: Change) -> None:
        """What anybody makes of the certificate does not stay."""
        if name(change.object) == ROOT_CA:
            self.enqueue(change.key[1])

    def sync(self, key: str) -> None:
        """Bring one namespace nearer to what it should be."""
        namespace = self.client.get("Namespace", key)
        if namespace is None:
            return
        if is_deleting(namespace):
            self._empty(namespace)
            return
        for o in defaults_of(key, self.certificate):
            present = self.client.get(o["kind"], name(o), key)
            if present is None:
                self.client.create(o)
            elif o["kind"] == "ConfigMap":
                self._put_right(present, o)

    def _put_right(self, present: Object, wanted: Object) -> None:
        """Kubernetes: pkg/controller/certificates/rootcacertpublisher, syncNamespace"""
        noted = annotations_of(present).get(_NOTE)
        if present.get("data") == wanted["data"] and noted:
            return
        marks = {**annotations_of(present), **annotations_of(wanted)}
        changed = with_metadata(present, annotations=marks)
        self.client.update({**changed, "data": wanted["data"]})

    def _custom(self) -> list[str]:
        """The namespaced kinds that somebody has defined."""
        rows = self.client.registry.custom.rows
        return [row.stored_kind for row in rows if row.namespaced]

    def _empty(self, namespace: Object) -> None:
        """Delete what is in it, and let it go when nothing is left. Kubernetes: namespaced_resources_deleter.go."""
        place = name(namespace)
        # Its Pods first: what they work with is there until they have ended. Kubernetes: OrderedNamespaceDeletion
        left = self._delete_all("Pod", place)
        if not left:
            for kind in (*self.namespaced, *self._custom()):
                left += self._delete_all(kind, place)
        told = conditions(namespace, left, self.clock.now)
        if told != namespace["status"].get("conditions"):
            namespace = self.client.update_status(
                with_status(namespace, conditions=told)
            )
        if left and self._custom():
            # Nobody tells of these: they are looked for again.
            self.enqueue_after(place, AGAIN_SECONDS)
        if left or not namespace["spec"].get("finalizers"):
            return
        # The finalizer `kubernetes` stands in the spec, not in the metadata: that is why it takes a subresource.
        others = [f for f in namespace["spec"]["finalizers"] if f != "kubernetes"]
        spec = {**namespace["spec"], "finalizers": others}
        if not others:
            del spec["finalizers"]
        self.client.finalize({**namespace, "spec": spec})

    def _delete_all(self, kind: str, place: str) -> list[Object]:
        """What of a kind is still there: Pods within their grace period, and whatever has a finalizer."""
        for o in self.client.list(kind, place):
            # In the background: whatever owns what, all of it goes.
            if not is_deleting(o):
                about = (kind, name(o), place)
                self.client.delete(*about, propagation="Background")
        return self.client.list(kind, place)
