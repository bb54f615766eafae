"""Which name server a Pod asks: what its kubelet writes into /etc/resolv.conf.

Kubernetes: pkg/kubelet/network/dns/dns.go, GetPodDNS, getPodDNSType, appendDNSConfig
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from k8slearn.apimachinery.objects import Object, namespace
from k8slearn.kubelet.hosts import ZONE

# kubeadm's default address of the cluster's DNS.
CLUSTER_DNS = "10.96.0.10"
# What a Node's own resolver is set to, here: the router of the Nodes' network, which knows no name of the cluster.
NODE_DNS = "192.168.0.1"


@dataclass(frozen=True, slots=True)
class Resolver:
    """The lines of a resolv.conf."""

    servers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def asks_cluster(self) -> bool:
        """Whether names of Services are known there.

        The first server alone is asked: one that does not know a name has answered, and nobody asks the next.
        """
        return self.servers[:1] == (CLUSTER_DNS,)

    def __str__(self) -> str:
        # Kubernetes: pkg/kubelet/kuberuntime leaves it to the runtime, which writes them in this order.
        lines = []
        if self.searches:
            lines.append(" ".join(("search", *self.searches)))
        lines += [f"nameserver {server}" for server in self.servers]
        if self.options:
            lines.append(" ".join(("options", *self.options)))
        return "".join(f"{line}\n" for line in lines)


def resolver_of(pod: Object) -> Resolver:
    """The resolver of a Pod, by its dnsPolicy and its dnsConfig."""
    spec = pod["spec"]
    policy = spec.get("dnsPolicy", "ClusterFirst")
    if policy == "None":
        found = Resolver()
    elif policy == "Default" or _falls_back(policy, spec):
        found = Resolver(servers=(NODE_DNS,))
    else:
        place = namespace(pod)
        searches = (f"{place}.svc.{ZONE}", f"svc.{ZONE}", ZONE)
        found = Resolver((CLUSTER_DNS,), searches, ("ndots:5",))
    return _with_config(found, spec.get("dnsConfig") or {})


def _falls_back(policy: str, spec: Object) -> bool:
    """On the Node's network ClusterFirst is no more than Default: only ClusterFirstWithHostNet means it."""
    return policy == "ClusterFirst" and bool(spec.get("hostNetwork"))


def _with_config(found: Resolver, config: Object) -> Resolver:
    """What a Pod adds stands behind what its policy gives."""
    options = []
    for option in config.get("options") or ():
        value = option.get("value")
        options.append(f"{option['name']}:{value}" if value else option["name"])
    return replace(
        found,
        servers=(*found.servers, *(config.get("nameservers") or ())),
        searches=(*found.searches, *(config.get("searches") or ())),
        options=(*found.options, *options),
    )
