"""The Kubernetes REST API over a control plane, for the real kubectl and every other client; loaded when it is used."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from k8slearn.http.serving import Server, serve

__all__ = ["Server", "serve"]


def __getattr__(name: str) -> Any:
    """Import what is asked for from its module: commands that do not serve need no web server."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from k8slearn.http import serving

    return getattr(serving, name)
