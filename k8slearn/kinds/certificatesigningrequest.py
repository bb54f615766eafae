"""CertificateSigningRequest.

Kubernetes: pkg/registry/certificates/certificates/strategy.go
"""

from __future__ import annotations

from dataclasses import replace

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.inert import row_of_line
from k8slearn.kinds.kind import texts_at

_WHO = ("username", "uid", "groups", "extra")


def asked_by(request: Object, user: Object) -> Object:
    """The request as this user's, whatever it says of its user itself. Kubernetes: PrepareForCreate"""
    sent = request.get("spec", {})
    spec = {field: value for field, value in sent.items() if field not in _WHO}
    return {**request, "spec": spec | user}


_LINE = "certificates.k8s.io/v1 CertificateSigningRequest - certificate-controller"
CERTIFICATE_SIGNING_REQUEST = replace(
    row_of_line(_LINE),
    asked_by=asked_by,
    # Kubernetes: pkg/apis/certificates/v1/conversion.go
    selectable_fields=texts_at("spec.signerName"),
)
