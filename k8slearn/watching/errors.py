"""What keeps a cluster from being watched."""

from __future__ import annotations


class NotConnected(RuntimeError):
    """The cluster cannot be looked at; the message says why, in Kubernetes' own words where it has any."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: where in our code it was noticed helps nobody."""
        return [str(self)]


class Lost(Exception):
    """The connection broke, or the server cannot answer now: to be tried again."""


class Silent(Exception):
    """Nothing has come for longer than a server keeps quiet: the connection may be dead."""
