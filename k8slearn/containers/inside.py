"""A container that a command is run in: whose it is, what it finds there, whom it can ask."""

from __future__ import annotations

from dataclasses import dataclass

from k8slearn.apimachinery.errors import bad_request
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name, seconds_of
from k8slearn.containers.files import files_of
from k8slearn.containers.log import container_of, life_log
from k8slearn.controlplane import ControlPlane
from k8slearn.kubelet.environment import at_start, environment
from k8slearn.kubelet.pod_status import container_status


@dataclass(frozen=True, slots=True)
class Inside:
    """One running container. `now` is the time by its Node's clock."""

    reader: Reader
    pod: Object
    container: Object
    environment: dict[str, str]
    files: dict[str, str]
    now: float


def enter(
    control_plane: ControlPlane, pod_name: str, namespace: str, wanted: str
) -> Inside:
    """A container of a Pod, else its first one. Raises ApiError 404 for no Pod, 400 for one that does not run.

    Kubernetes: pkg/registry/core/pod/strategy.go, ExecLocation; pkg/kubelet, GetExec
    """
    with control_plane.lock:
        pod = control_plane.registry.require("Pod", pod_name, namespace)
        if not pod["spec"].get("nodeName"):
            raise bad_request(f"pod {name(pod)} does not have a host assigned")
        container = container_of(pod, wanted)
        status = container_status(pod, container["name"]) or {}
        running = (status.get("state") or {}).get("running")
        if running is None:
            # kubectl says before it that it could not upgrade the connection.
            raise bad_request(f'container not found ("{container["name"]}")')
        began = running.get("startedAt")
        started = seconds_of(began) if began else control_plane.now
        return inside_of(control_plane, pod, container, started)


def inside_of(
    control_plane: ControlPlane, pod: Object, container: Object, started: float
) -> Inside:
    """A container from within, one that has ended as well; `started` is the second when this life of it began."""
    with control_plane.lock:
        store = control_plane.store
        skew = control_plane.kubelet.faults.skew.get(pod["spec"]["nodeName"], 0.0)

        def log(other: Object, one: Object) -> str:
            return life_log(control_plane, other, one)

        # A ConfigMap may have changed since; the environment made of it has not.
        then = at_start(store, pod, container)
        return Inside(
            reader=store,
            pod=pod,
            container=container,
            environment=environment(then, pod, container, started),
            files=files_of(store, then, pod, container, log),
            now=control_plane.now + skew,
        )
