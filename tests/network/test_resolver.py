"""resolv.conf by a Pod's dnsPolicy and dnsConfig."""

from __future__ import annotations

from typing import Any

import pytest

from k8slearn.cluster import Cluster
from k8slearn.containers.files import files_of
from k8slearn.manifests import manifest
from k8slearn.network import request
from k8slearn.network.resolver import CLUSTER_DNS, NODE_DNS, resolver_of

ADDED = {"nameservers": [CLUSTER_DNS], "options": [{"name": "ndots", "value": "2"}]}
HOST = {"hostNetwork": True}
OWN = "search ops.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
NODES = f"nameserver {NODE_DNS}\n"


@pytest.mark.parametrize(
    ("spec", "written", "asks_cluster"),
    [
        ({}, OWN, True),
        ({"dnsPolicy": "Default"}, NODES, False),
        ({**HOST, "dnsPolicy": "ClusterFirst"}, NODES, False),
        ({**HOST, "dnsPolicy": "ClusterFirstWithHostNet"}, OWN, True),
        (
            # Who is asked second is asked for nothing.
            {**HOST, "dnsConfig": ADDED},
            f"{NODES}nameserver 10.96.0.10\noptions ndots:2\n",
            False,
        ),
        (
            {"dnsPolicy": "None", "dnsConfig": {**ADDED, "searches": ["a.b"]}},
            "search a.b\nnameserver 10.96.0.10\noptions ndots:2\n",
            True,
        ),
    ],
)
def test_a_policy_says_who_is_asked(
    spec: dict[str, Any], written: str, asks_cluster: bool
) -> None:
    found = resolver_of({"metadata": {"namespace": "ops"}, "spec": spec})
    assert str(found) == written
    assert found.asks_cluster is asks_cluster


def test_a_pod_finds_the_file_that_decides_it_and_the_token_of_its_account() -> None:
    cluster = Cluster(nodes=1, seed=1)
    on_host = manifest("agent") + "\n      hostNetwork: true\n"
    cluster.apply(on_host)
    cluster.run_until_quiet()
    pod = cluster.list("Pod")[0]
    container = pod["spec"]["containers"][0]
    files = files_of(cluster.store, cluster.store, pod, container, lambda *_: "")
    assert files["/etc/resolv.conf"] == NODES
    assert "(host network)" in files["/etc/hosts"]
    token = "/var/run/secrets/kubernetes.io/serviceaccount/token"
    assert files[token] == "(token of system:serviceaccount:default:default)"


def test_pods_that_share_a_nodes_address_are_told_apart_by_their_ports() -> None:
    cluster = Cluster(nodes=1, seed=1)
    on_host = manifest("agent") + "\n      hostNetwork: true\n"
    # The other one comes first in the list, and listens elsewhere.
    cluster.apply(on_host.replace("agent", "aaa").replace("9100", "9200"))
    cluster.apply(on_host)
    cluster.apply(manifest("agent-service"))
    cluster.apply(manifest("client"))
    cluster.run_until_quiet()
    answered = request(cluster, "pod/web", "agent:80")
    assert answered.pod.startswith("agent-")
