"""The page's `kubectl logs` and `exec` print what the real ones print."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import name
from k8slearn.manifests import manifest
from tests.conformance.kubectl_sessions import find_kubectl
from tests.support.two_kubectls import printed, real, type_into_both

needs_kubectl = pytest.mark.skipif(find_kubectl() is None, reason="no kubectl")
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1"}, {name: side, image: "side:1"}]}
---
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
def both() -> Iterator[Cluster]:
    cluster = Cluster(nodes=3, seed=3, kubelet="auto")
    cluster.apply(manifest("filebeat-ds"))
    cluster.apply(WEB)
    cluster.run(30)
    # What serving writes is there for both.
    cluster.serve(pace=None).stop()
    yield cluster


def with_names(cluster: Cluster, lines: str) -> str:
    """The lines with the names that the Pods have been given."""
    agent = name(cluster.list("Pod", selector="app=filebeat")[0])
    web = name(cluster.list("Pod", selector="app=web")[0])
    return lines.format(agent=agent, web=web, rs=web.rpartition("-")[0])


@needs_kubectl
@pytest.mark.parametrize("lines", [LOGS, EXEC], ids=["logs", "exec"])
def test_it_prints_what_the_real_one_prints(lines: str, both: Cluster) -> None:
    type_into_both(both, with_names(both, lines))


@needs_kubectl
def test_of_several_logs_all_lines_are_there(both: Cluster) -> None:
    ours, theirs = both.fork(), both.fork()
    with theirs.serve(pace=None) as server:
        for line in with_names(both, MIXED).strip().splitlines():
            said = printed(ours, line).splitlines()
            assert sorted(said) == sorted(real(server, line).splitlines()), line
