"""Questions about the controller's next action: the answer is what happens, the rules are those that decided."""

import pytest

from k8slearn import Cluster
from k8slearn.kinds.pod.state import get_target_node_name
from k8slearn.lab.prediction import Outcome, ask, judge, next_action, some
from k8slearn.lesson import manifest


def filebeat(nodes=5, **strategy):
    cluster = Cluster(nodes, seed=1)
    cluster.add_node("gpu1", taints=["dedicated=gpu:NoSchedule"])
    cluster.apply(manifest("filebeat-ds"))
    if strategy:
        cluster.set_strategy("filebeat-ds", **strategy)
    cluster.run_until_quiet()
    cluster.set_image("filebeat-ds", "filebeat:2")
    return cluster


def daemon_set(cluster):
    return cluster.get("DaemonSet", "filebeat-ds")


def played(cluster, question):
    """The action that is asked about; the cluster is there afterwards."""
    since = len(cluster.actions)
    while (action := next_action(cluster, question.daemon_set, since)) is None:
        assert cluster.step() is not None or cluster.quiet
    return action


STRATEGIES = [
    {"strategy": "RollingUpdate", "max_unavailable": 1, "max_surge": 0},
    {"strategy": "RollingUpdate", "max_unavailable": "50%", "max_surge": 0},
    {"strategy": "RollingUpdate", "max_unavailable": 0, "max_surge": 2},
    {"strategy": "OnDelete"},
]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_is_asked_is_what_happens_up_to_the_end(strategy):
    cluster, count, still = filebeat(**strategy), 0, 0
    while (question := ask(cluster, daemon_set(cluster))) is not None:
        action = played(cluster, question)
        result = judge(cluster, action, daemon_set(cluster), question.answer)
        assert result.right and result.rules and result.outcome == question.answer
        assert (
            len(set(question.options)) == len(question.options) >= 3
            and question.answer in question.options
        )
        still += question.answer == Outcome()
        count += 1
    since = len(cluster.actions)
    cluster.run_until_quiet()
    assert next_action(cluster, "default/filebeat-ds", since) is None
    on_delete = strategy["strategy"] == "OnDelete"
    assert count >= (1 if on_delete else 4) and still == 1, (
        "all questions but the last are on Pods that move"
    )


def test_a_question_changes_nothing_and_is_the_same_each_time():
    cluster = filebeat()
    before = cluster.store.revision, cluster.now
    assert ask(cluster, daemon_set(cluster), 3) == ask(cluster, daemon_set(cluster), 3)
    assert (cluster.store.revision, cluster.now) == before


def test_no_option_differs_from_the_answer_by_luck_alone():
    cluster = filebeat()
    for seed in range(20):
        question = ask(cluster, daemon_set(cluster), seed)
        sizes = [
            (len(option.create), len(option.delete)) for option in question.options
        ]
        assert sizes.count((0, 1)) == 1


def judged(cluster, predicted):
    question = ask(cluster, daemon_set(cluster))
    return judge(cluster, played(cluster, question), daemon_set(cluster), predicted)


@pytest.mark.parametrize(
    ("strategy", "predicted", "expected"),
    [
        (
            STRATEGIES[0],
            Outcome(delete=("node1", "node2")),
            "所以本轮还能替换 1 − 0 = 1 个",
        ),
        (
            STRATEGIES[0],
            Outcome(create=("gpu1",)),
            "gpu1：污点 dedicated=gpu:NoSchedule 没有被容忍",
        ),
        (STRATEGIES[1], Outcome(create=("node1",)), "node1 上已经有 Pod 了"),
        (
            STRATEGIES[2],
            Outcome(delete=("node1",)),
            "先开新 Pod，旧的先留着（maxSurge）",
        ),
        (STRATEGIES[3], Outcome(delete=("node1",)), "OnDelete：旧 Pod 要等你自己删"),
    ],
)
def test_the_rule_that_made_the_difference_is_named(strategy, predicted, expected):
    result = judged(filebeat(**strategy), predicted)
    assert not result.right and expected in "\n".join(map(str, result.rules))


def test_a_pod_that_is_ending_keeps_the_new_one_out():
    cluster = filebeat(**STRATEGIES[1])
    going = played(cluster, ask(cluster, daemon_set(cluster)))
    nodes = tuple(
        get_target_node_name(removal.pod) for removal in going.why.rollout.delete
    )
    result = judged(cluster, Outcome(create=nodes))
    assert len(nodes) == 3 and "旧 Pod 还没有走完" in "\n".join(map(str, result.rules))


def test_when_no_pod_will_move_that_is_the_answer():
    cluster = filebeat(**STRATEGIES[3])
    assert ask(cluster, daemon_set(cluster)).answer == Outcome()
    cluster.run_until_quiet()
    assert ask(cluster, daemon_set(cluster)) is None


def test_many_nodes_are_cut_short():
    assert some(["a", "b"]) == "a、b"
    assert some([f"n{i}" for i in range(9)]) == "n0、n1、n2、n3 等 9 个 Node"
    assert str(Outcome(("a",), ("b",))) == "在 a 上创建新 Pod，删掉 b 上的 Pod"


@pytest.mark.parametrize(
    ("strategy", "answer"),
    [("RollingUpdate", Outcome((), ("node1",))), ("OnDelete", Outcome())],
)
def test_what_comes_next_among_kubelets_that_never_rest(strategy, answer):
    cluster = Cluster(3, kubelet="auto", seed=1)
    cluster.apply(manifest("filebeat-ds"))
    cluster.set_strategy("filebeat-ds", strategy)
    cluster.run(60.0)
    cluster.set_image("filebeat-ds", "filebeat:2")
    assert not cluster.quiet
    question = ask(cluster, daemon_set(cluster))
    assert question is not None and question.answer == answer
