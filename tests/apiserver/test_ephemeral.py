"""`kubectl debug` adds containers to a running Pod by a subresource, and its kubelet starts them."""

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.cluster import Cluster
from tests.support.api_client import PODS, Client
from tests.support.helpers import bare_pod

# As `kubectl debug -it` sends it: a shell without anybody who types would end at once.
DEBUGGER = {"name": "dbg", "image": "busybox", "stdin": True, "tty": True}
PATH = f"{PODS}/bare/ephemeralcontainers"


def debugged(client, *containers, path=PATH):
    return client.patch(path, {"spec": {"ephemeralContainers": list(containers)}})


@pytest.mark.parametrize("kubelet", ["auto", "instant"])
def test_a_container_to_debug_with_is_started_and_told_of(kubelet):
    client = Client(Cluster(1, kubelet=kubelet))
    client.cluster.create(bare_pod(nodeName="node1"))
    client.cluster.run(10)
    code, found = debugged(client, DEBUGGER)
    assert code == 200 and found["spec"]["ephemeralContainers"][0]["name"] == "dbg"
    client.cluster.run(10)
    status = client.cluster.get("Pod", "bare")["status"]
    assert "running" in status["ephemeralContainerStatuses"][0]["state"]
    # It is a guest: what the Pod is stays.
    assert (status["phase"], len(status["containerStatuses"])) == ("Running", 1)


def test_what_is_there_stays_and_only_this_way_leads_to_it():
    client = Client(Cluster(1, kubelet="manual"))
    client.cluster.create(bare_pod(nodeName="node1"))
    assert debugged(client, DEBUGGER)[0] == 200
    for other in ({**DEBUGGER, "image": "alpine"}, {"name": "main", "image": "a"}):
        code, refusal = debugged(client, other)
        assert (code, refusal["reason"]) == (422, "Invalid")
    code, refusal = debugged(client, {"name": "b", "image": "b"}, path=f"{PODS}/bare")
    assert code == 422 and "may not change fields other than" in refusal["message"]
    with pytest.raises(ApiError, match="cannot be set on create"):
        client.cluster.create(bare_pod("new", ephemeralContainers=[DEBUGGER]))
