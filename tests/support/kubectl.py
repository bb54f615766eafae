"""Runs the real kubectl."""

from __future__ import annotations

import os
import subprocess

from k8slearn.http.serving import Server
from tests.conformance.kubectl_sessions import find_kubectl


def has_kubectl() -> bool:
    """Whether there is a kubectl on this machine."""
    try:
        return bool(find_kubectl())
    except FileNotFoundError:
        return False


def kubectl(
    server: Server, *argv: str, stdin: str = "", timeout: float = 60, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command against a served cluster, with `stdin` as its input."""
    return subprocess.run(
        [find_kubectl(), *argv],
        input=stdin,
        env={**os.environ, **server.environment, **variables},
        capture_output=True,
        text=True,
        timeout=timeout,
    )
