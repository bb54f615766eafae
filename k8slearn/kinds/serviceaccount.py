"""ServiceAccount. Kubernetes: pkg/registry/core/serviceaccount/strategy.go"""

from __future__ import annotations

from k8slearn.kinds.kind import Kind

SERVICE_ACCOUNT = Kind("v1", "ServiceAccount", returned_on_delete=True)
