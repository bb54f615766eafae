"""What the real API says about the values of some fields: the one thing that neither the facts nor the package have.

Keyed by a field's name, or by "Struct.field" where the name alone is ambiguous; `kubectl explain` shows it.
"""

from __future__ import annotations

from collections.abc import Iterable

_ON_DELETE = "Replace the old daemons only when it's killed"
_ROLLING = "Replace the old daemons by new ones using rolling update i.e replace them on each node one after the other."

_EXPLAINED: dict[str, dict[str, str]] = {
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

# Types that share their Go type of strings share its sentences.
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


def described(field: str, values: Iterable[str]) -> str:
    """The paragraph on the values of "Struct.field". Kubernetes: kube-openapi pkg/generators/enum.go"""
    name = field.partition(".")[2]
    texts = _EXPLAINED.get(field) or _EXPLAINED.get(name, {})
    lines = ["Possible enum values:"]
    for value in values:
        text = texts.get(value, "")
        # Not every value is explained, and the line then ends with its name.
        lines.append(f' - `"{value}"` {text}'.rstrip())
    return "\n".join(lines)
