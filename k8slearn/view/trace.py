"""What a picture of available Pods and failed requests is made of, known to whoever counts them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of the picture: at each time (seconds) the available and ready Pods and the requests failed so far."""

    name: str
    times: tuple[float, ...]
    available: tuple[int, ...]
    ready: tuple[int, ...]
    failed: tuple[int, ...]
    desired: int = 0
