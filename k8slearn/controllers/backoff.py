"""The wait between two replacements of a failed daemon Pod on one Node."""

from __future__ import annotations

from dataclasses import dataclass, field

from k8slearn.clock import Clock

INITIAL = 1.0
LIMIT = 900.0


@dataclass
class Backoff:
    """Doubles from 1 second to 15 minutes, and starts anew when nothing failed for twice the limit.

    Kubernetes: client-go util/flowcontrol, Backoff; pkg/controller/daemon uses (1 s, 15 min).
    """

    clock: Clock
    _entries: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)

    def next(self, owner: str, node: str) -> None:
        """A Pod of `owner` failed on the Node and is being replaced."""
        entries = self._entries.setdefault(owner, {})
        seconds, since = entries.get(node, (0.0, self.clock.now))
        expired = self.clock.now - since > 2 * LIMIT
        entries[node] = (
            INITIAL if expired or not seconds else min(seconds * 2, LIMIT),
            self.clock.now,
        )

    def waiting(self, owner: str) -> dict[str, float]:
        """The Nodes where a replacement must still wait, with the length of that wait in seconds."""
        return {
            node: seconds
            for node, (seconds, since) in self._entries.get(owner, {}).items()
            if self.clock.now - since < seconds
        }
