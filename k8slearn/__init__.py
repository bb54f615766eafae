"""A course on the Kubernetes DaemonSet; the public names are imported when they are first used (PEP 562)."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_EXPORTS = {
    "ApiError": "k8slearn.apimachinery.errors",
    "Cluster": "k8slearn.cluster",
    "Lab": "k8slearn.lab",
    "Scenario": "k8slearn.scenario",
    "serve": "k8slearn.http",
}

__all__ = ["__version__", *_EXPORTS]


def __getattr__(name: str) -> Any:
    """Import a public name from its module; the next access finds it here."""
    if name not in _EXPORTS:
        raise AttributeError(f"module 'k8slearn' has no attribute {name!r}")
    value = getattr(import_module(_EXPORTS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_EXPORTS})
