"""Annotations that mean something to a Pod, also inside a template.

Kubernetes: pkg/apis/core/validation/validation.go ValidatePodSpecificAnnotations and what it calls,
validateSeccompAnnotationsAndFields, validateAppArmorAnnotationsAndFieldsMatchOnCreate
"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import Causes, forbidden, invalid
from k8slearn.apimachinery.gotext import MAX_INT32, go_quote
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.container_lists import (
    ALL,
    containers_in,
    containers_with_paths,
)
from k8slearn.kinds.pod_template.mounts import descending_path

MIRROR = "kubernetes.io/config.mirror"
"""A mirror is what a kubelet shows of a Pod of its own."""
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
CONTAINER_SECCOMP = "container.seccomp.security.alpha.kubernetes.io/"
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
_LOCAL = "localhost/"
# By the field's type, the values of the annotation that mean the same.
_SAME: dict[str, tuple[str, ...]] = {
    "Unconfined": ("unconfined",),
    "RuntimeDefault": ("runtime/default", "docker/default"),
}
_SECCOMP_VALUES = ("runtime/default", "docker/default", "unconfined")
_APP_ARMOR_VALUES = ("", "runtime/default", "unconfined")


def pod_annotations(found: dict[str, str], spec: Object, path: str) -> Causes:
    """Kubernetes: ValidatePodSpecificAnnotations"""
    # It is bound from the start.
    if MIRROR in found and not spec.get("nodeName"):
        detail = "must set spec.nodeName if mirror pod annotation is set"
        yield invalid(f"{path}[{MIRROR}]", found[MIRROR], detail)
    if DELETION_COST in found:
        cost = found[DELETION_COST]
        is_number = not text.decimal_integer(cost)
        if not is_number or abs(int(cost)) > MAX_INT32:
            detail = "must be a 32bit integer"
            yield invalid(f"{path}[{DELETION_COST}]", cost, detail)
    for key, profile in found.items():
        if key == SECCOMP or key.startswith(CONTAINER_SECCOMP):
            yield from _seccomp(profile, f"{path}.{key}")
        elif key.startswith(APP_ARMOR):
            container = key.removeprefix(APP_ARMOR)
            yield from _app_armor(container, profile, spec, f"{path}[{key}]")


def _seccomp(profile: str, path: str) -> Causes:
    if profile.startswith(_LOCAL):
        yield from descending_path(profile.removeprefix(_LOCAL), path)
    elif profile not in _SECCOMP_VALUES:
        yield invalid(path, profile, "must be a valid seccomp profile")


def _app_armor(container: str, profile: str, spec: Object, path: str) -> Causes:
    names = {each.get("name", "") for each in containers_in(spec, ALL)}
    if container not in names:
        yield invalid(path, container, "container not found")
    if profile not in _APP_ARMOR_VALUES and not profile.startswith(_LOCAL):
        detail = f"invalid AppArmor profile name: {go_quote(profile)}"
        yield invalid(path, profile, detail)


def profiles_match(found: dict[str, str], spec: Object, path: str) -> Causes:
    """Where a profile is named by a field and by an annotation too, both name the same."""
    if not any("seccomp" in key or "apparmor" in key for key in found):
        return
    whole = spec.get("securityContext", {})
    at = f"{path}.securityContext.seccompProfile"
    yield from _match("seccomp", found.get(SECCOMP), whole.get("seccompProfile"), at)
    contexts = [
        (f"{at}.securityContext", each.get("name", ""), each.get("securityContext", {}))
        for at, each in containers_with_paths(spec, path)
    ]
    for at, name, context in contexts:
        written = found.get(CONTAINER_SECCOMP + name)
        profile = context.get("seccompProfile")
        yield from _match("seccomp", written, profile, f"{at}.seccompProfile")
    if spec.get("os", {}).get("name") == "windows":
        return
    for at, name, context in contexts:
        written = found.get(APP_ARMOR + name)
        profile = context.get("appArmorProfile", whole.get("appArmorProfile"))
        yield from _match("apparmor", written, profile, f"{at}.appArmorProfile")


def _match(of: str, written: str | None, profile: Object | None, path: str) -> Causes:
    if written is None or profile is None:
        return
    kind = profile.get("type", "")
    if kind == "Localhost" and written.startswith(_LOCAL):
        if written.removeprefix(_LOCAL) != profile.get("localhostProfile"):
            detail = f"{of} profile in annotation and field must match"
            yield forbidden(f"{path}.localhostProfile", detail)
        return
    # Docker's name of the default is known of seccomp alone.
    is_same = written in _SAME.get(kind, ())
    if not is_same or (of == "apparmor" and written == "docker/default"):
        detail = f"{of} type in annotation and field must match"
        yield forbidden(f"{path}.type", detail)
