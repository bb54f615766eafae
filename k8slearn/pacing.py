"""What ties simulated time to real seconds: one small interface, and how it is done with threads."""

from __future__ import annotations

from datetime import UTC, datetime

from k8slearn.apimachinery.objects import START


def seconds_now() -> float:
    """The present as a simulated second, so that ages which kubectl works out by itself are true."""
    return (datetime.now(UTC) - START).total_seconds()
