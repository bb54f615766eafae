"""The page's kubectl answers like the real one: every line is typed into both, each with a cluster of its own."""

from __future__ import annotations

import re

import pytest

from k8slearn import Cluster
from k8slearn.locale import page as words
from k8slearn.page import kubectl as small
from tests.support.two_kubectls import needs_kubectl, real, type_into_both

DS = "ds/filebeat-ds"
# Each is one terminal: its lines follow on each other.
TERMINALS = {
    "tables": """
        get pods
        get pod,ds
        get ds -o wide
        get nodes -o wide
        get pods -A
        get pods -n kube-system
        get pods -A -l app=nobody
        get ns
        get priorityclasses
        get pods -l app=filebeat,release=stable --no-headers
        get pods --show-labels
        get nodes -L kubernetes.io/os,disk --show-labels
        get pods -A -L app
        get nodes --sort-by=.metadata.name
        get nodes node3 node1
        get node/node2 ds/filebeat-ds
        get ds/filebeat-ds
        get controllerrevisions
        get deploy,rs
        get events -A
        get pods --watch=false
        get clusterroles
        get clusterrolebindings
        get clusterrole view cluster-admin nobody
        get clusterroles -l kubernetes.io/bootstrapping=rbac-defaults -o name
        get pods --field-selector spec.nodeName=node1
        get pods --field-selector spec.nodeName!=node1,status.phase=Running -o name
        get events --field-selector reason=Scheduled
        get pods --field-selector a=b
        get pods --field-selector a
        get pods -l 'a in'
        get pods --field-selector spec.nodeName=node1 web
        get ds,pods --field-selector spec.nodeName=node1
        label nodes --field-selector metadata.name=node1 a=b
        delete pods --field-selector spec.nodeName=node9
        delete pods --field-selector a=b
    """,
    "what is not there": """
        get pods nobody
        get ds nobody filebeat-ds
        get ds nobody --ignore-not-found
        get nobodies
        get ds -n nowhere
        get
        delete
        delete pods --all a
        delete pods -l a=b a
        get ds x y/z
        get all/filebeat-ds
        get ds,pods/filebeat-ds
        describe all fileb
        get all filebeat-ds
        get ds/
        get /x
        get ds/a/b
        set image
        delete pod nobody
        label node node1 node9 a=b
        annotate nodes node9 node1 node8 a=b
        taint node node9 node1 a=b:NoSchedule
        patch node node9 node1 -p '{"spec":{"unschedulable":true}}'
        scale deploy/nobody deploy/web --replicas=1
        set image ds/nobody ds/filebeat-ds *=x
        delete pods nobody --ignore-not-found
        delete ds filebeat-ds nobody --wait=false
        cordon node9 node2
        rollout status ds/nobody
        set image ds/nobody a=b
    """,
    "what fails in a line of several": """
        get ds,pods filebeat-ds
        get node/node9 ds/filebeat-ds ds/nobody node/node1
        get node node9 node2 node8 -o name
        get node node9 node2 -o yaml --ignore-not-found
        cordon node2 node9 node8
        label node node1 node2 node9 disk=ssd
        label node node1 node9 node2 disk=hdd
        label pods -l app=web a=b
        label pods --all a=c
        annotate node node1 node2 a=b
        annotate node node1 node9 node2 a=c
        taint node node1 node2 a=b:NoSchedule
        taint node node3 node1 node2 node9 a=b:NoSchedule
        taint node node1 node2 z-
        patch ds/filebeat-ds deploy/web deploy/nobody -p '{"spec":{"minReadySeconds":-1}}'
        scale ds/filebeat-ds deploy/nobody deploy/web --replicas=1
        set image ds/filebeat-ds
        set image ds/filebeat-ds deploy/web web=x
        rollout history ds/nobody ds/filebeat-ds
        rollout status ds/filebeat-ds ds/nobody --watch=false
        delete node/node9 pod/nobody node/node1 --wait=false
        get nodes -L disk
    """,
    "objects": """
        get ds filebeat-ds -o yaml
        get ds/filebeat-ds -o json
        get node node1 -o yaml
        get nodes -o name
        get ds,nodes -o name
        get pods -o yaml
        get cm,events -o yaml
        get pods -l app=nobody -o yaml
        get pods -l app=nobody -o name
        get ds filebeat-ds -o yaml --show-managed-fields
        get ds,nodes -o yaml --show-managed-fields
        get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName,NONE:.spec.nothing
        get nodes -o custom-columns=N:metadata.name,L:{.metadata.labels}
        get nodes -o custom-columns=N:metadata.name,T:.status.conditions[*].type --no-headers
    """,
    "labels": """
        label node node1 disk=ssd
        label node node1 disk=ssd
        label node node1 disk=hdd
        label node node1 disk=hdd zone=a --overwrite
        label nodes --all tier=edge
        label node/node2 node/node3 disk=ssd
        label nodes -l disk=ssd disk-
        label node node1 nothing-
        label node node1 disk- zone-
        label pods -l app=filebeat seen=yes
        label node node1 bad=a!b
        label ds filebeat-ds team=logs
        label node node1
        get nodes -L disk,zone,tier
        get pods -l app=filebeat -L seen
    """,
    "annotations": """
        annotate ds filebeat-ds kubernetes.io/change-cause=first
        annotate ds/filebeat-ds kubernetes.io/change-cause=second
        annotate ds/filebeat-ds kubernetes.io/change-cause=second --overwrite
        annotate ds/filebeat-ds kubernetes.io/change-cause-
        annotate nodes --all note='two words'
        get ds filebeat-ds -o yaml
    """,
    "taints": """
        taint node node1 dedicated=gpu:NoSchedule
        taint node node1 dedicated=gpu:NoSchedule
        taint node node1 dedicated=db:NoSchedule --overwrite
        taint nodes node1 node2 a=b:NoExecute c:PreferNoSchedule
        taint node node1 dedicated-
        taint node node1 dedicated-
        taint node node1 a:NoExecute- c-
        taint nodes --all all=x:NoSchedule
        cordon node1
        cordon node1 node2
        uncordon node1
        get nodes
        get node node1 -o yaml
        cordon node9
    """,
    "deletion": """
        delete pods -l app=nobody --wait=false
        cordon -l a=b
        label nodes -l a=b x=y
        set image ds -l a=b x=y
        scale deploy -l a=b --replicas=1
        delete pods -l app=filebeat --wait=false
        delete node node3 --wait=false
        delete ds filebeat-ds --cascade=orphan --wait=false
        get pods,ds,nodes
        delete ns nowhere --wait=false
        delete pods
    """,
    "by force": """
        delete pods --all --grace-period=x
        delete pods --all --force --grace-period=0
        get pods
        delete ds/filebeat-ds --now --wait=false
    """,
    "images": """
        set image ds/filebeat-ds filebeat=ikubernetes/filebeat:5.6.6-alpine
        set image ds/filebeat-ds filebeat=ikubernetes/filebeat:5.6.6-alpine
        set image ds/filebeat-ds nobody=x
        set image deploy/web *=nginx:2
        set image deploy/web web=nginx:3 side=side:3
        get deploy web -o yaml
        get ds -o wide
        set image ds --all filebeat=other:1
    """,
    "sizes": """
        scale deploy/web --replicas=3
        scale deploy web --replicas 0
        scale ds/filebeat-ds --replicas=3
        scale deploy/web
        scale deploy/web --replicas=x
        scale deploy/web --replicas=-1
        get deploy web
    """,
    "patches": """
        patch ds filebeat-ds -p '{"spec":{"minReadySeconds":5}}'
        patch ds filebeat-ds -p '{"spec":{"minReadySeconds":5}}'
        patch ds/filebeat-ds --type merge -p 'spec: {minReadySeconds: 0}'
        patch ds/filebeat-ds --type json -p '[{"op":"replace","path":"/spec/minReadySeconds","value":7}]'
        patch ds/filebeat-ds -p '{"spec":{"minReadySeconds":-1}}'
        patch ds/filebeat-ds -p '{"spec":{"minReadySeconds":-1,"revisionHistoryLimit":-1}}'
        patch ds/filebeat-ds -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'
        patch ds/filebeat-ds
        get ds filebeat-ds -o yaml --show-managed-fields
    """,
    "rollouts": """
        rollout status ds/filebeat-ds --watch=false
        rollout history ds/filebeat-ds
        rollout history ds filebeat-ds nobody
        rollout undo ds/filebeat-ds
        rollout undo ds/filebeat-ds --to-revision=9
        rollout undo ds/filebeat-ds --to-revision=x
        rollout undo ds/filebeat-ds --to-revision=1
        set image ds/filebeat-ds filebeat=ikubernetes/filebeat:5.6.6-alpine
        rollout status ds/filebeat-ds --watch=false
        sleep 1
        rollout status ds/filebeat-ds --watch=false
        sleep 5
        rollout status ds/filebeat-ds --watch=false
        sleep 120
        rollout status ds filebeat-ds --watch=false
        annotate ds/filebeat-ds kubernetes.io/change-cause=newer
        sleep 5
        rollout history ds filebeat-ds
        rollout undo ds/filebeat-ds
        sleep 120
        rollout history ds/filebeat-ds
        get ds filebeat-ds -o yaml --show-managed-fields
        patch ds/filebeat-ds -p '{"spec":{"updateStrategy":{"type":"OnDelete"}}}'
        sleep 5
        rollout status ds/filebeat-ds --watch=false
    """,
}


LOCAL = """
apiVersion: v1
kind: Pod
metadata: {name: alone}
spec: {nodeName: node2, volumes: [{name: v, emptyDir: {}}], containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: done}
spec: {nodeName: node2, restartPolicy: Never, containers: [{name: c, image: x, command: ["true"]}]}
"""
DRAINED = "drain node2 --ignore-daemonsets --delete-emptydir-data --force"


@needs_kubectl
def test_a_node_is_drained_of_what_may_go(both: Cluster) -> None:
    start = both.fork()
    start.apply(LOCAL)
    start.run(30)
    ours, theirs = start.fork(), start.fork()
    lines = ["drain", "drain node2", f"{DRAINED} node9", DRAINED, DRAINED]
    with theirs.serve(pace=20) as server:
        for line in lines:
            printed = small.run(ours, f"kubectl {line}")
            assert pieces(printed) == pieces(real(server, line)), line


def pieces(printed: str) -> list[str]:
    """The output in pieces without order, which is random in the real one."""
    return sorted(re.split(r"\n|Warning: |error: \[|\]|; |, ", printed))


def test_a_budget_that_never_allows_it_is_not_waited_for_ever(both: Cluster) -> None:
    cluster = both.fork()
    cluster.apply(
        "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b},"
        " spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}}"
    )
    cluster.run(5)
    [node, *_] = [
        pod["spec"]["nodeName"] for pod in cluster.list("Pod", selector="app=web")
    ]
    printed = small.run(cluster, f"kubectl drain {node} --ignore-daemonsets")
    assert (
        "Cannot evict pod as it would violate the pod's disruption budget." in printed
    )
    assert printed.endswith(words.KUBECTL_STILL_WAITS.format(seconds=120) + "\n")


@needs_kubectl
def test_a_rollout_is_watched_to_its_end(both: Cluster) -> None:
    ours, theirs = both.fork(), both.fork()
    told = "kubectl set image ds/filebeat-ds filebeat=x:2\nkubectl rollout status ds/filebeat-ds"
    printed = small.run(ours, told).splitlines()
    with theirs.serve(pace=None) as server:
        real(server, "set image ds/filebeat-ds filebeat=x:2")
    with theirs.serve(pace=4) as server:
        watched = real(server, "rollout status ds/filebeat-ds").splitlines()
    # Of what happens while it connects the real one misses the first.
    assert printed[-len(watched) :] == watched
    assert len(watched) > 3


@needs_kubectl
@pytest.mark.parametrize("terminal", TERMINALS)
def test_it_prints_what_the_real_one_prints(terminal: str, both: Cluster) -> None:
    type_into_both(both, TERMINALS[terminal])
