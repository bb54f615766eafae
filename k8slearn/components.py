"""The components of a cluster, declared once: a new one is a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from k8slearn.apiserver.registry import Registry
from k8slearn.chance import Chance
from k8slearn.clock import Clock
from k8slearn.controllers.cronjob.controller import CronJobController
from k8slearn.controllers.daemon.controller import DaemonSetController
from k8slearn.controllers.definitions import DefinitionController
from k8slearn.controllers.deployment.controller import DeploymentController
from k8slearn.controllers.disruption import DisruptionController
from k8slearn.controllers.endpointslice import EndpointSliceController
from k8slearn.controllers.endpointslice_mirroring import EndpointSliceMirroring
from k8slearn.controllers.ephemeral_volumes import EphemeralVolumes
from k8slearn.controllers.garbage_collector import GarbageCollector
from k8slearn.controllers.job.controller import JobController
from k8slearn.controllers.job.ttl import TTLAfterFinished
from k8slearn.controllers.kubernetes_service import KubernetesService
from k8slearn.controllers.missing import MissingComponents
from k8slearn.controllers.namespace import NamespaceController
from k8slearn.controllers.node_lifecycle import NodeLifecycle
from k8slearn.controllers.pod_gc import PodGarbageCollector
from k8slearn.controllers.replicaset.controller import ReplicaSetController
from k8slearn.controllers.replicaset.replication import ReplicationManager
from k8slearn.controllers.resource_quota import ResourceQuotaController
from k8slearn.controllers.runtime import Controller
from k8slearn.controllers.service_account_tokens import ServiceAccountTokens
from k8slearn.controllers.statefulset.controller import StatefulSetController
from k8slearn.controllers.taint_eviction import TaintEviction
from k8slearn.controllers.volume_binder import VolumeBinder
from k8slearn.controllers.volume_protection import ClaimProtection, VolumeProtection
from k8slearn.kubelet.kubelet import Kubelet
from k8slearn.kubelet.pace import INSTANT, REAL, SIMPLE
from k8slearn.scheduler.scheduler import Scheduler

PACES = {"auto": REAL, "simple": SIMPLE, "instant": INSTANT, "manual": None}


@dataclass(frozen=True, slots=True)
class Component:
    """One row of the declaration below. `make` takes registry, clock and priority; lower priorities go first."""

    name: str
    make: Callable[..., Controller]
    priority: int
    stoppable: bool = True


# A real cluster leaves it to chance who is first. Here the order is fixed, so that a seed gives one log: whoever
# changes what others count goes before those who count, and each then acts once on all that happened at that moment.
COMPONENTS = (
    # Ahead of all: what a namespace that ends has marked for deletion is not counted on by anybody after it.
    Component("namespace-controller", NamespaceController, 5),
    # What a definition adds is there before anybody acts on objects of it.
    Component("customresourcedefinitions", DefinitionController, 6),
    # The Pods' own news come next: everybody below reacts to them. Each Node has a kubelet, so it cannot be stopped.
    Component("kubelet", Kubelet, 10, stoppable=False),
    # A Pod's own claims are there before anybody asks what it needs.
    Component("ephemeral-volume-controller", EphemeralVolumes, 14),
    # A claim has its volume before the scheduler asks where the Pod may go with it.
    Component("persistentvolume-binder", VolumeBinder, 15),
    # A Pod is bound before anybody asks which Nodes have one.
    Component("scheduler", Scheduler, 20),
    # Taints follow a Node's conditions before the DaemonSet controller looks at the taints.
    Component("node-lifecycle", NodeLifecycle, 30),
    # A schedule's moment, the Job for it and its Pods are one moment's work. Before the garbage collector: a Job that
    # is deleted lets its Pods go uncounted, and does not count those as failed that are deleted after it.
    Component("cronjob-controller", CronJobController, 32),
    Component("job-controller", JobController, 33),
    # Dependents whose owner is gone are deleted before the next owner of the same name counts its Pods.
    Component("garbage-collector", GarbageCollector, 35),
    # A claim that nobody uses is gone before its set looks for one of that name.
    Component("persistentvolumeclaim-protection-controller", ClaimProtection, 36),
    Component("persistentvolume-protection-controller", VolumeProtection, 36),
    # What is owned before its owner: in a real cluster too a ReplicaSet has counted its Pods before its Deployment,
    # which wrote to it several times over, looks at it again.
    Component("replicaset-controller", ReplicaSetController, 37),
    Component("replication-controller", ReplicationManager, 37),
    Component("deployment-controller", DeploymentController, 38),
    Component("statefulset-controller", StatefulSetController, 39),
    # Late, so that it sees in one go what has happened to Nodes and Pods: its status is then written once.
    Component("daemonset-controller", DaemonSetController, 40),
    # Both delete Pods from a Node with a NoExecute taint. The DaemonSet controller's reason is the one to be told.
    Component("taint-eviction", TaintEviction, 45),
    # After all that makes, binds and deletes Pods: a slice is written once for all of them.
    Component("endpointslice", EndpointSliceController, 50),
    Component("endpointslicemirroring-controller", EndpointSliceMirroring, 51),
    # Both count what the others have made and ended, and nobody waits for them but who asks next.
    Component("resourcequota-controller", ResourceQuotaController, 52),
    Component("disruption-controller", DisruptionController, 54),
    # It only tells of what nobody acts on.
    Component("missing-components", MissingComponents, 56),
    # The server puts itself back where clients look for it; nobody of the others has to do with it.
    Component("kubernetes-service", KubernetesService, 56),
    # Whoever reads a token asks for it by name, in its own time.
    Component("serviceaccount-token-controller", ServiceAccountTokens, 57),
    Component("ttl-after-finished-controller", TTLAfterFinished, 58),
    # It sweeps up what nobody else ends; a controller of one's own (priority 55) goes before it too.
    Component("pod-gc", PodGarbageCollector, 60),
)
DECLARED = {component.name: component for component in COMPONENTS}


def new_component(
    component: Component, registry: Registry, clock: Clock, rng: Chance, pace: str
) -> Controller:
    """A new process of a component; `pace`, a key of PACES, is how long the kubelet takes for its work."""
    about: tuple[Any, ...] = (registry, clock, component.priority)
    if component.make is Kubelet:
        # The one component that chance has a part in: how long a Pod takes to start and to stop.
        about += (rng, PACES[pace])
    controller = component.make(*about)
    assert controller.name == component.name, controller.name
    return controller
