"""How long is waited before something is tried again. Kubernetes: client-go util/flowcontrol/backoff.go, Backoff"""

from __future__ import annotations

from dataclasses import dataclass, field

# Kubernetes: pkg/kubelet/kubelet.go, initialNodeBackOff/MaxCrashLoopBackOff, MaxImageBackOff: 10 s to 5 minutes.
FIRST = 10.0
LIMIT = 300.0


@dataclass
class Backoff:
    """Doubles from 10 s to 5 minutes, by key; an entry that was of no use for twice the limit is forgotten."""

    entries: dict[str, tuple[float, float]] = field(default_factory=dict)

    def get(self, key: str) -> float:
        """The present wait in seconds, 0 for none."""
        return self.entries.get(key, (0.0, 0.0))[0]

    def next(self, key: str, event: float, now: float) -> None:
        """Lengthen the wait for one more failure, which happened at `event`. Kubernetes: Next"""
        entry = self.entries.get(key)
        # What held out for so long begins again with the first wait.
        if entry is None or self._expired(entry, event):
            self.entries[key] = (FIRST, now)
        else:
            self.entries[key] = (min(entry[0] * 2, LIMIT), now)

    def is_in_backoff_since(self, key: str, event: float, now: float) -> bool:
        """Whether the wait after `event` is not over. Kubernetes: IsInBackOffSince"""
        entry = self.entries.get(key)
        if entry is None or self._expired(entry, event):
            return False
        return now - event < entry[0]

    def is_in_backoff(self, key: str, now: float) -> bool:
        """Whether the wait after the last try is not over. Kubernetes: IsInBackOffSinceUpdate"""
        entry = self.entries.get(key)
        if entry is None or self._expired(entry, now):
            return False
        return now - entry[1] < entry[0]

    def _expired(self, entry: tuple[float, float], event: float) -> bool:
        return event - entry[1] > 2 * LIMIT


def after(failures: int) -> float:
    """The wait after so many failures one after the other."""
    # Long past the limit; more would only make the power large.
    return min(FIRST * float(2 ** min(failures - 1, 16)), LIMIT)


def duration(seconds: float) -> str:
    """A duration of whole seconds as Go writes it: 10s, 1m20s, 5m0s."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest}s"
    if minutes or hours:
        text = f"{minutes}m{text}"
    if hours:
        return f"{hours}h{text}"
    return text
