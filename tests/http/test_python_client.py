"""The official Python client lists, watches, patches and deletes."""

import threading

import pytest
from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException

from k8slearn.cluster import Cluster
from tests.support.api_client import daemon_set
from tests.support.http_client import ClusterServer


@pytest.fixture
def server():
    with ClusterServer(Cluster(3, kubelet="instant"), pace=0) as found:
        yield found


@pytest.fixture
def connection(server):
    configuration = client.Configuration()
    config.load_kube_config(str(server.kubeconfig), client_configuration=configuration)
    with client.ApiClient(configuration) as found:
        yield found


@pytest.fixture
def core(connection):
    return client.CoreV1Api(connection)


@pytest.fixture
def apps(connection):
    found = client.AppsV1Api(connection)
    found.create_namespaced_daemon_set("default", daemon_set())
    return found


def test_it_lists_with_selectors_and_pages(core, apps):
    pods = core.list_namespaced_pod("default", label_selector="app=web")
    assert {pod.spec.node_name for pod in pods.items} == {"node1", "node2", "node3"}
    assert all(pod.status.phase == "Running" for pod in pods.items)
    first = core.list_namespaced_pod("default", limit=2)
    rest = core.list_namespaced_pod(
        "default", limit=2, _continue=first.metadata._continue
    )
    assert len(first.items) == 2 and len(rest.items) == 1
    (node,) = core.list_node(field_selector="metadata.name=node2").items
    assert "Ready" in [condition.type for condition in node.status.conditions]


def test_it_patches_and_reads_the_status(apps):
    apps.patch_namespaced_daemon_set("web", "default", {"spec": {"minReadySeconds": 3}})
    found = apps.read_namespaced_daemon_set("web", "default")
    assert (
        found.spec.min_ready_seconds == 3 and found.status.desired_number_scheduled == 3
    )
    found.spec.template.spec.containers[0].image = "nginx:2"
    assert (
        apps.replace_namespaced_daemon_set("web", "default", found).metadata.generation
        == 3
    )
    with pytest.raises(ApiException) as refused:
        apps.replace_namespaced_daemon_set("web", "default", found)
    assert refused.value.status == 409


def test_it_watches_while_things_happen(core, apps, server):
    version = core.list_namespaced_pod("default").metadata.resource_version
    timer = threading.Timer(
        0.3,
        lambda: core.delete_namespaced_pod(
            core.list_namespaced_pod("default").items[0].metadata.name, "default"
        ),
    )
    timer.start()
    seen = []
    stream = watch.Watch()
    for event in stream.stream(
        core.list_namespaced_pod,
        "default",
        resource_version=version,
        timeout_seconds=20,
    ):
        seen.append(event["type"])
        if "DELETED" in seen and "ADDED" in seen:
            stream.stop()
    timer.join()
    assert {"DELETED", "ADDED"} <= set(seen)


def test_a_watch_that_is_too_old_is_told_so(core):
    with pytest.raises(ApiException) as gone:
        list(
            watch.Watch().stream(
                core.list_namespaced_pod,
                "default",
                resource_version="1",
                timeout_seconds=5,
            )
        )
    assert gone.value.status == 410


def test_it_deletes_one_and_many(core, apps):
    core.create_namespaced_config_map(
        "default",
        client.V1ConfigMap(metadata=client.V1ObjectMeta(name="a"), data={"x": "y"}),
    )
    core.delete_namespaced_config_map("a", "default")
    with pytest.raises(ApiException) as missing:
        core.read_namespaced_config_map("a", "default")
    assert missing.value.status == 404
    apps.delete_namespaced_daemon_set("web", "default", propagation_policy="Foreground")
    assert core.list_namespaced_pod("default").items == []
    core.delete_collection_namespaced_config_map("default")
    apps.delete_collection_namespaced_controller_revision("default")
    assert apps.list_namespaced_controller_revision("default").items == []


def test_it_applies_server_side(connection, apps, core):
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "b"},
        "data": {"x": "1"},
    }
    made = core.patch_namespaced_config_map(
        "b",
        "default",
        body,
        field_manager="me",
        _content_type="application/apply-patch+yaml",
    )
    assert (
        made.data == {"x": "1"} and made.metadata.managed_fields[0].operation == "Apply"
    )


def test_it_reads_logs_and_the_version(connection, core, apps):
    pod = core.list_namespaced_pod("default").items[0].metadata.name
    assert "started on node" in core.read_namespaced_pod_log(pod, "default")
    assert client.VersionApi(connection).get_code().git_version == "v1.36.2"
