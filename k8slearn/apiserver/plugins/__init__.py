"""The admission plugins: what is put into an object, or refused, with an eye on other objects.

First those that change an object, while one that is to be named by its prefix has no name yet; after the kind's own
validation those that only say no. Kubernetes: pkg/kubeapiserver/options/plugins.go, AllOrderedPlugins
"""

from __future__ import annotations

from typing import NamedTuple

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import BUILT_IN, Object
from k8slearn.apiserver.plugins import (
    claim_resize,
    default_class,
    default_tolerations,
    in_use_protection,
    limit_ranger,
    pod_resize,
    pod_security,
    resource_quota,
    runtime_class,
    secret_references,
    service_account,
)
from k8slearn.kinds import BY_KIND, KINDS
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod.resize import SUBRESOURCE as RESIZE
from k8slearn.kinds.warnings import warnings as of_kind
from k8slearn.kinds.warnings.others import custom as of_custom


class Settings(NamedTuple):
    """How the API server was started."""

    service_accounts: bool = False
    """Whether the ServiceAccount plugin is on: each Pod runs as an account and carries its token."""


DEFAULT = Settings()
# The kinds that a Pod names one of. Not all of them, since every Pod is asked.
_NAMED_BY_PODS = tuple(row for row in KINDS if row.admit_pod is not Kind.admit_pod)


def mutate(o: Object, reader: Reader, settings: Settings) -> Object:
    """The new object with what plugins put into it. Raises ApiError Forbidden."""
    if o["apiVersion"] not in BUILT_IN:
        # A definition may give its kind any name: that of a Pod, too.
        return o
    kind = o["kind"]
    if kind in in_use_protection.FINALIZERS:
        o = in_use_protection.mutate(o)
    if kind == "PersistentVolumeClaim":
        return default_class.mutate(o, reader)
    if kind != "Pod":
        return o
    o = limit_ranger.mutate(o, reader)
    if settings.service_accounts:
        o = service_account.mutate(o, reader)
    for row in _NAMED_BY_PODS:
        o = row.admit_pod(o, reader)
    o = default_tolerations.mutate(o)
    return runtime_class.mutate(o, reader)


def mutate_change(o: Object, old: Object) -> Object:
    """The changed object with what plugins put into it, as they did when it was new."""
    if o["kind"] != "Pod" or o["apiVersion"] not in BUILT_IN:
        return o
    for row in _NAMED_BY_PODS:
        o = row.keep_in_pod(o, old)
    return default_tolerations.mutate(o)


def equipped(o: Object, reader: Reader, settings: Settings) -> Object:
    """The new object, which has a uid by now and is to be stored, with what is each one's own."""
    if o["kind"] != "Pod" or not settings.service_accounts:
        return o
    if o["apiVersion"] not in BUILT_IN:
        return o
    return service_account.equipped(o, reader)


def validate(
    o: Object,
    old: Object | None,
    reader: Reader,
    settings: Settings,
    *,
    subresource: str = "",
) -> list[Object]:
    """Refuse a new or (where there was an old one) a changed object. Raises ApiError.

    Returns the quotas as they stand once it is let in, for the API server to store.
    """
    if o["apiVersion"] not in BUILT_IN:
        # Deviation: quotas do not count objects of custom kinds.
        return []
    kind = o["kind"]
    if kind == "Pod" and old is None:
        limit_ranger.validate(o, reader)
        runtime_class.validate(o, reader)
        if settings.service_accounts:
            secret_references.validate(o, reader)
    if kind == "PersistentVolumeClaim" or subresource == RESIZE:
        limit_ranger.validate(o, reader)
    if kind == "PersistentVolumeClaim" and old is not None and not subresource:
        claim_resize.validate(o, old, reader)
    if subresource == RESIZE and old is not None and o["spec"] != old["spec"]:
        pod_resize.validate(o, reader)
    if kind in BY_KIND:
        BY_KIND[kind].refuse(o, reader)
    pod_security.validate(o, old, reader)
    return resource_quota.charged(o, old, reader)


def warnings(o: Object, old: Object | None, reader: Reader) -> list[str]:
    """What a client is warned of after a write that was let in."""
    if o["apiVersion"] not in BUILT_IN:
        return of_custom(o, old)
    # The kind's own come first: it prepares an object before the plugins have the last word.
    return [*of_kind(o, old), *pod_security.warnings(o, old, reader)]
