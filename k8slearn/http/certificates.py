"""Requests for certificates: they say who asks.

Kubernetes: pkg/registry/certificates/certificates/strategy.go, PrepareForCreate
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.rbac import User

REQUEST = "CertificateSigningRequest"
_WHO = ("username", "uid", "groups", "extra")


def asked_by(user: User, request: Object) -> Object:
    """The request as this user's, whatever it said of its user itself."""
    sent = request.get("spec", {})
    spec = {field: value for field, value in sent.items() if field not in _WHO}
    return {**request, "spec": spec | user.as_info()}
