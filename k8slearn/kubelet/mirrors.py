"""Which Pods a kubelet read from a file, and which only show such a one. Kubernetes: pkg/kubelet/types/pod_update.go"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, annotations_of

SOURCE, HASH, SEEN, MIRROR = (
    f"kubernetes.io/config.{what}" for what in ("source", "hash", "seen", "mirror")
)


def is_static(pod: Object) -> bool:
    """Whether a kubelet read the Pod from a file."""
    return annotations_of(pod).get(SOURCE, "api") != "api" and not is_mirror(pod)


def is_mirror(pod: Object) -> bool:
    """Whether the Pod only shows a static one."""
    return MIRROR in annotations_of(pod)
