"""The duration of a phase on a Node, from observations there and of the same Pods on other Nodes."""

from random import Random

import pytest

from k8slearn.rehearsal.observed import Observation
from k8slearn.rehearsal.timing import MIXED, QUICK, SLOW, Assumed, timing

UNSEEN = Assumed(1.0, 2.0, 30.0)


def seen(owner, **seconds):
    return [Observation(node, "pull", owner, each) for node, each in seconds.items()]


def test_a_slow_node_is_slow_also_for_a_daemonset_that_it_has_not_seen():
    others = seen("other", n1=10, n2=10, n3=10, n4=40)
    own = seen("own", n1=5, n2=5, n3=5)
    found = timing("pull", own + others, "own", UNSEEN)
    assert (found.typical, found.count, found.elsewhere) == (5, 3, 4)
    assert found.on("n1") == pytest.approx(5, abs=0.3)
    assert found.on("n4") == pytest.approx(20, rel=0.1)


def test_a_draw_is_quick_slow_or_between():
    own = [each for _ in range(5) for each in seen("own", n1=8, n2=10, n3=12)]
    own += seen("own", n1=4, n2=5, n3=6) + seen("own", n1=16, n2=20, n3=24)
    found = timing("pull", own, "own", UNSEEN)
    quick, slow = [found.seconds("n2", each, Random(0)) for each in (QUICK, SLOW)]
    between = [found.seconds("n2", MIXED, Random(seed)) for seed in range(20)]
    assert quick < found.on("n2") < slow
    assert len({round(each, 3) for each in between}) > 1
    assert min(between) < 7 and max(between) > 12


def test_a_node_that_nobody_has_seen_is_as_quick_as_the_quick_or_as_slow_as_the_slow():
    found = timing("pull", seen("own", n1=2, n2=10, n3=50), "own", UNSEEN)
    quick, slow = [found.seconds("new", each, Random(0)) for each in (QUICK, SLOW)]
    assert quick < 3 and slow > 45


def test_what_was_never_seen_is_assumed_and_said_so():
    found = timing("pull", seen("other", n1=10), "own", UNSEEN)
    assert found.assumed is UNSEEN and found.count == 0
    assert found.seconds("n1", QUICK, Random(0)) == 1
    assert found.seconds("n1", SLOW, Random(0)) == 30
    assert 1 <= found.seconds("n1", MIXED, Random(0)) <= 3


def test_a_single_observation_of_an_owner_is_compared_with_nothing():
    found = timing("pull", seen("own", n1=100) + seen("x", n2=1), "own", UNSEEN)
    assert found.factors == {} and found.on("n1") == 100


def test_a_second_more_or_less_does_not_make_a_quick_node_ten_times_as_slow():
    found = timing("pull", seen("own", n1=0, n2=0, n3=1), "own", UNSEEN)
    assert found.on("n3") == pytest.approx(1)
    assert found.seconds("n1", QUICK, Random(0)) == 0
