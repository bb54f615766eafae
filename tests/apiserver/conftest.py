"""Fixtures for the tests of the API server."""

from random import Random

import pytest

from k8slearn.apiserver.client import Client
from k8slearn.apiserver.registry import Registry
from k8slearn.apiserver.store import Store
from k8slearn.clock import Clock


@pytest.fixture
def api():
    made = Client(Registry(Store(Clock()), Random(0)), "user", "python")
    made.create(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}
    )
    return made
