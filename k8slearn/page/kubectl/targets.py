"""Which objects the arguments of a kubectl line mean: `ds/agent`, `pods a b`, `nodes --all`, `pods -l app=agent`.

Kubernetes: cli-runtime/pkg/resource/builder.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.cluster import Cluster
from k8slearn.kinds import KINDS
from k8slearn.kinds.kind import Kind
from k8slearn.page.kubectl.identity import require_may
from k8slearn.page.kubectl.listing import SELECTORS, named, selected
from k8slearn.page.kubectl.options import Invocation, RefusedError

_NO_NAME = "error: resource(s) were provided, but no name was specified"
_NO_RESOURCE = """\
error: You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""
_MIXED = (
    "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name "
    "form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
)
_ONE_SLASH = "error: arguments in resource/name form may not have more than one slash"
_ONE_OF_EACH = (
    "error: arguments in resource/name form must have a single resource and name"
)
_NAME_AND_SELECTOR = "error: name cannot be provided when a selector is specified"


Deed = Callable[[Kind, Object], Iterator[str]]
"""What is done to an object, and what is told of it."""


@dataclass(slots=True)
class Targets:
    """Objects of one kind that a line means, in its order; in the place of one that is not there stands its refusal."""

    row: Kind
    found: list[Object | ApiError] = field(default_factory=list)

    @property
    def objects(self) -> list[Object]:
        """Those that are there."""
        return [each for each in self.found if not isinstance(each, ApiError)]

    @property
    def refused(self) -> list[ApiError]:
        """Of those that are not."""
        return [each for each in self.found if isinstance(each, ApiError)]

    def look(self, cluster: Cluster, asked: Invocation, name: str) -> None:
        """Add an object by its name."""
        try:
            require_may(cluster, asked, self.row, "get", name)
            self.found.append(named(cluster, self.row, name, asked.namespace))
        except ApiError as error:
            self.found.append(error)

    def select(self, cluster: Cluster, asked: Invocation) -> None:
        """Add all that the line's selectors mean."""
        try:
            require_may(cluster, asked, self.row, "list")
            self.found += selected(cluster, asked, self.row)
        except ApiError as error:
            self.found.append(error)


def label_of(row: Kind, o: Object) -> str:
    """`pod/agent-x`, `daemonset.apps/agent`: how kubectl names an object."""
    group = f".{row.group}" if row.group else ""
    return f"{row.singular}{group}/{name(o)}"


def is_same(before: Object, after: Object) -> bool:
    """Whether a write has changed nothing."""
    versions = [o["metadata"]["resourceVersion"] for o in (before, after)]
    return bool(versions[0] == versions[1])


def is_change(word: str) -> bool:
    """Whether an argument says what to write (`disk=ssd`, `disk-`) and not where."""
    return "=" in word or word.endswith("-")


def chosen(
    cluster: Cluster,
    asked: Invocation,
    arguments: Sequence[str],
    *,
    lists: bool = False,
) -> list[Targets]:
    """What is meant, by kind; `lists`: a kind alone means all its objects. Raises RefusedError."""
    if not arguments:
        raise RefusedError(_NO_RESOURCE)
    if any("/" in word for word in arguments):
        return _one_by_one(cluster, asked, arguments)
    kinds, *names = arguments
    rows = _rows(cluster, kinds)
    if names and len(rows) > kinds.count(",") + 1:
        # `all` stands for many.
        raise RefusedError("error: you must specify only one resource")
    selects = asked.has("all") or any(each in asked.options for each in SELECTORS)
    if not names and not lists and not selects:
        raise RefusedError(_NO_NAME)
    if names and selects:
        raise RefusedError(_NAME_AND_SELECTOR)
    found = []
    for row in rows:
        targets = Targets(row)
        for each in names:
            targets.look(cluster, asked, each)
        if not names:
            targets.select(cluster, asked)
        found.append(targets)
    return found


def _one_by_one(
    cluster: Cluster, asked: Invocation, arguments: Sequence[str]
) -> list[Targets]:
    found: list[Targets] = []
    for word in arguments:
        kind, sign, called = word.partition("/")
        if not sign:
            raise RefusedError(_MIXED)
        if "/" in called:
            raise RefusedError(_ONE_SLASH)
        if not kind or not called or "," in kind:
            raise RefusedError(_ONE_OF_EACH)
        row = cluster.row(kind)
        if not found or found[-1].row is not row:
            found.append(Targets(row))
        found[-1].look(cluster, asked, called)
    return found


def is_single(arguments: Sequence[str]) -> bool:
    """Whether one object is named, and not several or all of a kind. Kubernetes: Result.IntoSingleItemImplied"""
    if "/" in arguments[0]:
        return len(arguments) == 1
    return len(arguments) == 2 and "," not in arguments[0]


def _rows(cluster: Cluster, kinds: str) -> list[Kind]:
    rows: list[Kind] = []
    for kind in kinds.split(","):
        every = (*KINDS, *cluster.registry.custom.rows)
        of_category = [row for row in every if kind in row.categories]
        rows += of_category or [cluster.row(kind)]
    return rows


def each_of(found: Sequence[Targets]) -> Iterator[tuple[Kind, Object]]:
    """All objects with their rows; then the refusals of those that are not there. Raises RefusedError, ApiError."""
    for targets in found:
        for o in targets.objects:
            yield targets.row, o
    refuse(refusals(found))


def visit(found: Sequence[Targets], deed: Deed) -> Iterator[str]:
    """Do something to each: what fails does not keep the rest from it, and is told at the end.

    Raises RefusedError, ApiError. Kubernetes: cli-runtime/pkg/resource/visitor.go, ContinueOnErrorVisitor
    """
    refused: list[ApiError | RefusedError] = []
    for targets in found:
        for each in targets.found:
            if isinstance(each, ApiError):
                refused.append(each)
                continue
            try:
                yield from deed(targets.row, each)
            except (ApiError, RefusedError) as error:
                refused.append(error)
    refuse(refused)


def refusals(found: Sequence[Targets]) -> list[ApiError]:
    """Of all kinds, in their order."""
    return [error for targets in found for error in targets.refused]


def refuse(errors: Sequence[ApiError | RefusedError]) -> None:
    """Raise the error that there is, or all in one. Kubernetes: kubectl/pkg/cmd/util/helpers.go, MultipleErrors"""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise RefusedError(*(line for each in errors for line in _among_others(each)))


def _among_others(error: ApiError | RefusedError) -> list[str]:
    if isinstance(error, ApiError):
        return [f"Error from server ({error.reason}): {error.message}"]
    return [line.removeprefix("error: ") for line in error.lines]


def place_of(o: Object) -> str:
    """The Namespace to name an object in; any does for one that lies in none."""
    return namespace(o) or "default"


def told(error: ApiError) -> str:
    """A refusal as kubectl prints it. Kubernetes: kubectl/pkg/cmd/util/helpers.go, StandardErrorMessage"""
    details = error.status.get("details", {})
    if error.reason != "Invalid":
        return f"Error from server ({error.reason}): {error.message}"
    said = f'The {details.get("kind")} "{details.get("name")}" is invalid: '
    causes = [str(cause) for cause in error.causes]
    if len(causes) == 1:
        return said + causes[0]
    return "\n* ".join([said, *causes])
