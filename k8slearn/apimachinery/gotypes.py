"""What Go's types say and the facts do not: the names of named strings, and which fields are pointers.

Kept by hand, because neither OpenAPI nor generated.proto has them and both show: Go's error messages name the type
("of type v1.PullPolicy"), and a pointer's zero is written where another field's zero is left out.
The names are keyed by a field's name, or by "Struct.field" where the name alone is ambiguous.
Kubernetes: staging/src/k8s.io/api/*/*/types.go, apimachinery/pkg/apis/meta/v1/types.go
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
    "DeploymentStrategy.type": "v1.DeploymentStrategyType",
    "StatefulSetUpdateStrategy.type": "v1.StatefulSetUpdateStrategyType",
    "podManagementPolicy": "v1.PodManagementPolicyType",
    "concurrencyPolicy": "v1.ConcurrencyPolicy",
    "completionMode": "v1.CompletionMode",
    "podReplacementPolicy": "v1.PodReplacementPolicy",
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

# What is a pointer wherever a field of this name stands.
_POINTER_NAMES = (
    "terminationGracePeriodSeconds activeDeadlineSeconds tolerationSeconds runAsUser runAsGroup fsGroup priority "
    "revisionHistoryLimit defaultMode mode expirationSeconds collisionCount deletionGracePeriodSeconds minDomains "
    "maxExpirationSeconds leaseDurationSeconds leaseTransitions automountServiceAccountToken enableServiceLinks "
    "shareProcessNamespace setHostnameAsFQDN hostUsers optional privileged runAsNonRoot readOnlyRootFilesystem "
    "allowPrivilegeEscalation hostProcess blockOwnerDeletion immutable started allocateLoadBalancerNodePorts "
    "preemptionPolicy runtimeClassName procMount fsGroupChangePolicy supplementalGroupsPolicy seLinuxChangePolicy "
    "localhostProfile volumeMode appProtocol mountPropagation recursiveReadOnly ipFamilyPolicy internalTrafficPolicy "
    "loadBalancerClass trafficDistribution holderIdentity hostnameOverride resourceClaimName "
    "resourceClaimTemplateName nodeAffinityPolicy nodeTaintsPolicy stopSignal terminatingReplicas "
    "volumeAttributesClassName currentVolumeAttributesClassName initiatorName adminAccess shareID averageUtilization"
)
# What is one in these structs alone.
_POINTERS_OF = {
    # core
    "AzureDiskVolumeSource": "cachingMode fsType readOnly",
    "AzureFilePersistentVolumeSource": "secretNamespace",
    "CSIVolumeSource": "fsType readOnly",
    "ClientIPConfig": "timeoutSeconds",
    "ClusterTrustBundleProjection": "name signerName",
    "Container": "restartPolicy",
    "EndpointAddress": "nodeName",
    "EphemeralContainer": "restartPolicy",
    "FCVolumeSource": "lun",
    "GRPCAction": "service",
    "GlusterfsPersistentVolumeSource": "endpointsNamespace",
    "HostPathVolumeSource": "type",
    "LoadBalancerIngress": "ipMode",
    "LocalVolumeSource": "fsType",
    "NodeRuntimeHandlerFeatures": "recursiveReadOnlyMounts userNamespaces",
    "NodeSwapStatus": "capacity",
    "PersistentVolumeClaimSpec": "storageClassName",
    "PodDNSConfigOption": "value",
    "PodSchedulingGroup": "podGroupName",
    "PortStatus": "error",
    "ReplicationControllerSpec": "replicas",
    "TypedLocalObjectReference": "apiGroup",
    "TypedObjectReference": "apiGroup namespace",
    "WindowsSecurityContextOptions": "gmsaCredentialSpec gmsaCredentialSpecName runAsUserName",
    # meta
    "DeleteOptions": "gracePeriodSeconds orphanDependents",
    "OwnerReference": "controller",
    # admissionregistration, apiextensions, apiregistration
    "CustomResourceDefinitionVersion": "deprecationWarning",
    "CustomResourceSubresourceScale": "labelSelectorPath",
    "JSONSchemaProps": "$ref maximum minimum multipleOf maxItems maxLength maxProperties minItems minLength "
    "minProperties x-kubernetes-preserve-unknown-fields x-kubernetes-list-type x-kubernetes-map-type",
    "MatchResources": "matchPolicy",
    "MutatingAdmissionPolicySpec": "failurePolicy",
    "MutatingWebhook": "failurePolicy matchPolicy reinvocationPolicy timeoutSeconds",
    "NamedRuleWithOperations": "scope",
    "ParamRef": "parameterNotFoundAction",
    "RuleWithOperations": "scope",
    "ServiceReference": "path port",
    "ValidatingAdmissionPolicySpec": "failurePolicy",
    "ValidatingWebhook": "failurePolicy matchPolicy timeoutSeconds",
    "Validation": "reason",
    "ValidationRule": "optionalOldSelf reason",
    "WebhookClientConfig": "url",
    # apps, autoscaling, batch
    "CronJobSpec": "failedJobsHistoryLimit startingDeadlineSeconds successfulJobsHistoryLimit suspend timeZone",
    "DeploymentSpec": "progressDeadlineSeconds replicas",
    "HPAScalingRules": "selectPolicy stabilizationWindowSeconds",
    "HorizontalPodAutoscalerSpec": "minReplicas targetCPUUtilizationPercentage",
    "HorizontalPodAutoscalerStatus": "observedGeneration currentCPUUtilizationPercentage",
    "JobSpec": "backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector "
    "maxFailedIndexes parallelism podReplacementPolicy suspend ttlSecondsAfterFinished",
    "JobStatus": "failedIndexes ready terminating",
    "PodFailurePolicyOnExitCodesRequirement": "containerName",
    "ReplicaSetSpec": "replicas",
    "RollingUpdateStatefulSetStrategy": "partition",
    "StatefulSetSpec": "replicas",
    "SuccessPolicyRule": "succeededCount succeededIndexes",
    # coordination, discovery, networking, policy, flowcontrol
    "Endpoint": "hostname nodeName zone",
    "EndpointConditions": "ready serving terminating",
    "EndpointPort": "name port protocol",
    "ExemptPriorityLevelConfiguration": "lendablePercent nominalConcurrencyShares",
    "IngressClassParametersReference": "apiGroup namespace scope",
    "IngressPortStatus": "error",
    "IngressSpec": "ingressClassName",
    "LeaseSpec": "preferredHolder strategy",
    "LimitedPriorityLevelConfiguration": "borrowingLimitPercent lendablePercent nominalConcurrencyShares",
    "NetworkPolicyPort": "endPort protocol",
    "PodDisruptionBudgetSpec": "unhealthyPodEvictionPolicy",
    # resource, storage; PriorityClass.value is no pointer, but Go's tag lets no value be left out
    "CSIDriverSpec": "attachRequired fsGroupPolicy nodeAllocatableUpdatePeriodSeconds podInfoOnMount "
    "preventPodSchedulingIfMissing requiresRepublish seLinuxMount serviceAccountTokenInSecrets storageCapacity",
    "Device": "allNodes allowMultipleAllocations bindsToNode nodeName",
    "DeviceAttribute": "bool int string version",
    "DeviceClassSpec": "extendedResourceName",
    "DeviceConstraint": "distinctAttribute matchAttribute",
    "PriorityClass": "value",
    "ResourceSliceSpec": "allNodes nodeName perDeviceNodeSelection",
    "StorageClass": "allowVolumeExpansion reclaimPolicy volumeBindingMode",
    "VolumeAttachmentSource": "persistentVolumeName",
    "VolumeError": "errorCode",
    "VolumeNodeResources": "count",
}
_EVERYWHERE = frozenset(_POINTER_NAMES.split())
_IN_STRUCT = {
    struct: frozenset(fields.split()) for struct, fields in _POINTERS_OF.items()
}


def string_name(struct: str, field: str) -> str | None:
    """Go's name for the type of a field of strings, or of a list of them; None where it is a plain string."""
    # The entry that names the struct is there because the field's name alone would say something else.
    return _NAMES.get(f"{struct}.{field}", _NAMES.get(field))


def is_pointer(struct: str, field: str) -> bool:
    """Whether a field that may be left out is a pointer; those that hold structs are not listed here."""
    return field in _EVERYWHERE or field in _IN_STRUCT.get(struct, ())
