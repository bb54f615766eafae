"""A course on the Kubernetes DaemonSet; the public names are imported when they are first used (PEP 562)."""

from typing import Any

__version__ = "0.1.0"

__all__ = [
    "ApiError",
    "Cluster",
    "Lab",
    "Scenario",
    "__version__",
    "connect",
    "rehearse",
    "serve",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its module; the next access finds it here. Raises AttributeError for any other."""
    value = globals()[name] = _load(name)
    return value


def _load(name: str) -> Any:
    # Statements, not strings: so tools that read imports see what the package offers.
    match name:
        case "ApiError":
            from k8slearn.apimachinery.errors import ApiError

            return ApiError
        case "Cluster":
            from k8slearn.cluster import Cluster

            return Cluster
        case "Lab":
            from k8slearn.lab import Lab

            return Lab
        case "Scenario":
            from k8slearn.scenario import Scenario

            return Scenario
        case "connect":
            from k8slearn.watching import connect

            return connect
        case "rehearse":
            from k8slearn.rehearsal import rehearse

            return rehearse
        case "serve":
            from k8slearn.cluster import serve

            return serve
    raise AttributeError(f"module 'k8slearn' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
