"""`kubectl apply -f -` and `kubectl create`: what stands between `<<EOF` and `EOF`, since a page has no files.

Kubernetes: kubectl/pkg/cmd/apply, kubectl/pkg/cmd/create
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from k8slearn.apimachinery import manifests
from k8slearn.apimachinery.client_side_apply import LAST_APPLIED
from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object, annotations_of, name, namespace
from k8slearn.cluster import Cluster
from k8slearn.locale import page as words
from k8slearn.mistakes import UnknownNameError
from k8slearn.page.kubectl.creation import create_named, creation_of
from k8slearn.page.kubectl.options import Aside, Invocation, RefusedError
from k8slearn.page.kubectl.targets import is_same, label_of, refuse

_NOT_APPLIED = (
    f"Warning: resource {{}} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. "
    "kubectl apply should only be used on resources created declaratively by either kubectl create --save-config "
    "or kubectl apply. The missing annotation will be patched automatically."
)
_RESOLVE = (
    "Please review the fields above--they currently have other managers. Here",
    "are the ways you can resolve this warning:",
    "* If you intend to manage all of these fields, please re-run the apply",
    "  command with the `--force-conflicts` flag.",
    "* If you do not intend to manage all of the fields, please edit your",
    "  manifest to remove references to the fields that should keep their",
    "  current managers.",
    "* You may co-own fields by updating your manifest to match the existing",
    "  value; in this case, you'll become the manager if the other manager(s)",
    "  stop managing the field (remove it from their configuration).",
    "See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts",
)


def apply(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """Each document and what became of its object."""
    by_server = asked.has("server-side")
    signs = ("field-manager", "force-conflicts") if by_server else ()
    asked.only("filename", "server-side", *signs)

    def put(document: Object) -> Iterator[str]:
        if by_server:
            yield _applied_by_server(cluster, asked, document)
            return
        before = _present(cluster, document)
        if before is not None and LAST_APPLIED not in annotations_of(before):
            row = cluster.row(document["kind"])
            yield Aside(_NOT_APPLIED.format(f"{row.plural}/{name(before)}"))
        with _told_of_creation(before is None):
            applied = cluster.apply(document)
        yield f"{_label(cluster, applied)} {_deed(before, applied)}"

    yield from _each(_documents(cluster, asked), put)


def _each(
    documents: Sequence[Object], deed: Callable[[Object], Iterator[str]]
) -> Iterator[str]:
    """What is refused keeps nobody else from it, and is told at the end. Raises RefusedError, ApiError."""
    refused: list[ApiError | RefusedError] = []
    for document in documents:
        try:
            yield from deed(document)
        except (ApiError, RefusedError) as error:
            refused.append(error)
    refuse(refused)


@contextmanager
def _told_of_creation(creates: bool) -> Iterator[None]:
    """A refusal with where the object comes from. Kubernetes: cmdutil.AddSourceToErr"""
    try:
        yield
    except ApiError as error:
        if creates and error.reason != "Invalid":
            message = f'error when creating "STDIN": {error.message}'
            raise ApiError({**error.status, "message": message}) from None
        raise


def _applied_by_server(cluster: Cluster, asked: Invocation, document: Object) -> str:
    try:
        applied = cluster.server_side_apply(
            document,
            manager=asked.manager("kubectl"),
            force=asked.has("force-conflicts"),
        )
    except ApiError as error:
        if error.reason != "Conflict":
            raise
        raise RefusedError(f"error: {error.message}", *_RESOLVE) from None
    return f"{_label(cluster, applied)} serverside-applied"


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
    asked.only("filename", "field-manager")

    def make(document: Object) -> Iterator[str]:
        with _told_of_creation(True):
            made = cluster.create(document, manager=asked.manager("kubectl-create"))
        yield f"{_label(cluster, made)} created"

    yield from _each(_documents(cluster, asked), make)


def _documents(cluster: Cluster, asked: Invocation) -> list[Object]:
    """What the line is given. The line's Namespace counts where a document names none."""
    if asked.options.get("filename") != "-" or not asked.stdin:
        raise RefusedError(words.KUBECTL_NO_FILES.format(verb=asked.verb))
    found = manifests.objects(asked.stdin)
    if "namespace" not in asked.options:
        return found
    return [_placed(cluster, document, asked.namespace) for document in found]


def _placed(cluster: Cluster, document: Object, place: str) -> Object:
    try:
        row = cluster.row(document.get("kind", ""))
    except UnknownNameError:
        # It is refused where it is made.
        return document
    if not row.namespaced:
        return document
    metadata = {"namespace": place, **document.get("metadata", {})}
    return {**document, "metadata": metadata}


def _present(cluster: Cluster, document: Object) -> Object | None:
    row = cluster.row(document.get("kind", ""))
    place = (namespace(document) or "default") if row.namespaced else ""
    return cluster.store.get(row.stored_kind, name(document), place)


def _label(cluster: Cluster, o: Object) -> str:
    return label_of(cluster.row(o["kind"]), o)
