"""The stand-in for a server where none can run: a page in a browser can open no port."""

from __future__ import annotations

from typing import Any

from k8slearn.locale import http as words


class NoServer:
    """Says once that there is no server; its methods do nothing."""

    running = False

    def __init__(self, pace: float | None = None) -> None:
        self.pace = pace
        self.environment: dict[str, str] = {}
        print(self)

    def stop(self) -> None:
        """Nothing runs."""

    def __enter__(self) -> NoServer:
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    def __repr__(self) -> str:
        return words.NO_SERVER
