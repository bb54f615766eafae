"""Other Python clients, and an operator, against one server."""

import asyncio
import threading

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import daemon_set
from tests.support.http_client import ClusterServer

AGENTS = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "agents.shapes.example"},
    "spec": {
        "group": "shapes.example",
        "names": {"kind": "Agent", "plural": "agents", "singular": "agent"},
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "x-kubernetes-preserve-unknown-fields": True,
                    }
                },
            }
        ],
    },
}


@pytest.fixture
def server(monkeypatch):
    with ClusterServer(Cluster(3, kubelet="instant"), pace=0) as found:
        monkeypatch.setenv("KUBECONFIG", str(found.kubeconfig))
        yield found


def test_lightkube(server):
    import lightkube
    from lightkube.models.meta_v1 import ObjectMeta
    from lightkube.resources.apps_v1 import DaemonSet
    from lightkube.resources.core_v1 import ConfigMap, Pod

    config = lightkube.KubeConfig.from_file(str(server.kubeconfig))
    client = lightkube.Client(config=config, field_manager="lightkube")
    client.create(DaemonSet.from_dict(daemon_set()))
    pods = list(client.list(Pod, labels={"app": "web"}))
    assert len(pods) == 3 and all(pod.status.phase == "Running" for pod in pods)
    found = client.get(DaemonSet, "web")
    found.spec.template.spec.containers[0].image = "nginx:2"
    client.replace(found)
    client.patch(DaemonSet, "web", {"metadata": {"labels": {"a": "b"}}})
    meta = ObjectMeta(name="c", namespace="default")
    client.apply(ConfigMap(metadata=meta, data={"a": "b"}))
    kind, seen = next(iter(client.watch(DaemonSet)))
    assert (kind, seen.metadata.labels) == ("ADDED", {"a": "b"})
    name = next(iter(client.list(Pod))).metadata.name
    assert "started on" in "".join(client.log(name))
    client.delete(DaemonSet, "web")
    assert server.cluster.list("DaemonSet") == []


def test_kr8s(server):
    import kr8s
    from kr8s.objects import DaemonSet, Pod

    api = kr8s.api(kubeconfig=str(server.kubeconfig))
    daemons = DaemonSet(daemon_set(), api=api)
    daemons.create()
    pods = list(api.get("pods", label_selector="app=web"))
    assert len(pods) == 3
    daemons.label({"x": "y"})
    assert daemons.labels["x"] == "y"
    pod = Pod.get(pods[0].name, api=api)
    assert pod.ready() and "started on" in "".join(pod.logs())
    assert pod.exec(["hostname"]).stdout.decode() == f"{pod.name}\n"
    assert api.whoami() == "kubernetes-admin"
    assert api.version()["gitVersion"] == "v1.36.2"
    daemons.delete()
    daemons.wait("delete", timeout=60)


def test_kubernetes_asyncio(server):
    from kubernetes_asyncio import client, config, watch

    async def session():
        await config.load_kube_config(str(server.kubeconfig))
        async with client.ApiClient() as connection:
            apps, core = client.AppsV1Api(connection), client.CoreV1Api(connection)
            await apps.create_namespaced_daemon_set("default", daemon_set())
            pods = (await core.list_namespaced_pod("default")).items
            spec = {"spec": {"minReadySeconds": 3}}
            await apps.patch_namespaced_daemon_set("web", "default", spec)
            async with watch.Watch() as watching:
                stream = watching.stream(core.list_namespaced_pod, "default")
                first = await anext(aiter(stream))
            meta = client.V1ObjectMeta(name=pods[0].metadata.name)
            eviction = client.V1Eviction(metadata=meta)
            about = (meta.name, "default", eviction)
            await core.create_namespaced_pod_eviction(*about)
            done = await apps.delete_namespaced_daemon_set("web", "default")
            return len(pods), first["type"], done.status

    assert asyncio.run(session()) == (3, "ADDED", "Success")


def operator(kopf, apps, done):
    """Handlers that turn an Agent into a DaemonSet; `done` has an event for each."""

    @kopf.on.create("shapes.example", "v1", "agents")
    def create(name, namespace, spec, **_):
        o = daemon_set(name, spec["image"])
        kopf.adopt(o)
        apps.create_namespaced_daemon_set(namespace, o)
        done["create"].set()
        return {"daemonSet": name}

    @kopf.on.update("shapes.example", "v1", "agents")
    def update(name, namespace, spec, **_):
        container = {"name": "main", "image": spec["image"]}
        template = {"spec": {"containers": [container]}}
        body = {"spec": {"template": template}}
        apps.patch_namespaced_daemon_set(name, namespace, body)
        done["update"].set()

    @kopf.on.delete("shapes.example", "v1", "agents")
    def delete(**_):
        done["delete"].set()


def test_kopf(server, monkeypatch):
    import kopf
    from kubernetes import client, config

    config.load_kube_config(str(server.kubeconfig))
    # kopf asks that library again, which looks for the file only once in a process.
    found = str(server.kubeconfig)
    monkeypatch.setattr(config.kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", found)
    server.cluster.apply(AGENTS)
    done = {step: threading.Event() for step in ("create", "update", "delete")}
    operator(kopf, client.AppsV1Api(), done)
    stop, ready = threading.Event(), threading.Event()
    flags = {"stop_flag": stop, "ready_flag": ready}
    thread = threading.Thread(
        target=lambda: asyncio.run(
            kopf.operator(namespace="default", standalone=True, **flags)
        )
    )
    thread.start()
    try:
        assert ready.wait(60)
        agents = client.CustomObjectsApi()
        place = ("shapes.example", "v1", "default", "agents")
        agent = {"apiVersion": "shapes.example/v1", "kind": "Agent"}
        body = {**agent, "metadata": {"name": "a"}, "spec": {"image": "nginx:1"}}
        agents.create_namespaced_custom_object(*place, body)
        assert done["create"].wait(60)
        change = {"spec": {"image": "nginx:2"}}
        agents.patch_namespaced_custom_object(*place, "a", change)
        assert done["update"].wait(60)
        (found,) = server.cluster.list("DaemonSet")
        image = found["spec"]["template"]["spec"]["containers"][0]["image"]
        assert image == "nginx:2" and found["metadata"]["ownerReferences"]
        agents.delete_namespaced_custom_object(*place, "a")
        assert done["delete"].wait(60)
    finally:
        stop.set()
        thread.join(60)
