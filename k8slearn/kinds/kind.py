"""The row of a kind: everything that the API server, its tables and its selectors know of it.

Whatever asks "which kinds …" asks the rows; a kind's module ends with its own, and `k8slearn.kinds` lists them.
Each callable has a default that does nothing, so that a kind without rules needs no more than its names.
Kubernetes: apiserver pkg/registry/rest RESTCreateStrategy, RESTUpdateStrategy; pkg/registry/*/strategy.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from k8slearn.apimachinery import facts
from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import Causes
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, annotations_of, name, namespace
from k8slearn.kinds.metadata import NameRule, object_meta, object_meta_update
from k8slearn.kinds.printing import Cell, age

FieldReader = Callable[[Object], str]
_OF_EVERY_KIND: Mapping[str, FieldReader] = {
    "metadata.name": name,
    "metadata.namespace": namespace,
}


def _unchanged(o: Object) -> Object:
    return o


def _with_nothing_from(o: Object, other: object) -> Object:
    return o


def _without_others(o: Object, old: Object | None, reader: object) -> Object:
    return o


def _not_refused(o: Object, reader: Reader) -> None:
    return


def _nothing_unknown(o: Object) -> tuple[Object, list[str]]:
    return o, []


def _no_grace(o: Object, asked: int | None, *, again: bool) -> int:
    return 0


def _no_causes(*objects: Object) -> Causes:
    yield from ()


def _name_and_age(o: Object, now: float) -> list[Cell]:
    return [name(o), age(o, now)]


# Their validation is that of apimachinery alone; elsewhere pkg/apis/core/validation also looks at finalizers.
_ANY_FINALIZER = frozenset(
    (
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "coordination.k8s.io",
        "node.k8s.io",
    )
)


ALL_METADATA = frozenset(("annotations", "finalizers", "labels", "ownerReferences"))
"""All of the metadata that a client may change. Kubernetes: ResetObjectMetaForStatus"""


# Compared by identity: there is one row a kind, and functions have no other equality.
@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of object; what discovery says of it is read from the version's facts.

    The fields that hold functions are in the order in which a request meets them.
    """

    api_version: str
    kind: str
    generation: bool = False
    """Whether changes of its spec are counted in metadata.generation."""
    missing_component: str = ""
    """The component that acts on its objects in a real cluster and is not modelled; '' where none is missing."""
    counts_annotations: bool = False
    """Whether changes of its annotations are counted as well. Kubernetes: deploymentStrategy.PrepareForUpdate"""

    deprecated: str = ""
    """The warning that every answer about its objects carries. Kubernetes: apiserver/pkg/endpoints/deprecation"""

    to_stored: Callable[[Object], Object] = _unchanged
    """An object of this version as it is stored, where another version of the kind is."""
    from_stored: Callable[[Object], Object] = _unchanged
    """A stored object as this version shows it."""
    asked_by: Callable[[Object, Object], Object] = _with_nothing_from
    """The new object (the first) with the user who asks, a UserInfo, written into it."""
    prune: Callable[[Object], tuple[Object, list[str]]] = _nothing_unknown
    """The object without fields that its definition lacks, and their paths; of built-in kinds decoding drops them."""
    default: Callable[[Object], Object] = _unchanged
    """The object with its defaults filled in. Kubernetes: pkg/apis/*/v1/defaults.go"""
    default_status: Callable[[Object], Object] = _unchanged
    """The part of `default` that is about a status, for writes of the status alone."""
    normalize: Callable[[Object, Object | None], Object] = _with_nothing_from
    """The object with fields that go together made to agree; the second is the old object, None for a new one."""
    allocate: Callable[[Object, Object | None, Reader], Object] = _without_others
    """The object with what it gets from a limited pool; the second is the old object. Raises ApiError 422."""
    admit_pod: Callable[[Object, Reader], Object] = _with_nothing_from
    """A new Pod with what an object of this kind gives it. Raises ApiError 403. Kubernetes: an admission plugin"""
    keep_in_pod: Callable[[Object, Object], Object] = _with_nothing_from
    """A changed Pod (the first) with what `admit_pod` once gave to the old one."""
    refuse: Callable[[Object, Reader], None] = _not_refused
    """Refuse an object that conflicts with others of its kind. Raises ApiError 403."""
    made_at_start: tuple[Object, ...] = ()
    """Objects that the API server makes when it starts."""
    name_rule: NameRule = text.dns_subdomain
    create_rules: Callable[[Object], Causes] = _no_causes
    """What a new object must meet besides its metadata's rules."""
    rules_before_metadata: bool = False
    """Whether `create_rules` come before the rules of the metadata."""
    update_rules: Callable[[Object, Object], Causes] = _no_causes
    """What a changed object (the first) must meet, given the old one."""
    status_rules: Callable[[Object, Object], Causes] = _no_causes
    """As `update_rules`, where the status alone is written."""
    prepare_for_create: Callable[[Object, Reader], Object] = _with_nothing_from
    """The new object as it is stored at first; the reader finds what other objects have taken."""
    prepare_for_update: Callable[[Object, Object], Object] = _with_nothing_from
    """A changed object (the first) as it is stored, when anything but its status is written."""

    grace_period: Callable[..., int] = _no_grace
    """Seconds from a deletion's request to the end: of (object, seconds asked for or None, again=on its way out)."""
    mark_terminating: Callable[[Object], Object] = _unchanged
    """The object with what else a request to delete it changes."""
    protected_names: tuple[str, ...] = ()
    """Names of objects that nobody may delete."""
    protected_because: str = ""
    """The message for whoever tries to delete one."""
    scale_paths: tuple[str, str, str] = (
        "spec.replicas",
        "status.replicas",
        "spec.selector",
    )
    """Where the subresource `scale` finds the wanted replicas, the present ones and the selector."""
    keeps_dependents: bool = False
    """Whether its dependents are orphaned where a deletion names no propagation; elsewhere they are deleted."""
    kept_warning: str = ""
    """The warning for a client whose deletion names no propagation."""
    owner_graph: bool = True
    """Whether it owns objects or is owned, so that the garbage collector follows it: all but Events."""
    returned_on_delete: bool = False
    """Whether a deletion answers with the object instead of a Status. Kubernetes: ReturnDeletedObject"""
    created_by_put: bool = False
    """Whether PUT makes an object that is not there. Kubernetes: RESTUpdateStrategy AllowCreateOnUpdate"""
    needs_version: bool = False
    """Whether an update must say which version it is of. Kubernetes: RESTUpdateStrategy AllowUnconditionalUpdate"""
    left_by_status: frozenset[str] = frozenset()
    """Fields of the metadata that a write to the status leaves as they are. Kubernetes: GetResetFields"""
    with_null_times: Callable[[Object], Object] = _unchanged
    """The object with its unset times as null, where Go's type holds them by value."""

    cells: Callable[[Object, float], list[Cell]] = _name_and_age
    """One cell for each of `columns` at a moment (simulated seconds). Kubernetes: internalversion AddHandlers"""
    selectable_fields: Mapping[str, FieldReader] = field(default_factory=dict)
    """Fields besides name and namespace that a field selector may ask by, and how each reads. Kubernetes: GetAttrs"""

    @property
    def group(self) -> str:
        """The API group, '' for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version without the group."""
        return self.api_version.rpartition("/")[2]

    @cached_property
    def any_finalizer(self) -> bool:
        """Whether finalizers without a domain may have any name."""
        return self.group in _ANY_FINALIZER

    @cached_property
    def stored_kind(self) -> str:
        """Under which name the store keeps its objects."""
        return self.kind

    # Read when they are asked for, since the facts are a file: importing the rows has to stay quick.
    @cached_property
    def _discovered(self) -> facts.Entry:
        return facts.resource(self.api_version, self.kind)

    @property
    def singular(self) -> str:
        """The lower-case kind, as kubectl takes it."""
        return self.kind.lower()

    @cached_property
    def plural(self) -> str:
        """`daemonsets`: the name in the path of a request."""
        return str(self._discovered["name"])

    @cached_property
    def short_names(self) -> tuple[str, ...]:
        """`ds`."""
        return tuple(self._discovered.get("shortNames", ()))

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The groups that `kubectl get all` and the like mean."""
        return tuple(self._discovered.get("categories", ()))

    @cached_property
    def namespaced(self) -> bool:
        """Whether its objects lie in Namespaces."""
        return bool(self._discovered["namespaced"])

    @cached_property
    def status(self) -> bool:
        """Whether the status is a subresource, which the object's own verbs leave alone."""
        return facts.has_subresource(self.api_version, self.plural, "status")

    @cached_property
    def scalable(self) -> bool:
        """Whether it says by a scale how many Pods it wants."""
        return facts.has_subresource(self.api_version, self.plural, "scale")

    @cached_property
    def columns(self) -> tuple[facts.Column, ...]:
        """The columns of its table, the wide ones included."""
        return facts.columns(self.api_version, self.kind)

    @property
    def qualified(self) -> str:
        """`daemonsets.apps`, `pods`: the name that error messages use."""
        if self.group:
            return f"{self.plural}.{self.group}"
        return self.plural

    @property
    def names(self) -> Iterator[str]:
        """Everything that kubectl takes for this kind."""
        yield from (self.kind, self.singular, self.plural, self.qualified)
        yield from self.short_names
        if self.group:
            for each in (self.singular, *self.short_names):
                yield f"{each}.{self.group}"

    def validate_create(self, o: Object) -> Causes:
        """What is wrong with a new object, decoded and defaulted; in Kubernetes' order."""
        if self.rules_before_metadata:
            yield from self.create_rules(o)
        yield from object_meta(
            o["metadata"],
            "metadata",
            namespaced=self.namespaced,
            rule=self.name_rule,
            any_finalizer=self.any_finalizer,
        )
        if not self.rules_before_metadata:
            yield from self.create_rules(o)

    def validate_update(self, new: Object, old: Object) -> Causes:
        """What is wrong with a change: the new object's rules, and what may not differ from the old one."""
        yield from object_meta_update(
            new["metadata"],
            old["metadata"],
            "metadata",
            any_finalizer=self.any_finalizer,
        )
        yield from self.update_rules(new, old)

    def validate_status(self, new: Object, old: Object) -> Causes:
        """What is wrong with a change of the status alone."""
        yield from object_meta_update(
            new["metadata"],
            old["metadata"],
            "metadata",
            any_finalizer=self.any_finalizer,
        )
        yield from self.status_rules(new, old)

    def changes_generation(self, new: Object, old: Object) -> bool:
        """Whether a change counts in metadata.generation: the spec's; without a spec, any but the metadata's."""
        if not self.generation:
            return False
        if self.counts_annotations and annotations_of(new) != annotations_of(old):
            return True
        if "spec" in new or "spec" in old:
            return bool(new.get("spec") != old.get("spec"))
        return {**new, "metadata": 0} != {**old, "metadata": 0}

    @property
    def names_fields(self) -> bool:
        """Whether upstream converts its field labels by a function of its own, with its own error messages."""
        return bool(self.selectable_fields)

    def is_selectable(self, path: str) -> bool:
        """Whether a field selector may ask by this field."""
        if path == "metadata.namespace" and self.names_fields:
            return self.namespaced
        return path in _OF_EVERY_KIND or path in self.selectable_fields

    def field_value(self, o: Object, path: str) -> str:
        """The value of a selectable field as text. Raises KeyError for a field that cannot be asked by."""
        read = _OF_EVERY_KIND.get(path) or self.selectable_fields[path]
        return read(o)


def value_at(o: Object, path: str) -> Any:
    """What stands at a dotted path, None for nothing."""
    found: Any = o
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def text_at(path: str) -> FieldReader:
    """A reader of the field at a dotted path; an unset one reads ''."""

    def read(o: Object) -> str:
        found = value_at(o, path)
        if found is None:
            return ""
        return str(found)

    return read


def flag_at(path: str) -> FieldReader:
    """A reader of the boolean at a dotted path, which is omitted when false."""
    read = text_at(path)

    def read_flag(o: Object) -> str:
        if read(o) == "True":
            return "true"
        return "false"

    return read_flag


def texts_at(*paths: str) -> dict[str, FieldReader]:
    """A reader for each of these paths."""
    return {path: text_at(path) for path in paths}
