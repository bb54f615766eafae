"""The parts of a Pod that are no fields of it: binding, eviction, exec and the like; and the reviews."""

from __future__ import annotations

from k8slearn.apimachinery.errors import bad_request
from k8slearn.apimachinery.objects import Object
from k8slearn.http.options import json_object, options_of
from k8slearn.http.paths import Target
from k8slearn.http.types import Request, Response
from k8slearn.http.writing import Writer, identity_of, subject_of
from k8slearn.locale import http as words

_SUCCESS: Object = {
    "kind": "Status",
    "apiVersion": "v1",
    "metadata": {},
    "status": "Success",
}
_EVERYTHING = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
NAME = "kubernetes-admin"


def binding(writer: Writer, target: Target, request: Request) -> Response:
    """POST pods/X/binding: what a scheduler does. Kubernetes: pkg/registry/core/pod/storage, BindingREST"""
    body = json_object(request.body, "Binding")
    node = (
        body.get("target", {}).get("name")
        if isinstance(body.get("target"), dict)
        else None
    )
    if not isinstance(node, str) or not node:
        raise bad_request("target.name: Required value")
    subject = subject_of(target.namespace, target.name)
    with writer.registry(subject, request.dry_run) as registry:
        registry.bind(target.name, target.namespace, node, identity_of(request))
    return Response(_SUCCESS, 201)


def eviction(writer: Writer, target: Target, request: Request) -> Response:
    """POST pods/X/eviction: a deletion that a PodDisruptionBudget could stop; the model has none."""
    body = json_object(request.body, "Eviction")
    given = body.get("deleteOptions")
    options = options_of(given if isinstance(given, dict) else {}, request)
    subject, place = (
        subject_of(target.namespace, target.name),
        ("Pod", target.name, target.namespace),
    )
    with writer.registry(subject, options.dry_run) as registry:
        options.delete(registry, identity_of(request), place)
    return Response(_SUCCESS, 201)


def refuse_stream(writer: Writer, target: Target, request: Request) -> Response:
    """exec, attach and port-forward need what the model leaves out."""
    with writer.control_plane.lock:
        writer.control_plane.registry.require("Pod", target.name, target.namespace)
    if target.subresource == "portforward":
        raise bad_request(words.NO_FORWARD)
    raise bad_request(words.NO_EXEC.format(verb=target.subresource))


def review(target: Target, request: Request) -> Response:
    """Who am I, and may I: the one user may do everything."""
    body = json_object(request.body, target.kind)
    answers: dict[str, Object] = {
        "SelfSubjectReview": {
            "userInfo": {
                "username": NAME,
                "groups": ["system:masters", "system:authenticated"],
            }
        },
        "SelfSubjectAccessReview": {"allowed": True},
        "SelfSubjectRulesReview": {
            "incomplete": False,
            "resourceRules": [_EVERYTHING],
            "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
        },
    }
    version = target.served.resource.api_version
    found = {
        **body,
        "apiVersion": version,
        "kind": target.kind,
        "status": answers[target.kind],
    }
    return Response({"metadata": {}, **found}, 201)
