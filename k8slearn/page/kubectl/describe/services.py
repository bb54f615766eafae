"""Services and where they lead. Kubernetes: kubectl/pkg/describe/describe.go, describeService"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from k8slearn.apimachinery.gotext import go_plain
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.cluster import Cluster
from k8slearn.kinds.printing import FEW, NONE, UNSET, joined
from k8slearn.page.kubectl.describe.parts import Lines, head, labels_and_annotations


def service(cluster: Cluster, o: Object) -> Lines:
    """A Service with the addresses behind each of its ports."""
    spec = o["spec"]
    yield from head(o)
    yield from labels_and_annotations(o)
    yield f"Selector:\t{joined(spec.get('selector'))}"
    yield f"Type:\t{spec['type']}"
    yield from _told(spec, "IP Family Policy", "ipFamilyPolicy")
    yield f"IP Families:\t{','.join(spec.get('ipFamilies', ())) or NONE}"
    yield f"IP:\t{spec.get('clusterIP', '')}"
    yield f"IPs:\t{','.join(spec.get('clusterIPs', ())) or NONE}"
    if spec.get("externalIPs"):
        yield f"External IPs:\t{','.join(spec['externalIPs'])}"
    yield from _told(spec, "Desired LoadBalancer IP", "loadBalancerIP")
    yield from _told(spec, "External Name", "externalName")
    balanced = o.get("status", {}).get("loadBalancer", {}).get("ingress")
    if balanced:
        yield f"LoadBalancer Ingress:\t{', '.join(map(_balanced, balanced))}"
    slices = cluster.list(
        "EndpointSlice", namespace(o), f"kubernetes.io/service-name={name(o)}"
    )
    for port in spec.get("ports", ()):
        yield from _port(port, slices)
    yield f"Session Affinity:\t{spec.get('sessionAffinity', '')}"
    yield from _told(spec, "External Traffic Policy", "externalTrafficPolicy")
    yield from _told(spec, "Internal Traffic Policy", "internalTrafficPolicy")
    yield from _told(spec, "HealthCheck NodePort", "healthCheckNodePort")
    if spec.get("loadBalancerSourceRanges"):
        ranges = ",".join(spec["loadBalancerSourceRanges"])
        yield f"LoadBalancer Source Ranges:\t{ranges}"
    yield from _told(spec, "Traffic Distribution", "trafficDistribution")


def _told(spec: Object, title: str, field: str) -> Lines:
    if spec.get(field):
        yield f"{title}:\t{spec[field]}"


def _balanced(entry: Object) -> str:
    if not entry.get("ip"):
        return str(entry.get("hostname", ""))
    mode = f" ({entry['ipMode']})" if "ipMode" in entry else ""
    return f"{entry['ip']}{mode}"


def _port(port: Object, slices: Iterable[Object]) -> Lines:
    title = port.get("name") or UNSET
    protocol = port["protocol"]
    yield f"Port:\t{title}\t{port['port']}/{protocol}"
    yield f"TargetPort:\t{port['targetPort']}/{protocol}"
    yield from _told(port, "AppProtocol", "appProtocol")
    if port.get("nodePort"):
        yield f"NodePort:\t{title}\t{port['nodePort']}/{protocol}"
    yield f"Endpoints:\t{_endpoints(list(slices), port.get('name', ''))}"


def _endpoints(slices: list[Object], port: str) -> str:
    """Kubernetes: formatEndpointSlices"""
    if not slices:
        return NONE
    every = list(_addresses(slices, port))
    shown = ",".join(every[:FEW])
    more = len(every) - FEW
    return f"{shown} + {more} more..." if more > 0 else shown


def _addresses(slices: Iterable[Object], port: str) -> Iterator[str]:
    for each in slices:
        ends = [
            end["addresses"][0]
            for end in each.get("endpoints") or ()
            if end.get("conditions", {}).get("ready", True)
        ]
        ports = each.get("ports") or ()
        if not ports:
            yield from ends
        for known in ports:
            if known.get("name", "") != port:
                continue
            for end in ends:
                host = f"[{end}]" if ":" in end else end
                yield f"{host}:{known['port']}"


def endpoint_slice(cluster: Cluster, o: Object) -> Lines:
    """Kubernetes: describeEndpointSliceV1"""
    yield from head(o)
    yield from labels_and_annotations(o)
    yield f"AddressType:\t{o['addressType']}"
    ports = o.get("ports") or ()
    if ports:
        yield from (
            "Ports:",
            "  Name\tPort\tProtocol",
            "  ----\t----\t--------",
        )
    else:
        yield f"Ports: {UNSET}"
    for port in ports:
        title = port.get("name") or UNSET
        yield f"  {title}\t{port.get('port', UNSET)}\t{port['protocol']}"
    ends = o.get("endpoints") or ()
    yield "Endpoints:" if ends else f"Endpoints: {NONE}"
    for end in ends:
        yield from _endpoint(end)


def _endpoint(end: Object) -> Lines:
    yield f"  - Addresses:\t{', '.join(end['addresses'])}"
    yield "    Conditions:"
    yield f"      Ready:\t{go_plain(end.get('conditions', {}).get('ready', UNSET))}"
    yield f"    Hostname:\t{end.get('hostname', UNSET)}"
    target = end.get("targetRef")
    if target:
        yield f"    TargetRef:\t{target['kind']}/{target['name']}"
    yield f"    NodeName:\t{end.get('nodeName', UNSET)}"
    yield f"    Zone:\t{end.get('zone', UNSET)}"
