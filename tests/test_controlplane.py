"""A fork is independent: it shares the past and nothing else."""

from tests.support.helpers import DS, by_node, lines, running, status


def test_two_branches_of_one_start():
    start = running(3)
    branch = start.fork()
    start.set_strategy(DS, "OnDelete")
    for cluster in (start, branch):
        cluster.set_image(DS, "agent:2")
        cluster.run_until_quiet()
    assert (
        status(start).get("updatedNumberScheduled", 0) == 0
        and status(branch)["updatedNumberScheduled"] == 3
    )


def test_the_past_is_shared_object_for_object():
    start = running(2)
    branch = start.fork()
    assert all(
        a is b
        for a, b in zip(start.store.log.changes, branch.store.log.changes, strict=True)
    )
    assert branch.actions == start.actions and branch.actions is not start.actions


def test_a_fork_in_the_middle_of_everything_goes_on_as_the_original():
    start = running(4, kubelet="simple", seed=3)
    start.set_image(DS, "agent:2")
    for _ in range(9):
        start.step()
    branch = start.fork()
    branch.run(300)
    start.run(300)
    assert lines(branch) == lines(start) and by_node(branch)["node1"] == [
        "agent:2 Running"
    ]


def test_what_is_broken_in_a_fork_is_whole_in_the_original():
    start = running(1)
    branch = start.fork()
    branch.break_pod(branch.list("Pod")[0]["metadata"]["name"])
    branch.kubelet.faults.slow["node1"] = 9.0
    branch.lag_cache(5.0)
    assert start.kubelet.faults.never_ready == set() and start.kubelet.faults.slow == {}
    assert start.controller("daemonset-controller").informer.lag == 0
    assert status(start)["numberReady"] == 1


def test_listeners_stay_with_the_original():
    start, heard = running(1), []
    start.subscribe(heard.append)
    start.fork().add_node()
    assert heard == []


def test_a_fork_of_a_fork():
    first = running(2)
    second = first.fork()
    second.add_node()
    second.run_until_quiet()
    third = second.fork()
    third.remove_node("node1")
    third.run(200)
    assert [len(by_node(cluster)) for cluster in (first, second, third)] == [2, 3, 2]


def test_waits_of_the_original_end_in_the_fork_too():
    start = running(1, kubelet="manual")
    for _ in range(4):
        pod = start.list("Pod")[0]["metadata"]["name"]
        start.become(pod, "ready")
        start.run(1)
        start.fail_pod(pod)
        start.run(1)
    branch = start.fork()
    branch.run(60)
    start.run(60)
    assert lines(branch) == lines(start)
