"""The decision of a sync is a pure function: manage, the round of the rolling update, the status."""

from copy import deepcopy

from k8slearn.controllers.daemon.decide import current_hash, decide
from k8slearn.controllers.daemon.tally import assess_nodes
from tests.support.daemon_pods import NOW, node
from tests.support.helpers import daemon_set, rolling

LACKING = node("a")
OLD = node("b", "old ready")
SURPLUS = node("c", "new ready", "new ready")


def tally_of(owner, *nodes):
    about = {name: about for name, about, _ in nodes}
    pods = {name: found for name, _, found in nodes}
    return assess_nodes(owner, about, pods, "new", NOW)


def names(removals):
    return [removal.pod["metadata"]["name"] for removal in removals]


def test_all_three_decisions_are_in_it():
    owner = daemon_set(updateStrategy=rolling(5))
    found = decide(owner, tally_of(owner, LACKING, OLD, SURPLUS))
    assert (found.create, names(found.delete)) == (("a",), ["c-1"])
    assert names(found.rollout.delete) == ["b-0"]
    assert found.status["desiredNumberScheduled"] == 3
    assert found.status["numberReady"] == 2


def test_on_delete_decides_no_round():
    owner = daemon_set(updateStrategy={"type": "OnDelete"})
    assert decide(owner, tally_of(owner, OLD)).rollout is None


def test_who_waits_brings_up_the_status_and_does_not_claim_to_have_seen_the_spec():
    owner = daemon_set()
    owner["metadata"]["generation"] = 2
    owner["status"] = {"observedGeneration": 1}
    nodes = tally_of(owner, LACKING, OLD)
    waiting = decide(owner, nodes, waiting=True)
    assert (waiting.create, waiting.delete, waiting.rollout) == ((), (), None)
    assert waiting.status["observedGeneration"] == 1
    assert decide(owner, nodes).status["observedGeneration"] == 2


def test_the_order_in_which_nodes_come_makes_no_difference():
    owner = daemon_set(updateStrategy=rolling(1))
    nodes = [node(name, "old ready") for name in ("b", "c", "d")] + [LACKING]
    assert decide(owner, tally_of(owner, *nodes)) == decide(
        owner, tally_of(owner, *reversed(nodes))
    )


def test_nothing_that_it_is_given_is_changed():
    owner = daemon_set(updateStrategy=rolling(1))
    nodes = tally_of(owner, LACKING, OLD, SURPLUS)
    before = deepcopy(owner), repr(nodes.nodes)
    decide(owner, nodes)
    assert (owner, repr(nodes.nodes)) == before


def test_without_a_revision_of_the_template_there_is_no_hash():
    assert current_hash(daemon_set(), []) == ""
