"""Rehearsals are compared with the truth: with what the dumped cluster then does."""

import json
from random import Random

import pytest

from k8slearn import Cluster
from k8slearn.kubelet.pace import Pace
from k8slearn.rehearsal import rehearse
from tests.support.dumps import listed, write
from tests.support.helpers import daemon_set, rolling

SEEDS = range(20)
# Of twenty ranges between the tenth and the ninetieth percentile two may miss.
HELD = 18
LIMITS = {
    "1": rolling(1),
    "2": rolling(2),
    "25%": rolling("25%"),
    "surge=1": rolling(0, 1),
    "surge=30%": rolling(0, "30%"),
}
# Longer than any rollout here, so that a longer one is stuck.
HOURS = 7200.0
PROBE = {"httpGet": {"port": 80}, "periodSeconds": 2}


class Uneven:
    """A cluster with different and varying durations on its Nodes, drawn from a seed.

    Of every two one has kubelets that do all that real ones do, and a program that takes its time to get ready and
    to end; half of them have been rolled out before, so that stopping was seen.
    """

    def __init__(self, seed):
        self.rng = Random(seed)
        real = bool(seed % 2)
        self.cluster = Cluster(0, seed=seed, kubelet="auto" if real else "simple")
        for number in range(self.rng.randint(6, 16)):
            self.add_node(f"n{number}", real)
        if real:
            words = (
                f"term={self.rng.randint(0, 5)} ready=after-{self.rng.randint(0, 6)}"
            )
            self.cluster.behave(words, selector="app=agent")
        # A machine that has just come up starts its first Pod later than others.
        self.cluster.run(60)
        self.limit = self.rng.choice(sorted(LIMITS))
        about = {"minReadySeconds": self.rng.choice([0, 0, 10])}
        container = {"name": "main", "image": "agent:1", "readinessProbe": PROBE}
        about |= {"pod": {"containers": [container]}}
        self.cluster.apply(daemon_set(updateStrategy=LIMITS[self.limit], **about))
        self.cluster.run(120)
        if self.rng.random() < 0.5:
            self.roll_out("agent:2")
            self.cluster.run(60)

    def add_node(self, name, real):
        self.cluster.add_node(name)
        if real:
            self.cluster.slow_kubelet(name, self.rng.lognormvariate(0, 0.7))
        else:
            pace = Pace(self.around(8), self.around(4), self.around(3))
            self.cluster.control_plane.kubelet.paces[name] = pace

    def around(self, middle):
        """A range about as long as `middle`, for a Node that may be three times as quick or as slow."""
        own = middle * self.rng.lognormvariate(0, 0.6)
        return own * 0.8, own * 1.3

    def dumped(self, folder):
        """The cluster as it is read from a dump of it."""
        return Cluster.load(write(folder / "dump.json", listed(self.cluster)))

    def roll_out(self, image, **more):
        """Roll out another version; how long it took, None if it came to a standstill."""
        cluster = self.cluster
        container = {"name": "main", "image": image, **more}
        spec = {"template": {"spec": {"containers": [container]}}}
        cluster.patch("DaemonSet", "agent", {"spec": spec})
        began = cluster.now
        while not self.complete:
            if cluster.now - began > HOURS or cluster.step() is None:
                return None
        return cluster.now - began

    @property
    def complete(self):
        """What `kubectl rollout status` waits for."""
        found = self.cluster.get("DaemonSet", "agent")
        status = found["status"]
        desired = status["desiredNumberScheduled"]
        counts = status.get("updatedNumberScheduled"), status.get("numberAvailable")
        seen = status["observedGeneration"] == found["metadata"]["generation"]
        return seen and counts == (desired, desired)

    def obstruct(self, node):
        """Let a Node block the next rollout: it is silent, it is full, or its old Pod cannot be deleted."""
        how = self.rng.choice(["silent", "silent", "full", "full", "finalizer"])
        if how == "full":
            self.cluster.fill_node(node)
        elif how == "finalizer":
            self.hold(node)
        elif self.cluster.kubelet.nodes is not None:
            self.cluster.stop_kubelet(node)
        else:
            self.cluster.control_plane.kubelet.faults.silent.add(node)
            self.cluster.set_node_ready(node, "Unknown")
        self.cluster.run(90)

    def hold(self, node):
        """Add a finalizer to a Pod, so that it cannot be deleted."""
        for pod in self.cluster.list("Pod"):
            if pod["spec"].get("nodeName") == node:
                patch = {"metadata": {"finalizers": ["example.com/hold"]}}
                self.cluster.patch("Pod", pod["metadata"]["name"], patch)


def held_of(seeds, folder):
    """The seeds whose range holds what then happens."""
    held = []
    for seed in seeds:
        uneven = Uneven(seed)
        about = {"image": "ds/agent=agent:3", "limits": [uneven.limit], "seed": seed}
        [said] = rehearse(uneven.dumped(folder), **about).results
        done = uneven.roll_out("agent:3")
        assert said.complete and done is not None, seed
        if said.quick <= done <= said.slow:
            held.append(seed)
    return held


def test_the_range_of_one_of_each_kind_holds_what_then_happens(tmp_path):
    assert held_of([3, 6], tmp_path) == [3, 6]


@pytest.mark.slow
def test_the_range_holds_what_then_happens(tmp_path):
    held = held_of(SEEDS, tmp_path)
    assert len(held) >= HELD, held


@pytest.mark.slow
def test_whoever_gets_stuck_is_named(tmp_path):
    stuck = 0
    wish = {"requests": {"cpu": "50m"}}
    container = {"name": "main", "image": "agent:3", "resources": wish}
    manifest = json.dumps(daemon_set(pod={"containers": [container]}))
    for seed in SEEDS:
        uneven = Uneven(seed)
        node = f"n{uneven.rng.randrange(6)}"
        uneven.obstruct(node)
        loaded = uneven.dumped(tmp_path)
        [said] = rehearse(loaded, apply=manifest, limits=[uneven.limit]).results
        done = uneven.roll_out("agent:3", resources=wish)
        assert said.complete == (done is not None), seed
        if done is None:
            stuck += 1
            assert node in [each.node for each in said.stuck], seed
    # Enough of them get stuck for this to mean something.
    assert stuck >= 10
