"""The rules of the level baseline: they keep a Pod from taking over its Node."""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, annotations_of
from k8slearn.kinds.pod_security.parts import (
    Check,
    Violation,
    containers,
    has_own_users,
    must_not_add,
    named,
    quoted,
    security_of,
    setters_of,
    uses,
    where,
)


def app_armor(pod: Object) -> Violation | None:
    kinds: set[str] = set()

    def is_bad(security: Object) -> bool:
        kind = (security.get("appArmorProfile") or {}).get("type")
        bad = kind not in (None, "RuntimeDefault", "Localhost")
        kinds.update([str(kind)] if bad else [])
        return bad

    setters = setters_of(pod, is_bad)
    notes = [
        f'{key}="{value}"'
        for key, value in sorted(annotations_of(pod).items())
        if key.startswith("container.apparmor.security.beta.kubernetes.io/")
        and value not in ("", "runtime/default")
        and not value.startswith("localhost/")
    ]
    if notes:
        setters.append("annotation" if len(notes) == 1 else "annotations")
    if not setters:
        return None
    values = [*sorted(kinds), *notes]
    plural = "" if len(values) == 1 else "s"
    detail = f"{' and '.join(setters)} must not set AppArmor profile type to {quoted(values)}"
    return Violation(f"forbidden AppArmor profile{plural}", detail)


_DEFAULT_CAPABILITIES = frozenset(
    (
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"),
        *("NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
    )
)


def default_capabilities(pod: Object) -> Violation | None:
    detail = must_not_add(pod, _DEFAULT_CAPABILITIES)
    if detail:
        return Violation("non-default capabilities", detail)
    return None


def host_namespaces(pod: Object) -> Violation | None:
    fields = ("hostNetwork", "hostPID", "hostIPC")
    used = [f"{field}=true" for field in fields if pod["spec"].get(field)]
    if used:
        return Violation("host namespaces", ", ".join(used))
    return None


def host_path(pod: Object) -> Violation | None:
    used = [v["name"] for v in pod["spec"].get("volumes") or () if "hostPath" in v]
    if used:
        return Violation("hostPath volumes", named("volume", used))
    return None


def ports_of(container: Object) -> set[int]:
    ports = (port.get("hostPort", 0) for port in container.get("ports") or ())
    return {port for port in ports if port}


def host_ports(pod: Object) -> Violation | None:
    bad = where(pod, lambda c: bool(ports_of(c)))
    if not bad:
        return None
    ports = set().union(*(ports_of(c) for c in containers(pod)))
    # As texts: 10000 comes before 9000.
    shown = ", ".join(sorted(map(str, ports)))
    return Violation("hostPort", f"{uses('container', bad, 'hostPort', ports)} {shown}")


def hosts_of(container: Object) -> set[str]:
    """The hosts that a container's probes and hooks talk to, where they name one."""
    lifecycle = container.get("lifecycle") or {}
    probes = ("livenessProbe", "readinessProbe", "startupProbe")
    handlers = [container.get(probe) or {} for probe in probes]
    handlers += [lifecycle.get(hook) or {} for hook in ("postStart", "preStop")]
    calls = [h.get(way) or {} for h in handlers for way in ("httpGet", "tcpSocket")]
    return {call["host"] for call in calls if call.get("host")}


def host_probes(pod: Object) -> Violation | None:
    bad = sorted(where(pod, lambda c: bool(hosts_of(c))))
    if not bad:
        return None
    hosts = sorted(set().union(*(hosts_of(c) for c in containers(pod))))
    what = "probe or lifecycle host"
    return Violation(what, f"{uses('container', bad, what, hosts)} {quoted(hosts)}")


def privileged(pod: Object) -> Violation | None:
    bad = where(pod, lambda c: bool(security_of(c).get("privileged")))
    detail = " must not set securityContext.privileged=true"
    if bad:
        return Violation("privileged", named("container", bad) + detail)
    return None


def proc_mount(pod: Object) -> Violation | None:
    usual = (None, "Default")
    bad = where(pod, lambda c: security_of(c).get("procMount") not in usual)
    if not bad:
        return None
    kinds = {security_of(c).get("procMount") for c in containers(pod)} - set(usual)
    shown = quoted(sorted(map(str, kinds)))
    detail = (
        f"{named('container', bad)} must not set securityContext.procMount to {shown}"
    )
    return Violation("procMount", detail)


def proc_mount_of_host(pod: Object) -> Violation | None:
    if has_own_users(pod):
        return None
    return proc_mount(pod)


_SELINUX_TYPES = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")  # fmt: skip


def se_linux(pod: Object) -> Violation | None:
    types: set[str] = set()
    fields: set[str] = set()

    def is_bad(security: Object) -> bool:
        options = security.get("seLinuxOptions") or {}
        kind = options.get("type", "")
        own = {field for field in ("user", "role") if options.get(field)}
        types.update([kind] if kind not in _SELINUX_TYPES else [])
        fields.update(own)
        return kind not in _SELINUX_TYPES or bool(own)

    setters = setters_of(pod, is_bad)
    if not setters:
        return None
    told = []
    if types:
        told = [named("type", sorted(types))]
    told += [f"{each} may not be set" for each in ("user", "role") if each in fields]
    detail = " and ".join(setters) + " set forbidden securityContext.seLinuxOptions: "
    return Violation("seLinuxOptions", detail + "; ".join(told))


def seccomp(pod: Object) -> Violation | None:
    kinds: set[str] = set()

    def is_bad(security: Object) -> bool:
        kind = (security.get("seccompProfile") or {}).get("type")
        bad = kind not in (None, "RuntimeDefault", "Localhost")
        kinds.update([str(kind)] if bad else [])
        return bad

    setters = setters_of(pod, is_bad)
    if not setters:
        return None
    told = " and ".join(setters)
    detail = f"{told} must not set securityContext.seccompProfile.type to {quoted(sorted(kinds))}"
    return Violation("seccompProfile", detail)


def seccomp_notes(pod: Object) -> Violation | None:
    notes = annotations_of(pod)
    kind = "seccomp.security.alpha.kubernetes.io/"
    keys = [f"container.{kind}{c['name']}" for c in containers(pod)]
    bad = [
        f'{key}="{notes[key]}"'
        for key in sorted([*keys, f"{kind}pod"])
        if key in notes
        and notes[key] not in _GOOD_NOTES
        and not notes[key].startswith("localhost/")
    ]
    if not bad:
        return None
    plural = "" if len(bad) == 1 else "s"
    return Violation("seccompProfile", f"forbidden annotation{plural} {', '.join(bad)}")


_GOOD_NOTES = ("runtime/default", "docker/default")

_SYSCTLS_OF_OLD = frozenset(
    (
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
    )
)
_SYSCTLS_27 = _SYSCTLS_OF_OLD | {"net.ipv4.ip_local_reserved_ports"}
_SYSCTLS_29 = _SYSCTLS_27 | {
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
}
# The kubelet refuses all others too. Kubernetes: pkg/kubelet/sysctl/safe_sysctls.go, the same names
SAFE_SYSCTLS = _SYSCTLS_29 | {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}


def _only(allowed: frozenset[str]) -> Check:
    def check(pod: Object) -> Violation | None:
        given = [each["name"] for each in security_of(pod["spec"]).get("sysctls") or ()]
        bad = [each for each in given if each not in allowed]
        if bad:
            return Violation("forbidden sysctls", ", ".join(bad))
        return None

    return check


sysctls_of_old = _only(_SYSCTLS_OF_OLD)
sysctls_27 = _only(_SYSCTLS_27)
sysctls_29 = _only(_SYSCTLS_29)
sysctls = _only(SAFE_SYSCTLS)


def windows_host(pod: Object) -> Violation | None:
    def is_bad(security: Object) -> bool:
        return bool((security.get("windowsOptions") or {}).get("hostProcess"))

    setters = setters_of(pod, is_bad)
    if not setters:
        return None
    detail = " and ".join(setters)
    detail += " must not set securityContext.windowsOptions.hostProcess=true"
    return Violation("hostProcess", detail)
