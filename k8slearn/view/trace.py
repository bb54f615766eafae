"""The data of a picture of available Pods and failed requests, shared by those who count and who draw them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trace:
    """A line of the picture: for each time (seconds) the available and ready Pods, and the requests failed so far."""

    name: str
    times: tuple[float, ...]
    available: tuple[int, ...]
    ready: tuple[int, ...]
    failed: tuple[int, ...]
    desired: int = 0
