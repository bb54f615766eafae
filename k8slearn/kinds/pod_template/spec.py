"""The spec of a Pod, also inside a template.

Kubernetes: pkg/apis/core/validation/validation.go ValidatePodSpec, ValidatePodTemplateSpec
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_found,
    not_supported,
    one_of,
    required,
    too_long,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.pod_template.affinity import affinity, tolerations, topology_spread
from k8slearn.kinds.pod_template.container import containers
from k8slearn.kinds.pod_template.resources import container_resources, pod_resources
from k8slearn.kinds.pod_template.security import pod_security_context
from k8slearn.kinds.pod_template.volumes import volumes

RESTART_POLICIES = ("Always", "OnFailure", "Never")
DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_MAX_INT32 = 2**31 - 1
_MIRROR = "kubernetes.io/config.mirror"
_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
_CLAIM_SOURCES = ("resourceClaimName", "resourceClaimTemplateName")


def pod_template(template: Object, path: str) -> Causes:
    """A template inside a controller. Kubernetes: ValidatePodTemplateSpec"""
    metadata, spec = template.get("metadata", {}), template.get("spec", {})
    yield from meta.labels(metadata.get("labels", {}), f"{path}.labels")
    yield from meta.annotation_keys(
        metadata.get("annotations", {}), f"{path}.annotations"
    )
    yield from pod_annotations(
        metadata.get("annotations", {}), spec, f"{path}.annotations"
    )
    yield from pod_spec(spec, f"{path}.spec")
    if spec.get("ephemeralContainers"):
        yield forbidden(
            f"{path}.spec.ephemeralContainers",
            "ephemeral containers not allowed in pod template",
        )


def pod_annotations(found: dict[str, str], spec: Object, path: str) -> Causes:
    """Annotations that mean something to a Pod. Kubernetes: ValidatePodSpecificAnnotations"""
    if _MIRROR in found and not spec.get("nodeName"):
        detail = "must set spec.nodeName if mirror pod annotation is set"
        yield invalid(f"{path}[{_MIRROR}]", found[_MIRROR], detail)
    cost = found.get(_DELETION_COST, "0")
    if text.decimal_integer(cost) or abs(int(cost)) > _MAX_INT32:
        yield invalid(f"{path}[{_DELETION_COST}]", cost, "must be a 32bit integer")


def pod_spec(spec: Object, path: str, *, is_pod: bool = False) -> Causes:
    """A Pod's spec; `is_pod` where it is not a template."""
    if "terminationGracePeriodSeconds" not in spec:
        yield required(f"{path}.terminationGracePeriodSeconds")
    valid, causes = volumes(spec.get("volumes", []), f"{path}.volumes")
    yield from causes
    yield from _resource_claims(
        spec.get("resourceClaims", []), f"{path}.resourceClaims"
    )
    yield from containers(spec, valid, path)
    if "resources" in spec:
        yield from pod_resources(spec["resources"], f"{path}.resources")
    yield from _host_network(spec, path, is_pod)
    yield from _policies(spec, path)
    yield from meta.labels(spec.get("nodeSelector", {}), f"{path}.nodeSelector")
    yield from pod_security_context(
        spec.get("securityContext", {}), spec, f"{path}.securityContext"
    )
    yield from _namespaces(spec, path)
    yield from affinity(spec.get("affinity", {}), f"{path}.affinity")
    yield from _dns(spec, f"{path}.dnsConfig")
    yield from _gates(spec, path)
    yield from topology_spread(
        spec.get("topologySpreadConstraints", []), f"{path}.topologySpreadConstraints"
    )
    yield from _host_users(spec, path)
    yield from _host_name(spec, path)
    yield from _names(spec, path)
    yield from _rest(spec, path)


def _resource_claims(claims: list[Object], path: str) -> Causes:
    seen: set[str] = set()
    for i, claim in enumerate(claims):
        at, name = f"{path}[{i}]", claim.get("name", "")
        if not name:
            yield required(f"{at}.name")
        elif name in seen:
            yield duplicate(f"{at}.name", name)
        else:
            yield from each_invalid(f"{at}.name", name, text.dns_label(name))
        seen.add(name)
        yield from _claim_source(claim, at)


def _claim_source(claim: Object, path: str) -> Causes:
    given = [field for field in _CLAIM_SOURCES if field in claim]
    shown = {"Name": claim.get("name", "")} | {
        f[0].upper() + f[1:]: claim.get(f) for f in _CLAIM_SOURCES
    }
    if len(given) > 1:
        detail = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
        yield invalid(path, shown, detail)
    if not given:
        yield invalid(
            path,
            shown,
            "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`",
        )
    for field in given:
        yield from each_invalid(
            f"{path}.{field}", claim[field], text.dns_subdomain(claim[field])
        )


def _host_network(spec: Object, path: str, is_pod: bool) -> Causes:
    # Kubernetes: validatePodHostNetworkDeps
    if not spec.get("hostNetwork"):
        return
    for i, container in enumerate(spec.get("containers") or []):
        for j, port in enumerate(container.get("ports", [])):
            host, own = port.get("hostPort", 0), port.get("containerPort", 0)
            if (is_pod or host) and host != own:
                at = f"{path}.containers[{i}].ports[{j}].hostPort"
                yield invalid(
                    at, host, "must match `containerPort` when `hostNetwork` is true"
                )


def _policies(spec: Object, path: str) -> Causes:
    yield from one_of(
        f"{path}.restartPolicy", spec.get("restartPolicy", ""), RESTART_POLICIES
    )
    yield from one_of(f"{path}.dnsPolicy", spec.get("dnsPolicy", ""), DNS_POLICIES)


def _namespaces(spec: Object, path: str) -> Causes:
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        detail = "ShareProcessNamespace and HostPID cannot both be enabled"
        yield invalid(f"{path}.shareProcessNamespace", True, detail)


def _dns(spec: Object, path: str) -> Causes:
    # Kubernetes: validatePodDNSConfig
    config = spec.get("dnsConfig")
    if spec.get("dnsPolicy") == "None" and config is None:
        yield required(path, "must provide `dnsConfig` when `dnsPolicy` is None")
    elif spec.get("dnsPolicy") == "None" and not (config or {}).get("nameservers"):
        yield required(
            f"{path}.nameservers",
            "must provide at least one DNS nameserver when `dnsPolicy` is None",
        )
    elif config is not None:
        yield from _dns_config(config, path)


def _dns_config(config: Object, path: str) -> Causes:
    servers, searches = config.get("nameservers", []), config.get("searches", [])
    if len(servers) > 3:
        yield invalid(
            f"{path}.nameservers", servers, "must not have more than 3 nameservers"
        )
    for i, server in enumerate(servers):
        yield from each_invalid(
            f"{path}.nameservers[{i}]", server, text.ip_address(server)
        )
    if len(searches) > 32:
        yield invalid(
            f"{path}.searches", searches, "must not have more than 32 search paths"
        )
    if text.size(" ".join(searches)) > 2048:
        detail = "must not have more than 2048 characters (including spaces) in the search list"
        yield invalid(f"{path}.searches", searches, detail)
    for i, search in enumerate(searches):
        name = search.removesuffix(".")
        yield from each_invalid(
            f"{path}.searches[{i}]",
            name,
            text.dns_subdomain_underscore(name) if search != "." else [],
        )
    for i, option in enumerate(config.get("options", [])):
        if not option.get("name"):
            yield required(f"{path}.options[{i}]", "must not be empty")


def _gates(spec: Object, path: str) -> Causes:
    for i, gate in enumerate(spec.get("readinessGates", [])):
        kind = gate.get("conditionType", "")
        yield from each_invalid(
            f"{path}.readinessGates[{i}].conditionType", kind, text.label_key(kind)
        )
    seen: set[str] = set()
    for i, gate in enumerate(spec.get("schedulingGates", [])):
        name, at = gate.get("name", ""), f"{path}.schedulingGates[{i}]"
        yield from each_invalid(at, name, text.label_key(name))
        if name in seen:
            yield duplicate(at, name)
        seen.add(name)


def _host_users(spec: Object, path: str) -> Causes:
    if spec.get("hostUsers", True):
        return
    for field, shown in (
        ("hostNetwork", "hostNetwork"),
        ("hostPID", "HostPID"),
        ("hostIPC", "HostIPC"),
    ):
        if spec.get(field):
            yield forbidden(f"{path}.{shown}", "when `hostUsers` is false")


def _host_name(spec: Object, path: str) -> Causes:
    # Kubernetes: validatePodHostName
    name, at = spec.get("hostnameOverride"), f"{path}.hostnameOverride"
    if name is None:
        return
    for field in ("setHostnameAsFQDN", "hostNetwork"):
        if spec.get(field):
            yield forbidden(at, f"may not be specified when {field} is true")
    if text.size(name) > 64:
        yield too_long(at, 64)
    yield from each_invalid(at, name, text.dns_subdomain(name))


def _names(spec: Object, path: str) -> Causes:
    account = spec.get("serviceAccountName", "")
    if account:
        yield from each_invalid(
            f"{path}.serviceAccountName", account, text.dns_subdomain(account)
        )
    if (alias := spec.get("serviceAccount", "")) != account:
        detail = f'must be the same as serviceAccountName: "{account}"'
        yield invalid(f"{path}.deprecatedServiceAccount", alias, detail)
    if node := spec.get("nodeName"):
        yield from each_invalid(f"{path}.nodeName", node, text.dns_subdomain(node))
    deadline: Any = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= _MAX_INT32:
        yield invalid(
            f"{path}.activeDeadlineSeconds", deadline, text.between(1, _MAX_INT32)
        )
    for field in ("hostname", "subdomain"):
        if value := spec.get(field):
            yield from each_invalid(f"{path}.{field}", value, text.dns_label(value))


def _rest(spec: Object, path: str) -> Causes:
    yield from tolerations(spec.get("tolerations", []), f"{path}.tolerations")
    yield from _host_aliases(spec.get("hostAliases", []), f"{path}.hostAliases")
    for field in ("priorityClassName", "runtimeClassName"):
        if value := spec.get(field):
            yield from each_invalid(f"{path}.{field}", value, text.dns_subdomain(value))
    if "preemptionPolicy" in spec:
        policies = ("PreemptLowerPriority", "Never")
        yield from one_of(
            f"{path}.preemptionPolicy", spec["preemptionPolicy"], policies
        )
    if "overhead" in spec:
        yield from container_resources(
            {"limits": spec["overhead"]}, [], f"{path}.overhead"
        )
    if "os" in spec:
        yield from _os(spec["os"].get("name", ""), f"{path}.os")
    yield from _file_volumes(spec, path)


def _host_aliases(found: list[Object], path: str) -> Causes:
    for i, alias in enumerate(found):
        yield from each_invalid(
            f"{path}[{i}].ip", alias.get("ip", ""), text.ip_address(alias.get("ip", ""))
        )
        for j, name in enumerate(alias.get("hostnames", [])):
            yield from each_invalid(
                f"{path}[{i}].hostnames[{j}]", name, text.dns_subdomain(name)
            )


def _os(name: str, path: str) -> Causes:
    if not name:
        yield required(f"{path}.name")
    elif name not in ("linux", "windows"):
        yield not_supported(path, name, ("linux", "windows"))


def _file_volumes(spec: Object, path: str) -> Causes:
    # Kubernetes: validateFileKeyRefVolumes
    sources = {volume.get("name", ""): volume for volume in spec.get("volumes", [])}
    for kind in ("initContainers", "containers"):
        for i, container in enumerate(spec.get(kind) or []):
            for j, variable in enumerate(container.get("env", [])):
                reference = variable.get("valueFrom", {}).get("fileKeyRef")
                if reference is None:
                    continue
                at = f"{path}.{kind}[{i}].env[{j}].valueFrom.fileKeyRef.volumeName"
                yield from _file_volume(reference.get("volumeName", ""), sources, at)


def _file_volume(name: str, sources: dict[str, Object], path: str) -> Causes:
    if name not in sources:
        yield not_found(path, name)
    elif "emptyDir" not in sources[name]:
        yield invalid(path, name, "referenced volume must be of type emptyDir")
