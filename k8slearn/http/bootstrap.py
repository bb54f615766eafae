"""What a real API server puts into the cluster about itself: the Service `kubernetes`.

Kubernetes: pkg/controlplane/controller/kubernetesservice/controller.go
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.identity import Identity
from k8slearn.controllers.kubernetes_service import SERVER, SERVICE
from k8slearn.controlplane import ControlPlane
from k8slearn.kinds.endpointslice import SERVICE_LABEL
from k8slearn.kinds.service.allocation import SERVER_ADDRESS, taken_addresses

IDENTITY = Identity(SERVER, SERVER)
ADDRESS = "192.0.2.2"
"""An address that stands for the API server: loopback ones are not allowed in an EndpointSlice."""


def publish(control_plane: ControlPlane, port: int) -> None:
    """Create the Service and its EndpointSlice where they are missing; the port is kept up to date."""
    registry = control_plane.registry
    store = control_plane.store
    with control_plane.acting(SERVER, f"default/{SERVICE}"):
        if store.get("Service", SERVICE, "default") is None:
            # A cluster is served when it has lived for a while: a lesson's Service may have been given this address.
            address = SERVER_ADDRESS
            if address in taken_addresses(store):
                address = ""
            registry.create(_service(port, address), IDENTITY)
        old = store.get("EndpointSlice", SERVICE, "default")
        if old is None:
            registry.create(_slice(port), IDENTITY)
        else:
            registry.update({**old, "ports": _slice(port)["ports"]}, IDENTITY)


def _service(port: int, address: str) -> Object:
    spec: Object = {
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [
            {"name": "https", "port": 443, "protocol": "TCP", "targetPort": port}
        ],
        "sessionAffinity": "None",
        "type": "ClusterIP",
    }
    if address:
        spec |= {"clusterIP": address, "clusterIPs": [address]}
    labels = {"component": "apiserver", "provider": "kubernetes"}
    metadata = {"name": SERVICE, "namespace": "default", "labels": labels}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _slice(port: int) -> Object:
    metadata = {
        "name": SERVICE,
        "namespace": "default",
        "labels": {SERVICE_LABEL: SERVICE},
    }
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata,
        "addressType": "IPv4",
        "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
        "endpoints": [{"addresses": [ADDRESS], "conditions": {"ready": True}}],
    }
