"""The five main objects as types: their fields as far as the model reads them, named as in the API.

Objects are plain dicts everywhere (`Object`), and stay so. A function that reads a Pod says `pod: AnyPod`: it can be
called with any dict, needs no cast, and mypy checks each field that it reads against the type.
Kubernetes: staging/src/k8s.io/api/core/v1/types.go, apps/v1/types.go
"""

from __future__ import annotations

from typing import Any, Required, TypedDict

from k8slearn.apimachinery.objects import Object


class OwnerReference(TypedDict, total=False):
    """metadata.ownerReferences[*]"""

    apiVersion: Required[str]
    kind: Required[str]
    name: Required[str]
    uid: Required[str]
    controller: bool
    blockOwnerDeletion: bool


class ObjectMeta(TypedDict, total=False):
    """metadata; a new object may wait for its name, everything stored has one."""

    name: Required[str]
    generateName: str
    namespace: str
    uid: str
    resourceVersion: str
    generation: int
    creationTimestamp: str
    deletionTimestamp: str
    deletionGracePeriodSeconds: int
    labels: dict[str, str]
    annotations: dict[str, str]
    finalizers: list[str]
    ownerReferences: list[OwnerReference]
    managedFields: list[Object]


class Condition(TypedDict, total=False):
    """status.conditions[*] of Pods and Nodes; `status` is "True", "False" or "Unknown"."""

    type: Required[str]
    status: Required[str]
    reason: str
    message: str
    lastTransitionTime: str | None
    lastProbeTime: str | None
    lastHeartbeatTime: str | None


class LabelSelectorRequirement(TypedDict, total=False):
    """matchExpressions[*], also of Node affinities."""

    key: Required[str]
    operator: Required[str]
    values: list[str]


class LabelSelector(TypedDict, total=False):
    """Which labels an object must have."""

    matchLabels: dict[str, str]
    matchExpressions: list[LabelSelectorRequirement]


class Toleration(TypedDict, total=False):
    """spec.tolerations[*] of a Pod"""

    key: str
    operator: str
    value: str
    effect: str
    tolerationSeconds: int


class Taint(TypedDict, total=False):
    """spec.taints[*] of a Node"""

    key: Required[str]
    value: str
    effect: Required[str]
    timeAdded: str


class NodeSelectorTerm(TypedDict, total=False):
    """One way to meet a Node affinity."""

    matchExpressions: list[LabelSelectorRequirement]
    matchFields: list[LabelSelectorRequirement]


class NodeSelector(TypedDict, total=False):
    """Terms of which a Node must meet one."""

    nodeSelectorTerms: list[NodeSelectorTerm]


class NodeAffinity(TypedDict, total=False):
    """spec.affinity.nodeAffinity"""

    requiredDuringSchedulingIgnoredDuringExecution: NodeSelector
    preferredDuringSchedulingIgnoredDuringExecution: list[Object]


class Affinity(TypedDict, total=False):
    """spec.affinity of a Pod"""

    nodeAffinity: NodeAffinity
    podAffinity: Object
    podAntiAffinity: Object


class ContainerPort(TypedDict, total=False):
    """ports[*] of a container"""

    name: str
    containerPort: Required[int]
    hostPort: int
    hostIP: str
    protocol: str


class Resources(TypedDict, total=False):
    """resources of a container: quantities by the resource's name"""

    requests: dict[str, str]
    limits: dict[str, str]
    claims: list[Object]


class Container(TypedDict, total=False):
    """spec.containers[*]"""

    name: Required[str]
    image: str
    imagePullPolicy: str
    command: list[str]
    args: list[str]
    env: list[Object]
    ports: list[ContainerPort]
    resources: Resources
    livenessProbe: Object
    readinessProbe: Object
    startupProbe: Object
    lifecycle: Object
    volumeMounts: list[Object]
    securityContext: Object


class PodSpec(TypedDict, total=False):
    """spec of a Pod and of a template"""

    containers: Required[list[Container]]
    initContainers: list[Container]
    volumes: list[Object]
    nodeName: str
    nodeSelector: dict[str, str]
    affinity: Affinity
    tolerations: list[Toleration]
    hostNetwork: bool
    priority: int
    priorityClassName: str
    restartPolicy: str
    schedulerName: str
    schedulingGates: list[Object]
    readinessGates: list[Object]
    serviceAccountName: str
    terminationGracePeriodSeconds: int
    activeDeadlineSeconds: int


class Waiting(TypedDict, total=False):
    """state.waiting of a container"""

    reason: str
    message: str


class Running(TypedDict, total=False):
    """state.running of a container"""

    startedAt: str


class Terminated(TypedDict, total=False):
    """state.terminated of a container"""

    exitCode: Required[int]
    signal: int
    reason: str
    message: str
    startedAt: str
    finishedAt: str


class ContainerState(TypedDict, total=False):
    """Exactly one of the three."""

    waiting: Waiting
    running: Running
    terminated: Terminated


class ContainerStatus(TypedDict, total=False):
    """status.containerStatuses[*]"""

    name: Required[str]
    image: str
    imageID: str
    ready: bool
    started: bool
    restartCount: int
    state: ContainerState
    lastState: ContainerState


class PodStatus(TypedDict, total=False):
    """status of a Pod"""

    phase: str
    reason: str
    message: str
    conditions: list[Condition]
    containerStatuses: list[ContainerStatus]
    initContainerStatuses: list[ContainerStatus]
    hostIP: str
    podIP: str
    podIPs: list[dict[str, str]]
    qosClass: str
    startTime: str
    nominatedNodeName: str


class Pod(TypedDict, total=False):
    """v1 Pod"""

    apiVersion: str
    kind: str
    metadata: Required[ObjectMeta]
    spec: Required[PodSpec]
    status: PodStatus


class NodeSpec(TypedDict, total=False):
    """spec of a Node"""

    taints: list[Taint]
    unschedulable: bool
    podCIDRs: list[str]
    providerID: str
    externalID: str


class NodeStatus(TypedDict, total=False):
    """status of a Node"""

    capacity: dict[str, str]
    allocatable: dict[str, str]
    conditions: list[Condition]
    addresses: list[dict[str, str]]
    nodeInfo: dict[str, str]
    daemonEndpoints: Object


class Node(TypedDict, total=False):
    """v1 Node"""

    apiVersion: str
    kind: str
    metadata: Required[ObjectMeta]
    spec: NodeSpec
    status: NodeStatus


class PodTemplate(TypedDict, total=False):
    """spec.template of a DaemonSet; its metadata has no name"""

    metadata: Object
    spec: Required[PodSpec]


class RollingUpdate(TypedDict, total=False):
    """spec.updateStrategy.rollingUpdate: numbers or percentages"""

    maxSurge: int | str
    maxUnavailable: int | str


class UpdateStrategy(TypedDict, total=False):
    """spec.updateStrategy; `type` is RollingUpdate or OnDelete"""

    type: Required[str]
    rollingUpdate: RollingUpdate


class DaemonSetSpec(TypedDict, total=False):
    """spec of a DaemonSet"""

    selector: Required[LabelSelector]
    template: Required[PodTemplate]
    updateStrategy: Required[UpdateStrategy]
    minReadySeconds: int
    revisionHistoryLimit: int


class DaemonSetStatus(TypedDict, total=False):
    """status of a DaemonSet"""

    currentNumberScheduled: int
    desiredNumberScheduled: int
    numberMisscheduled: int
    numberReady: int
    numberAvailable: int
    numberUnavailable: int
    updatedNumberScheduled: int
    observedGeneration: int
    collisionCount: int


class DaemonSet(TypedDict, total=False):
    """apps/v1 DaemonSet, defaulted"""

    apiVersion: str
    kind: str
    metadata: Required[ObjectMeta]
    spec: Required[DaemonSetSpec]
    status: DaemonSetStatus


class ControllerRevision(TypedDict, total=False):
    """apps/v1 ControllerRevision; `data` is a patch that brings the template back"""

    apiVersion: str
    kind: str
    metadata: Required[ObjectMeta]
    data: Any
    revision: Required[int]


class ServicePort(TypedDict, total=False):
    """spec.ports[*] of a Service"""

    name: str
    port: Required[int]
    protocol: str
    targetPort: int | str
    nodePort: int
    appProtocol: str


class ServiceSpec(TypedDict, total=False):
    """spec of a Service"""

    type: str
    selector: dict[str, str]
    ports: list[ServicePort]
    clusterIP: str
    clusterIPs: list[str]
    externalIPs: list[str]
    externalName: str
    ipFamilies: list[str]
    ipFamilyPolicy: str
    sessionAffinity: str
    sessionAffinityConfig: Object
    internalTrafficPolicy: str
    externalTrafficPolicy: str
    allocateLoadBalancerNodePorts: bool


class Service(TypedDict, total=False):
    """v1 Service, defaulted"""

    apiVersion: str
    kind: str
    metadata: Required[ObjectMeta]
    spec: Required[ServiceSpec]
    status: Object


AnyPod = Pod | Object
AnyNode = Node | Object
AnyDaemonSet = DaemonSet | Object
AnyControllerRevision = ControllerRevision | Object
AnyService = Service | Object
