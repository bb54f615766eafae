"""A network of hand-made objects: three daemon Pods, a client, their Services, and the requests between them."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy

from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.network import Delivery, request


class World:
    """A list of objects, with what the network needs of a cluster."""

    def __init__(self, *objects: Object) -> None:
        self.objects = list(objects)

    def list(self, kind: str, space: str | None = None) -> list[Object]:
        return [
            o
            for o in self.objects
            if o["kind"] == kind and space in (None, "", namespace(o))
        ]

    def with_(
        self, kind: str, wanted: str, change: Callable[[Object], object]
    ) -> World:
        changed = deepcopy(self.objects)
        for o in changed:
            if o["kind"] == kind and name(o) == wanted:
                change(o)
        return World(*changed)

    def without(self, kind: str) -> World:
        return World(*(o for o in self.objects if o["kind"] != kind))


def node(number: int, ready: str = "True") -> Object:
    status = {
        "addresses": [{"type": "InternalIP", "address": f"192.168.0.{number}"}],
        "conditions": [{"type": "Ready", "status": ready}],
    }
    return {"kind": "Node", "metadata": {"name": f"node{number}"}, "status": status}


def pod(
    pod_name: str,
    number: int,
    address: str,
    *,
    host_port: int = 0,
    ready: bool = True,
    **spec: object,
) -> Object:
    port = {"containerPort": 5066} | ({"hostPort": host_port} if host_port else {})
    return {
        "kind": "Pod",
        "metadata": {"name": pod_name, "namespace": "default"},
        "spec": {
            "nodeName": f"node{number}",
            "containers": [{"name": "c", "ports": [port]}],
            **spec,
        },
        "status": {
            "phase": "Running",
            "podIP": address,
            "conditions": [{"type": "Ready", "status": str(ready)}],
        },
    }


def service(service_name: str, address: str, **spec: object) -> Object:
    ports = [{"name": "http", "port": 80, "targetPort": 5066}]
    return {
        "kind": "Service",
        "metadata": {"name": service_name, "namespace": "default"},
        "spec": {"clusterIP": address, "ports": ports, **spec},
    }


def slice_of(service_name: str, pods: list[Object]) -> Object:
    def end(p: Object) -> Object:
        ready = p["status"]["conditions"][0]["status"] == "True"
        return {
            "addresses": [p["status"]["podIP"]],
            "nodeName": p["spec"]["nodeName"],
            "targetRef": {"kind": "Pod", "name": name(p)},
            "conditions": {"ready": ready, "serving": ready, "terminating": False},
        }

    labels = {"kubernetes.io/service-name": service_name}
    metadata = {"name": f"{service_name}-x", "namespace": "default", "labels": labels}
    ports = [{"name": "http", "port": 5066}]
    return {
        "kind": "EndpointSlice",
        "metadata": metadata,
        "ports": ports,
        "endpoints": [end(p) for p in pods],
    }


DAEMONS = [
    pod(f"ds-{i}", i, f"10.244.0.{i}", host_port=9100, ready=i != 3) for i in (1, 2, 3)
]
CLIENT = pod("client", 1, "10.244.0.9")
WORLD = World(
    *(node(i) for i in (1, 2, 3, 4)),
    *DAEMONS,
    CLIENT,
    service("metrics", "10.96.0.10"),
    slice_of("metrics", DAEMONS),
    service("peers", "None"),
    slice_of("peers", DAEMONS),
    service("nobody", "10.96.0.11"),
)


def ask(
    target: str, source: str = "pod/client", world: World = WORLD, seed: int = 0
) -> Delivery:
    return request(world, source, target, random.Random(seed))
