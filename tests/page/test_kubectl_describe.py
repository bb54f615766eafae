"""The page's `kubectl describe` prints exactly the same as the real one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from k8slearn import Cluster
from k8slearn.locale import page as words
from k8slearn.page import kubectl
from tests.support.two_kubectls import needs_kubectl, type_into_both

OBJECTS = Path(__file__).with_name("described_objects.yaml")
TERMINALS = {
    "what the course uses": """
        describe ds filebeat-ds
        describe ds/filebeat-ds deploy/web ds/nobody
        describe node node1
        describe nodes
        describe nodes node1 node9
        describe pods
        describe pod -l app=web --show-events
        describe pod fileb
        describe pod nobody filebeat
        describe pod nobody
        describe pod -l app=nobody
        describe pods -A -l app=nobody
        describe deploy web
        describe rs
        describe controllerrevisions
        describe ns default
        describe cm,sa
        describe priorityclasses
        describe events
        describe leases -A
        describe nobodies
        describe
        delete pod -l app=filebeat --wait=false
        describe pods
        set image ds/filebeat-ds filebeat=a:2
        set image deploy/web web=a:2
        taint node node2 b=c:NoExecute a:NoSchedule
        cordon node3
        sleep 10
        describe nodes
        describe deploy/web
        describe pods -l app=web
        describe ds filebeat-ds
    """,
    "rich Pods": """
        describe ds rich
        describe pods -l app=rich --show-events
        describe node node1
        describe pod crash
        describe pod big
        delete pod slow --wait=false
        describe pod slow
        delete pod slow --force
    """,
    "all kinds": """
        describe svc out headless
        describe svc web
        describe endpointslices -l kubernetes.io/service-name,kubernetes.io/service-name!=kubernetes
        describe jobs
        describe cronjobs
        describe sts db
        describe cm settings
        describe secrets
        describe sa reader
        describe priorityclass agents
        describe pdb web
        describe quota,limits
        describe ns default
        describe rolebindings
        describe clusterrolebindings
        describe job once
    """,
}


@pytest.fixture(scope="module")
def rich(both: Cluster) -> Iterator[Cluster]:
    cluster = both.fork()
    cluster.apply(OBJECTS.read_text(encoding="utf-8"))
    cluster.run(70)
    yield cluster


@needs_kubectl
@pytest.mark.parametrize("terminal", TERMINALS)
def test_it_tells_what_the_real_one_tells(
    terminal: str, both: Cluster, rich: Cluster
) -> None:
    start = both if terminal == "what the course uses" else rich
    type_into_both(start, TERMINALS[terminal])


def test_ages_are_those_of_the_cluster(both: Cluster) -> None:
    said = kubectl.run(both.fork(), "kubectl describe ds filebeat-ds")
    assert "  Normal  SuccessfulCreate  30s   daemonset-controller  Created pod" in said


def test_a_kind_with_words_of_its_own_that_are_not_here_is_refused(
    both: Cluster,
) -> None:
    said = kubectl.run(both.fork(), "kubectl describe clusterrole view")
    assert said == words.KUBECTL_NO_DESCRIPTION.format(kind="ClusterRole") + "\n"
