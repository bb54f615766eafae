"""The page's `kubectl logs` and `exec` print what the real ones print."""

from __future__ import annotations

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import name
from tests.support.two_kubectls import needs_kubectl, printed, real, type_into_both

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: crash}
spec: {containers: [{name: c, image: x, command: [sh, -c, "echo bad; exit 3"]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: told, annotations: {kubectl.kubernetes.io/default-container: second}}
spec:
  initContainers: [{name: init, image: x, command: ["true"]}]
  containers: [{name: first, image: x}, {name: second, image: x, command: [sh, -c, "env; sleep 99"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: far}
spec: {nodeSelector: {a: b}, containers: [{name: c, image: x}]}
"""
LOGS = """
logs ds/filebeat-ds --tail=2
logs deploy/web --tail=1
logs deploy/web -c side --tail=1
logs {web} --tail=1
logs {web} side --tail=1
logs nobody
logs pod/nobody
logs ds/nobody
logs
logs -l app=nobody
logs -p ds/filebeat-ds
logs ds/filebeat-ds --since=2s
logs ds/filebeat-ds --since=15s
logs ds/filebeat-ds --since=x
logs ds/filebeat-ds --tail=x
logs ds/filebeat-ds --tail=1 --timestamps
logs node/node1
logs svc/kubernetes
logs -l app=filebeat web
logs {agent} nobody
logs {agent}
logs ds/filebeat-ds -c nobody
logs rs/{rs} --tail=1
logs job/x
logs ds filebeat-ds
logs {agent} --limit-bytes=30
logs {agent} -c filebeat nobody
logs -n kube-system -l app=filebeat
logs crash
logs -p crash
logs crash --previous --tail=1
logs told --tail=2
logs told -c init
logs far
"""
EXEC = """
exec ds/filebeat-ds -- cat /etc/resolv.conf
exec ds/filebeat-ds -- printenv REDIS_HOST
exec ds/filebeat-ds -- printenv NOBODY
exec ds/filebeat-ds -- curl -sS redis.default.svc.cluster.local:6379
exec ds/filebeat-ds -- nobody
exec ds/filebeat-ds
exec ds/filebeat-ds ls
exec
exec nobody -- ls
exec ds/nobody -- ls
exec deploy/web -- hostname
exec deploy/web -c side -- hostname
exec deploy/web -c nobody -- hostname
exec -n default ds/filebeat-ds -- sh -c 'echo a; exit 3'
exec node/node1 -- ls
exec ds/filebeat-ds -- cat /etc/nothing
exec svc/kubernetes -- ls
exec ds filebeat-ds -- ls
exec ds/filebeat-ds -- ls /
exec told -- hostname
exec crash -- hostname
exec far -- hostname
"""
# The real one prints these as they come.
MIXED = """
logs -l app=filebeat --tail=1
logs -l app=filebeat
logs -l app=web --tail=1
logs -l app=web --all-containers --prefix --tail=1
logs {web} --all-containers --tail=1 --prefix
logs ds/filebeat-ds --all-pods --tail=1
logs -p -l app=crash
"""


@pytest.fixture(scope="module")
def more(both: Cluster) -> Cluster:
    """With Pods that have something to tell."""
    cluster = both.fork()
    cluster.apply(PODS)
    cluster.run(30)
    return cluster


def with_names(cluster: Cluster, lines: str) -> str:
    """The lines with the names that the Pods have been given."""
    agent = name(cluster.list("Pod", selector="app=filebeat")[0])
    web = name(cluster.list("Pod", selector="app=web")[0])
    return lines.format(agent=agent, web=web, rs=web.rpartition("-")[0])


@needs_kubectl
@pytest.mark.parametrize("lines", [LOGS, EXEC], ids=["logs", "exec"])
def test_it_prints_what_the_real_one_prints(lines: str, more: Cluster) -> None:
    type_into_both(more, with_names(more, lines))


@needs_kubectl
def test_of_several_logs_all_lines_are_there(more: Cluster) -> None:
    ours, theirs = more.fork(), more.fork()
    with theirs.serve(pace=None) as server:
        for line in with_names(more, MIXED).strip().splitlines():
            said = printed(ours, line).splitlines()
            assert sorted(said) == sorted(real(server, line).splitlines()), line
