"""The kubectl line of a remedy, typed into a shell, does what the remedy does."""

import os
import subprocess
from pathlib import Path

import pytest

from k8slearn.remedies import what_would_it_take
from tests.conformance.kubectl_sessions import find_kubectl
from tests.support.standing import CASES

# What a change is about; the rest is written by others, or when it happened.
FIELDS = ("spec", "data", "value")


def typed(server, lines):
    path = f"{Path(find_kubectl()).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, **server.environment, "PATH": path}
    subprocess.run(["sh", "-ec", lines], env=env, check=True, capture_output=True, timeout=60)  # fmt: skip


def changed(cluster, edit):
    found = cluster.store.get(edit.kind, edit.name, edit.namespace)
    if found is None or edit.verb == "delete":
        return found and found["metadata"]["uid"]
    return found["metadata"].get("labels"), [found.get(field) for field in FIELDS]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_line_does_the_same(case):
    make, _ = CASES[case]
    cluster, asked = make()
    for remedy in what_would_it_take(cluster, asked):
        here = cluster.fork()
        there = cluster.fork()
        remedy.apply(here)
        here.run(60)
        # kubectl delete waits until the Pod is gone, so time has to go by.
        with there.serve(pace=60) as server:
            typed(server, remedy.kubectl)
        there.run(60)
        for edit in remedy.edits:
            before, after, same = [changed(o, edit) for o in (cluster, here, there)]
            if edit.verb == "delete" or edit.kind == "Pod":
                # The successors of Pods have other names.
                assert before not in (after, same), remedy.kubectl
            elif edit.verb != "machine":
                assert after == same, remedy.kubectl
