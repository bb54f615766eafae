"""Habitual kubectl commands work, or are refused at once with a helpful sentence.

`{pod}` is a Pod of the DaemonSet `web`. Time jumps until all is quiet, so no command waits.
"""

import json
import shlex
from math import inf

import pytest

from k8slearn.cluster import Cluster
from k8slearn.locale import http as words
from tests.support.http_client import ClusterServer
from tests.support.kubectl import kubectl

MANIFEST = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: main, image: "nginx:1", ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  replicas: 1
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec: {containers: [{name: main, image: "nginx:1"}]}
"""
RUN = "run {} -i --rm --restart=Never --image=busybox --"
SECONDS = 60
"""The timeout of a command in real seconds."""

INTERACTIVE = {
    "logs ds/web": "started on node",
    "logs -l app=web --tail=1 --prefix": "[pod/web-",
    "exec ds/web -- hostname": "web-",
    "exec -i ds/web -- sh": "",
    "exec -it ds/web -- sh": "",
    "cp {pod}:/etc/hostname /dev/null": "",
    "debug {pod} --image=busybox -c dbg --attach=false": "",
    "debug -i {pod} --image=busybox -- hostname": "web-",
    "debug {pod} --image=busybox --copy-to=copied -i -- hostname": "copied",
    "debug node/node1 -i --image=busybox -- hostname": "node1",
    f"{RUN.format('once')} echo hi": 'hi\npod "once" deleted',
    f"{RUN.format('asked')} wget -qO- http://web": "web-",
    f"{RUN.format('shell')} sh": 'pod "shell" deleted',
    "run quiet -i --rm --restart=Never --image=nginx": 'pod "quiet" deleted',
    "top nodes": "node1",
    "create token default": "eyJ",
    "auth can-i create ds": "yes",
    "auth can-i --list": "*.*",
    "auth whoami": "kubernetes-admin",
    "explain pod.status.phase": '"Succeeded"',
    "events --for ds/web": "SuccessfulCreate",
    "wait --for=condition=Ready pod -l app=web --timeout=9s": "condition met",
}
REFUSED = {
    "attach ds/web": words.NO_ATTACH,
    "port-forward ds/web 18080:80": words.NO_FORWARD,
    "cp /etc/hostname {pod}:/tmp/x": words.READ_ONLY,
    "exec ds/web -- top": "模型的容器里只有这些命令",
    "exec ds/web -- sh -c 'ls | cat'": "不懂管道",
    "edit ds/web": words.NO_EDITOR,
    "scale ds/web --replicas=2": "could not find the requested resource",
    "autoscale ds/web --min=1 --max=3": "cannot autoscale a DaemonSet",
    "expose ds/web --port=80": "cannot expose a DaemonSet",
    "rollout pause ds/web": "pausing is not supported",
    "logs {pod} --previous": "previous terminated container",
    "create token ghost": '"ghost" not found',
    "certificate approve x": '"x" not found',
    "wait --for=condition=Ready pod/ghost --timeout=9s": "not found",
    "get pods --field-selector a=b": "field label not supported",
    "get ghosts": 'doesn\'t have a resource type "ghosts"',
}
READING = {
    "get all": "daemonset.apps/web",
    "get pods -o wide --show-labels -L app": "app=web",
    "get ds,deploy,rs,sts,job,cj,hpa,ing,netpol,pdb,quota,limits,sa,cm,pv,pvc,sc": "web",
    "get ds web -o yaml --show-managed-fields": "managedFields",
    "get pods -o jsonpath={{.items[*].metadata.name}}": "web-",
    "get pods -o custom-columns=N:.metadata.name": "web-",
    "get pods -o go-template='{{{{len .items}}}}'": "",
    "get pods -o kyaml": "web-",
    "get pods --sort-by=.spec.nodeName -A --chunk-size=1": "web-",
    "get pods --field-selector spec.nodeName=node1,status.phase=Running": "web-",
    "get pods --server-print=false": "web-",
    "get pods -w --request-timeout=3s": "web-",
    "get pods -w --output-watch-events --request-timeout=3s": "ADDED",
    "get componentstatuses": "",
    "get --raw /readyz": "ok",
    "describe ds web": "Desired Number of Nodes Scheduled: 3",
    "describe node node1": "Non-terminated Pods",
    "describe pod {pod}": "Controlled By:  DaemonSet/web",
    "explain ds": "DaemonSet represents",
    "explain ds.spec.updateStrategy.type": "RollingUpdate",
    "explain ds --recursive": "maxUnavailable",
    "explain hpa --api-version=autoscaling/v1": "HorizontalPodAutoscaler",
    "events --types=Normal": "SuccessfulCreate",
    "get events --sort-by=.lastTimestamp": "SuccessfulCreate",
    "api-resources": "daemonsets",
    "api-resources --namespaced=false --verbs=list -o name": "nodes",
    "api-versions": "apps/v1",
    "config view": "k8slearn",
    "config current-context": "",
    "config get-contexts": "k8slearn",
    "config set-context --current --namespace=default": "modified",
    "cluster-info": "running at",
    "cluster-info dump": '"kind": "NodeList"',
    "version": "Server Version: v1.36.2",
    "rollout status ds/web": "successfully rolled out",
    "rollout status deploy/front": "successfully rolled out",
    "rollout history ds/web": "REVISION",
    "rollout history ds/web --revision=1": "Image",
    "rollout history deploy/front": "REVISION",
    "apply view-last-applied svc/web": "selector",
    "wait --for=jsonpath={{.status.numberReady}}=3 ds/web --timeout=9s": "met",
    "wait --for=delete pod/ghost --timeout=9s": "",
    "wait --for=create ds/web --timeout=9s": "met",
}
GENERATORS = (
    "configmap c --from-literal=a=b",
    "secret generic s --from-literal=a=b",
    "secret docker-registry r --docker-username=u --docker-password=p",
    "serviceaccount sa",
    "namespace ns",
    "deployment d --image=i",
    "job j --image=i",
    "job by-hand --from=cronjob/cj",
    "cronjob cj --image=i --schedule='0 0 29 2 *'",
    "role r --verb=get --resource=pods",
    "rolebinding rb --role=r --user=bob",
    "clusterrole cr --verb=get --resource=pods",
    "clusterrolebinding crb --clusterrole=cr --user=bob",
    "ingress i --rule=a.example/b=svc:80",
    "pdb p --selector=app=web --min-available=1",
    "priorityclass pc --value=100",
    "quota q --hard=pods=1000",
    "service clusterip ci --tcp=80",
    "service nodeport np --tcp=80:8080",
    "service loadbalancer lb --tcp=80:8080",
    "service externalname en --external-name=a.example",
)
CHANGES = (
    "run bare --image=nginx --port=80 --expose",
    "expose pod bare --port=81 --name=other",
    "label ds/web a=b",
    "annotate ds/web a=b",
    "annotate ds/web a-",
    "taint node node3 k=v:NoSchedule",
    "taint node node3 k:NoSchedule-",
    "cordon node3",
    "drain node3 --ignore-daemonsets --force --delete-emptydir-data --timeout=9s",
    "uncordon node3",
    "set image ds/web main=nginx:2",
    "set env ds/web A=b",
    "set env ds/web --list",
    "set resources ds/web --limits=cpu=100m",
    "set serviceaccount ds/web default",
    "set selector svc web app=web",
    "set subject clusterrolebinding crb --user=alice",
    "rollout undo ds/web --to-revision=1",
    "rollout restart ds/web",
    "rollout restart deploy/front",
    "rollout pause deploy/front",
    "rollout resume deploy/front",
    "rollout undo deploy/front",
    "scale deploy/front --replicas=2",
    "autoscale deploy/front --min=1 --max=3",
    "expose deploy/front --port=80",
    'patch ds web -p \'{{"metadata":{{"labels":{{"p":"q"}}}}}}\'',
    'patch ds web --subresource=status --type=merge -p \'{{"status":{{"numberReady":3}}}}\'',
    "delete pod {pod} --grace-period=0 --force",
    "delete pods -l app=web --wait=false",
    "delete job j --cascade=background --timeout=9s",
    "delete deploy d --cascade=foreground --timeout=9s",
    "delete deploy front --cascade=orphan --timeout=9s",
    "delete ns ns --timeout=9s",
    "delete cm --all --dry-run=server",
    "delete pod,svc bare --ignore-not-found --timeout=9s",
)


@pytest.fixture(scope="module")
def server():
    cluster = Cluster(3, kubelet="auto")
    cluster.apply(MANIFEST)
    cluster.run_until_quiet()
    # Usage is available after two samples.
    cluster.run(60)
    with ClusterServer(cluster, pace=inf) as found:
        yield found


def typed(server, line, **more):
    pods = server.cluster.list("Pod", "default", "app=web")
    running = [p for p in pods if "deletionTimestamp" not in p["metadata"]]
    argv = shlex.split(line.format(pod=running[0]["metadata"]["name"]))
    return kubectl(server, *argv, timeout=SECONDS, **more)


def works(server, line, shown=""):
    done = typed(server, line)
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout, done.stdout


@pytest.mark.parametrize("line", INTERACTIVE)
def test_what_is_looked_into(server, line):
    works(server, line, INTERACTIVE[line])


@pytest.mark.parametrize("line", REFUSED)
def test_what_is_refused_at_once(server, line, monkeypatch):
    monkeypatch.delenv("EDITOR", raising=False)
    done = typed(server, line)
    assert done.returncode != 0 and REFUSED[line] in done.stderr, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("line", READING)
def test_what_is_read(server, line):
    works(server, line, READING[line])


@pytest.mark.slow
def test_what_is_changed_in_this_order(server):
    # A job by hand is of the CronJob that comes after it in the table.
    made = sorted(GENERATORS, key=lambda line: "--from=" in line)
    for line in (*(f"create {line}" for line in made), *CHANGES):
        works(server, line)


def test_a_shell_reads_what_is_piped(server):
    done = typed(server, "exec -i ds/web -- sh", stdin="hostname\nnosuch\nexit 3\n")
    assert done.returncode == 3 and done.stdout.startswith("web-")
    assert 'exec: "nosuch"' in done.stderr


def test_diff_edit_and_replace(server, tmp_path):
    file = tmp_path / "cm.yaml"
    meta = {"name": "file", "labels": {"app": "file"}}
    o = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta}
    file.write_text(json.dumps({**o, "data": {"a": "b"}}))
    works(server, f"apply -f {file}", "created")
    works(server, f"diff -f {file}")
    file.write_text(json.dumps({**o, "data": {"a": "c"}}))
    done = typed(server, f"diff -f {file}")
    assert done.returncode == 1 and "+  a: c" in done.stdout
    edited = typed(server, "edit cm file", EDITOR="sed -i /^..a:/s/b/d/")
    assert "configmap/file edited" in edited.stdout, edited.stderr
    works(server, f"replace --force -f {file}", "replaced")
    other = {**o, "metadata": {**meta, "name": "other"}}
    done = typed(server, "apply -f -", stdin=json.dumps(other))
    assert done.returncode == 0, done.stderr
    works(server, f"apply -f {file} --prune -l app=file", "configmap/other pruned")


def test_kustomize_makes_and_takes_away(server, tmp_path):
    (tmp_path / "cm.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: base}\n"
    )
    (tmp_path / "kustomization.yaml").write_text(
        "resources: [cm.yaml]\nnamePrefix: my-\n"
        "configMapGenerator: [{name: made, literals: [a=b]}]\n"
    )
    for verb, shown in (
        ("kustomize", "my-made-"),
        ("apply -k", "my-base created"),
        ("diff -k", ""),
        ("delete -k", '"my-base" deleted'),
    ):
        works(server, f"{verb} {tmp_path}", shown)
