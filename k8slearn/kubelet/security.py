"""What a container may not be started as: root, where its securityContext forbids it.

Kubernetes: pkg/kubelet/kuberuntime/security_context.go, verifyRunAsNonRoot
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.objects import Object, name, namespace, uid
from k8slearn.kubelet.programs import image_title

# Images that everybody knows, whose Dockerfile names no USER. Of another one nobody can tell who it runs as.
OF_ROOT = (
    "alpine",
    "busybox",
    "centos",
    "debian",
    "fedora",
    "golang",
    "httpd",
    "mariadb",
    "mongo",
    "mysql",
    "nginx",
    "node",
    "perl",
    "php",
    "postgres",
    "python",
    "rabbitmq",
    "redis",
    "ruby",
    "traefik",
    "ubuntu",
)
# Those that name a user by a word, which may be root's other name for all that a kubelet knows.
BY_NAME = {
    "haproxy": "haproxy",
    "prom/alertmanager": "nobody",
    "prom/node-exporter": "nobody",
    "prom/prometheus": "nobody",
    "quay.io/prometheus/alertmanager": "nobody",
    "quay.io/prometheus/node-exporter": "nobody",
    "quay.io/prometheus/prometheus": "nobody",
}


def breaks_non_root(pod: Object, container: Object) -> str:
    """Why a container that must not run as root cannot be made, '' if it can."""
    if not _effective(pod, container, "runAsNonRoot"):
        return ""
    user = _effective(pod, container, "runAsUser")
    about = f'(pod: "{name(pod)}_{namespace(pod)}({uid(pod)})", container: {container["name"]})'
    if user is not None:
        return "" if user else f"container's runAsUser breaks non-root policy {about}"
    image = image_title(container)
    if image in OF_ROOT:
        return f"container has runAsNonRoot and image will run as root {about}"
    if image in BY_NAME:
        told = f"image has non-numeric user ({BY_NAME[image]}), cannot verify user is non-root"
        return f"container has runAsNonRoot and {told} {about}"
    return ""


def _effective(pod: Object, container: Object, field: str) -> Any:
    """A container's own word, else its Pod's. Kubernetes: DetermineEffectiveSecurityContext"""
    own = (container.get("securityContext") or {}).get(field)
    if own is not None:
        return own
    return (pod["spec"].get("securityContext") or {}).get(field)
