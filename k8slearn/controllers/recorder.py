"""Events: what components tell about objects, folded as the real recorder folds them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import (
    START,
    Object,
    micro_timestamp,
    name,
    namespace,
    timestamp,
    uid,
)
from k8slearn.apiserver.client import Client

# Kubernetes: client-go tools/record/events_cache.go, defaultAggregateMaxEvents, defaultAggregateIntervalInSeconds,
# defaultSpamBurst and defaultSpamQPS. Without them one DaemonSet on 1,000 Nodes would fill etcd with Events.
SIMILAR_LIMIT = 10
SIMILAR_SECONDS = 600.0
BURST = 25
REFILL_SECONDS = 300.0
COMBINED = "(combined from similar events): "
_EPOCH = START.timestamp()


@dataclass
class Recorder:
    """Writes Events of one source (`component`).

    From the tenth similar one within 10 minutes they become one; after 25 about one object only one in five minutes
    passes. Kubernetes: client-go tools/record, EventCorrelator.
    """

    client: Client
    component: str
    burst: float = BURST
    """Events about one object before the filter holds back; the kubelet's does not, as its recordings show."""
    _similar: dict[Any, tuple[dict[str, None], float]] = field(default_factory=dict)
    _written: dict[Any, tuple[str, str]] = field(default_factory=dict)
    _tokens: dict[Any, tuple[float, float]] = field(default_factory=dict)
    _counts: dict[Any, tuple[int, str]] = field(default_factory=dict)
    """How often something was to be told, and since when: also what was held back. Kubernetes: eventLogger"""

    def __deepcopy__(self, memo: dict[int, Any]) -> Recorder:
        """A copy for a fork, by hand: copied piece by piece, what was told takes most of a large fork's time."""
        client = deepcopy(self.client, memo)
        similar = {}
        for group, (messages, since) in self._similar.items():
            similar[group] = messages.copy(), since
        return Recorder(
            client,
            self.component,
            self.burst,
            similar,
            self._written.copy(),
            self._tokens.copy(),
            self._counts.copy(),
        )

    def record(
        self,
        about: Object,
        kind: str,
        reason: str,
        message: str,
        *,
        field: str = "",
        host: str = "",
    ) -> None:
        """Tell that something happened to an object, or to a `field` of it; `kind` is Normal or Warning.

        `host` is the machine that tells it.
        """
        now = self.client.now
        subject = (about["kind"], namespace(about), name(about), uid(about))
        group = (subject, field, kind, reason)
        identity: Any = (group, message)
        # First combined, then held back, as EventCorrelate does: what is held back has been counted as similar.
        if self._combined(group, message, now):
            identity = group
            message = COMBINED + message
        count, since = self._counts.get(identity, (0, timestamp(now)))
        self._counts[identity] = (count + 1, since)
        if self._passes(subject, now):
            self._write(identity, about, kind, reason, message, field, host)

    def _combined(self, group: Any, message: str, now: float) -> bool:
        messages, since = self._similar.get(group, ({}, now))
        if now - since > SIMILAR_SECONDS:
            messages = {}
        messages[message] = None
        self._similar[group] = (messages, now)
        if len(messages) >= SIMILAR_LIMIT:
            # The oldest goes, so that the set stays as small as upstream keeps it.
            del messages[next(iter(messages))]
            return True
        return False

    def _passes(self, subject: Any, now: float) -> bool:
        """25 tokens for each object, refilled by one in five minutes. Kubernetes: EventSourceObjectSpamFilter."""
        tokens, since = self._tokens.get(subject, (self.burst, now))
        tokens = min(tokens + (now - since) / REFILL_SECONDS, self.burst)
        passes = tokens >= 1
        self._tokens[subject] = (tokens - passes, now)
        return passes

    def _write(
        self,
        identity: Any,
        about: Object,
        kind: str,
        reason: str,
        message: str,
        field: str,
        host: str,
    ) -> None:
        place = self._written.get(identity)
        known = self.client.get("Event", place[1], place[0]) if place else None
        now = timestamp(self.client.now)
        count, since = self._counts[identity]
        if known is not None:
            again = {
                **known,
                "count": count,
                "lastTimestamp": now,
                "message": message,
            }
            self.client.update(again)
            return
        event = event_about(about, kind, reason, message, self.client)
        if place:
            # Somebody has deleted it: it comes back under its name, with all that it has counted.
            event["metadata"]["name"] = place[1]
        event |= {"count": count, "firstTimestamp": since, "lastTimestamp": now}
        source = {"component": self.component}
        if host:
            source["host"] = host
        event |= {"source": source, "reportingComponent": self.component}
        if host:
            event["reportingInstance"] = host
        if field:
            event["involvedObject"]["fieldPath"] = field
        if not _told(self.client, {"reportingInstance": ""} | event):
            return
        self._written[identity] = (namespace(event), name(event))


def event_about(
    about: Object,
    kind: str,
    reason: str,
    message: str,
    client: Client,
) -> Object:
    """An Event about an object, not yet stored; those about objects without a namespace go to `default`."""
    subject = name(about)
    home = namespace(about)
    place = home or "default"
    suffix = f"{_nanosecond(client):x}"
    involved = {
        "apiVersion": about["apiVersion"],
        "kind": about["kind"],
        "name": subject,
        "namespace": home,
        "resourceVersion": about["metadata"].get("resourceVersion", ""),
        "uid": uid(about),
    }
    # Hardly ever: what has no namespace, or was never stored.
    if "" in involved.values():
        involved = {field: value for field, value in involved.items() if value}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{subject}.{suffix}", "namespace": place},
        "involvedObject": involved,
        "type": kind,
        "reason": reason,
        "message": message,
    }


def _nanosecond(client: Client) -> int:
    """When an Event is told, since 1970: a list, which is in the order of names, has them in the order of telling.

    Kubernetes: client-go tools/record, makeEvent
    """
    microsecond = int((_EPOCH + client.now) * 1_000_000)
    # What happens at one simulated moment is told one after the other: a microsecond for each write so far.
    order = microsecond + client.revision
    # Sixty bits, of which few are needed: who draws after it draws what it always drew.
    return order * 1000 + client.registry.rng.getrandbits(60) % 1000


def record_once(
    client: Client,
    about: Object,
    kind: str,
    reason: str,
    message: str,
    **more: Any,
) -> None:
    """Write an Event in the newer form, as the scheduler does: one time, no count."""
    event = event_about(about, kind, reason, message, client)
    event |= {
        "eventTime": micro_timestamp(client.now),
        "firstTimestamp": None,
        "lastTimestamp": None,
        "source": {},
    }
    _told(client, event | more)


def _told(client: Client, event: Object) -> bool:
    """Whether an Event could be written: a namespace that is being deleted takes none, and nobody minds."""
    try:
        client.create(event)
    except ApiError:
        return False
    return True
