"""The rules of the level restricted beyond those of baseline."""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_security.baseline import seccomp
from k8slearn.kinds.pod_security.parts import (
    Check,
    Violation,
    has_own_users,
    must_not_add,
    named,
    quoted,
    security_of,
    setters_of,
    uses,
    where,
)


def but_for_windows(check: Check) -> Check:
    """The check, passed by every Pod of Windows: it is about what Windows does not have."""

    def elsewhere(pod: Object) -> Violation | None:
        if (pod["spec"].get("os") or {}).get("name") == "windows":
            return None
        return check(pod)

    return elsewhere


def escalation(pod: Object) -> Violation | None:
    field = "allowPrivilegeEscalation"
    bad = where(pod, lambda c: security_of(c).get(field) is not False)
    detail = f" must set securityContext.{field}=false"
    return Violation(f"{field} != false", named("container", bad) + detail) if bad else None  # fmt: skip


def drops_all(container: Object) -> bool:
    capabilities = security_of(container).get("capabilities") or {}
    return "ALL" in (capabilities.get("drop") or ())


def few_capabilities(pod: Object) -> Violation | None:
    details = []
    keeping = where(pod, lambda c: not drops_all(c))
    if keeping:
        told = named("container", keeping)
        details.append(f'{told} must set securityContext.capabilities.drop=["ALL"]')
    adding = must_not_add(pod, frozenset(["NET_BIND_SERVICE"]))
    details += [adding] if adding else []
    if not details:
        return None
    return Violation("unrestricted capabilities", "; ".join(details))


_VOLUMES = frozenset(
    [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    ]
)


def few_volumes(pod: Object) -> Violation | None:
    names = []
    kinds = set()
    for volume in pod["spec"].get("volumes") or ():
        kind = next((field for field in volume if field != "name"), "unknown")
        if kind not in _VOLUMES:
            names.append(volume["name"])
            kinds.add(kind)
    if not names:
        return None
    used = uses("volume", names, "restricted volume type", kinds)
    return Violation("restricted volume types", f"{used} {quoted(sorted(kinds))}")


def non_root(pod: Object) -> Violation | None:
    field = "runAsNonRoot"
    if has_own_users(pod):
        return None
    setters = setters_of(pod, lambda security: security.get(field) is False)
    if setters:
        detail = " and ".join(setters) + f" must not set securityContext.{field}=false"
        return Violation(f"{field} != true", detail)
    if security_of(pod["spec"]).get(field):
        return None
    open_ones = where(pod, lambda c: security_of(c).get(field) is None)
    if not open_ones:
        return None
    detail = (
        f"pod or {named('container', open_ones)} must set securityContext.{field}=true"
    )
    return Violation(f"{field} != true", detail)


def not_user_0(pod: Object) -> Violation | None:
    if has_own_users(pod):
        return None
    setters = setters_of(pod, lambda security: security.get("runAsUser") == 0)
    detail = " and ".join(setters) + " must not set runAsUser=0"
    if setters:
        return Violation("runAsUser=0", detail)
    return None


def seccomp_set(pod: Object) -> Violation | None:
    forbidden = seccomp(pod)
    if forbidden:
        return forbidden
    if security_of(pod["spec"]).get("seccompProfile"):
        return None
    open_ones = where(pod, lambda c: not security_of(c).get("seccompProfile"))
    if not open_ones:
        return None
    detail = f"pod or {named('container', open_ones)} must set securityContext."
    detail += 'seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return Violation("seccompProfile", detail)
