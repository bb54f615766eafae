"""The spec of a Pod, also inside a template.

Kubernetes: pkg/apis/core/validation/validation.go ValidatePodSpec, ValidatePodTemplateSpec
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    Check,
    by,
    chosen,
    duplicate,
    each_by,
    follows,
    forbidden,
    given,
    indexed,
    invalid,
    items,
    not_found,
    not_supported,
    required,
    too_long,
)
from k8slearn.apimachinery.gotext import MAX_INT32
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.pod_template.affinity import affinity, tolerations, topology_spread
from k8slearn.kinds.pod_template.annotations import pod_annotations, profiles_match
from k8slearn.kinds.pod_template.container import containers
from k8slearn.kinds.pod_template.container_lists import (
    FROM_MANIFEST,
    containers_with_paths,
)
from k8slearn.kinds.pod_template.dns import dns
from k8slearn.kinds.pod_template.resources import (
    container_resources,
    pod_resources,
    within_pod,
)
from k8slearn.kinds.pod_template.security import pod_security_context
from k8slearn.kinds.pod_template.volumes import volumes
from k8slearn.kinds.pod_template.windows import host_processes, of_system

RESTART_POLICIES = ("Always", "OnFailure", "Never")
DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PREEMPTION_POLICIES = ("PreemptLowerPriority", "Never")
_SYSTEMS = ("linux", "windows")
# Linux' HOST_NAME_MAX.
_MAX_HOST_NAME = 64
_CLAIM_SOURCES = ("resourceClaimName", "resourceClaimTemplateName")
_ONE_CLAIM = (
    "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
)
_SOME_CLAIM = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
_OWN_USERS = "when `hostUsers` is false"
# Two of the paths begin with Go's capital: so upstream writes them.
_HOST_NAMESPACES = {
    "hostNetwork": "hostNetwork",
    "hostPID": "HostPID",
    "hostIPC": "HostIPC",
}


_subdomain = by(text.dns_subdomain)
_label = by(text.dns_label)
_HOST_NAMES = {"hostnames": each_by(text.dns_subdomain)}
_TEMPLATE_METADATA = {"labels": meta.labels, "annotations": meta.annotation_keys}


def pod_template(template: Object, path: str) -> Causes:
    """A template inside a controller. Kubernetes: ValidatePodTemplateSpec"""
    metadata = template.get("metadata", {})
    spec = template.get("spec", {})
    annotations = metadata.get("annotations", {})
    # No `metadata` in these paths: upstream hands the template's own path on.
    yield from given(metadata, path, _TEMPLATE_METADATA)
    yield from pod_annotations(annotations, spec, f"{path}.annotations")
    yield from pod_spec(spec, f"{path}.spec")
    yield from profiles_match(annotations, spec, f"{path}.spec")
    if spec.get("ephemeralContainers"):
        detail = "ephemeral containers not allowed in pod template"
        yield forbidden(f"{path}.spec.ephemeralContainers", detail)


def pod_spec(spec: Object, path: str, *, is_pod: bool = False) -> Causes:
    """A Pod's spec; `is_pod` where it is not a template. The order is ValidatePodSpec's."""
    if "terminationGracePeriodSeconds" not in spec:
        yield required(f"{path}.terminationGracePeriodSeconds")
    valid, causes = volumes(spec.get("volumes", []), f"{path}.volumes")
    yield from causes
    yield from given(spec, path, {"resourceClaims": _resource_claims})
    yield from containers(spec, valid, path)
    yield from _resources(spec, f"{path}.resources")
    yield from _host_network(spec, path, is_pod)
    yield from _policies(spec, path)
    yield from given(spec, path, {"nodeSelector": meta.labels})
    security = spec.get("securityContext", {})
    yield from pod_security_context(security, spec, f"{path}.securityContext")
    yield from given(spec, path, {"affinity": affinity})
    yield from dns(spec, f"{path}.dnsConfig")
    yield from given(spec, path, _PLACEMENT)
    yield from host_processes(spec, path)
    yield from _host_users(spec, path)
    yield from _host_name(spec, f"{path}.hostnameOverride")
    yield from _names(spec, path)
    yield from given(spec, path, _REST)
    yield from _rest(spec, path)


def _resource_claims(claims: list[Object], path: str) -> Causes:
    seen: set[str] = set()
    for at, claim in indexed(claims, path):
        name = claim.get("name", "")
        if not name:
            yield required(f"{at}.name")
        elif name in seen:
            yield duplicate(f"{at}.name", name)
        else:
            yield from follows(f"{at}.name", name, text.dns_label)
        seen.add(name)
        yield from _claim_source(claim, at)


def _claim_source(claim: Object, path: str) -> Causes:
    named = [field for field in _CLAIM_SOURCES if field in claim]
    # The claim as Go prints its struct into the message.
    shown: Object = {"Name": claim.get("name", "")}
    for field in _CLAIM_SOURCES:
        go_name = field[0].upper() + field[1:]
        shown[go_name] = claim.get(field)
    if len(named) > 1:
        yield invalid(path, shown, _ONE_CLAIM)
    if not named:
        yield invalid(path, shown, _SOME_CLAIM)
    for field in named:
        yield from follows(f"{path}.{field}", claim[field], text.dns_subdomain)


def _resources(spec: Object, path: str) -> Causes:
    # Kubernetes: validatePodResources
    found = spec.get("resources")
    if found is None:
        return
    if spec.get("os", {}).get("name") == "windows":
        yield forbidden(path, "may not be set for a windows pod")
        return
    yield from pod_resources(found, path)
    yield from within_pod(spec, path)


def _host_network(spec: Object, path: str, is_pod: bool) -> Causes:
    # Kubernetes: validatePodHostNetworkDeps
    if not spec.get("hostNetwork"):
        return
    for at, container in items(spec, "containers", path):
        for place, port in items(container, "ports", at):
            host = port.get("hostPort", 0)
            own = port.get("containerPort", 0)
            # In a template the host's port may still be left out: the Pod's defaults fill it in.
            is_given = is_pod or bool(host)
            if is_given and host != own:
                detail = "must match `containerPort` when `hostNetwork` is true"
                yield invalid(f"{place}.hostPort", host, detail)


def _policies(spec: Object, path: str) -> Causes:
    yield from chosen(spec, "restartPolicy", path, RESTART_POLICIES)
    yield from chosen(spec, "dnsPolicy", path, DNS_POLICIES)


def _readiness_gates(gates: list[Object], path: str) -> Causes:
    for at, gate in indexed(gates, path):
        kind = gate.get("conditionType", "")
        yield from follows(f"{at}.conditionType", kind, text.label_key)


def _scheduling_gates(gates: list[Object], path: str) -> Causes:
    seen: set[str] = set()
    for at, gate in indexed(gates, path):
        name = gate.get("name", "")
        yield from follows(at, name, text.label_key)
        if name in seen:
            yield duplicate(at, name)
        seen.add(name)


def _host_users(spec: Object, path: str) -> Causes:
    # Users of its own and a namespace of the host would be root's rights by the back door.
    if spec.get("hostUsers", True):
        return
    for field, shown in _HOST_NAMESPACES.items():
        if spec.get(field):
            yield forbidden(f"{path}.{shown}", _OWN_USERS)
    # A block device has no files whose owners could be mapped.
    for at, container in containers_with_paths(spec, path):
        if container.get("volumeDevices"):
            yield forbidden(f"{at}.volumeDevices", _OWN_USERS)


def _host_name(spec: Object, path: str) -> Causes:
    # Kubernetes: validatePodHostName
    name = spec.get("hostnameOverride")
    if name is None:
        return
    for field in ("setHostnameAsFQDN", "hostNetwork"):
        if spec.get(field):
            yield forbidden(path, f"may not be specified when {field} is true")
    if text.size(name) > _MAX_HOST_NAME:
        yield too_long(path, _MAX_HOST_NAME)
    yield from follows(path, name, text.dns_subdomain)


def _names(spec: Object, path: str) -> Causes:
    yield from given(spec, path, {"serviceAccountName": _subdomain})
    account = spec.get("serviceAccountName", "")
    alias = spec.get("serviceAccount", "")
    if alias != account:
        detail = f'must be the same as serviceAccountName: "{account}"'
        yield invalid(f"{path}.deprecatedServiceAccount", alias, detail)
    yield from given(spec, path, {"nodeName": _subdomain})
    deadline: Any = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= MAX_INT32:
        detail = text.between(1, MAX_INT32)
        yield invalid(f"{path}.activeDeadlineSeconds", deadline, detail)
    yield from given(spec, path, {"hostname": _label, "subdomain": _label})


def _rest(spec: Object, path: str) -> Causes:
    if "preemptionPolicy" in spec:
        yield from chosen(spec, "preemptionPolicy", path, _PREEMPTION_POLICIES)
    if "overhead" in spec:
        # Upstream looks at the overhead as at a container's limits.
        limits = {"limits": spec["overhead"]}
        yield from container_resources(limits, [], f"{path}.overhead")
    if "os" in spec:
        system = spec["os"].get("name", "")
        yield from _os(system, f"{path}.os")
        yield from of_system(system, spec, path)
    yield from _file_volumes(spec, path)


def _host_aliases(found: list[Object], path: str) -> Causes:
    for at, alias in indexed(found, path):
        address = alias.get("ip", "")
        yield from follows(f"{at}.ip", address, text.ip_address)
        yield from given(alias, at, _HOST_NAMES)


def _os(name: str, path: str) -> Causes:
    if not name:
        yield required(f"{path}.name")
    elif name not in _SYSTEMS:
        yield not_supported(path, name, _SYSTEMS)


def _file_volumes(spec: Object, path: str) -> Causes:
    # Kubernetes: validateFileKeyRefVolumes
    volumes = spec.get("volumes", [])
    sources = {volume.get("name", ""): volume for volume in volumes}
    for kind in FROM_MANIFEST:
        for place, container in items(spec, kind, path):
            for at, variable in items(container, "env", place):
                reference = variable.get("valueFrom", {}).get("fileKeyRef")
                if reference is None:
                    continue
                name = reference.get("volumeName", "")
                field = f"{at}.valueFrom.fileKeyRef.volumeName"
                yield from _file_volume(name, sources, field)


def _file_volume(name: str, sources: dict[str, Object], path: str) -> Causes:
    if name not in sources:
        yield not_found(path, name)
    elif "emptyDir" not in sources[name]:
        yield invalid(path, name, "referenced volume must be of type emptyDir")


# Each in the order in which ValidatePodSpec comes to its fields.
_PLACEMENT: dict[str, Check] = {
    "readinessGates": _readiness_gates,
    "schedulingGates": _scheduling_gates,
    "topologySpreadConstraints": topology_spread,
}
_REST: dict[str, Check] = {
    "tolerations": tolerations,
    "hostAliases": _host_aliases,
    "priorityClassName": _subdomain,
    "runtimeClassName": _subdomain,
}
