"""`kubectl apply -f -` and `kubectl create`: what stands between `<<EOF` and `EOF`, since a page has no files.

Kubernetes: kubectl/pkg/cmd/apply, kubectl/pkg/cmd/create
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery import manifests
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.cluster import Cluster
from k8slearn.locale import page as words
from k8slearn.page.kubectl.creation import create_named, creation_of
from k8slearn.page.kubectl.options import Invocation, RefusedError
from k8slearn.page.kubectl.targets import is_same, label_of


def apply(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """Each document and what became of its object."""
    asked.only("filename")
    for document in _documents(asked):
        before = _present(cluster, document)
        applied = cluster.apply(document)
        deed = _deed(before, applied)
        yield f"{_label(cluster, applied)} {deed}"


def _deed(before: Object | None, after: Object) -> str:
    if before is None:
        return "created"
    return "unchanged" if is_same(before, after) else "configured"


def create(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """The documents, or one object by its name and options."""
    creation = creation_of(asked.arguments)
    if creation is not None:
        yield from create_named(cluster, asked, creation)
        return
    asked.only("filename")
    for document in _documents(asked):
        made = cluster.create(document)
        yield f"{_label(cluster, made)} created"


def _documents(asked: Invocation) -> list[Object]:
    """What the line is given. A Namespace on it counts where a document names none."""
    if asked.options.get("filename") != "-" or not asked.stdin:
        raise RefusedError(words.KUBECTL_NO_FILES.format(verb=asked.verb))
    found = manifests.objects(asked.stdin)
    if "namespace" not in asked.options:
        return found
    return [_placed(document, asked.namespace) for document in found]


def _placed(document: Object, place: str) -> Object:
    metadata = {"namespace": place, **document.get("metadata", {})}
    return {**document, "metadata": metadata}


def _present(cluster: Cluster, document: Object) -> Object | None:
    row = cluster.row(document.get("kind", ""))
    place = (namespace(document) or "default") if row.namespaced else ""
    return cluster.store.get(row.stored_kind, name(document), place)


def _label(cluster: Cluster, o: Object) -> str:
    return label_of(cluster.row(o["kind"]), o)
