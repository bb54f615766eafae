"""What became of a request: the places its packet passed, who answered, or why nobody did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.pod.state import is_pod_ready

ANSWERED, NXDOMAIN, REFUSED, TIMEOUT = (
    "answered",
    "NXDOMAIN",
    "connection refused",
    "timeout",
)
OUTSIDE = "outside"

WORDS = {
    "answered": "{pod}（{node}）回答了",
    "unready": "{pod}（{node}）回答了，虽然它没有就绪：这条路不看 Ready",
    "no_cluster_dns": "这里问不到集群的 DNS",
    "no_name": "DNS 里没有这个名字",
    "not_routed": "{address} 只在集群里有效，集群外面的包到不了",
    "nobody_has_it": "没有谁拥有 {address} 这个地址",
    "no_service_port": "Service {service} 没有开 {port} 端口",
    "no_endpoints": "Service {service} 名下没有能用的 endpoint",
    "no_local_endpoints": "Local，而 {node} 上没有能用的 endpoint，包被丢掉",
    "node_unreachable": "{node} 联系不上",
    "no_host_port": "{node} 的 {port} 端口上没有 Pod 在听",
    "not_listening": "{pod} 没有在 {port} 端口上听",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One end of a hop: kind is pod, node, service, dns or outside."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Hop:
    """One leg of a packet's way."""

    origin: Place
    target: Place


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one request; address is the "ip:port" it was sent to, pod and node are who answered."""

    source: str
    target: str
    address: str = ""
    outcome: str = ANSWERED
    why: str = ""
    pod: str = ""
    node: str = ""
    hops: tuple[Hop, ...] = ()

    @property
    def ok(self) -> bool:
        return self.outcome == ANSWERED

    def __str__(self) -> str:
        verdict = f"✔ {self.why}" if self.ok else f"✘ {self.outcome}：{self.why}"
        return f"{self.source} → {self.target}  {verdict}"

    __repr__ = __str__

    def through(self, origin: Place, target: Place) -> Delivery:
        """The same one leg further."""
        return replace(self, hops=(*self.hops, Hop(origin, target)))

    def failed(self, outcome: str, word: str, **facts: Any) -> Delivery:
        """The same, ended without an answer; `word` is a key of WORDS."""
        return replace(self, outcome=outcome, why=WORDS[word].format(**facts))

    def answered_by(self, pod: Object) -> Delivery:
        """The same, ended with the Pod's answer."""
        node = pod["spec"]["nodeName"]
        word = "answered" if is_pod_ready(pod) else "unready"
        return replace(
            self,
            pod=name(pod),
            node=node,
            why=WORDS[word].format(pod=name(pod), node=node),
        )
