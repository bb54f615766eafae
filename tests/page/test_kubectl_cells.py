"""Cells with kubectl commands: what is recognized, what is refused, and the messages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8slearn import Cluster
from k8slearn.lab import commands
from k8slearn.lab.commands import ObjectKey
from k8slearn.locale import page as words
from k8slearn.manifests import manifest
from k8slearn.page import kubectl as small

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1"}]}
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
EOF
"""


@pytest.fixture(scope="module")
def started() -> Iterator[Cluster]:
    cluster = Cluster(nodes=3, seed=3)
    cluster.apply(manifest("filebeat-ds"))
    cluster.apply(WEB)
    cluster.run(30)
    yield cluster


CELLS = [
    (
        "# only a remark\n\n  kubectl get ns default -o name  # why not\n",
        "namespace/default",
    ),
    (
        "%%bash\nkubectl get ns default -o name\n$ kubectl get node node1 -o name",
        "namespace/default\nnode/node1",
    ),
    ("!kubectl -n default get \\\n  node node1 -oname", "node/node1"),
    (
        "kubectl get pod nobody\nkubectl get ns",
        'Error from server (NotFound): pods "nobody" not found',
    ),
    ("kubectl", words.KUBECTL_NO_VERB),
    (
        "kubectl get nodes -o name | tee f",
        words.KUBECTL_NO_FILTER.format(
            name="tee", known="grep、head、tail、cut、wc、sort、fold"
        ),
    ),
    (
        "kubectl get nodes | cut -z",
        words.KUBECTL_NO_FILTER_OPTION.format(name="cut", option="z"),
    ),
    (
        "kubectl get nodes | grep '['",
        words.KUBECTL_BAD_PATTERN.format(written="["),
    ),
    ("kubectl get pods && ls", words.KUBECTL_NO_SHELL.format(sign="&&")),
    (
        "kubectl get pod nobody || true\nkubectl get ns default -o name",
        'Error from server (NotFound): pods "nobody" not found\nnamespace/default',
    ),
    ("kubectl get pods > f", words.KUBECTL_NO_SHELL.format(sign=">")),
    (
        "kubectl label node node1 a='b",
        words.KUBECTL_OPEN_QUOTE.format(line="kubectl label node node1 a='b"),
    ),
    (
        "kubectl get ns default -o name\nls",
        f"namespace/default\n{words.KUBECTL_ONLY.format(word='ls')}",
    ),
    ("kubectl apply -f agent.yaml", words.KUBECTL_NO_FILES.format(verb="apply")),
    (
        "kubectl get pods -o go-template={{.items}}",
        words.KUBECTL_NO_OUTPUT.format(output="go-template={{.items}}"),
    ),
    (
        "kubectl get pods --chunk-size 5",
        words.KUBECTL_NO_OPTION.format(verb="get", option="chunk-size"),
    ),
    ("kubectl get pods -w", words.KUBECTL_NO_WATCH.format(option="watch")),
    ("kubectl logs -f ds/x", words.KUBECTL_NO_WATCH.format(option="follow")),
    ("kubectl get pods -o", "error: flag needs an argument: --output"),
    (
        "kubectl set subject ds/x a=b",
        words.KUBECTL_SUBCOMMAND.format(
            verb="set",
            command="subject",
            known="image、resources、env、serviceaccount、sa",
        ),
    ),
    (
        "kubectl rollout undo deploy/web",
        words.KUBECTL_NOT_OF_KIND.format(command="undo", kind="Deployment"),
    ),
    ("kubectl patch ns default -p '{'", words.KUBECTL_BAD_PATCH),
    (
        "kubectl taint node node1 dedicated",
        "error: at least one taint update is required",
    ),
    ("kubectl rollout restart ds/filebeat-ds", "daemonset.apps/filebeat-ds restarted"),
    (
        f"kubectl apply -n logs -f - <<EOF\n{CONFIG}kubectl get cm -n logs -o name",
        'Error from server (NotFound): error when creating "STDIN": namespaces "logs" not found',
    ),
    (
        f"kubectl create ns logs\nkubectl apply -n logs -f - <<'EOF'\n{CONFIG}kubectl get cm a -n logs -o name",
        "namespace/logs created\nconfigmap/a created\nconfigmap/a",
    ),
]


@pytest.mark.parametrize(("cell", "printed"), CELLS)
def test_a_cell_holds_lines_for_kubectl_and_nothing_else(
    cell: str, printed: str, started: Cluster
) -> None:
    assert small.run(started.fork(), cell) == f"{printed}\n"


def test_what_it_does_not_know_it_says_with_what_it_does(started: Cluster) -> None:
    said = small.run(started, "kubectl certificate approve a")
    assert "certificate" in said and "get、describe、logs" in said


def test_a_manifest_is_created_configured_and_left_alone(started: Cluster) -> None:
    cluster = started.fork()
    cell = f"kubectl apply -f - <<EOF\n{WEB}---\n{manifest('filebeat-ds')}EOF"
    assert (
        small.run(cluster, cell)
        == "deployment.apps/web unchanged\ndaemonset.apps/filebeat-ds unchanged\n"
    )
    assert small.run(cluster, cell.replace("nginx:1", "nginx:2")).startswith(
        "deployment.apps/web configured\n"
    )
    small.run(cluster, "kubectl delete deploy web")
    cluster.run(5)
    assert small.run(cluster, cell).startswith("deployment.apps/web created\n")


AGENT = ObjectKey("default", "filebeat-ds")
PRESSED = (
    commands.label_node("node1", "disk=ssd"),
    commands.label_node("node1", "disk-"),
    commands.taint_node("node1", "dedicated=gpu:NoSchedule"),
    commands.taint_node("node1", "dedicated-"),
    commands.cordon("node1", True),
    commands.cordon("node1", False),
    commands.set_strategy(AGENT, "RollingUpdate", "50%", "0"),
    commands.set_strategy(AGENT, "OnDelete", "", ""),
    commands.set_image(AGENT, "filebeat", "agent:2"),
    commands.remove_node("node3"),
)


def test_what_the_panel_says_of_a_click_does_the_same_when_it_is_typed(
    started: Cluster,
) -> None:
    pressed, typed = started.fork(), started.fork()
    for command in PRESSED:
        command.call(pressed)
        printed = small.run(typed, command.kubectl)
        assert "rror" not in printed, command.kubectl
    for kind in ("Node", "DaemonSet"):
        assert typed.list(kind) == pressed.list(kind)


NEVER = [
    ("wait ds/filebeat-ds --for=jsonpath={.status.numberReady}=9", 30.0),
    ("wait ds/filebeat-ds --for=delete --timeout=5s", 5.0),
    ("wait node/node1 --for=condition=Nothing --timeout=1m", 60.0),
]


@pytest.mark.parametrize(("line", "seconds"), NEVER)
def test_time_goes_on_for_whoever_waits_and_no_longer(
    line: str, seconds: float, started: Cluster
) -> None:
    cluster = started.fork()
    printed = small.run(cluster, f"kubectl {line}")
    assert printed.startswith("error: timed out waiting for the condition on ")
    assert cluster.now - started.now == seconds


def test_a_rollout_is_waited_for_as_long_as_the_line_says(started: Cluster) -> None:
    cluster = started.fork()
    small.run(cluster, "kubectl set image ds/filebeat-ds filebeat=x:2")
    printed = small.run(cluster, "kubectl rollout status ds/filebeat-ds --timeout=1s")
    assert printed.endswith("error: timed out waiting for the condition\n")
    assert cluster.now - started.now == 1.0


def test_what_is_waited_for_comes(started: Cluster) -> None:
    cluster = started.fork()
    small.run(cluster, "kubectl delete ds/filebeat-ds")
    line = "kubectl wait pods -l app=filebeat --for=delete --timeout=2m"
    printed = small.run(cluster, line)
    assert printed.count(" condition met\n") == 3


def test_the_example_is_typed_too(started: Cluster) -> None:
    cluster = started.fork()
    small.run(cluster, "kubectl delete ds filebeat-ds")
    cluster.run(60)
    line = commands.create_example().kubectl
    assert small.run(cluster, line) == "daemonset.apps/filebeat-ds created\n"


PIECES = r"""
get describe logs exec wait auth apply create delete label annotate taint cordon uncordon drain patch scale set rollout
status history undo restart image pods ds/filebeat-ds node/node1 node1 node nodes deploy/web ns default filebeat-ds all
/ - = a=b a- a=b:NoSchedule a:NoExecute- :NoSchedule filebeat=x:2 *=y -n kube-system -A -l app=filebeat a!!b
-o wide yaml json name jsonpath={.items[*]} jsonpath={range jsonpath={[?(@.a>1)]}{..b}{end}
 custom-columns=A:.metadata custom-columns= custom-columns=A --all --force --overwrite --now
--watch=false --grace-period=x --grace-period=-1 --replicas=2 --to-revision=1 --type=json --type=merge --type=other
--field-selector spec.nodeName=node1 a!! --show-events nobody rs,svc,cm controllerrevisions filebeat
| grep -A wc -l head -5 tail cut -c1-3 -f2- sort fold -w 2>/dev/null 2>&1 || true >/dev/null $name $(kubectl ${x}
can-i whoami --as=jane --dry-run=server --dry-run=client --dry-run=x --server-side --field-manager=a
resources env sa configmap clusterrole clusterrolebinding priorityclass pause --requests=cpu=1 --limits=a --value=5
--for=delete --for=jsonpath={.a}=b --for=condition=Ready --timeout=1s --revision=1 --from-literal=a=b --verb=get
--resource=pods --clusterrole=a --serviceaccount=a:b --global-default
-c filebeat --tail=1 --since=5 --since=1m --all-containers --prefix svc/kubernetes -- hostname cat -l
x -p 5 {} [] '[{}]' spec: '{"spec":5}' --sort-by=.spec --sort-by={} -L a,b --show-labels --cascade=x --filename=-
"""
VERBS, *OTHERS = PIECES.strip().splitlines()
words_of_lines = st.lists(st.sampled_from(" ".join(OTHERS).split()), max_size=7)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(VERBS.split()), words_of_lines)
def test_whatever_is_typed_is_answered(
    started: Cluster, verb: str, others: list[str]
) -> None:
    line = " ".join(["kubectl", verb, *others])
    # That it does not fail is what counts: where nothing is meant there is nothing to tell.
    printed = small.run(started.fork(), f"{line} <<EOF\na: 1\nEOF")
    assert printed.endswith("\n") or not printed
