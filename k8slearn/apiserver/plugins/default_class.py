"""A claim that does not say of which class it is gets the default one, where there is one.

Kubernetes: plugin/pkg/admission/storage/storageclass/setdefault
"""

from __future__ import annotations

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.persistentvolumeclaim import default_class, has_class


def mutate(claim: Object, reader: Reader) -> Object:
    """The new claim with its class."""
    if has_class(claim):
        return claim
    found = default_class(reader.list("StorageClass"))
    if not found:
        return claim
    return {**claim, "spec": {**claim["spec"], "storageClassName": found}}
