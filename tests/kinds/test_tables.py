"""The tables of `kubectl get`, as text."""

import pytest

from k8slearn.kinds.printing import human_duration
from k8slearn.kinds.tables import Table
from tests.support.helpers import DS, running, service


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *(
            (0, "0s"),
            (-0.5, "0s"),
            (-3, "<invalid>"),
            (59.9, "59s"),
            (119, "119s"),
            (120, "2m"),
            (130, "2m10s"),
        ),
        *(
            (599, "9m59s"),
            (600, "10m"),
            (10799, "179m"),
            (10800, "3h"),
            (11100, "3h5m"),
            (28800, "8h"),
        ),
        *(
            (172799, "47h"),
            (172800, "2d"),
            (180000, "2d2h"),
            (691200, "8d"),
            (63072000, "2y"),
        ),
    ],
)
def test_ages_as_kubectl_writes_them(seconds, text):
    assert human_duration(seconds) == text


def test_columns_are_as_wide_as_what_is_in_them():
    table = Table(("NAME", "AGE"), (("a-long-name", "5s"), ("b", "10m")))
    assert (
        str(table)
        == repr(table)
        == "NAME          AGE\na-long-name   5s\nb             10m"
    )
    assert str(Table(("NAME",), ())) == "No resources found"


@pytest.fixture(scope="module")
def cluster():
    made = running(2, seed=1, kubelet="manual")
    made.create(service())
    made.delete_pod(
        next(
            p["metadata"]["name"]
            for p in made.list("Pod")
            if p["spec"]["nodeName"] == "node2"
        )
    )
    made.run(1)
    return made


def row(cluster, kind, first, **about):
    """One row of a table as a dict by column."""
    table = cluster.table(kind, **about)
    return dict(
        zip(
            table.columns,
            next(row for row in table.rows if row[0].startswith(first)),
            strict=True,
        )
    )


def test_daemon_sets(cluster):
    found = row(cluster, "ds", DS)
    counts = ("DESIRED", "CURRENT", "READY", "UP-TO-DATE", "AVAILABLE")
    assert [found[column] for column in counts] == ["2", "2", "2", "2", "2"]
    assert found["NODE SELECTOR"] == "<none>" and "IMAGES" not in found
    assert row(cluster, "ds", DS, wide=True)["IMAGES"] == "agent:1"


def test_pods(cluster):
    statuses = {row[2] for row in cluster.table("pods").rows}
    assert statuses == {"Running", "Terminating"}
    assert row(cluster, "pods", DS)["READY"] == "1/1"
    assert {row[6] for row in cluster.table("pods", wide=True).rows} == {
        "node1",
        "node2",
    }


def test_nodes():
    made = running(2)
    made.cordon("node2")
    made.set_node_ready("node1", "False")
    assert row(made, "nodes", "node1")["STATUS"] == "NotReady"
    assert row(made, "nodes", "node2")["STATUS"] == "Ready,SchedulingDisabled"


def test_revisions_services_and_events(cluster):
    assert (
        row(cluster, "controllerrevisions", DS)["CONTROLLER"] == f"daemonset.apps/{DS}"
    )
    assert row(cluster, "svc", "svc")["PORT(S)"] == "80/TCP"
    reasons = {
        r[cluster.table("events").columns.index("REASON")]
        for r in cluster.table("events").rows
    }
    assert {"SuccessfulCreate", "Scheduled"} <= reasons


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("crash", "CrashLoopBackOff"), ("never-ready", "Running")],
)
def test_a_pod_says_what_is_wrong_with_it(fault, expected):
    made = running(1)
    made.break_pod(made.list("Pod")[0]["metadata"]["name"], fault)
    found = row(made, "pods", DS)
    assert (found["STATUS"], found["READY"]) == (expected, "0/1")
