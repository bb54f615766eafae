"""Steps are a list with a one-sentence repr."""

from __future__ import annotations

from typing import Any

from IPython.lib.pretty import pretty

from k8slearn import Cluster
from k8slearn.journal import Action
from tests.support.helpers import daemon_set


def grown(*names: str) -> tuple[Cluster, Any]:
    cluster = Cluster(nodes=2, seed=1)
    for name in names:
        cluster.apply(daemon_set(name))
    return cluster, cluster.run_until_quiet()


def test_steps_are_a_list_of_actions() -> None:
    cluster, steps = grown("agent")
    assert steps == cluster.actions[-len(steps) :]
    assert all(isinstance(each, Action) for each in steps)
    assert steps[0].number < steps[-1].number
    assert list(steps) == steps


def test_a_notebook_shows_one_sentence() -> None:
    cluster, steps = grown("agent")
    said = pretty(steps)
    assert "\n" not in said and "Action" not in said
    assert said.startswith(f"走了 {len(steps)} 步，过了 {cluster.now:.1f} 秒。")
    assert "agent 期望 2 个 Pod，就绪 2 个，已更新 2 个" in said
    assert said.endswith("集群已经稳定。")


def test_a_sentence_holds_three_daemon_sets() -> None:
    said = repr(grown(*"abcde")[1])
    assert "c 期望 2" in said and "d 期望" not in said
    assert "另有 2 个 DaemonSet" in said


def test_the_sentence_is_about_its_own_moment() -> None:
    cluster, steps = grown("agent")
    said = repr(steps)
    cluster.delete("DaemonSet", "agent")
    cluster.run_until_quiet()
    assert repr(steps) == said


def test_time_that_brings_nothing_says_so() -> None:
    cluster, _ = grown("agent")
    assert repr(cluster.run_until_quiet()).startswith("什么也没有发生。")
    assert repr(cluster.settle()).startswith("什么也没有发生。")
    assert repr(cluster.run(30)).startswith("过了 30.0 秒，什么也没有发生。")


def test_what_is_not_done_is_said() -> None:
    cluster = Cluster(nodes=2, seed=1)
    cluster.apply(daemon_set())
    said = repr(cluster.settle())
    assert "就绪 0 个" in said and said.endswith("还有事没做完。")
