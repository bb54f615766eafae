"""The cluster's DNS: names of Services and of their endpoints become A records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, name
from k8slearn.kubelet.hosts import ZONE
from k8slearn.locale import network as words
from k8slearn.network.delivery import NXDOMAIN
from k8slearn.network.endpoints import Objects, endpoints

NOERROR = "NOERROR"
# CoreDNS plugin/backend_lookup.go: as many names that stand for names are followed.
MOST_ALIASES = 7


class Meaning(NamedTuple):
    """An endpoint's hostname (or ""), a Service, and its Namespace."""

    hostname: str
    service: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Record:
    """One A record and, where it stands for a Pod, that Pod's name and Node."""

    name: str
    address: str
    pod: str = ""
    node: str = ""

    def __str__(self) -> str:
        line = words.DNS_RECORD_OF_POD if self.pod else words.DNS_RECORD
        return line.format(
            name=self.name, address=self.address, pod=self.pod, node=self.node
        )


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """What the cluster's DNS says: rcode is NOERROR or NXDOMAIN."""

    question: str
    rcode: str
    records: tuple[Record, ...] = ()

    def __str__(self) -> str:
        summary = words.DNS_SUMMARY.format(
            question=self.question, rcode=self.rcode, count=len(self.records)
        )
        return "\n".join([summary, *map(str, self.records)])

    # A notebook shows it as it reads.
    __repr__ = __str__


def resolve(objects: Objects, host: str, search: str = "default") -> DnsAnswer:
    """The A records of a Service's name, short or full; short names are looked up from the namespace `search`.

    Kubernetes: CoreDNS plugin/kubernetes findServices; a headless Service without a ready endpoint is NXDOMAIN.
    """
    for meant in meanings(host, search):
        found = _answered(objects, host, meant)
        if found.records:
            return found
    return DnsAnswer(host, NXDOMAIN)


def _answered(objects: Objects, host: str, meant: Meaning) -> DnsAnswer:
    for _ in range(MOST_ALIASES):
        service = _service(objects, meant.service, meant.namespace)
        if service is None:
            break
        if service["spec"].get("type") != "ExternalName":
            return _records(objects, service, host, meant.hostname)
        # Another name; of names outside the cluster the model's DNS knows none.
        alias = str(service["spec"]["externalName"])
        known = _meaning(alias.rstrip("."))
        if known is None:
            break
        meant = known
    return DnsAnswer(host, NXDOMAIN)


def _records(objects: Objects, service: Object, host: str, hostname: str) -> DnsAnswer:
    """What a Service's name stands for: its cluster IP, or its ready endpoints' addresses."""
    service_name = name(service)
    namespace = service["metadata"]["namespace"]
    full = f"{service_name}.{namespace}.svc.{ZONE}"
    cluster_ip = service["spec"].get("clusterIP", "None")
    if cluster_ip != "None" and not hostname:
        return DnsAnswer(
            question=host, rcode=NOERROR, records=(Record(full, cluster_ip),)
        )
    asked = full
    if hostname:
        asked = f"{hostname}.{full}"
    records = []
    for end in endpoints(objects, service):
        if end.ready and hostname in ("", end.hostname):
            records.append(
                Record(name=asked, address=end.address, pod=end.pod, node=end.node)
            )
    return DnsAnswer(
        question=host, rcode=NOERROR if records else NXDOMAIN, records=tuple(records)
    )


def _service(objects: Objects, wanted: str, namespace: str) -> Object | None:
    services = objects.list("Service", namespace)
    return next((service for service in services if name(service) == wanted), None)


def meanings(host: str, search: str) -> Iterator[Meaning]:
    """What a name may mean: a full one itself, another one behind each domain that a Pod's resolver searches.

    Its `ndots:5` has these tried first. Kubernetes: pkg/kubelet/network/dns/dns.go, generateSearchesForDNSClusterFirst
    """
    bare = host.rstrip(".")
    domains: tuple[str, ...] = (f".{search}.svc.{ZONE}", f".svc.{ZONE}", f".{ZONE}")
    if bare.endswith(f".{ZONE}"):
        domains = ("",)
    for domain in domains:
        found = _meaning(bare + domain)
        if found is not None:
            yield found


def _meaning(full: str) -> Meaning | None:
    """What a name with all its domains means, None where it is none of a Service."""
    parts = full.removesuffix(f".svc.{ZONE}").split(".")
    if not full.endswith(f".svc.{ZONE}") or len(parts) < 2:
        return None
    *hostname, service, namespace = parts
    return Meaning(".".join(hostname), service, namespace)
