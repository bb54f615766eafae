"""What is said of Services and of what stands around them.

Kubernetes: pkg/api/service/warnings.go; pkg/registry/discovery/endpointslice, networking/ingress, networkpolicy
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.field import indexed
from k8slearn.apimachinery.objects import Object, annotations_of, labels
from k8slearn.kinds.endpointslice import MANAGED_BY
from k8slearn.kinds.network_rules import CLASS_BEFORE
from k8slearn.kinds.service.validation import TOPOLOGY_HINTS, TOPOLOGY_MODE
from k8slearn.kinds.warnings.parts import address, addresses, cidr

_EXTERNAL = (
    "spec.externalIPs is deprecated and may no longer be implemented in some clusters"
)
_CONTROLLERS = (
    "endpointslice-controller.k8s.io",
    "endpointslicemirroring-controller.k8s.io",
)


def service(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: GetWarningsForService"""
    spec = o["spec"]
    if TOPOLOGY_HINTS in annotations_of(o):
        yield f"annotation {TOPOLOGY_HINTS} is deprecated, please use {TOPOLOGY_MODE} instead"
    headless = spec.get("type") == "ClusterIP" and spec.get("clusterIP") == "None"
    if not headless:
        yield from addresses(spec.get("clusterIPs") or [], "spec.clusterIPs")
    if headless:
        yield from _headless(spec)
    external = spec.get("externalIPs") or []
    yield from addresses(external, "spec.externalIPs")
    named = spec.get("type") == "ExternalName"
    if external and not headless and not named:
        yield _EXTERNAL
    yield from address(spec.get("loadBalancerIP", ""), "spec.loadBalancerIP")
    path = "spec.loadBalancerSourceRanges"
    for place, each in enumerate(spec.get("loadBalancerSourceRanges") or []):
        yield from cidr(each, f"{path}[{place}]")
    if named and external:
        yield 'spec.externalIPs is ignored when spec.type is "ExternalName"'
    if not named and spec.get("externalName"):
        yield 'spec.externalName is ignored when spec.type is not "ExternalName"'
    if spec.get("trafficDistribution") == "PreferClose":
        yield 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'


def _headless(spec: Object) -> Iterator[str]:
    if spec.get("loadBalancerIP"):
        yield "spec.loadBalancerIP is ignored for headless services"
    if spec.get("externalIPs"):
        yield "spec.externalIPs is ignored for headless services"
    if spec.get("sessionAffinity", "None") != "None":
        # Go's name of the field, with a capital.
        yield "spec.SessionAffinity is ignored for headless services"


def endpoint_slice(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: endpointSliceStrategy"""
    if o.get("addressType") == "FQDN":
        yield "spec.addressType: FQDN endpoints are deprecated"
    if labels(o).get(MANAGED_BY) in _CONTROLLERS:
        return
    for at, endpoint in indexed(o.get("endpoints") or [], "endpoints"):
        yield from addresses(endpoint.get("addresses") or [], f"{at}.addresses")


def ingress(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: ingressStrategy"""
    if old is None and CLASS_BEFORE in annotations_of(o):
        use = "please use 'spec.ingressClassName' instead"
        yield f'annotation "{CLASS_BEFORE}" is deprecated, {use}'


def network_policy(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: networkPolicyStrategy"""
    for rules, peers in (("ingress", "from"), ("egress", "to")):
        for at, rule in indexed(o["spec"].get(rules) or [], f"spec.{rules}"):
            for place, peer in indexed(rule.get(peers) or [], f"{at}.{peers}"):
                block = peer.get("ipBlock") or {}
                yield from cidr(block.get("cidr", ""), f"{place}.ipBlock.cidr")
                for number, each in enumerate(block.get("except") or []):
                    yield from cidr(each, f"{place}.ipBlock.except[{number}]")
