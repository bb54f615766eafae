"""`-o jsonpath=…` in the page prints what the real one prints, mistakes in templates included."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from k8slearn import Cluster
from k8slearn.manifests import manifest
from tests.conformance.kubectl_sessions import find_kubectl
from tests.support.two_kubectls import type_into_both

needs_kubectl = pytest.mark.skipif(find_kubectl() is None, reason="no kubectl")
LINES = r"""
get ds filebeat-ds -o jsonpath='{.spec.x}'
get ds filebeat-ds -o jsonpath='{.items[0]}'
get ds -o jsonpath='{.items[5].x}'
get pods -l a=b -o jsonpath='{.items[-1:].metadata.name}'
get ds -o jsonpath='{.items[0]'
get ds -o jsonpath='{range .items[*]}{.x}'
get ds -o jsonpath='{.items[*].metadata.name}{.end'
get ds -o jsonpath='{.kind[0]}'
get ds -o jsonpath='{.metadata[*]}'
get ds -o jsonpath='{.items[?(@.metadata.name=="filebeat-ds")].spec.updateStrategy}'
get ds -o jsonpath='{.items[?(@.metadata.name)].metadata.generation}'
get ds -o jsonpath='{.items[?(@.metadata.generation>0)].metadata.generation}'
get ds -o jsonpath='{.items[?(@.metadata.generation>"a")].metadata.generation}'
get ds -o jsonpath='{..image}'
get ds -o jsonpath='{.items[0].metadata["name","namespace"]}'
get ds -o jsonpath="{.items[0].metadata['name','namespace']}"
get ds -o jsonpath='{.items[0].metadata.annotations.deprecated\.daemonset\.template\.generation}'
get nodes -o jsonpath='{.items[0:2].metadata.name}'
get nodes -o jsonpath='{.items[0:3:2].metadata.name}'
get nodes -o jsonpath='{.items[a].metadata.name}'
get nodes -o jsonpath='{foo}'
get nodes -o jsonpath='{end}'
get nodes -o jsonpath
get nodes -o jsonpath=
get nodes -o jsonpath='{range .items[*]}{"\t"}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}'
get nodes node1 node2 -o jsonpath='{range .items[*]}[{.metadata.name}, {.spec}] {end}'
get nodes -o jsonpath='{range .items[*]}{range .status.conditions[*]}{.type}={.status};{end}{"\n"}{end}done'
get nodes nobody -o jsonpath='{.metadata.name}'
get node node1 node9 -o jsonpath='{.items[*].metadata.name}'
get node node1 -o jsonpath='{$.metadata.name} {@.kind} {.status.images}'
get pods -o jsonpath='{.items[0].spec.containers[0].env[0].value} {1} {1.5} {"a"}'
get pods -o jsonpath="{.items[0].spec.enableServiceLinks} {'b'}"
get pods -o jsonpath='{.items[?(@.status.x!="y")].metadata.name}'
get pods -o jsonpath='{.items[?(@.spec.enableServiceLinks==true)].metadata.name}'
get nodes -o jsonpath='{.items[*].metadata.name[0]}'
get ds -o jsonpath='{.items[-1].metadata.name}{"\n"}'
get nodes -o jsonpath='{.items[-2:].metadata.name} and {.items[3]}'
get nodes --sort-by=.metadata.name -o jsonpath='{.items[-1:].metadata.name}'
get ds/filebeat-ds --show-managed-fields -o jsonpath='{.metadata.managedFields[*].manager}'
get ds/filebeat-ds -o jsonpath='{.metadata.managedFields[*].manager}'
get nodes -o jsonpath='text only'
get nodes -o jsonpath='{.items[0].metadata.labels}'
get nodes -o jsonpath='{.items[*].metadata.labels.kubernetes\.io/os}'
get pods -o jsonpath='{.items[*].spec.containers[*].name}'
get ds -o jsonpath='{.items[?(@.metadata.name=='"'filebeat-ds'"')].kind}'
get nodes -o jsonpath='{.items[?(@.metadata.name!="node1")].metadata.name}'
get nodes -o jsonpath='{range .items[?(@.status.allocatable.cpu=="4")]}{@.metadata.name};{end}'
get nodes -o jsonpath='{"a'
get nodes -o jsonpath='{&}'
get nodes -o jsonpath='{.items[0:1:0]}'
get nodes -o jsonpath='{.items[2:1]}'
get nodes -o jsonpath='{.items[?(@.a=b)]}'
get nodes -o jsonpath='{.items[1'
get nodes -o jsonpath='{..metadata.name}'
get nodes -o jsonpath='{.items..name}'
"""


@pytest.fixture(scope="module")
def both() -> Iterator[Cluster]:
    cluster = Cluster(nodes=3, seed=3, kubelet="auto")
    cluster.apply(manifest("filebeat-ds"))
    cluster.run(30)
    # What serving writes is there for both.
    cluster.serve(pace=None).stop()
    yield cluster


@needs_kubectl
def test_a_template_is_filled_as_the_real_one_fills_it(both: Cluster) -> None:
    type_into_both(both, LINES)
