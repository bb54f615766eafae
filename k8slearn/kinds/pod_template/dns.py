"""How a Pod looks names up.

Kubernetes: pkg/apis/core/validation/validation.go validatePodDNSConfig
"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    Check,
    each,
    follows,
    given,
    indexed,
    invalid,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta

# MaxDNSNameservers, MaxDNSSearchPaths, MaxDNSSearchListChars: what resolv.conf(5) and glibc take.
_MAX_SERVERS = 3
_MAX_SEARCHES = 32
_MAX_SEARCH_SIZE = 2048


def dns(spec: Object, path: str) -> Causes:
    """`dnsConfig`, and what `dnsPolicy` asks of it."""
    config = spec.get("dnsConfig")
    is_own = spec.get("dnsPolicy") == "None"
    if config is None:
        if is_own:
            yield required(path, "must provide `dnsConfig` when `dnsPolicy` is None")
    elif is_own and not config.get("nameservers"):
        detail = "must provide at least one DNS nameserver when `dnsPolicy` is None"
        yield required(f"{path}.nameservers", detail)
    else:
        yield from given(config, path, _CHECKS)


def _servers(servers: list[str], path: str) -> Causes:
    if len(servers) > _MAX_SERVERS:
        detail = f"must not have more than {_MAX_SERVERS} nameservers"
        yield invalid(path, servers, detail)
    yield from meta.each_follows(servers, path, text.ip_address)


def _searches(searches: list[str], path: str) -> Causes:
    if len(searches) > _MAX_SEARCHES:
        detail = f"must not have more than {_MAX_SEARCHES} search paths"
        yield invalid(path, searches, detail)
    if text.size(" ".join(searches)) > _MAX_SEARCH_SIZE:
        limit = f"must not have more than {_MAX_SEARCH_SIZE} characters"
        detail = f"{limit} (including spaces) in the search list"
        yield invalid(path, searches, detail)
    for at, search in indexed(searches, path):
        # A dot alone is the root: names are looked up as they are.
        if search != ".":
            name = search.removesuffix(".")
            yield from follows(at, name, text.dns_subdomain_underscore)


def _option(option: Object, path: str) -> Causes:
    if not option.get("name"):
        yield required(path, "must not be empty")


_CHECKS: dict[str, Check] = {
    "nameservers": _servers,
    "searches": _searches,
    "options": each(_option),
}
