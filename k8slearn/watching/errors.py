"""What keeps a cluster from being watched."""

from __future__ import annotations

from k8slearn.mistakes import CallersMistake


class NotConnected(CallersMistake, RuntimeError):
    """The cluster cannot be looked at; the message says why, in Kubernetes' own words where it has any."""


class Lost(Exception):
    """The connection broke, or the server cannot answer now: to be tried again."""


class Silent(Exception):
    """Nothing has come for longer than a server keeps quiet: the connection may be dead."""
