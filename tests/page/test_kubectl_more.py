"""Less usual commands of the page's kubectl print what the real ones print."""

from __future__ import annotations

import pytest

from k8slearn import Cluster
from tests.support.two_kubectls import (
    comparable,
    needs_kubectl,
    printed,
    real,
    type_into_both,
)

TERMINALS = {
    "what is set": """
        set resources ds/filebeat-ds --requests=cpu=80m,memory=128Mi --limits=memory=200Mi
        set resources ds/filebeat-ds --requests=cpu=80m,memory=128Mi --limits=memory=200Mi
        set resources ds/filebeat-ds -c filebeat --requests=cpu=0
        set resources ds/filebeat-ds -c nobody --requests=cpu=1
        set resources ds/filebeat-ds --requests=cpu=x
        set resources ds/filebeat-ds --requests=cpu
        set resources ds/filebeat-ds
        set resources ds/filebeat-ds --requests=memory=600Mi
        set resources node/node1 --requests=memory=600Mi
        set resources
        set resources ds/nobody --requests=cpu=1
        set resources deploy/web --requests=cpu=1 -c web
        set serviceaccount ds/filebeat-ds reader
        set serviceaccount ds/filebeat-ds reader
        set serviceaccount ds/filebeat-ds
        set sa deploy web reader
        set env ds/filebeat-ds A=b C=d
        set env ds/filebeat-ds A=b
        set env ds/filebeat-ds A-
        set env ds/filebeat-ds
        set env ds/filebeat-ds A
        get ds filebeat-ds -o yaml --show-managed-fields
        get deploy web -o yaml --show-managed-fields
        set env ds/filebeat-ds REDIS_HOST=new B=c
        set env deploy/web -c side B=c
        get ds,deploy -o yaml
    """,
    "what is created by options": """
        create configmap settings --from-literal=level=warn --from-literal=a=b
        create configmap settings --from-literal=level=warn
        create cm
        create configmap x --from-literal=a
        create configmap empty
        create priorityclass agents --value=1000
        create priorityclass agents2 --value=500 --description=x --global-default
        create pc agents3
        create priorityclass
        create clusterrole agent --verb=get,list,watch --resource=pods,nodes
        create clusterrole agent2 --verb=get --resource=deployments.apps,pods/log --resource-name=a
        create clusterrole agent3 --verb=get
        create clusterrole agent3 --resource=pods
        create clusterrole agent4 --verb=get --resource=nobodies
        create clusterrolebinding agent --clusterrole=agent --serviceaccount=default:agent
        create clusterrolebinding agent2 --clusterrole=agent --user=jane --group=a
        create clusterrolebinding agent3
        create clusterrolebinding agent3 --clusterrole=agent --serviceaccount=agent
        create serviceaccount reader
        create sa
        create ns logs
        create namespace logs
        create ns
        create rolebinding b --clusterrole=view --serviceaccount=default:reader
        create role r --verb=get --resource=pods
        get clusterrole agent agent2 -o yaml
        get clusterrolebinding agent agent2 -o yaml
        get priorityclass agents agents2 -o yaml
        get cm settings -o yaml --show-managed-fields
    """,
    "waiting": """
        wait ds/filebeat-ds --for=jsonpath='{.status.numberReady}'=3
        wait --for=condition=Ready pods -l app=web
        wait --for=condition=Ready pods -l app=nobody
        wait --for=condition=ready=true node/node1
        wait --for=delete pod/nobody
        wait pod/nobody --for=condition=Ready
        wait
        wait ds/filebeat-ds
        wait ds/filebeat-ds --for=foo
        wait ds/filebeat-ds --for=jsonpath='{.status.numberReady}'
        wait deploy/web --for=condition=Available
        wait pods --all --for=condition=Ready --timeout=5s
        wait node/node1 node/node2 --for=condition=Ready
        wait --for=create ds/filebeat-ds
    """,
    "rollouts of all kinds": """
        rollout history ds/filebeat-ds --revision=1
        rollout history ds/filebeat-ds --revision=9
        rollout history ds/filebeat-ds --revision=x
        rollout pause ds/filebeat-ds
        rollout resume ds/filebeat-ds
        rollout pause ds/nobody
        rollout pause deploy/web
        rollout pause deploy/web
        rollout resume deploy/web
        rollout resume deploy/web
        sleep 5
        rollout status deploy/web
        rollout status deployment web --watch=false
        rollout restart deploy/web
        rollout status deploy/web --watch=false
        sleep 1
        rollout status deploy/web --watch=false
        sleep 4
        rollout status deploy/web --watch=false
        sleep 4
        rollout status deploy/web --watch=false
        sleep 100
        rollout status deploy/web --watch=false
        rollout restart node/node1
        rollout status node/node1
        rollout undo node/node1
        rollout history node/node1
    """,
    "who may": """
        auth can-i list pods
        auth can-i list pods --as=system:serviceaccount:default:agent
        auth can-i get nodes --subresource=proxy --as=system:serviceaccount:default:agent
        auth can-i get nodes/proxy --as=system:serviceaccount:default:agent
        auth can-i list pods -A --as=system:serviceaccount:default:agent
        auth can-i list nodes -A --as=jane
        auth can-i
        auth can-i get
        auth can-i get pods x
        auth can-i '*' '*'
        auth can-i get nobodies
        auth can-i get nobodies.x
        auth can-i fly pods
        auth can-i get /healthz --as=jane
        auth can-i get /secret --as=jane
        auth can-i list nodes -n default --as=jane
        auth can-i list deploy --as=jane
        auth can-i list deployments.apps --as=jane
        auth can-i list priorityclasses --as=jane
        auth can-i get pods/log --as=jane
        auth can-i get pods --subresource=log --as=jane --as-group=system:masters
        auth whoami
        auth whoami --as=jane --as-group=a
        auth whoami --as=system:serviceaccount:default:agent
        create clusterrole agent --verb=get,list --resource=pods,nodes
        create clusterrolebinding agent --clusterrole=agent --serviceaccount=default:agent
        create clusterrolebinding lost --clusterrole=nobody --serviceaccount=default:agent
        auth can-i list pods --as=system:serviceaccount:default:agent
        auth can-i delete pods --as=system:serviceaccount:default:agent
        auth can-i list pods -n kube-system --as=system:serviceaccount:default:agent
        get pods --as=system:serviceaccount:default:default
        get nodes --as=system:serviceaccount:default:default
        get nodes --as=system:serviceaccount:default:agent
        get node node1 --as=jane
        get ds --as=system:serviceaccount:default:agent
        get ds filebeat-ds --as=system:serviceaccount:default:agent
        get pods -A --as=jane
        get ns default --as=jane
        get pods,nodes --as=jane
    """,
    "what is only tried, and who signs": """
        label --dry-run=server ns default a=b
        label --dry-run=client ns default a=b
        label ns default pod-security.kubernetes.io/enforce=baseline --dry-run=server
        set image ds/filebeat-ds filebeat=x:9 --dry-run=server
        set image ds/filebeat-ds filebeat=x:9 --dry-run=client
        set resources ds/filebeat-ds --requests=cpu=1 --dry-run=server
        set env ds/filebeat-ds A=b --dry-run=server
        set sa ds/filebeat-ds x --dry-run=server
        annotate ds/filebeat-ds x=y --dry-run=server
        delete pods -l app=web --dry-run=server
        delete pods -l app=web --dry-run=client
        delete pods -l app=nobody --dry-run=client
        scale deploy/web --replicas=5 --dry-run=server
        cordon node1 --dry-run=server
        uncordon node1 --dry-run=server
        create ns later --dry-run=client
        create ns later --dry-run=server
        create ns default --dry-run=server
        label --dry-run=none ns default a=c
        label --dry-run=x ns default a=b
        patch ds/filebeat-ds --dry-run=server -p '{"spec":{"minReadySeconds":5}}'
        taint node node1 a=b:NoSchedule --dry-run=server
        set image ds/filebeat-ds filebeat=x:9 --field-manager=updater
        label ds/filebeat-ds a=b --field-manager=updater
        patch ds/filebeat-ds --field-manager=ci -p '{"spec":{"minReadySeconds":5}}'
        get ds filebeat-ds -o yaml --show-managed-fields
        get nodes,ns,deploy,pods
    """,
}
SHIPPER = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: shipper}
spec:
  selector: {matchLabels: {app: s}}
  template:
    metadata: {labels: {app: s}}
    spec: {containers: [{name: main, image: "IMAGE"}]}
"""
SETTINGS = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}"
LOST = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: lost}}"
# Lines, and what they are given.
GIVEN = [
    ("apply --server-side --field-manager=ci -f -", SHIPPER.replace("IMAGE", "a:1")),
    ("apply --server-side --field-manager=ci -f -", SHIPPER.replace("IMAGE", "a:1")),
    ("apply --server-side --field-manager=x -f -", SHIPPER.replace("IMAGE", "a:2")),
    (
        "apply --server-side --force-conflicts --field-manager=x -f -",
        SHIPPER.replace("IMAGE", "a:2"),
    ),
    ("apply --server-side -f -", SHIPPER.replace("IMAGE", "a:3")),
    ("get ds shipper -o yaml --show-managed-fields", ""),
    ("create -f -", SHIPPER.replace("IMAGE", "a:3")),
    ("apply -f - --dry-run=server", SHIPPER.replace("IMAGE", "a:4")),
    ("apply -f -", SHIPPER.replace("IMAGE", "a:4")),
    ("apply -f -", f"{LOST}\n---\n{SETTINGS}\n---\n{LOST}"),
    ("apply -f -", LOST),
    ("create -f -", f"{LOST}\n---\n{SETTINGS}"),
    ("create -f -", SETTINGS),
    ("create -f -", SHIPPER.replace("IMAGE", "''").replace("shipper", "other")),
    ("get ds other shipper -o jsonpath={.items[*].spec}", ""),
]


@needs_kubectl
@pytest.mark.parametrize("terminal", TERMINALS)
def test_it_prints_what_the_real_one_prints(terminal: str, both: Cluster) -> None:
    type_into_both(both, TERMINALS[terminal])


@needs_kubectl
def test_manifests_are_put_as_the_real_one_puts_them(both: Cluster) -> None:
    ours, theirs = both.fork(), both.fork()
    with theirs.serve(pace=None) as server:
        for line, given in GIVEN:
            said = printed(ours, f"{line} <<EOF\n{given}\nEOF")
            assert said == comparable(real(server, line, given)), line
