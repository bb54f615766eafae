"""Fixtures for the tests of the API over HTTP."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import (
    DAEMON_SETS,
    Client,
    daemon_set,
)
from tests.support.go_client import GoClient

MAPS = "/api/v1/namespaces/default/configmaps"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


@pytest.fixture
def client():
    return Client(Cluster(3, kubelet="instant"))


@pytest.fixture
def running(client):
    """A client of a cluster with a DaemonSet whose Pods run."""
    client.post(DAEMON_SETS, daemon_set())
    client.cluster.run_until_quiet()
    return client


@pytest.fixture(scope="module")
def go():
    """A client of a running cluster that decodes answers as Go does."""
    client = GoClient(Cluster(3, kubelet="instant"), "json")
    client.cluster.run(5)
    return client
