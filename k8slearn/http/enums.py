"""The values that a field may have, as the real API's OpenAPI names them; a text stands where the type explains one.

Keyed by a field's name, or by "Struct.field" where the name alone is ambiguous.
"""

from __future__ import annotations

_PULL = "Always Never IfNotPresent"
_ON_DELETE = "Replace the old daemons only when it's killed"
_ROLLING = "Replace the old daemons by new ones using rolling update i.e replace them on each node one after the other."
_OPERATORS = "In NotIn Exists DoesNotExist Gt Lt"
_SIGNALS = (
    "SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL "
    "SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 "
    "SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ"
)

_PLAIN = {
    "imagePullPolicy": _PULL,
    "ImageVolumeSource.pullPolicy": _PULL,
    "HTTPGetAction.scheme": "HTTP HTTPS",
    "Lifecycle.stopSignal": _SIGNALS,
    "ContainerStatus.stopSignal": _SIGNALS,
    "ContainerPort.protocol": "SCTP TCP UDP",
    "ServicePort.protocol": "SCTP TCP UDP",
    "EndpointPort.protocol": "SCTP TCP UDP",
    "SeccompProfile.type": "Localhost RuntimeDefault Unconfined",
    "AppArmorProfile.type": "Localhost RuntimeDefault Unconfined",
    "SecurityContext.procMount": "Default Unmasked",
    "terminationMessagePolicy": "FallbackToLogsOnError File",
    "VolumeMount.mountPropagation": "Bidirectional HostToContainer None",
    "dnsPolicy": "ClusterFirst ClusterFirstWithHostNet Default None",
    "PodSpec.preemptionPolicy": "Never PreemptLowerPriority",
    "PodSpec.restartPolicy": "Always Never OnFailure",
    "fsGroupChangePolicy": "Always OnRootMismatch",
    "supplementalGroupsPolicy": "Merge Strict",
    "NodeSelectorRequirement.operator": _OPERATORS,
    "Toleration.operator": "Equal Exists Gt Lt",
    "Toleration.effect": "NoExecute NoSchedule PreferNoSchedule",
    "Taint.effect": "NoExecute NoSchedule PreferNoSchedule",
    "nodeAffinityPolicy": "Honor Ignore",
    "nodeTaintsPolicy": "Honor Ignore",
    "whenUnsatisfiable": "DoNotSchedule ScheduleAnyway",
    "PersistentVolumeClaimSpec.volumeMode": "Block Filesystem",
    "AzureDiskVolumeSource.cachingMode": "None ReadOnly ReadWrite",
    "AzureDiskVolumeSource.kind": "Dedicated Managed Shared",
    "PodStatus.phase": "Failed Pending Running Succeeded Unknown",
    "PodStatus.qosClass": "BestEffort Burstable Guaranteed",
    "NamespaceStatus.phase": "Active Terminating",
    "NodeStatus.phase": "Pending Running Terminated",
    "ServiceSpec.type": "ClusterIP ExternalName LoadBalancer NodePort",
    "sessionAffinity": "ClientIP None",
    "internalTrafficPolicy": "Cluster Local",
    "externalTrafficPolicy": "Cluster Local",
    "ipFamilyPolicy": "PreferDualStack RequireDualStack SingleStack",
    "EndpointSlice.addressType": "FQDN IPv4 IPv6",
}
_EXPLAINED = {
    "DaemonSetUpdateStrategy.type": {"OnDelete": _ON_DELETE, "RollingUpdate": _ROLLING},
    "imagePullPolicy": {
        "Always": "means that kubelet always attempts to pull the latest image. Container will fail If the pull fails.",
        "IfNotPresent": "means that kubelet pulls if the image isn't present on disk. "
        "Container will fail if the image isn't present and the pull fails.",
        "Never": "means that kubelet never pulls an image, but only uses a local image. "
        "Container will fail if the image isn't present",
    },
    "dnsPolicy": {
        "ClusterFirst": "indicates that the pod should use cluster DNS first unless hostNetwork is true, "
        "if it is available, then fall back on the default (as determined by kubelet) DNS settings.",
        "ClusterFirstWithHostNet": "indicates that the pod should use cluster DNS first, if it is available, "
        "then fall back on the default (as determined by kubelet) DNS settings.",
        "Default": "indicates that the pod should use the default (as determined by kubelet) DNS settings.",
        "None": "indicates that the pod should use empty DNS settings. DNS parameters such as nameservers and search "
        "paths should be defined via DNSConfig.",
    },
    "Toleration.effect": {
        "NoExecute": "Evict any already-running pods that do not tolerate the taint. "
        "Currently enforced by NodeController.",
        "NoSchedule": "Do not allow new pods to schedule onto the node unless they tolerate the taint, but allow all "
        "pods submitted to Kubelet without going through the scheduler to start, and allow all already-running pods "
        "to continue running. Enforced by the scheduler.",
        "PreferNoSchedule": "Like TaintEffectNoSchedule, but the scheduler tries not to schedule new pods onto the "
        "node, rather than prohibiting new pods from scheduling onto the node entirely. Enforced by the scheduler.",
    },
    "ContainerPort.protocol": {
        "SCTP": "is the SCTP protocol.",
        "TCP": "is the TCP protocol.",
        "UDP": "is the UDP protocol.",
    },
    "HTTPGetAction.scheme": {
        "HTTP": "means that the scheme used will be http://",
        "HTTPS": "means that the scheme used will be https://",
    },
    "terminationMessagePolicy": {
        "FallbackToLogsOnError": "will read the most recent contents of the container logs for the container status "
        "message when the container exits with an error and the terminationMessagePath has no contents.",
        "File": "is the default behavior and will set the container status message to the contents of the container's "
        "terminationMessagePath when the container exits.",
    },
    "PodSpec.preemptionPolicy": {
        "Never": "means that pod never preempts other pods with lower priority.",
        "PreemptLowerPriority": "means that pod can preempt other pods with lower priority.",
    },
}
_EXPLAINED["Taint.effect"] = _EXPLAINED["Toleration.effect"]
_EXPLAINED["HostPathVolumeSource.type"] = {
    "": "For backwards compatible, leave it empty if unset",
    "BlockDevice": "A block device must exist at the given path",
    "CharDevice": "A character device must exist at the given path",
    "Directory": "A directory must exist at the given path",
    "DirectoryOrCreate": "If nothing exists at the given path, an empty directory will be created there as needed with "
    "file mode 0755, having the same group and ownership with Kubelet.",
    "File": "A file must exist at the given path",
    "FileOrCreate": "If nothing exists at the given path, an empty file will be created there as needed with file mode "
    "0644, having the same group and ownership with Kubelet.",
    "Socket": "A UNIX socket must exist at the given path",
}
_EXPLAINED["ServicePort.protocol"] = _EXPLAINED["ContainerPort.protocol"]


ENUMS: dict[str, dict[str, str]] = {
    field: dict.fromkeys(sorted(values.split()), "") for field, values in _PLAIN.items()
}
ENUMS |= _EXPLAINED


def described(values: dict[str, str]) -> str:
    """The paragraph that explains the values. Kubernetes: kube-openapi pkg/generators/enum.go DescriptionLines"""
    lines = (
        f' - `"{value}"`' + (f" {text}" if text else "")
        for value, text in values.items()
    )
    return "\n".join(["Possible enum values:", *lines])
