"""Compares the output of the page's kubectl with that of the real one, each with a cluster of its own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from datetime import UTC, datetime

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import START
from k8slearn.http import Server
from k8slearn.kinds import printing
from k8slearn.kinds.printing import human_duration
from k8slearn.page import kubectl
from tests.conformance.kubectl_sessions import find_kubectl

needs_kubectl = pytest.mark.skipif(find_kubectl() is None, reason="no kubectl")


def type_into_both(start: Cluster, lines: str) -> None:
    """Type lines into both terminals and compare their outputs; `sleep 5` lets simulated time pass."""
    ours, theirs = start.fork(), start.fork()
    with theirs.serve(pace=None) as server:
        for line in map(str.strip, lines.strip().splitlines()):
            if line.startswith("sleep "):
                for cluster in (ours, theirs):
                    cluster.run(float(line[6:]))
                continue
            assert printed(ours, line) == comparable(real(server, line)), line


def printed(cluster: Cluster, line: str) -> str:
    """The output of the page's kubectl; ages in descriptions are by the wall clock, as in the real one."""
    ahead = 0.0
    if line.startswith("describe"):
        ahead = (datetime.now(UTC) - START).total_seconds() - cluster.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            printing, "human_duration", lambda age: human_duration(age + ahead)
        )
        return comparable(kubectl.run(cluster, f"kubectl {line}"))


def real(server: Server, line: str, given: str = "") -> str:
    """The output of the real kubectl, stdout and stderr together; `given` is its input."""
    done = subprocess.run(
        [find_kubectl(), *shlex.split(line)],
        env={**os.environ, **server.environment, "TZ": "UTC"},
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.stdout


def comparable(printed: str) -> str:
    """The output without resourceVersions, which differ since serving a cluster also writes."""
    return re.sub(r'(resourceVersion"?:) ?"\d+"', r"\1 …", printed)
