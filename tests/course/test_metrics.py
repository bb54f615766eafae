"""What a cluster has been through, looked at afterwards."""

from __future__ import annotations

import pytest

from k8slearn.course.metrics import fewest_ready
from tests.support.rollouts import rolled_out


@pytest.mark.parametrize(
    ("limits", "fewest"),
    [
        ({"max_unavailable": 1}, 3),
        ({"max_unavailable": 2}, 2),
        ({"max_unavailable": 0, "max_surge": 1}, 4),
    ],
)
def test_the_fewest_ready_pods_of_a_past(limits: dict[str, int], fewest: int) -> None:
    assert fewest_ready(*rolled_out(**limits)) == fewest
