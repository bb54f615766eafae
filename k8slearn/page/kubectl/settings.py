"""`kubectl set`: images, resources, variables and the account of a template. Kubernetes: kubectl/pkg/cmd/set"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object, name
from k8slearn.apimachinery.quantity import QuantityError
from k8slearn.cluster import Cluster
from k8slearn.kinds.kind import Kind
from k8slearn.page.kubectl.listing import SELECTORS
from k8slearn.page.kubectl.options import Invocation, RefusedError
from k8slearn.page.kubectl.targets import (
    chosen,
    each_of,
    is_same,
    label_of,
    place_of,
)

Changed = Callable[[Object], Object]
"""Of a template what is to be patched into its spec."""

_WHICH = ("all", "all-namespaces", "field-manager", *SELECTORS)
_NO_UPDATE = "error: you must specify an update to requests or limits (in the form of --requests/--limits)"


def settings(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """One of its subcommands."""
    command, *arguments = asked.subcommand(_COMMANDS)
    return _COMMANDS[command](cluster, asked, arguments)


def _found(
    cluster: Cluster, asked: Invocation, where: Sequence[str]
) -> list[tuple[Kind, Object]]:
    """Unlike elsewhere nothing is done where one is not there."""
    return list(each_of(chosen(cluster, asked, where)))


def _parted(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Which objects, and what is written to them."""
    where = [word for word in arguments if not _is_change(word)]
    return where, [word for word in arguments if _is_change(word)]


def _is_change(word: str) -> bool:
    return "=" in word or word.endswith("-")


def _template_of(row: Kind, o: Object) -> Object:
    # A Pod is its own template.
    template = o.get("spec", {}).get("template", o if row.kind == "Pod" else None)
    if not isinstance(template, dict) or "containers" not in template.get("spec", {}):
        kind = f"*{row.version}.{row.kind}"
        why = "the object is not a pod or does not have a pod template"
        raise RefusedError(f"error: {row.plural}/{name(o)} {why}: {kind}")
    return template


def _patched(
    cluster: Cluster, asked: Invocation, row: Kind, o: Object, spec: Object
) -> Object:
    inside = spec if row.kind == "Pod" else {"template": {"spec": spec}}
    return cluster.patch(
        row.kind,
        name(o),
        {"spec": inside},
        namespace=place_of(o),
        manager=asked.manager("kubectl-set"),
    )


def _containers(template: Object) -> list[Object]:
    return list(template["spec"]["containers"])


# Images --------------------------------------------------------------------------------------------------------


def _image(
    cluster: Cluster, asked: Invocation, arguments: Sequence[str]
) -> Iterator[str]:
    """Of containers by their names, or `*` for all."""
    asked.only(*_WHICH)
    where = [word for word in arguments if "=" not in word]
    images = dict(word.split("=", 1) for word in arguments if "=" in word)
    found = _found(cluster, asked, where)
    if not images:
        raise RefusedError("error: at least one image update is required")
    refused: list[str] = []
    for row, o in found:
        names = [each["name"] for each in _containers(_template_of(row, o))]
        unknown = [each for each in images if each not in ("*", *names)]
        refused += [
            f'error: unable to find container named "{each}"' for each in unknown
        ]
        wanted = {each: images.get(each, images.get("*")) for each in names}
        changed = [{"name": each, "image": wanted[each]} for each in names]
        changed = [each for each in changed if each["image"]]
        after = _patched(cluster, asked, row, o, {"containers": changed})
        if not is_same(o, after):
            yield f"{label_of(row, o)} image updated"
    if refused:
        raise RefusedError(*refused)


# Resources -----------------------------------------------------------------------------------------------------


def _resources(
    cluster: Cluster, asked: Invocation, arguments: Sequence[str]
) -> Iterator[str]:
    """Requests and limits of the containers that `-c` names, or of all."""
    asked.only("requests", "limits", "container", *_WHICH)
    found = _found(cluster, asked, arguments)
    amounts = {
        field: _amounts(asked.options[field])
        for field in ("requests", "limits")
        if asked.options.get(field)
    }
    if not amounts:
        raise RefusedError(_NO_UPDATE)
    pattern = asked.options.get("container", "*")
    for row, o in found:
        spec = _template_of(row, o)["spec"]
        changed: Object = {}
        for field in ("containers", "initContainers"):
            names = [each["name"] for each in spec.get(field, ())]
            meant = [each for each in names if fnmatchcase(each, pattern)]
            if meant:
                changed[field] = [
                    {"name": each, "resources": amounts} for each in meant
                ]
        if not changed:
            raise RefusedError(f"error: unable to find container named {pattern}")
        if not is_same(o, _resized(cluster, asked, row, o, changed)):
            yield f"{label_of(row, o)} resource requirements updated"


def _resized(
    cluster: Cluster, asked: Invocation, row: Kind, o: Object, spec: Object
) -> Object:
    try:
        return _patched(cluster, asked, row, o, spec)
    except ApiError as error:
        why = "failed to patch resources update to pod template"
        raise RefusedError(f"error: {why} {error.message}") from None


def _amounts(written: str) -> dict[str, str]:
    """Kubernetes: kubectl/pkg/generate/versioned, populateResourceListV1"""
    found = {}
    for part in written.split(","):
        resource, sign, amount = part.partition("=")
        if not sign:
            said = f"invalid argument syntax {part}, expected <resource>=<value>"
            raise RefusedError(f"error: {said}")
        try:
            found[resource] = quantity.written(amount)
        except QuantityError as error:
            raise RefusedError(f"error: {error}") from None
    return found


# Variables and accounts ----------------------------------------------------------------------------------------


def _env(
    cluster: Cluster, asked: Invocation, arguments: Sequence[str]
) -> Iterator[str]:
    """`NAME=value` writes a variable, `NAME-` takes it away."""
    asked.only("container", *_WHICH)
    where, written = _parted(arguments)
    pattern = asked.options.get("container", "*")
    for row, o in _found(cluster, asked, where):
        changed = []
        for each in _containers(_template_of(row, o)):
            if fnmatchcase(each["name"], pattern):
                changed.append({"name": each["name"], **_variables(each, written)})
        after = _patched(cluster, asked, row, o, {"containers": changed})
        if not is_same(o, after):
            yield f"{label_of(row, o)} env updated"


def _variables(container: Object, written: Sequence[str]) -> Object:
    """What is new stands behind what is there."""
    changed = [_variable(word) for word in written]
    gone = [each["name"] for each in changed if "$patch" in each]
    names = [each["name"] for each in (*container.get("env", ()), *changed)]
    left = [each for each in dict.fromkeys(names) if each not in gone]
    order = [{"name": each} for each in left]
    return {"env": changed, "$setElementOrder/env": order}


def _variable(word: str) -> Object:
    variable, sign, value = word.partition("=")
    if not sign:
        return {"name": word[:-1], "$patch": "delete"}
    # One that was read from elsewhere has its own value from now on.
    return {"name": variable, "value": value, "valueFrom": None}


def _service_account(
    cluster: Cluster, asked: Invocation, arguments: Sequence[str]
) -> Iterator[str]:
    """The last argument is its name."""
    asked.only(*_WHICH)
    *where, account = arguments or ("",)
    for row, o in _found(cluster, asked, where):
        _template_of(row, o)
        _patched(cluster, asked, row, o, {"serviceAccountName": account})
        yield f"{label_of(row, o)} serviceaccount updated"


_COMMANDS: dict[str, Callable[[Cluster, Invocation, Sequence[str]], Iterator[str]]] = {
    "image": _image,
    "resources": _resources,
    "env": _env,
    "serviceaccount": _service_account,
    "sa": _service_account,
}
