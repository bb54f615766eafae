"""Errors of watching a cluster."""

from __future__ import annotations

from k8slearn.mistakes import CallersMistake


class NotConnected(CallersMistake, RuntimeError):
    """The cluster cannot be watched; the message says why, in Kubernetes' own words where there are any."""


class Lost(Exception):
    """The connection broke, or the server cannot answer now; worth another try."""


class Silent(Exception):
    """Nothing has arrived for longer than a server stays silent: the connection may be dead."""
