"""What workers and syncs tell each other: how a sync ended, and why a Pod is ended."""

from __future__ import annotations

from typing import NamedTuple

from k8slearn.apimachinery.objects import Object


class SyncOutcome(NamedTuple):
    """How a sync ended: `error` is '', `network`, `backoff` (until a moment) or `error`."""

    error: str = ""
    until: float = 0.0
    terminal: bool = False
    started: bool = False


class Eviction(NamedTuple):
    """Why a Pod is ended although nobody deleted it."""

    reason: str
    message: str
    condition: Object | None = None
    grace: int | None = None
