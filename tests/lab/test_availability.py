"""Requests while a rollout runs: what fails, under which strategy, and the picture that compares them."""

from io import BytesIO

import pytest
from PIL import Image
from yaml import safe_load

from k8slearn import Cluster
from k8slearn.lab import Strategy, availability, compare_strategies
from k8slearn.lab.strategies import add_services, aligned
from k8slearn.lesson import manifest
from k8slearn.view.availability import DASHES, SIGNS, availability_png
from k8slearn.view.theme import STRATEGY_COLOURS
from k8slearn.view.trace import Trace

IMAGE = "example.com/agent:2.0"
ONE = Strategy("one", max_unavailable=1, max_surge=0)
ALL = Strategy("all", max_unavailable="100%", max_surge=0)
SURGE = Strategy("surge", max_unavailable=0, max_surge=1)


def agents(nodes=4, *, host_port=True, **spec):
    made = safe_load(manifest("agent"))
    if not host_port:
        del made["spec"]["template"]["spec"]["containers"][0]["ports"][0]["hostPort"]
    made["spec"].update(spec)
    cluster = Cluster(nodes, seed=1)
    cluster.apply(made)
    cluster.run_until_quiet()
    add_services(cluster, cluster.get("DaemonSet", "agent"))
    cluster.run_until_quiet()
    return cluster


def updated(cluster, **strategy):
    since = cluster.store.revision
    cluster.set_strategy("agent", "RollingUpdate", **strategy)
    cluster.set_image("agent", IMAGE)
    cluster.run_until_quiet()
    return availability(cluster, since)


def rows(comparison):
    return {row.strategy.name: row for row in comparison.rows}


def test_nothing_fails_while_nothing_happens():
    cluster = agents()
    since = cluster.store.revision
    cluster.run(10)
    found = availability(cluster, since)
    assert found.patterns == ["push", "node", "dns", "service", "local"]
    assert (
        found.sent() == 21 * 4 * 5
        and found.failed() == 0
        and found.fewest == found.desired == 4
    )


def test_one_node_at_a_time_is_felt_where_the_node_itself_is_asked():
    found = updated(agents(), max_unavailable=1, max_surge=0)
    assert found.fewest == 3
    assert found.failed("service") == found.failed("dns") == 0
    assert all(found.failed(pattern) > 0 for pattern in ("push", "node", "local"))


def test_all_at_once_is_felt_everywhere():
    found = updated(agents(), max_unavailable="100%", max_surge=0)
    assert found.fewest == 0
    assert all(found.failed(pattern) > 0 for pattern in found.patterns)


def test_the_past_is_only_read():
    cluster = agents()
    before = cluster.store.revision, cluster.now
    availability(cluster, 1)
    assert (cluster.store.revision, cluster.now) == before


def test_it_is_the_same_every_time():
    one, two = (updated(agents(), max_unavailable=2, max_surge=0) for _ in range(2))
    assert one == two and str(one) == str(two)


def test_a_surge_fails_no_request_and_takes_longer():
    found = rows(
        compare_strategies(agents(host_port=False), IMAGE, strategies=(ALL, SURGE))
    )
    assert (
        found["surge"].availability.failed() == 0 < found["all"].availability.failed()
    )
    assert found["surge"].availability.done > found["all"].availability.done
    assert found["surge"].availability.fewest == 4


def test_a_host_port_stops_a_surge_and_it_is_said():
    compared = compare_strategies(agents(), IMAGE, strategies=(SURGE,))
    assert compared.rows[0].availability.done is None
    assert "没有换完，node1 上的 hostPort 9100 已经有人占了" in str(compared)


def test_an_image_that_is_not_there_is_never_done():
    compared = compare_strategies(agents(), "does-not-exist:1", strategies=(ONE,))
    assert "新 Pod 一直没有就绪" in str(compared)


def test_comparing_leaves_the_cluster_alone():
    cluster = agents()
    before = cluster.store.revision, cluster.now, len(cluster.actions)
    text = str(compare_strategies(cluster, IMAGE))
    assert (cluster.store.revision, cluster.now, len(cluster.actions)) == before
    assert text == str(compare_strategies(cluster, IMAGE))


def test_a_daemon_set_without_ports_still_pushes():
    cluster = Cluster(3, seed=1)
    cluster.apply(manifest("filebeat-ds"))
    cluster.run_until_quiet()
    [row] = compare_strategies(cluster, "x:2", strategies=(ONE,)).rows
    assert row.availability.patterns == ["push"] and row.availability.failed() > 0


def test_min_ready_seconds_are_in_available_and_not_in_ready():
    found = updated(agents(minReadySeconds=10), max_unavailable=1, max_surge=0)
    assert any(sample.ready > sample.available for sample in found.samples)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_has_ink_for_each_line(theme):
    flat = Trace("a", (0.0, 1.0, 2.0), (3, 2, 3), (3, 2, 3), (0, 4, 5), 3)
    other = Trace("b", (0.0, 1.0, 2.0), (3, 0, 3), (3, 0, 3), (0, 9, 9), 3)
    one, two = (
        Image.open(BytesIO(availability_png(traces, theme)))
        for traces in ([flat], [flat, other])
    )
    assert one.size == two.size == (1350, 705)
    assert one.convert("RGB").tobytes() != two.convert("RGB").tobytes()


def test_lines_differ_by_more_than_colour():
    assert len(set(SIGNS)) == len(SIGNS) == len(STRATEGY_COLOURS) == len(set(DASHES))


def test_columns_line_up_with_chinese_in_them():
    assert aligned([["策略", "x"], ["abcdef", "y"]]) == ["策略    x", "abcdef  y"]


def test_many_nodes_and_long_times_are_sampled():
    cluster = agents(25)
    since = cluster.store.revision
    cluster.run(1000)
    found = availability(cluster, since)
    assert (
        len(found.samples) == 121
        and found.sent("push") == 121 * 10
        and found.desired == 25
    )
