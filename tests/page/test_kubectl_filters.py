"""What a line's output goes through in the page leaves the same as in a shell with the real kubectl."""

from __future__ import annotations

import os
import subprocess

import pytest

from k8slearn import Cluster
from k8slearn.http import Server
from k8slearn.manifests import manifest
from k8slearn.page import kubectl
from tests.conformance.kubectl_sessions import find_kubectl

needs_kubectl = pytest.mark.skipif(find_kubectl() is None, reason="no kubectl")
LINES = r"""
kubectl get nodes -o name | wc -l
kubectl get nodes | head -2
kubectl get nodes | head -n 1
kubectl get nodes | tail -1
kubectl get nodes --no-headers | tail -n 2 | head -1
kubectl get pods -o wide --no-headers | grep -v '1/1 *Running' | cut -c 1-75
kubectl get pods -o name | grep 'filebeat\|web' | sort -r
kubectl get nodes | grep 'node[12]'
kubectl get nodes | grep -v 'node[12]'
kubectl get nodes -o name | grep -E 'node(1|3)$'
kubectl get nodes -o name | grep 'node(1|3)$'
kubectl get nodes | grep -c Ready
kubectl get nodes | grep -i NODE2
kubectl get nodes | grep -o 'node[0-9]'
kubectl get nodes | grep -m 1 node
kubectl describe node node1 | grep -A 4 "^Allocated"
kubectl describe node node1 | grep Taints
kubectl describe nodes | grep -A 1 -B 1 Taints
kubectl describe ds filebeat-ds | grep -E '^(Name|Selector|Labels):'
kubectl get ds filebeat-ds -o jsonpath='{.spec.template.metadata.labels}' | cut -d: -f1
kubectl get ds filebeat-ds -o jsonpath='{.spec.template.metadata.labels}' | cut -d: -f2-
kubectl get ds filebeat-ds -o jsonpath='{.metadata.annotations}' | fold -w 90
kubectl get pods -l app=nobody | wc -l
kubectl get pods -l app=nobody 2>/dev/null | wc -l
kubectl get pods -l app=nobody 2>&1 | wc -l
kubectl get pod nobody 2>/dev/null
kubectl get pod nobody 2>&1 | cut -d: -f2-
kubectl get pod nobody || true
kubectl get nodes > /dev/null
kubectl get pod nobody >/dev/null 2>&1
kubectl get nodes,pod/x > /dev/null
kubectl exec ds/filebeat-ds -- sh -c 'ls /nothing 2>/dev/null; echo "a | b"'
kubectl exec ds/filebeat-ds -- env | sort | grep REDIS
kubectl logs ds/filebeat-ds --tail=3 | cut -c 26- | head -1
kubectl set image ds/filebeat-ds filebeat=x:2 | tail -1
kubectl rollout undo ds/filebeat-ds 2>&1 | fold -w 90
kubectl drain node2 2>&1 | grep '^error' | cut -d: -f2
kubectl get pods nobody | grep x
kubectl get nodes -o jsonpath='{.items[*].metadata.name}' | wc -l
kubectl get nodes -o jsonpath='{.items[*].metadata.name}' | head -1
kubectl get nodes -o jsonpath='{.items[*].metadata.name}{"\n"}x' | head -1
kubectl get nodes -o jsonpath='{.items[*].metadata.name}' | tail -1
kubectl get nodes -o jsonpath='{.items[*].metadata.name}' | grep node
"""


# What a shell puts into a line, and lines that a quote holds together.
CELLS = [
    r"""
name=$(kubectl get pods -l app=filebeat --field-selector spec.nodeName=node1 -o name)
kubectl describe $name --show-events=false | grep '^Name:'
kubectl logs ${name} --tail=1
""",
    "kubectl delete $(kubectl get pods -l app=filebeat -o name) --wait=false",
    """
kubectl patch ds/filebeat-ds -p '{"spec":
  {"minReadySeconds": 5}}'
kubectl get ds filebeat-ds -o jsonpath='at least {.spec.minReadySeconds}
'
""",
    """
new='disk=ssd'
kubectl label node node1 $new
kubectl get nodes -l "$new" -o name
""",
    r"""
last=$(kubectl get controllerrevisions --sort-by=.revision -o name | tail -1)
kubectl get $last -o jsonpath='{.revision}{"\n"}'
kubectl get ds.apps,deployment.apps -o name
""",
    "kubectl get nodes -o jsonpath='{.items[*].kind} $name'",
    """
x=$(kubectl get pod nobody)
kubectl get ns default -o name
""",
    """
sum=a1
kubectl patch ds/filebeat-ds -p '{"metadata":{"annotations":{"sum":"'$sum'"}}}'
kubectl get ds -o jsonpath='{.items[0].metadata.annotations.sum}'
""",
]


@needs_kubectl
@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_does_what_a_shell_does(cell: str) -> None:
    ours = Cluster(nodes=2, seed=3, kubelet="auto")
    ours.apply(manifest("filebeat-ds"))
    ours.run(30)
    # What serving writes is there for both.
    ours.serve(pace=None).stop()
    theirs = ours.fork()
    with theirs.serve(pace=None) as server:
        assert kubectl.run(ours, cell) == in_shell(server, cell)


def in_shell(server: Server, lines: str) -> str:
    """What a terminal shows of it."""
    done = subprocess.run(
        ["sh", "-c", lines],
        env={**os.environ, **server.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.stdout


@needs_kubectl
def test_filters_leave_what_those_of_a_shell_leave() -> None:
    ours = Cluster(nodes=3, seed=3, kubelet="auto")
    ours.apply(manifest("filebeat-ds"))
    ours.run(30)
    # What serving writes is there for both.
    ours.serve(pace=None).stop()
    theirs = ours.fork()
    with theirs.serve(pace=None) as server:
        for line in LINES.strip().splitlines():
            assert kubectl.run(ours, line) == in_shell(server, line), line
