"""The gallery of manifests: what each is for, the five lines that matter, and what the model does without them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import yaml

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.cluster import Cluster
from k8slearn.manifests import manifest
from k8slearn.network import node_address, request

SIGNS = "①②③④⑤"
WORDS = {
    "where": "在混合集群里：{nodes}（{total} 个 Node 里的 {count} 个）",
    "without": "没有它：{without}",
    "tried": "试过：有它，{before}；没有它，{after}。",
    "moved": "试过：没有它，{changes}。",
    "more": "多了 {nodes}",
    "fewer": "少了 {nodes}",
    "between": "、",
    "admitted": "API server 收下",
    "refused": "API server 不收（{error}）",
    "updated": "换了镜像，{count} 个 Pod 自己换新了",
    "reached": "从集群外面连 {node}:{port}，通",
    "not_reached": "从集群外面连 {node}:{port}，不通",
    "qos": "服务质量是 {qos}",
    "priority": "优先级是 {priority}",
    "corner": "清单",
    "unknown": "画廊里没有 {name!r}；现有：{known}",
}
HERE, NOT_HERE = "✔", "·"
MARKED = "background:rgba(230,159,0,.22);display:inline-block;min-width:100%"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that matters; `cut` and `trial` say what is taken out and what is then tried, "" where nothing is."""

    line: str
    says: str
    without: str
    cut: str = ""
    trial: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One manifest of the gallery."""

    name: str
    title: str
    about: str
    lines: tuple[Line, ...]


class Exhibit:
    """A piece as text and as HTML: the manifest with its five lines marked, and what is to be said of them."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.text = manifest(piece.name).rstrip("\n").splitlines()
        self.signs = {
            where_is(line.line, self.text): sign
            for line, sign in zip(piece.lines, SIGNS, strict=False)
        }
        self.notes = [
            _note(piece, line, sign)
            for line, sign in zip(piece.lines, SIGNS, strict=False)
        ]
        self.nodes = _placed(piece.name)

    def __repr__(self) -> str:
        shown = [
            f"{self.signs.get(number, ' ')} {line}"
            for number, line in enumerate(self.text)
        ]
        return "\n".join(
            [self.piece.about, "", *shown, "", *self.notes, "", self.nodes]
        )

    def _repr_html_(self) -> str:
        code = "\n".join(
            self._code_line(number, line) for number, line in enumerate(self.text)
        )
        notes = "".join(
            f"<p style='margin:.3em 0'>{escape(note)}</p>" for note in self.notes
        )
        pre = f"<pre style='line-height:1.35;overflow-x:auto'>{code}</pre>"
        return f"<p>{escape(self.piece.about)}</p>{pre}{notes}<p><b>{escape(self.nodes)}</b></p>"

    def _code_line(self, number: int, line: str) -> str:
        if number not in self.signs:
            return f"  {escape(line)}"
        return f"<span style='{MARKED}'>{self.signs[number]} {escape(line)}</span>"


def exhibit(name: str) -> Exhibit:
    """One piece of the gallery; KeyError, with the known ones, if there is none such."""
    if name not in pieces():
        raise KeyError(WORDS["unknown"].format(name=name, known="、".join(pieces())))
    return Exhibit(pieces()[name])


@cache
def pieces() -> dict[str, Piece]:
    """All pieces, in the order of the file."""
    read = yaml.safe_load(
        (files("k8slearn.course") / "gallery.yaml").read_text(encoding="utf-8")
    )
    return {key: _piece(key, entry) for key, entry in read.items()}


def _piece(key: str, entry: dict[str, Any]) -> Piece:
    text = manifest(key).splitlines()
    lines = sorted(
        (Line(**line) for line in entry["lines"]),
        key=lambda line: where_is(line.line, text),
    )
    return Piece(key, entry["title"], entry["about"], tuple(lines))


def where_is(line: str, text: list[str]) -> int:
    """The number of the last line of the text that is this one; ValueError if none is."""
    found = [
        number
        for number, each in enumerate(text)
        if each.strip().removeprefix("- ") == line.removeprefix("- ")
    ]
    if not found:
        raise ValueError(line)
    return found[-1]


def mixed() -> Cluster:
    """Eight Nodes of all sorts: a control plane, plain ones, a GPU, two kinds of storage, Windows, one not ready."""
    cluster = Cluster(seed=20, kubelet="instant")
    cluster.add_node(
        "control1", taints=["node-role.kubernetes.io/control-plane:NoSchedule"]
    )
    cluster.add_node("node1")
    cluster.add_node("node2")
    cluster.add_node(
        "gpu1",
        labels={"nvidia.com/gpu.present": "true"},
        taints=["nvidia.com/gpu:NoSchedule"],
    )
    cluster.add_node("gluster1", labels={"storage": "gluster"})
    cluster.add_node("ceph1", labels={"storage": "ceph"})
    cluster.add_node("win1", labels={"kubernetes.io/os": "windows"})
    cluster.add_node("new1", ready=False)
    cluster.settle()
    return cluster


def gallery_map() -> str:
    """Which piece runs on which Node of the mixed cluster, as a table of text."""
    nodes = [name(node) for node in mixed().list("Node")]
    rows = [[WORDS["corner"] + " " * 15, *(f"{node:9}" for node in nodes)]]
    for key in pieces():
        homes = placed(running(yaml.safe_load(manifest(key))))
        rows.append(
            [
                f"{key:19}",
                *(f"{HERE if node in homes else NOT_HERE:9}" for node in nodes),
            ]
        )
    return "\n".join("".join(row).rstrip() for row in rows)


def running(daemon_set: Object) -> Cluster:
    """The mixed cluster with a DaemonSet on it, all quiet."""
    cluster = mixed()
    cluster.apply(daemon_set)
    cluster.run_until_quiet()
    return cluster


def placed(cluster: Cluster) -> list[str]:
    """The Nodes where a Pod is."""
    return sorted(
        pod["spec"]["nodeName"]
        for pod in cluster.list("Pod")
        if pod["spec"].get("nodeName")
    )


def without(daemon_set: Object, path: str) -> Object:
    """A copy of the DaemonSet that lacks what stands at a path such as spec.template.spec.tolerations."""
    found = copy.deepcopy(daemon_set)
    *way, last = path.split(".")
    place: Any = found
    for step in way:
        place = place[int(step) if step.isdecimal() else step]
    del place[last]
    return found


def tried(piece: Piece, line: Line) -> tuple[str, str]:
    """What the model does with the line and without it."""
    whole = yaml.safe_load(manifest(piece.name))
    kind, _, detail = line.trial.partition(" ")
    attempt = _TRIALS[kind]
    return attempt(whole, detail), attempt(without(whole, line.cut), detail)


def _placed(key: str) -> str:
    homes = placed(running(yaml.safe_load(manifest(key))))
    total = len(mixed().list("Node"))
    return WORDS["where"].format(nodes=_listed(homes), total=total, count=len(homes))


def _note(piece: Piece, line: Line, sign: str) -> str:
    note = f"{sign} {line.says}{WORDS['without'].format(without=line.without)}"
    if not line.trial:
        return note
    before, after = tried(piece, line)
    if line.trial == "nodes":
        return note + WORDS["moved"].format(
            changes=_changes(before.split(), after.split())
        )
    return note + WORDS["tried"].format(before=before, after=after)


def _changes(before: list[str], after: list[str]) -> str:
    """Which Nodes are there more, and which fewer."""
    differences = {"more": set(after) - set(before), "fewer": set(before) - set(after)}
    told = [
        WORDS[key].format(nodes=_listed(sorted(nodes)))
        for key, nodes in differences.items()
        if nodes
    ]
    return "，".join(told)


def _listed(nodes: list[str]) -> str:
    return WORDS["between"].join(nodes)


def _nodes(daemon_set: Object, _: str) -> str:
    return " ".join(placed(running(daemon_set)))


def _update(daemon_set: Object, _: str) -> str:
    cluster = running(daemon_set)
    before = {name(pod) for pod in cluster.list("Pod")}
    cluster.set_image(
        name(daemon_set), "example.com/next:2.0", namespace=namespace(daemon_set)
    )
    cluster.run_until_quiet()
    return WORDS["updated"].format(
        count=sum(name(pod) not in before for pod in cluster.list("Pod"))
    )


def _port(daemon_set: Object, port: str) -> str:
    cluster = running(daemon_set)
    node = next(
        node
        for node in cluster.list("Node")
        if labels(node).get("kubernetes.io/hostname") == "node1"
    )
    answer = request(cluster, "outside", f"{node_address(node)}:{port}")
    return WORDS["reached" if answer.ok else "not_reached"].format(
        node=name(node), port=port
    )


def _qos(daemon_set: Object, _: str) -> str:
    return WORDS["qos"].format(
        qos=running(daemon_set).list("Pod")[0]["status"]["qosClass"]
    )


def _priority(daemon_set: Object, _: str) -> str:
    return WORDS["priority"].format(
        priority=running(daemon_set).list("Pod")[0]["spec"]["priority"]
    )


def _admission(daemon_set: Object, _: str) -> str:
    try:
        mixed().apply(daemon_set)
    except ApiError as error:
        causes = error.status.get("details", {}).get("causes") or [
            {"message": str(error)}
        ]
        return WORDS["refused"].format(error=causes[0]["message"])
    return WORDS["admitted"]


_TRIALS: dict[str, Callable[[Object, str], str]] = {
    "nodes": _nodes,
    "update": _update,
    "port": _port,
    "qos": _qos,
    "priority": _priority,
    "admission": _admission,
}
