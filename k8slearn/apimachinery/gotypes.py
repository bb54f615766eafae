"""What Go's types say and the facts do not: the names of named strings, and which fields are pointers.

Kept by hand, because neither OpenAPI nor generated.proto has them and both show: Go's error messages name the type
("of type v1.PullPolicy"), and a pointer's zero is written where another field's zero is left out.
Each table is keyed by a field's name, or by "Struct.field" where the name alone is ambiguous.
Kubernetes: staging/src/k8s.io/api/{core,apps}/v1/types.go, apimachinery/pkg/apis/meta/v1/types.go
"""

from __future__ import annotations

_NAMES: dict[str, str] = {
    "restartPolicy": "v1.RestartPolicy",
    "Container.restartPolicy": "v1.ContainerRestartPolicy",
    "EphemeralContainer.restartPolicy": "v1.ContainerRestartPolicy",
    "ContainerResizePolicy.restartPolicy": "v1.ResourceResizeRestartPolicy",
    "ContainerResizePolicy.resourceName": "v1.ResourceName",
    "dnsPolicy": "v1.DNSPolicy",
    "preemptionPolicy": "v1.PreemptionPolicy",
    "imagePullPolicy": "v1.PullPolicy",
    "ImageVolumeSource.pullPolicy": "v1.PullPolicy",
    "terminationMessagePolicy": "v1.TerminationMessagePolicy",
    "protocol": "v1.Protocol",
    "scheme": "v1.URIScheme",
    "mountPropagation": "v1.MountPropagationMode",
    "recursiveReadOnly": "v1.RecursiveReadOnlyMode",
    "procMount": "v1.ProcMountType",
    "fsGroupChangePolicy": "v1.PodFSGroupChangePolicy",
    "supplementalGroupsPolicy": "v1.SupplementalGroupsPolicy",
    "seLinuxChangePolicy": "v1.PodSELinuxChangePolicy",
    "stopSignal": "v1.Signal",
    "whenUnsatisfiable": "v1.UnsatisfiableConstraintAction",
    "nodeAffinityPolicy": "v1.NodeInclusionPolicy",
    "nodeTaintsPolicy": "v1.NodeInclusionPolicy",
    "PodReadinessGate.conditionType": "v1.PodConditionType",
    "PodOS.name": "v1.OSName",
    "Toleration.operator": "v1.TolerationOperator",
    "Toleration.effect": "v1.TaintEffect",
    "Taint.effect": "v1.TaintEffect",
    "NodeSelectorRequirement.operator": "v1.NodeSelectorOperator",
    "LabelSelectorRequirement.operator": "v1.LabelSelectorOperator",
    "HostPathVolumeSource.type": "v1.HostPathType",
    "EmptyDirVolumeSource.medium": "v1.StorageMedium",
    "SeccompProfile.type": "v1.SeccompProfileType",
    "AppArmorProfile.type": "v1.AppArmorProfileType",
    "DaemonSetUpdateStrategy.type": "v1.DaemonSetUpdateStrategyType",
    "DaemonSetCondition.type": "v1.DaemonSetConditionType",
    "DaemonSetCondition.status": "v1.ConditionStatus",
    "PodCondition.type": "v1.PodConditionType",
    "PodCondition.status": "v1.ConditionStatus",
    "NodeCondition.type": "v1.NodeConditionType",
    "NodeCondition.status": "v1.ConditionStatus",
    "NodeAddress.type": "v1.NodeAddressType",
    "PodStatus.phase": "v1.PodPhase",
    "NodeStatus.phase": "v1.NodePhase",
    "NamespaceStatus.phase": "v1.NamespacePhase",
    "PodStatus.qosClass": "v1.PodQOSClass",
    "ServiceSpec.type": "v1.ServiceType",
    "sessionAffinity": "v1.ServiceAffinity",
    "internalTrafficPolicy": "v1.ServiceInternalTrafficPolicy",
    "externalTrafficPolicy": "v1.ServiceExternalTrafficPolicy",
    "ipFamilyPolicy": "v1.IPFamilyPolicy",
    "ipFamilies": "[]v1.IPFamily",
    "Secret.type": "v1.SecretType",
    "uid": "types.UID",
    "operation": "v1.ManagedFieldsOperationType",
    "Capabilities.add": "[]v1.Capability",
    "Capabilities.drop": "[]v1.Capability",
    "accessModes": "[]v1.PersistentVolumeAccessMode",
    "volumeMode": "v1.PersistentVolumeMode",
    "NamespaceSpec.finalizers": "[]v1.FinalizerName",
}

_POINTER_FIELDS = (
    "terminationGracePeriodSeconds activeDeadlineSeconds tolerationSeconds runAsUser runAsGroup fsGroup priority "
    "revisionHistoryLimit defaultMode mode expirationSeconds ClientIPConfig.timeoutSeconds FCVolumeSource.lun "
    "collisionCount replicas deletionGracePeriodSeconds minDomains maxExpirationSeconds leaseDurationSeconds "
    "leaseTransitions automountServiceAccountToken enableServiceLinks shareProcessNamespace setHostnameAsFQDN "
    "hostUsers optional privileged runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation hostProcess "
    "controller blockOwnerDeletion immutable started allocateLoadBalancerNodePorts EndpointConditions.ready "
    "EndpointConditions.serving EndpointConditions.terminating CSIVolumeSource.readOnly preemptionPolicy "
    "runtimeClassName procMount fsGroupChangePolicy supplementalGroupsPolicy seLinuxChangePolicy localhostProfile "
    "storageClassName volumeMode appProtocol HostPathVolumeSource.type mountPropagation recursiveReadOnly "
    "Container.restartPolicy ipFamilyPolicy internalTrafficPolicy loadBalancerClass trafficDistribution "
    "Endpoint.nodeName Endpoint.hostname Endpoint.zone holderIdentity GRPCAction.service hostnameOverride "
    "resourceClaimName resourceClaimTemplateName nodeAffinityPolicy nodeTaintsPolicy stopSignal "
    "DeleteOptions.gracePeriodSeconds DeleteOptions.orphanDependents EndpointPort.name EndpointPort.port "
    "EndpointPort.protocol CSIVolumeSource.fsType"
)
_POINTERS = frozenset(_POINTER_FIELDS.split())


def string_name(struct: str, field: str) -> str | None:
    """Go's name for the type of a field of strings, or of a list of them; None where it is a plain string."""
    # The entry that names the struct is there because the field's name alone would say something else.
    return _NAMES.get(f"{struct}.{field}", _NAMES.get(field))


def is_pointer(struct: str, field: str) -> bool:
    """Whether a field that may be left out is a pointer; those that hold structs are not listed here."""
    return field in _POINTERS or f"{struct}.{field}" in _POINTERS
