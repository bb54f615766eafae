"""Your own cluster, read-only: `connect()` follows it for the lab, and its `dump()` can be rehearsed.

lightkube, an extra of the package, reads the kubeconfig and makes the connection. Like the modules that use a network
it is imported on first use (PEP 562), since the lab in a page also imports this package.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from k8slearn.watching.connected import WatchedCluster, connect
    from k8slearn.watching.errors import NotConnected

__all__ = ["NotConnected", "WatchedCluster", "connect"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used. Raises AttributeError for any other."""
    if name == "NotConnected":
        from k8slearn.watching.errors import NotConnected

        return NotConnected
    if name in __all__:
        from k8slearn.watching import connected

        return getattr(connected, name)
    raise AttributeError(f"module 'k8slearn.watching' has no attribute {name!r}")
