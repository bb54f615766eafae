"""Which Pods a kubelet ends for a critical Pod, by upstream's own table."""

import pytest

from k8slearn.kubelet.preemption import victims

SYSTEM = 2_000_000_000
CPU, MEMORY, PODS = "cpu", "memory", "pods"


def pod(name, cpu=0, memory=0, *, sure=False, priority=0):
    amounts = {"cpu": f"{cpu}m", "memory": f"{memory}Mi"} if cpu else {}
    resources = {"requests": amounts, "limits": amounts if sure else {}}
    return {
        "metadata": {"name": name},
        "spec": {
            "priority": priority,
            "containers": [{"name": "c", "resources": resources}],
        },
    }


NONE = pod("none")
SMALL = pod("small", 200, 200)
LARGE = pod("large", 500, 500)
SURE = pod("sure", 200, 200, sure=True)
SURER = pod("surer", 500, 500, sure=True)
FAT = pod("fat", 100, 800)
CRITICAL = pod("critical", 200, 200, priority=SYSTEM)
ALL = (NONE, SMALL, LARGE, SURE, SURER)


@pytest.mark.parametrize(
    ("others", "lacking", "chosen"),
    [
        ([], {}, []),
        ([], {PODS: 1}, None),
        ([CRITICAL], {PODS: 1}, None),
        ([NONE], {MEMORY: 1}, None),
        ([SMALL], {CPU: 200, MEMORY: 200, PODS: 1}, ["small"]),
        ([SMALL], {CPU: 300, MEMORY: 300, PODS: 2}, None),
        ([SMALL, NONE], {PODS: 1}, ["none"]),
        ([SMALL, SURE], {PODS: 1}, ["small"]),
        # The Pod that is just enough, not the larger one.
        ([NONE, LARGE, SMALL], {CPU: 200, MEMORY: 200}, ["small"]),
        ([NONE, SMALL, LARGE], {CPU: 250, MEMORY: 250}, ["large"]),
        (ALL, {CPU: 600, MEMORY: 600}, ["large", "small"]),
        # A sure one has to go anyhow: then one of the others is enough.
        (ALL, {MEMORY: 950}, ["large", "surer"]),
        # The Pod that frees the greater share of what is lacking; of two equal ones the smaller one.
        ([SMALL, FAT], {CPU: 200, MEMORY: 100}, ["small"]),
        ([LARGE, FAT], {CPU: 100, MEMORY: 400}, ["large"]),
        ([FAT, SMALL, LARGE], {CPU: 120, MEMORY: 800}, ["fat", "small"]),
        # Upstream does not ask which of them is dearer.
        ([pod("dear", 100, 100, priority=9), LARGE], {CPU: 100}, ["dear"]),
    ],
)
def test_as_few_go_as_do(others, lacking, chosen):
    found = victims(pod("new", priority=SYSTEM), list(others), _mega(lacking))
    assert (found and sorted(map(_name, found))) == chosen


def _name(o):
    return o["metadata"]["name"]


def _mega(lacking):
    return [
        (resource, amount * 2**20 if resource == MEMORY else amount)
        for resource, amount in lacking.items()
    ]


def test_the_node_s_own_take_the_place_of_the_cluster_s():
    new = pod("new", priority=SYSTEM + 1000)
    assert victims(new, [CRITICAL], [(PODS, 1)]) == [CRITICAL]
    assert victims(new, [new], [(PODS, 1)]) is None
