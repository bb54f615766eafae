"""A cluster to learn on: one store, its components, simulated time, and everything a user does to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from threading import RLock
from typing import TYPE_CHECKING, Any, cast

from k8slearn.apimachinery.client_side_apply import (
    apply_to,
    with_last_applied,
    without_nulls,
)
from k8slearn.apimachinery.cycles import abandoned
from k8slearn.apimachinery.log import Change, Failure, Snapshot
from k8slearn.apimachinery.objects import (
    Object,
    copied,
    full_name,
    name,
    namespace,
    stored_kind,
)
from k8slearn.apiserver.bootstrap import start_up
from k8slearn.apiserver.client import Client, applied_row, typed
from k8slearn.apiserver.plugins import Settings
from k8slearn.apiserver.registry import Registry
from k8slearn.apiserver.store import Store
from k8slearn.apply_verbs import ApplyVerbs
from k8slearn.clock import Clock
from k8slearn.controllers.custom import Reconcile
from k8slearn.controllers.runtime import Controller
from k8slearn.controlplane import USER, ControlPlane
from k8slearn.http.absent import NoServer
from k8slearn.journal import HISTORY, Action
from k8slearn.kinds import find_named, find_row, resource
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.namespace import SYSTEM_NAMESPACES
from k8slearn.kinds.node import with_no_pressure, with_ready
from k8slearn.kinds.tables import Table, table
from k8slearn.kubelet.kubelet import Kubelet
from k8slearn.kubelet.verbs import KubeletVerbs
from k8slearn.loading import Loading
from k8slearn.runtime import in_browser
from k8slearn.scheduler.resources import filler
from k8slearn.time_verbs import TimeVerbs

if TYPE_CHECKING:
    from k8slearn.http import Server

KUBELET = "kubelet"
CONTROLLERS = "kube-controller-manager"


class Cluster(TimeVerbs, ApplyVerbs, KubeletVerbs, Loading):
    """A whole cluster in memory. `nodes` are called node1, node2, …; the same seed gives the same log.

    `kubelet` is "simple" (Pods take their time to start, then they run), "auto" (all that a real one does), "instant",
    or "manual" (nothing runs until you say so).
    `service_accounts`: every Pod runs as one and carries its token.
    `start` is the simulated second of its birth; what a real clock is to be compared with begins at the present.
    `history` is how many writes are remembered: by far all that a lesson makes. Beyond it, and beyond 128 MiB of large
    objects, the oldest are let go of, and who asks for a moment that is gone, or for a fork from the past, is told so.
    None: all, at some 15 kB each.
    """

    control_plane: ControlPlane

    def __init__(
        self,
        nodes: int = 0,
        *,
        seed: int = 0,
        kubelet: str = "simple",
        start: float = 0.0,
        history: int | None = HISTORY,
        service_accounts: bool = True,
    ) -> None:
        self.control_plane = ControlPlane(
            rng=Random(seed),
            kubelet=kubelet,
            new_lock=RLock,
            start=start,
            history=history,
            settings=Settings(service_accounts),
        )
        self.lock = self.control_plane.lock
        for place in SYSTEM_NAMESPACES:
            o = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": place}}
            self.create(o, manager="kube-apiserver")
        self.alter(lambda plane: start_up(plane.store, Random(0)), "kube-apiserver")
        for number in range(1, nodes + 1):
            self.add_node(f"node{number}")
        self.settle()
        self.control_plane.actions.clear()

    def __del__(self) -> None:
        abandoned()

    @property
    def store(self) -> Store:
        """The store: what is, and the log of how it came to be."""
        return self.control_plane.store

    @property
    def registry(self) -> Registry:
        """The API server's rules: the way into the store."""
        return self.control_plane.registry

    @property
    def clock(self) -> Clock:
        """Simulated time."""
        return self.control_plane.clock

    @property
    def kubelet(self) -> Kubelet:
        """The kubelet of all Nodes."""
        return self.control_plane.kubelet

    @property
    def actions(self) -> Sequence[Action]:
        """Every step that wrote something, the user's included, oldest first."""
        return self.control_plane.actions

    @property
    def failures(self) -> list[Failure]:
        """What went wrong in the components, oldest first; each tries again later."""
        return self.control_plane.failures

    # What a user does ------------------------------------------------------------------------------------------

    def create(self, o: Object, *, manager: str = "kubectl-create") -> Object:
        """Create one object. Raises ApiError."""
        o = typed(o, self.registry.custom)
        with self._acting(o):
            return self._client(manager).create(o)

    def update(self, o: Object) -> Object:
        """Replace one object. Raises ApiError, such as Conflict when it has changed since it was read."""
        o = typed(o, self.registry.custom)
        with self._acting(o):
            return self._client("kubectl-replace").update(o)

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
        """Patch one object; `type` is strategic, merge or json. Raises ApiError."""
        with self.lock:
            old = self._find(kind, name, namespace)
            with self._acting(old):
                return self._client(manager).patch(old, patch, type)

    def delete(
        self,
        kind: str,
        name: str,
        *,
        namespace: str = "default",
        propagation: str | None = "Background",
        grace: int | None = None,
    ) -> Object:
        """Delete one object; `propagation` says what becomes of what it owns. Raises ApiError NotFound."""
        with self.lock:
            old = self._find(kind, name, namespace)
            place = old["metadata"].get("namespace", "")
            with self._acting(old):
                return self._client("kubectl").delete(
                    stored_kind(old), name, place, propagation=propagation, grace=grace
                )

    def evict(self, pod: str, *, namespace: str = "default", **options: Any) -> None:
        """Ask for a Pod's eviction, as `kubectl drain` does. Raises ApiError where a budget does not allow it."""
        with self.lock, self._acting(self._find("Pod", pod, namespace)):
            self._client("kubectl").evict(pod, namespace, **options)

    def register(self, node: Object) -> Object:
        """Let a kubelet register its Node. Raises ApiError."""
        node = typed(node, self.registry.custom)
        if self.kubelet.nodes is None:
            # Real ones tell by themselves, and that it is told is an Event each.
            node = with_no_pressure(node, self.now)
        with self._acting(node):
            return self._client(KUBELET, registers=True).create(node)

    def set_node_ready(self, node: str, ready: str = "True") -> Object:
        """Let a Node report Ready = "True", "False" or "Unknown"; real kubelets bring it about and take their time."""
        if self.kubelet.nodes is not None:
            return self.tell_kubelet(node, ready)
        with self.lock:
            found = self.registry.require("Node", node)
            changed = with_ready(found, ready, self.clock.now)
            # A kubelet tells how it is; that nothing is heard of it is for the Node controller to tell.
            manager = CONTROLLERS if ready == "Unknown" else KUBELET
            with self._acting(found):
                return self._client(manager).update_status(changed)

    def fail_pod(self, name: str, *, namespace: str = "default") -> None:
        """Let a Pod fail for good (phase Failed)."""
        self.become(name, "failed", namespace=namespace)

    def break_pod(
        self, name: str, fault: str = "never-ready", *, namespace: str = "default"
    ) -> None:
        """Make a Pod never ready ("never-ready") or crash over and over ("crash")."""
        with self.lock:
            pod = self.registry.require("Pod", name, namespace)
            self.alter(
                lambda plane: plane.kubelet.break_pod(pod, fault),
                USER,
                full_name(pod),
            )

    def become(self, pod: str, state: str, *, namespace: str = "default") -> None:
        """Play the kubelet: put a Pod into the state ready, unready, failed, succeeded or gone."""
        with self.lock:
            found = self.registry.require("Pod", pod, namespace)
            self.alter(
                lambda plane: plane.kubelet.become(found, state),
                "kubelet",
                full_name(found),
            )

    def alter(
        self,
        call: Callable[[ControlPlane], object],
        component: str = USER,
        subject: str = "",
    ) -> None:
        """Change the machinery; `call` rests on what it is given alone, for a fork of the past calls it again."""
        self.control_plane.alter(call, component, subject)

    # What can go wrong -----------------------------------------------------------------------------------------

    def lag_cache(
        self, seconds: float, controller: str = "daemonset-controller"
    ) -> None:
        """Let a controller hear of each change `seconds` (simulated) late; 0 ends it."""
        self.alter(
            lambda plane: plane.named(controller).informer.lag_by(seconds),
            controller,
            "cache",
        )

    def fill_node(self, node: str) -> Object:
        """Let a bare Pod (`filler-NODE`) take all the CPU that is free on a Node; deleting it makes room again."""
        with self.lock:
            pods = self.store.list("Pod")
            others = [pod for pod in pods if pod["spec"].get("nodeName") == node]
            return self.create(filler(self.registry.require("Node", node), others))

    # Controllers of one's own ----------------------------------------------------------------------------------

    def add_controller(
        self, name: str, reconcile: Reconcile, watch: Sequence[str] = ("Node", "Pod")
    ) -> None:
        """Let a function be a controller: called with a `ControllerApi` when an object of a kind in `watch` changes.

        What it returns is the action's `why`. A second one of that name takes the place of the first. Objects with a
        state of their own may be called as well: each fork has its copy.
        """
        self.alter(lambda plane: plane.add(name, reconcile, watch), name)

    def stop_controller(self, name: str) -> None:
        """End a controller's process: what happens from now on it never hears of. ValueError if there is none such."""
        self.alter(lambda plane: plane.stop(name), name)

    def start_controller(self, name: str) -> None:
        """Start a controller that was stopped: it knows nothing and looks at everything that is there."""
        self.alter(lambda plane: plane.start(name), name)

    def controller(self, name: str) -> Controller:
        """A controller that runs, such as "daemonset-controller" or one that was added. ValueError if unknown."""
        return self.control_plane.named(name)

    def serve(self, **options: Any) -> Server:
        """Serve the Kubernetes API to the real kubectl; the options are those of `k8slearn.http.serve`.

        Raises OSError for a port that is taken and FileExistsError for a kubeconfig that is not ours. In a browser
        nothing is served: it says so, and what to do instead.
        """
        if in_browser():
            return cast("Server", NoServer(options.get("pace")))
        # Here, since the web server is loaded only by who serves.
        from k8slearn.http import serve

        return serve(self.control_plane, **options)

    # Looking ---------------------------------------------------------------------------------------------------

    def row(self, kind: str) -> Kind:
        """The row of a kind by any of its names. Raises KeyError."""
        defined = {each: row for row in self.registry.custom.rows for each in row.names}
        return find_named(kind) or defined.get(kind) or resource(kind)

    def get(self, kind: str, name: str, namespace: str = "default") -> Object:
        """A copy of one object, with its managedFields, which lists leave out. Raises ApiError NotFound."""
        with self.lock:
            found = self.registry.shown(self._find(kind, name, namespace))
        return copied(found)

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """Copies of a kind's objects (of all namespaces unless one is given), by namespace and name."""
        with self.lock:
            found = self.store.list(self.row(kind).stored_kind, namespace, selector)
        return copied(found)

    def table(
        self,
        kind: str,
        *,
        wide: bool = False,
        namespace: str = "default",
        selector: str = "",
    ) -> Table:
        """What `kubectl get` prints."""
        row = self.row(kind)
        place = namespace if row.namespaced else None
        with self.lock:
            objects = self.store.list(row.stored_kind, place, selector)
        return table(row, objects, self.now, wide=wide)

    def at(self, revision: int) -> Snapshot:
        """The cluster as it was right after a revision."""
        with self.lock:
            return self.store.at(revision)

    def changes(self, action: Action) -> Sequence[Change]:
        """What an action wrote."""
        return self.store.log.changes[action.first : action.last]

    def fork(self, at: int | None = None) -> Cluster:
        """A second cluster that goes its own way from here, or from the moment when `at` actions were done."""
        with self.lock:
            twin = Cluster.__new__(Cluster)
            twin.control_plane = self.control_plane.fork(at)
            twin.lock = twin.control_plane.lock
            return twin

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` after each write, in the writer's thread; returns a function that ends it."""
        return self.store.subscribe(callback)

    # Within ----------------------------------------------------------------------------------------------------

    @contextmanager
    def _acting(self, about: Object) -> Iterator[None]:
        with self.control_plane.acting(USER, full_name(about)):
            yield

    def _client(self, manager: str, *, registers: bool = False) -> Client:
        return Client(self.registry, USER, manager, registers=registers)

    def _find(self, kind: str, name: str, namespace: str) -> Object:
        row = self.row(kind)
        place = namespace if row.namespaced else ""
        return self.registry.require(row.stored_kind, name, place)

    def _apply_one(self, document: Object) -> Object:
        row = applied_row(document, self.registry.custom)
        document = row.to_stored(document)
        place = (namespace(document) or "default") if row.namespaced else ""
        manager = "kubectl-client-side-apply"
        with self.lock:
            live = self.store.get(row.stored_kind, name(document), place)
            if live is None:
                new = without_nulls(with_last_applied(document))
                return self.create(new, manager=manager)
            patch = apply_to(live, document)
            # Of a custom kind nothing says how its lists are merged.
            type = "strategic" if find_row(row.api_version, row.kind) else "merge"
            about = {"namespace": place, "manager": manager, "type": type}
            return self.patch(row.qualified, name(document), patch, **about)


def serve(cluster: Cluster, **options: Any) -> Server:
    """Serve a cluster to the real kubectl, as `Cluster.serve` does."""
    return cluster.serve(**options)
