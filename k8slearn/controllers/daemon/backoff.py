"""The wait between two replacements of a failed daemon Pod on one Node."""

from __future__ import annotations

from dataclasses import dataclass, field

from k8slearn.clock import Clock

# Kubernetes: pkg/controller/daemon/daemon_controller.go, NewDaemonSetsController: flowcontrol.NewBackOff(1s, 15m).
INITIAL = 1.0
LIMIT = 900.0


@dataclass
class FailedPodsBackoff:
    """Doubles from 1 second to 15 minutes, and starts anew when nothing failed for twice the limit.

    Kubernetes: client-go util/flowcontrol, Backoff; pkg/controller/daemon uses (1 s, 15 min).
    """

    clock: Clock
    _entries: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)

    def next(self, owner: str, node: str) -> None:
        """A Pod of `owner` failed on the Node and is being replaced."""
        now = self.clock.now
        entries = self._entries.setdefault(owner, {})
        seconds, since = entries.get(node, (0.0, now))
        # A Pod that ran well for half an hour is not held to have failed "again".
        expired = now - since > 2 * LIMIT
        wait = INITIAL
        if seconds and not expired:
            wait = min(seconds * 2, LIMIT)
        entries[node] = (wait, now)

    def waiting(self, owner: str) -> dict[str, float]:
        """The Nodes where a replacement must still wait, with the length of that wait in seconds."""
        now = self.clock.now
        entries = self._entries.get(owner, {})
        return {
            node: seconds
            for node, (seconds, since) in entries.items()
            if now - since < seconds
        }
