"""Dumps in practice: encodings of shells, folders, and files that are no dumps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from k8slearn.cluster import Cluster
from k8slearn.dump import DumpError
from tests.support.dumps import as_yaml
from tests.support.managed_clusters import dump

TEXT = as_yaml(dump("gke"))
COUNT = 4


def load(path: Path, content: bytes) -> Cluster:
    path.write_bytes(content)
    return Cluster.load(path)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
        # `>` in PowerShell 5, and in PowerShell with -Encoding utf8.
        TEXT.replace("\n", "\r\n").encode("utf-16"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-8-sig"),
        b"Warning: v1 ComponentStatus is deprecated in v1.19+\n" + TEXT.encode(),
        b"W1005 08:30:00.123456   4711 warnings.go:70] old\n\n" + TEXT.encode(),
        b"---\n" + TEXT.encode() + b"---\n" + TEXT.encode() + b"---\n",
        json.dumps(dump("gke"), indent=4).encode(),
        b"\n".join(json.dumps(o).encode() for o in dump("gke")["items"]),
        "\n---\n".join(as_yaml(o) for o in dump("gke")["items"]).encode(),
    ],
    ids=range(12),
)
def test_however_it_was_written(tmp_path: Path, content: bytes) -> None:
    cluster = load(tmp_path / "dump.txt", content)
    assert len(cluster.list("Node")) == len(cluster.list("DaemonSet")) == 1
    assert cluster.get("Pod", "agent-x7k2p", "monitoring")["status"]["phase"] == "Running"  # fmt: skip


def test_several_files_and_folders(tmp_path: Path) -> None:
    """`kubectl cluster-info dump --output-directory` writes a folder a namespace, and logs beside."""
    items = dump("gke")["items"]
    (tmp_path / "all" / "monitoring" / "agent-x7k2p").mkdir(parents=True)
    typed = {"apiVersion": "v1", "kind": "NodeList", "items": items[:1]}
    (tmp_path / "all" / "nodes.json").write_text(json.dumps(typed))
    # A typed list as the API itself answers: its items have no kind.
    bare = {k: v for k, v in items[2].items() if k not in ("kind", "apiVersion")}
    pods = {"apiVersion": "v1", "kind": "PodList", "items": [bare]}
    (tmp_path / "all" / "monitoring" / "pods.json").write_text(json.dumps(pods))
    empty = {"apiVersion": "v1", "kind": "EventList", "items": []}
    (tmp_path / "all" / "monitoring" / "events.json").write_text(json.dumps(empty))
    (tmp_path / "all" / "monitoring" / "agent-x7k2p" / "logs.txt").write_text("{")
    (tmp_path / "ds.yaml").write_text(as_yaml(items[1]))
    cluster = Cluster.load(tmp_path / "all", tmp_path / "ds.yaml")
    kinds = ("Node", "DaemonSet", "Pod")
    assert [len(cluster.list(kind)) for kind in kinds] == [1, 1, 1]


def test_a_stream_of_cluster_info_dump_has_logs_between(tmp_path: Path) -> None:
    pieces = []
    for o in dump("gke")["items"]:
        listed = {"apiVersion": "v1", "kind": f"{o['kind']}List", "items": [o]}
        pieces.append(json.dumps(listed, indent=4))
    logs = (
        "==== START logs for container agent of pod monitoring/agent ====\n"
        "{ broken [\n"
        "==== END logs for container agent of pod monitoring/agent ====\n"
    )
    cluster = load(tmp_path / "dump.json", ("\n".join(pieces) + "\n" + logs).encode())
    assert len(cluster.list("Pod")) == 1


TABLE = (
    "NAMESPACE   NAME    READY   STATUS    RESTARTS   AGE   IP        NODE\n"
    "default     agent   1/1     Running   0          5d    1.2.3.4   node1\n"
)
REFUSED = [
    (TABLE.encode(), "表格"),
    (TABLE.removeprefix("NAMESPACE   ").encode(), "表格"),
    (b"Name:         agent\nNamespace:    default\n", "describe"),
    (b"", "一个对象也没有"),
    (b"No resources found\n", "一个对象也没有"),
    (b'{"apiVersion": "v1", "kind": "List", "items": []}', "一个对象也没有"),
    (b"apiVersion: v1\nitems: []\nkind: List\n", "一个对象也没有"),
    (b"error: You must be logged in to the server (Unauthorized)\n", "Unauthorized"),
    (b"Unable to connect to the server: dial tcp: i/o timeout\n", "i/o timeout"),
    (json.dumps(dump("gke")).encode()[:-900], "断了"),
    (TEXT.encode()[: TEXT.index("readinessProbe") + 8], "不完整|断了"),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe", "文本"),
    (b"a: b\n", "kind"),
    (b"kind: Pod\nmetadata: {}\n", "metadata.name"),
    (b"apiVersion: v1\nkind: [\n", "断了"),
    (b"apiVersion: v1\n\tkind: Pod\nmore: 1\nmore: 2\n", "YAML"),
]


@pytest.mark.parametrize(("content", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_dump_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(DumpError, match=said) as caught:
        load(tmp_path / "dump.yaml", content)
    # A reader sees which file it is.
    assert "dump.yaml" in str(caught.value)


@pytest.mark.parametrize("text", [TEXT, json.dumps(dump("gke"), indent=4)])
def test_wherever_a_list_breaks_off_it_is_told(tmp_path: Path, text: str) -> None:
    for place in range(200, text.rindex("kind"), 97):
        with pytest.raises(DumpError, match=r"断了|不完整|不是正确的"):
            load(tmp_path / "dump.yaml", text[:place].encode())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DumpError, match="读不了"):
        Cluster.load(tmp_path / "nowhere.yaml")
    with pytest.raises(DumpError, match=r"没有 \.yaml"):
        Cluster.load(tmp_path)


def test_cluster_scoped_objects_alone(tmp_path: Path) -> None:
    content = {"kind": "List", "apiVersion": "v1", "items": dump("gke")["items"][:1]}
    cluster = load(tmp_path / "nodes.yaml", as_yaml(content).encode())
    cluster.run(600)
    assert len(cluster.list("Node")) == 1
    assert not cluster.list("Pod")


def test_an_unknown_kind_stays_and_is_named(tmp_path: Path) -> None:
    widget = {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": "w", "namespace": "x"},
        "spec": {"size": 1},
    }
    content = {
        "kind": "List",
        "apiVersion": "v1",
        "items": [*dump("gke")["items"], widget],
    }
    cluster = load(tmp_path / "dump.yaml", as_yaml(content).encode())
    there = cluster.store.get("Widget.example.com", "w", "x")
    assert there is not None
    assert there["spec"] == {"size": 1}
    assert any("Widget" in sentence for sentence in cluster.missing)
