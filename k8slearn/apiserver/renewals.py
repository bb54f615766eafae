"""When Leases were last renewed, without a write for each renewal.

A real kubelet writes its Lease every ten seconds, and etcd keeps all of it. Here that would drown the log, and a quiet
cluster would never be quiet. So who renews says once from when on and how often; the rest is arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor

from k8slearn.apimachinery.objects import (
    Key,
    Object,
    key,
    micro_timestamp,
    seconds_of,
)


@dataclass
class Renewals:
    """The Leases being renewed: since which simulated second, and at which interval."""

    _rows: dict[Key, tuple[float, float]] = field(default_factory=dict)

    def begin(self, lease: Key, at: float, every: float) -> None:
        """The Lease is renewed at `at`, and from then on `every` so many seconds."""
        self._rows[lease] = (at, every)

    def end(self, lease: Key) -> None:
        """Stop renewing the Lease: from now on it is as it is stored."""
        self._rows.pop(lease, None)

    def running(self, lease: Key) -> bool:
        """Whether somebody renews it."""
        return lease in self._rows

    def latest(self, lease: Object, now: float) -> float | None:
        """The simulated second of the last renewal, None for one that was never renewed."""
        row = self._rows.get(key(lease))
        if row is None:
            written = lease.get("spec", {}).get("renewTime")
            if written:
                return seconds_of(written)
            return None
        began, every = row
        # Somebody with a skewed clock may have begun in the future.
        return began + max(0, floor((now - began) / every)) * every

    def shown(self, lease: Object, now: float) -> Object:
        """An object as whoever reads it at `now` finds it: all but a Lease that is being renewed as it stands."""
        if lease["kind"] != "Lease" or not self.running(key(lease)):
            return lease
        renewed = self.latest(lease, now)
        assert renewed is not None, "it is renewed"
        spec = {**lease.get("spec", {}), "renewTime": micro_timestamp(renewed)}
        return {**lease, "spec": spec}

    def copy(self) -> Renewals:
        """An independent copy."""
        return Renewals(self._rows.copy())
