"""The subresource `scale`: the wanted and the present replicas of an object, whatever its kind.

Kubernetes: pkg/registry/apps/deployment/storage, ScaleREST; apiextensions-apiserver pkg/registry/customresource
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.errors import invalid
from k8slearn.apimachinery.facts import Column
from k8slearn.apimachinery.field import Causes, nonnegative
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, name
from k8slearn.apimachinery.patch import patched
from k8slearn.apiserver.admission import named
from k8slearn.apiserver.decoding import read
from k8slearn.apiserver.registry import Registry
from k8slearn.http.negotiation import AnswerShape
from k8slearn.http.request import RequestInfo
from k8slearn.http.shapes import shaped
from k8slearn.http.types import Response
from k8slearn.http.writing import Writer
from k8slearn.kinds.kind import Kind, value_at
from k8slearn.kinds.printing import NONE, Cell, age, joined, selector_text

VERSION = "autoscaling/v1"
# Kubernetes: printers/internalversion, scaleColumnDefinitions
_COLUMNS = (
    Column("Name", "string", "", 0),
    Column("Desired", "integer", "", 0),
    Column("Available", "integer", "", 0),
    Column("Age", "string", "", 0),
)
_KEPT = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def of(o: Object, row: Kind) -> Object:
    """The Scale of an object."""
    wanted, present, selector = row.scale_paths
    metadata = o["metadata"]
    status: Object = {"replicas": value_at(o, present) or 0}
    words = _selector(value_at(o, selector))
    if words:
        status["selector"] = words
    return {
        "kind": "Scale",
        "apiVersion": VERSION,
        "metadata": {field: metadata[field] for field in _KEPT if field in metadata},
        "spec": {"replicas": value_at(o, wanted) or 0},
        "status": status,
    }


class PrintedScale:
    """How the server prints a Scale."""

    columns = _COLUMNS

    def cells(self, o: Object, now: float) -> list[Cell]:
        """Kubernetes: printScale"""
        wanted = o["spec"]["replicas"]
        return [name(o), wanted, o["status"]["replicas"], age(o, now)]


def shown(o: Object, row: Kind, shape: AnswerShape, now: float) -> Object:
    """The Scale of an object as the client wants it."""
    return shaped(of(o, row), PrintedScale(), shape, now)


def change(writer: Writer, info: RequestInfo) -> Response:
    """PUT or PATCH of a Scale: of the object only the number of replicas changes. Raises ApiError."""
    row = info.served.resource

    def write(registry: Registry) -> tuple[Change, list[str]]:
        old = registry.require(info.stored_kind, info.name, info.namespace)
        sent = _sent(info, of(old, row))
        replicas = sent.get("spec", {}).get("replicas", 0)
        for first in _rules(replicas):
            raise invalid("Scale.autoscaling", name(old), [first])
        new = _with(old, row.scale_paths[0].split("."), replicas)
        version = sent["metadata"].get("resourceVersion")
        if version:
            metadata = {**new["metadata"], "resourceVersion": version}
            new = {**new, "metadata": metadata}
        return registry.update(new, info.by, subresource="scale"), []

    answer = writer.change(info, write)
    assert isinstance(answer.body, dict)
    answer.body = shown(answer.body, row, info.shape, writer.control_plane.now)
    return answer


def _sent(info: RequestInfo, present: Object) -> Object:
    strict = info.write_options.field_validation
    if info.verb == "update":
        typed = read(info.body, kind="Scale", api_version=VERSION, strict=strict)
        return named(typed.object, info.name)
    # An apply of a Scale says no more than a merge would.
    kind = "merge" if info.patch_type == "apply" else info.patch_type
    found: Object = patched(present, info.body.decode(), kind, strict=strict).value
    return found


def _rules(replicas: int) -> Causes:
    yield from nonnegative(replicas, "spec.replicas")


def _with(o: Object, path: list[str], value: Any) -> Object:
    head, *rest = path
    return {**o, head: _with(o.get(head, {}), rest, value) if rest else value}


def _selector(selector: Any) -> str:
    """A selector as text: of custom kinds it is one, a ReplicationController's is a plain map."""
    if not selector or isinstance(selector, str):
        return selector or ""
    is_plain = not {"matchLabels", "matchExpressions"} & selector.keys()
    words = joined(selector) if is_plain else selector_text(selector)
    if words == NONE:
        return ""
    return words
