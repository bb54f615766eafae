"""ComponentStatus: the health of the control plane's components. It is made on request, never stored.

Kubernetes: pkg/registry/core/componentstatus/rest.go; deprecated since v1.19
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object

# What each answers that is well.
_COMPONENTS = {"controller-manager": "ok", "scheduler": "ok", "etcd-0": "ok"}


def listed() -> list[Object]:
    """The status of each component."""
    return [_status(each, message) for each, message in sorted(_COMPONENTS.items())]


def _status(component: str, message: str) -> Object:
    healthy = {"type": "Healthy", "status": "True", "message": message}
    return {
        "apiVersion": "v1",
        "kind": "ComponentStatus",
        "metadata": {"name": component},
        "conditions": [healthy],
    }
