"""The API's types, made from the facts when they are first asked for; each is made once and shared.

A type is known by its full name, such as "io.k8s.api.core.v1.PodSpec".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.facts import Entry
from k8slearn.apimachinery.gotypes import is_pointer, string_name

REFERENCE = "#/components/schemas/"
"""What stands before the name of a type that OpenAPI v3 refers to."""
MACHINERY = "io.k8s.apimachinery.pkg."
META = f"{MACHINERY}apis.meta.v1."

# Types that read and write themselves (UnmarshalJSON), so that their schema says too little.
_THEMSELVES = {
    f"{META}Time": ("time", "v1.Time"),
    f"{META}MicroTime": ("time", "v1.MicroTime"),
    f"{META}FieldsV1": ("any", "v1.FieldsV1"),
    f"{META}Patch": ("any", "v1.Patch"),
    f"{MACHINERY}runtime.RawExtension": ("any", "runtime.RawExtension"),
    f"{MACHINERY}util.intstr.IntOrString": ("int-or-string", "intstr.IntOrString"),
    f"{MACHINERY}api.resource.Quantity": ("quantity", "resource.Quantity"),
}
ZEROS: dict[str, Any] = {"string": "", "int": 0, "bool": False, "number": 0}
"""Go's zero values of plain types."""
_ALWAYS_WRITTEN = ("int-or-string", "quantity", "any")


@dataclass(frozen=True, slots=True)
class Type:
    """What a value may be: `kind` is struct, list, map, string, int, bool, number, bytes, time, quantity,
    int-or-string or any; `go` is the type's name in Go; `struct` the full name of a struct."""

    kind: str
    go: str
    struct: str = ""
    element: Type | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a struct, with how it is written, owned and merged.

    `keeps_empty`: Go writes it even when it is empty; `by_value`: a struct and no pointer to one, so always there.
    `atomic`: owned as a whole; else `keys` tell a list's elements apart, or it is a set of plain values (`unique`).
    `merge_key`: by what a strategic merge patch merges a list, "" for plain values, None where it replaces the list.
    """

    name: str
    type: Type
    default: Any
    required: bool
    keeps_empty: bool
    by_value: bool
    atomic: bool
    unique: bool
    keys: tuple[str, ...]
    merge_key: str | None


@dataclass(frozen=True, slots=True)
class Struct:
    """One of the API's objects; `go` is its bare name in Go. `atomic`: owned as a whole, in a list as well.

    `zeros` are the fields that Go writes even where nobody gave them, with the value that it writes.
    """

    go: str
    fields: dict[str, Field]
    atomic: bool
    zeros: dict[str, Any]
    is_open: bool = False
    """Whether it may have other fields, too: those of a definition that preserves what it does not know."""

    def field(self, name: str) -> Field | None:
        """A field, None where there may be none of that name."""
        return self.fields.get(name) or (DEDUCED if self.is_open else None)


@cache
def struct(name: str) -> Struct:
    """A struct by its full name."""
    schema = facts.schemas()[name]
    bare = name.rpartition(".")[2]
    required = schema.get("required", ())
    atomic = schema.get("x-kubernetes-map-type") == "atomic"
    properties = schema.get("properties", {})
    fields = {}
    for field, entry in properties.items():
        fields[field] = _field(bare, field, entry, field in required)
    zeros = {}
    for field, slot in fields.items():
        # A field is required where Go's tag has no `omitempty`.
        if slot.required and slot.type.kind in ZEROS:
            zeros[field] = ZEROS[slot.type.kind]
    is_open = bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    return Struct(go=bare, fields=fields, atomic=atomic, zeros=zeros, is_open=is_open)


def _field(owner: str, name: str, entry: Entry, required: bool) -> Field:
    type = _type(owner, name, entry)
    keeps_empty = required or type.kind in _ALWAYS_WRITTEN
    return Field(
        name=name,
        type=type,
        default=entry.get("default"),
        required=required,
        keeps_empty=keeps_empty or is_pointer(owner, name),
        # The server's OpenAPI gives a default to every struct that is not behind a pointer.
        by_value=type.kind == "struct" and entry.get("default") == {},
        atomic=_is_atomic(entry, type),
        unique=entry.get("x-kubernetes-list-type") == "set",
        keys=tuple(entry.get("x-kubernetes-list-map-keys", ())),
        merge_key=_merge_key(entry),
    )


def _is_atomic(entry: Entry, type: Type) -> bool:
    # Kubernetes: structured-merge-diff takes lists as atomic unless marked, maps and structs as granular.
    if type.kind == "list":
        return bool(entry.get("x-kubernetes-list-type", "atomic") == "atomic")
    if type.kind == "map":
        return bool(entry.get("x-kubernetes-map-type") == "atomic")
    if type.kind == "struct":
        # The mark may stand on the field or on the type.
        marked = (entry, facts.schemas()[type.struct])
        return any(each.get("x-kubernetes-map-type") == "atomic" for each in marked)
    return True


def _merge_key(entry: Entry) -> str | None:
    # A strategy may be "merge,retainKeys"; the second word is for clients that make patches.
    if "merge" not in entry.get("x-kubernetes-patch-strategy", "").split(","):
        return None
    key: str = entry.get("x-kubernetes-patch-merge-key", "")
    return key


def _type(owner: str, name: str, entry: Entry) -> Type:
    """The type of a field; Go's names of strings are not among the facts and stand in `gotypes`."""
    reference = _reference(entry)
    if reference:
        return _referred(reference)
    named = string_name(owner, name)
    match entry["type"]:
        case "array":
            element = _type(owner, "", entry["items"])
            if named:
                element = Type(element.kind, named.removeprefix("[]"))
            return Type("list", f"[]{element.go}", element=element)
        case "object" if "additionalProperties" in entry:
            return _map(_type(owner, "", entry["additionalProperties"]))
        case "integer":
            return Type("int", entry["format"])
        case "boolean":
            return Type("bool", "bool")
        case "number":
            return Type("number", "float64")
        case "string" if entry.get("format") == "byte":
            return Type("bytes", "[]uint8")
        case "string":
            return Type("string", named or "string")
    return Type("any", "interface {}")


def _reference(entry: Entry) -> str:
    """The type that a schema refers to, "" if it stands for itself."""
    # With a default beside it a reference is wrapped, since in OpenAPI v3.0 nothing may stand beside $ref.
    wrapped = entry.get("allOf")
    if wrapped:
        entry = wrapped[0]
    reference: str = entry.get("$ref", "")
    return reference.removeprefix(REFERENCE)


def _referred(name: str) -> Type:
    if name in _THEMSELVES:
        return Type(*_THEMSELVES[name])
    schema = facts.schemas()[name]
    # Go's packages are named by the version alone: v1.Pod and v1.DaemonSet are of two.
    *_, version, bare = name.split(".")
    go = f"{version}.{bare}"
    if "properties" not in schema:
        return Type("any", go)
    return Type("struct", go, struct=name)


def _map(element: Type) -> Type:
    go = f"map[string]{element.go}"
    if element.kind == "quantity":
        # The one map of the API that has a name of its own in Go.
        go = "v1.ResourceList"
    return Type("map", go, element=element)


DEDUCED = Field(
    name="",
    type=Type("deduced", ""),
    default=None,
    required=False,
    keeps_empty=False,
    by_value=False,
    atomic=False,
    unique=False,
    keys=(),
    merge_key=None,
)
"""What nothing is known of: an object is owned entry by entry, a list as a whole. Go: DeducedParseableType"""


@cache
def standing(type: Type) -> Field:
    """A field for a value that has no name (a whole object, a list's element, a map's entry), owned as a field is."""
    entry: Entry = {}
    if type.kind == "list":
        # A list that stands in a list or in a map has no marks: it is replaced as a whole.
        entry = {"x-kubernetes-list-type": "atomic"}
    return Field(
        name="",
        type=type,
        default=None,
        required=False,
        keeps_empty=False,
        by_value=False,
        atomic=_is_atomic(entry, type),
        unique=False,
        keys=(),
        merge_key=None,
    )


@cache
def _kinds() -> dict[tuple[str, str], str]:
    """The type's name of each (apiVersion, kind)."""
    found: dict[tuple[str, str], str] = {}
    for name, schema in facts.schemas().items():
        # What is sent along with kinds, as DeleteOptions are, is marked as a kind of every group.
        if name.startswith((MACHINERY, CUSTOM_PREFIX)):
            continue
        for marked in schema.get("x-kubernetes-group-version-kind", ()):
            api_version = marked["version"]
            if marked["group"]:
                api_version = f"{marked['group']}/{api_version}"
            kind = marked["kind"]
            found[api_version, kind] = name
    return found


CUSTOM_PREFIX = "custom."
"""How the types of kinds that somebody defined are named. See `custom_types`."""


def kind_type(api_version: str, kind: str) -> Type | None:
    """The type of a kind that every cluster has, None for any other."""
    return _built_in(api_version, kind)


def named_type(name: str) -> Type:
    """The type of a name among the schemas."""
    return _referred(name)


@cache
def _built_in(api_version: str, kind: str) -> Type | None:
    name = _kinds().get((api_version, kind))
    if name is None:
        return None
    return _referred(name)


@cache
def home(kind: str) -> str:
    """An apiVersion that has this kind, the core group's before others; "v1" for an unknown kind."""
    versions = []
    for api_version, each in _kinds():
        if each == kind:
            versions.append(api_version)
    if "v1" in versions or not versions:
        return "v1"
    return min(versions)
