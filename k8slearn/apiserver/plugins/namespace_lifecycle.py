"""NamespaceLifecycle: nothing is made in a namespace that is not there, or that is going.

Kubernetes: apiserver/pkg/admission/plugin/namespace/lifecycle
"""

from __future__ import annotations

from k8slearn.apimachinery.errors import not_found
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, is_deleting, namespace
from k8slearn.apiserver.plugins.refusal import refuse


def require(o: Object, reader: Reader) -> None:
    """Raises ApiError NotFound or Forbidden."""
    place = namespace(o)
    found = reader.get("Namespace", place)
    if found is None:
        raise not_found("namespaces", place)
    if is_deleting(found):
        why = f"unable to create new content in namespace {place} because it is being terminated"
        raise refuse(o, why)
