"""Service. Kubernetes: pkg/registry/core/service/strategy.go"""

from k8slearn.kinds.service.row import SERVICE

__all__ = ["SERVICE"]
