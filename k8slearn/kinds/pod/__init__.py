"""Pod. Kubernetes: pkg/registry/core/pod/strategy.go"""

from k8slearn.kinds.pod.row import POD

__all__ = ["POD"]
