"""The parts of a Pod that are no fields of it: binding, eviction, exec and the like."""

from __future__ import annotations

from typing import NoReturn

from k8slearn.apimachinery.errors import ApiError, aggregate, bad_request, unexplained
from k8slearn.apimachinery.field import Causes, not_supported, required
from k8slearn.apimachinery.objects import Object, name
from k8slearn.controlplane import ControlPlane
from k8slearn.http.body import json_object
from k8slearn.http.exec import enter
from k8slearn.http.options import delete_options_of
from k8slearn.http.request import RequestInfo
from k8slearn.http.types import Response
from k8slearn.http.writing import Writer
from k8slearn.locale import http as words

_SUCCESS: Object = {
    "kind": "Status",
    "apiVersion": "v1",
    "metadata": {},
    "status": "Success",
}


def binding(writer: Writer, info: RequestInfo) -> Response:
    """POST pods/X/binding: what a scheduler does. Kubernetes: pkg/registry/core/pod/storage, BindingREST"""
    body = json_object(info.body, "Binding")
    target = body.get("target")
    # The older way names the Pod in the body: POST bindings. Kubernetes: LegacyBindingREST
    pod = info.name or name(body)
    target = target if isinstance(target, dict) else {}
    complaints = list(_target(target))
    if complaints:
        # Upstream makes one error of them that is none of the API's.
        raise unexplained(aggregate(map(str, complaints)))
    node = str(target["name"])
    # As one write: between asking whether the Pod is free and taking it nobody else may come.
    with writer.registry(info.subject, info.write_options.dry_run) as registry:
        registry.bind(pod, info.namespace, node, info.by)
    return Response(_SUCCESS, 201)


def _target(target: Object) -> Causes:
    """Kubernetes: ValidatePodBinding"""
    kind = target.get("kind")
    if kind and kind != "Node":
        yield not_supported("target.kind", kind, ("Node", "<empty>"))
    if not isinstance(target.get("name"), str) or not target["name"]:
        yield required("target.name")


def eviction(writer: Writer, info: RequestInfo) -> Response:
    """POST pods/X/eviction: a deletion that a PodDisruptionBudget may stop. Raises ApiError 404, 429, 500."""
    sent = json_object(info.body, "Eviction")
    metadata = sent.get("metadata")
    named = metadata.get("name") if isinstance(metadata, dict) else None
    if named and named != info.name:
        raise bad_request("name in URL does not match name in Eviction object")
    given = sent.get("deleteOptions")
    body = given if isinstance(given, dict) else {}
    options = delete_options_of(body, dry_run=info.write_options.dry_run)
    try:
        with writer.registry(info.subject, options.dry_run) as registry:
            registry.evict(info.name, info.namespace, info.by, **options.as_given)
    except ApiError as error:
        if error.code == 429:
            # `kubectl drain` asks again and again, until what is under way has made room in the budget.
            writer.after()
        raise
    return Response(_SUCCESS, 201)


def refuse_stream(control_plane: ControlPlane, info: RequestInfo) -> NoReturn:
    """attach and port-forward need what the model leaves out, and exec a websocket. Raises ApiError 404, 400."""
    # A Pod that is not there is the more useful answer.
    with control_plane.lock:
        control_plane.registry.require("Pod", info.name, info.namespace)
    if info.subresource == "portforward":
        raise bad_request(words.NO_FORWARD)
    if info.subresource == "attach":
        raise bad_request(words.NO_ATTACH)
    # A client whose websocket was refused asks in the old way again: it is told the reason, not this.
    enter(control_plane, info)
    raise bad_request(words.NEEDS_WEBSOCKET)
