"""What Ingresses, their classes and NetworkPolicies must meet.

Kubernetes: pkg/apis/networking/validation/validation.go
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    NIL,
    Causes,
    chosen,
    each_invalid,
    follows,
    forbidden,
    indexed,
    invalid,
    items,
    needed,
    not_supported,
    required,
    too_long,
)
from k8slearn.apimachinery.objects import Object, annotations_of
from k8slearn.kinds.metadata import domain_path, label_selector

CLASS_BEFORE = "kubernetes.io/ingress.class"
_MAX_CONTROLLER = 250
_WILDCARD = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS "
    "subdomain, which must consist of lower case alphanumeric characters, '-' or '.' "
    "and end with an alphanumeric character"
)
_SUBDOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_BAD_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_BAD_ENDS = ("/..", "/.")
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_DIRECTIONS = ("Ingress", "Egress")
_SCOPES = ("Cluster", "Namespace")
_Network = IPv4Network | IPv6Network


# Ingress -----------------------------------------------------------------------------------------------------------


def new_ingress(o: Object) -> Causes:
    """Kubernetes: ValidateIngressCreate"""
    yield from ingress(o)
    old = annotations_of(o).get(CLASS_BEFORE)
    name = o.get("spec", {}).get("ingressClassName")
    if old is not None and name is not None and old != name:
        detail = "must match `ingressClassName` when both are specified"
        yield invalid(f"annotations.{CLASS_BEFORE}", old, detail)


def ingress(o: Object) -> Causes:
    """Kubernetes: ValidateIngressSpec"""
    spec = o.get("spec", {})
    default = spec.get("defaultBackend")
    if not spec.get("rules") and default is None:
        detail = "either `defaultBackend` or `rules` must be specified"
        yield invalid("spec", spec.get("rules", NIL), detail)
    if default is not None:
        yield from _backend(default, "spec.defaultBackend")
    for path, rule in items(spec, "rules", "spec"):
        yield from _rule(rule, path)
    for path, tls in items(spec, "tls", "spec"):
        for at, host in items(tls, "hosts", path):
            yield from _host(host, at)
        secret = tls.get("secretName", "")
        if secret:
            yield from follows(f"{path}.secretName", secret, text.dns_subdomain)
    name = spec.get("ingressClassName")
    if name is not None:
        yield from follows("spec.ingressClassName", name, text.dns_subdomain)


def _host(host: str, path: str) -> Causes:
    if "*" not in host:
        yield from follows(path, host, text.dns_subdomain)
        return
    pattern = rf"\*\.{_SUBDOMAIN}"
    if not re.fullmatch(pattern, host):
        message = text.regex_message(_WILDCARD, pattern, "*.example.com")
        yield invalid(path, host, message)


def _rule(rule: Object, path: str) -> Causes:
    host = rule.get("host", "")
    if host:
        if _is_address(host):
            detail = "must be a DNS name, not an IP address"
            yield invalid(f"{path}.host", host, detail)
        yield from _host(host, f"{path}.host")
    http = rule.get("http")
    if http is None:
        return
    if not http.get("paths"):
        yield required(f"{path}.http.paths")
    for at, each in items(http, "paths", f"{path}.http"):
        yield from _http_path(each, at)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _http_path(found: Object, path: str) -> Causes:
    kind = found.get("pathType", "")
    if not kind:
        yield required(f"{path}.pathType", "pathType must be specified")
        return
    yield from each_invalid(f"{path}.path", found.get("path", ""), _path_faults(found))
    if kind not in _PATH_TYPES:
        yield not_supported(f"{path}.pathType", kind, _PATH_TYPES)
    yield from _backend(found.get("backend", {}), f"{path}.backend")


def _path_faults(found: Object) -> Iterator[str]:
    kind = found["pathType"]
    where = found.get("path", "")
    # Whose meaning is the controller's own may be empty.
    free = kind not in ("Exact", "Prefix")
    if kind in _PATH_TYPES and not where.startswith("/") and (where or not free):
        yield "must be an absolute path"
    if free:
        return
    yield from (f"must not contain '{bad}'" for bad in _BAD_SEQUENCES if bad in where)
    yield from (f"cannot end with '{bad}'" for bad in _BAD_ENDS if where.endswith(bad))


def _backend(backend: Object, path: str) -> Causes:
    service = backend.get("service")
    resource = backend.get("resource")
    if service is not None and resource is not None:
        yield invalid(path, "", "cannot set both resource and service backends")
    elif resource is not None:
        yield from _reference(resource, f"{path}.resource")
    elif service is not None:
        yield from _service(service, path)
    else:
        yield invalid(path, "", "resource or service backend is required")


def _service(service: Object, path: str) -> Causes:
    yield from needed(service, "name", f"{path}.service", text.dns_label)
    port = service.get("port", {})
    port_name = port.get("name", "")
    number = port.get("number", 0)
    if port_name and number:
        yield invalid(path, "", "cannot set both port name & port number")
    elif port_name:
        yield from follows(f"{path}.service.port.name", port_name, text.port_name)
    elif number:
        yield from follows(f"{path}.service.port.number", number, text.port_number)
    else:
        yield required(path, "port name or number is required")


def _reference(reference: Object, path: str) -> Causes:
    group = reference.get("apiGroup")
    if group is not None:
        yield from follows(f"{path}.apiGroup", group, text.dns_subdomain)
    for field in ("kind", "name"):
        yield from needed(reference, field, path, text.path_segment)


# IngressClass ------------------------------------------------------------------------------------------------------


def ingress_class(o: Object) -> Causes:
    """Kubernetes: validateIngressClassSpec"""
    spec = o.get("spec", {})
    controller = spec.get("controller", "")
    if controller:
        if text.size(controller) > _MAX_CONTROLLER:
            yield too_long("spec.controller", _MAX_CONTROLLER)
        yield from domain_path(controller, "spec.controller")
    else:
        yield required("spec.controller")
    parameters = spec.get("parameters")
    if parameters is not None:
        yield from _reference(parameters, "spec.parameters")
        yield from _scope(parameters, "spec.parameters")


def _scope(parameters: Object, path: str) -> Causes:
    scope = parameters.get("scope")
    space = parameters.get("namespace")
    at = f"{path}.namespace"
    yield from chosen(parameters, "scope", path, _SCOPES)
    if scope == "Cluster" and space is not None:
        yield forbidden(at, "`parameters.scope` is set to 'Cluster'")
    if scope != "Namespace":
        return
    if space is None:
        yield required(at, "`parameters.scope` is set to 'Namespace'")
    else:
        yield from follows(at, space, text.dns_label)


# NetworkPolicy -----------------------------------------------------------------------------------------------------


def network_policy(o: Object, old: Object | None = None) -> Causes:
    """Kubernetes: ValidateNetworkPolicySpec"""
    # What was let in under older rules may stay.
    known = set() if old is None else set(_ranges(old))
    spec = o.get("spec", {})
    yield from label_selector(spec.get("podSelector"), "spec.podSelector")
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for path, rule in items(spec, direction, "spec"):
            for at, port in items(rule, "ports", path):
                yield from _policy_port(port, at)
            for at, peer in items(rule, peers, path):
                yield from _peer(peer, at, known)
    types = spec.get("policyTypes", [])
    if len(types) > len(_DIRECTIONS):
        detail = "may not specify more than two policyTypes"
        yield invalid("spec.policyTypes", types, detail)
        return
    for at, each in indexed(types, "spec.policyTypes"):
        if each not in _DIRECTIONS:
            yield not_supported(at, each, _DIRECTIONS)


def _ranges(policy: Object) -> Iterator[str]:
    spec = policy.get("spec", {})
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for rule in spec.get(direction, ()):
            for peer in rule.get(peers, ()):
                block = peer.get("ipBlock", {})
                yield from (block.get("cidr", ""), *block.get("except", ()))


def _policy_port(port: Object, path: str) -> Causes:
    protocol = port.get("protocol")
    if protocol is not None and protocol not in _PROTOCOLS:
        yield not_supported(f"{path}.protocol", protocol, _PROTOCOLS)
    number = port.get("port")
    last = port.get("endPort")
    at = f"{path}.endPort"
    if isinstance(number, int):
        yield from follows(f"{path}.port", number, text.port_number)
        if last is None:
            return
        if last < number:
            yield invalid(at, last, "must be greater than or equal to `port`")
        yield from follows(at, last, text.port_number)
        return
    if last is not None:
        why = "non-numeric" if number is not None else "not specified"
        yield invalid(at, last, f"may not be specified when `port` is {why}")
    if number is not None:
        yield from follows(f"{path}.port", number, text.port_name)


def _peer(peer: Object, path: str, known: Collection[str]) -> Causes:
    for field in ("podSelector", "namespaceSelector"):
        yield from label_selector(peer.get(field), f"{path}.{field}")
    block = peer.get("ipBlock")
    if block is not None:
        yield from _ip_block(block, f"{path}.ipBlock", known)
    if not peer:
        yield required(path, "must specify a peer")
    elif block is not None and len(peer) > 1:
        yield forbidden(path, "may not specify both ipBlock and another peer")


def _ip_block(block: Object, path: str, known: Collection[str]) -> Causes:
    outer = block.get("cidr", "")
    if not outer:
        yield required(f"{path}.cidr")
        return
    if outer not in known:
        yield from follows(f"{path}.cidr", outer, text.cidr)
    whole = _network(outer)
    if whole is None:
        return
    for at, each in items(block, "except", path):
        if each not in known:
            yield from follows(at, each, text.cidr)
        part = _network(each)
        if part is not None and not _is_within(part, whole):
            yield invalid(at, each, "must be a strict subset of `cidr`")


def _network(found: str) -> _Network | None:
    try:
        return ip_network(found, strict=False)
    except ValueError:
        return None


def _is_within(part: _Network, whole: _Network) -> bool:
    if part.version != whole.version or part.prefixlen <= whole.prefixlen:
        return False
    return part.network_address in whole
