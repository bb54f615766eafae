"""What is wrong with a JSON value that does not fit its type, in the words of Go.

Kubernetes: sigs.k8s.io/json, UnmarshalTypeError and strict errors; apimachinery/pkg/runtime/converter.go
"""

from __future__ import annotations

from k8slearn.apimachinery.schema import Type

# Where the walk is, told backwards: (what it lies in, the struct's name in Go, its field), or for an element of a list
# (what it lies in, "", its index). Words are made of it only when something is wrong, which is rare.
At = tuple["At", str, str | int] | tuple[()]

# What Go calls a JSON value: encoding/json when it meets one that it did not expect, and
# apimachinery/pkg/runtime/converter.go, which knows the Go values that JSON has become.
JSON_NAMES: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "bool",
    int: "number",
    float: "number",
}
_GO_NAMES: dict[type, str] = {
    dict: "map",
    list: "slice",
    str: "string",
    bool: "bool",
    int: "int64",
    float: "float64",
}
_CONTAINERS = {
    "list": "slice from",
    "map": "map from",
    "struct": "struct from:",
}
_BASIC_NAMES = {"string": "string", "bool": "bool", "bytes": "slice"}


def unconvertible(found: type, wanted: Type) -> str:
    """A value of another type, as a conversion from a map tells it. Go: converter.go, fromUnstructured"""
    if wanted.kind in _CONTAINERS:
        return f"cannot restore {_CONTAINERS[wanted.kind]} {_GO_NAMES[found]}"
    if found is int and wanted.kind == "string":
        return f"cannot convert int64 to {wanted.go}"
    # The converter looks at what a type is made of, whatever its name.
    basic = _BASIC_NAMES.get(wanted.kind, wanted.go)
    if found is float and wanted.kind == "int":
        return f"cannot convert float64 to {basic}"
    return f"unrecognized type: {basic}"


def mismatch(found: str, wanted: str, at: At) -> str:
    """A value of another type, as the JSON package tells it."""
    owner, fields = _fields(at)
    target = "Go value"
    if owner:
        target = f"Go struct field {owner}.{fields}"
    return f"json: cannot unmarshal {found} into {target} of type {wanted}"


def _fields(at: At) -> tuple[str, str]:
    """The innermost struct and the fields that led into it, without the indexes, as Go's JSON package has them."""
    owner = ""
    names: list[str] = []
    while at:
        at, struct_name, step = at
        if struct_name:
            owner = owner or struct_name
            names.append(str(step))
    names.reverse()
    return owner, ".".join(names)


def path_of(at: At) -> str:
    """The whole path with its indexes, as strict decoding has it: spec.containers[0].image."""
    if not at:
        return ""
    before, _, step = at
    path = path_of(before)
    if isinstance(step, int):
        return f"{path}[{step}]"
    if path:
        return f"{path}.{step}"
    return step
