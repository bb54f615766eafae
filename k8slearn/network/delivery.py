"""What became of a request: the places its packet passed, who answered, or why nobody did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.pod.state import is_pod_ready
from k8slearn.locale import network as words

ANSWERED = "answered"
# As the tools say it: dig for a name, curl for a connection.
NXDOMAIN = "NXDOMAIN"
REFUSED = "connection refused"
TIMEOUT = "timeout"
OUTSIDE = "outside"


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
        """Whether somebody answered."""
        return self.outcome == ANSWERED

    def __str__(self) -> str:
        sentence = words.DELIVERED if self.ok else words.LOST
        return sentence.format(
            source=self.source,
            target=self.target,
            outcome=self.outcome,
            why=self.why,
        )

    # A notebook shows it as it reads.
    __repr__ = __str__

    def through(self, origin: Place, target: Place) -> Delivery:
        """The same one leg further."""
        return replace(self, hops=(*self.hops, Hop(origin, target)))

    def failed(self, outcome: str, verdict: str, **gaps: Any) -> Delivery:
        """The same, ended without an answer; `verdict` is a key of the catalogue, `gaps` fill its words."""
        why = words.VERDICTS[verdict].format(**gaps)
        return replace(self, outcome=outcome, why=why)

    def answered_by(self, pod: Object) -> Delivery:
        """The same, ended with the Pod's answer."""
        node = pod["spec"]["nodeName"]
        # An answer of a Pod that is not ready is a lesson of its own: not every way asks.
        verdict = "answered" if is_pod_ready(pod) else "unready"
        why = words.VERDICTS[verdict].format(pod=name(pod), node=node)
        return replace(self, pod=name(pod), node=node, why=why)
