"""Server-side apply from Python: fields have owners, and conflicts are refused."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.errors import ApiError
from k8slearn.manifests import manifest

CI = {"manager": "ci"}


def image_of(cluster):
    daemon_set = cluster.get("DaemonSet", "agent")
    return daemon_set["spec"]["template"]["spec"]["containers"][0]["image"]


@pytest.fixture
def cluster():
    made = Cluster(1)
    made.server_side_apply(manifest("agent"), **CI)
    container = {"name": "agent", "image": "example.com/agent:2.0"}
    template = {"spec": {"containers": [container]}}
    made.patch("DaemonSet", "agent", {"spec": {"template": template}}, manager="other")
    return made


def test_a_field_that_another_one_changed_is_refused_and_kept(cluster):
    with pytest.raises(ApiError, match=r"conflict with .*other") as refused:
        cluster.server_side_apply(manifest("agent"), **CI)
    assert refused.value.code == 409
    assert image_of(cluster) == "example.com/agent:2.0"


def test_by_force_it_is_taken(cluster):
    cluster.server_side_apply(manifest("agent"), force=True, **CI)
    assert image_of(cluster) == "example.com/agent:1.0"


def test_a_fork_lives_through_it_again(cluster):
    before = len(cluster.actions)
    cluster.server_side_apply(manifest("agent"), force=True, **CI)
    assert image_of(cluster.fork(at=before)) == "example.com/agent:2.0"
    assert image_of(cluster.fork()) == "example.com/agent:1.0"
