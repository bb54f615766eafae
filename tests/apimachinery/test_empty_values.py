"""How refusals show maps and lists that were sent empty, or not at all."""

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.cluster import Cluster
from tests.support.api_client import DAEMON_SETS, Client, daemon_set

FIELD = "spec.template.metadata.labels"
MESSAGE = "Invalid value: {}: `selector` does not match template `labels`"
# What the template's labels are sent as, and how they are shown.
SENT = [(None, "null"), ({}, "{}"), ({"b": "2", "a": "1"}, '{"a":"1","b":"2"}')]


@pytest.mark.parametrize(("labels", "shown"), SENT)
@pytest.mark.parametrize("kind", ["DaemonSet", "Deployment", "ReplicaSet"])
def test_an_empty_map_is_shown_as_it_was_sent(kind, labels, shown):
    manifest = {**daemon_set(), "kind": kind}
    manifest["spec"]["template"]["metadata"]["labels"] = labels
    wanted = {"reason": "FieldValueInvalid", "field": FIELD}
    wanted["message"] = MESSAGE.replace("{}", shown)
    client = Client(Cluster(1))
    path = f"/apis/apps/v1/namespaces/default/{kind.lower()}s"
    code, status = client.call("POST", path, manifest)
    assert code == 422 and status["details"]["causes"] == [wanted]
    assert status["message"] == (
        f'{kind}.apps "web" is invalid: {FIELD}: {wanted["message"]}'
    )
    with pytest.raises(ApiError) as refused:
        client.cluster.apply(manifest)
    assert refused.value.message == status["message"]


@pytest.mark.parametrize(
    ("labels", "shown"), [({"app": None}, "{}"), (None, "null"), ({}, None)]
)
@pytest.mark.parametrize("way", ["strategic", "merge"])
def test_what_a_patch_leaves_of_a_map_is_shown(way, labels, shown):
    client = Client(Cluster(1))
    client.post(DAEMON_SETS, daemon_set())
    patch = {"spec": {"template": {"metadata": {"labels": labels}}}}
    code, answer = client.patch(f"{DAEMON_SETS}/web", patch, way)
    if shown is None:
        assert code == 200
    else:
        (cause,) = answer["details"]["causes"]
        assert cause["message"] == MESSAGE.replace("{}", shown)
