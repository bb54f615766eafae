"""Your own cluster, looked at and never written to: `connect()` follows it for the lab, and its `dump()` is rehearsed.

lightkube, an extra of the package, reads the kubeconfig and makes the connection; it is imported when it is needed.
"""

from k8slearn.watching.connected import WatchedCluster, connect
from k8slearn.watching.errors import NotConnected

__all__ = ["NotConnected", "WatchedCluster", "connect"]
