"""Environment variables and where their values come from.

Kubernetes: pkg/apis/core/validation/validation.go ValidateEnv, validateEnvVarValueFrom, ValidateEnvFrom
"""

from __future__ import annotations

import re
from collections.abc import Callable

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    each_invalid,
    invalid,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object

ENV_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
VOLUME_FIELDS = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
)

_CONVERTIBLE = frozenset(
    {
        *ENV_FIELDS,
        *VOLUME_FIELDS,
        "spec.restartPolicy",
        "spec.schedulerName",
        "status.phase",
        "spec.host",
    }
)
_RENAMED = {"spec.host": "spec.nodeName"}
_SUBSCRIPT = re.compile(r"(.*)\['(.*)'\]", re.S)
_COMPUTE = ("cpu", "ephemeral-storage", "memory")
_RESOURCES = tuple(
    f"{side}.{name}" for side in ("limits", "requests") for name in _COMPUTE
)
_HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")
_UNITS = (
    "1",
    "1k",
    "1M",
    "1G",
    "1T",
    "1P",
    "1E",
    "1Ki",
    "1Mi",
    "1Gi",
    "1Ti",
    "1Pi",
    "1Ei",
)
_ONE_OF = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"


def env_vars(found: list[Object], path: str) -> Causes:
    """The list `env`."""
    for i, variable in enumerate(found):
        at = f"{path}[{i}]"
        if name := variable.get("name"):
            yield from each_invalid(f"{at}.name", name, text.env_name(name))
        else:
            yield required(f"{at}.name")
        if "valueFrom" in variable:
            yield from _value_from(variable, f"{at}.valueFrom")


def _value_from(variable: Object, path: str) -> Causes:
    source = variable["valueFrom"]
    given = [(name, check) for name, check in _SOURCES.items() if name in source]
    for name, check in given:
        yield from check(source[name], f"{path}.{name}")
    if not given:
        yield invalid(path, "", _ONE_OF)
    elif variable.get("value"):
        yield invalid(path, "", "may not be specified when `value` is not empty")
    elif len(given) > 1:
        yield invalid(path, "", "may not have more than one field specified at a time")


def field_ref(
    selector: Object, path: str, allowed: tuple[str, ...] = ENV_FIELDS
) -> Causes:
    """A field of the Pod. Kubernetes: validateObjectFieldSelector"""
    field = selector.get("fieldPath", "")
    if not selector.get("apiVersion"):
        yield required(f"{path}.apiVersion")
        return
    if not field:
        yield required(f"{path}.fieldPath")
        return
    subscript = _SUBSCRIPT.fullmatch(field)
    base = _RENAMED.get(field, field) if subscript is None else str(subscript.group(1))
    if trouble := _unconvertible(
        selector["apiVersion"], field, base if subscript else None
    ):
        yield invalid(
            f"{path}.fieldPath", field, f"error converting fieldPath: {trouble}"
        )
    elif subscript is not None:
        yield from _subscripted(base or "", str(subscript[2]), path)
    elif base not in allowed:
        yield not_supported(f"{path}.fieldPath", base, allowed)


def _unconvertible(version: str, field: str, subscripted: str | None) -> str:
    # Kubernetes: pkg/apis/core/pods/helpers.go ConvertDownwardAPIFieldLabel
    if version != "v1":
        return f"unsupported pod version: {version}"
    if subscripted is not None:
        known = subscripted in ("metadata.annotations", "metadata.labels")
        return "" if known else f"field label does not support subscript: {field}"
    return "" if field in _CONVERTIBLE else f"field label not supported: {field}"


def _subscripted(base: str, subscript: str, path: str) -> Causes:
    key = subscript.lower() if base == "metadata.annotations" else subscript
    yield from each_invalid(path, key, text.label_key(key))


def resource_ref(selector: Object, path: str, *, volume: bool = False) -> Causes:
    """A request or limit of a container. Kubernetes: validateContainerResourceFieldSelector"""
    resource = selector.get("resource", "")
    if volume and not selector.get("containerName"):
        yield required(f"{path}.containerName")
    elif not resource:
        yield required(f"{path}.resource")
    elif resource not in _RESOURCES and not resource.startswith(_HUGE_PAGES):
        yield not_supported(f"{path}.resource", resource, _RESOURCES)
    yield from _divisor(resource, selector.get("divisor", "0"), path)


def _divisor(resource: str, divisor: str, path: str) -> Causes:
    if quantity.compare(divisor, "0") == 0:
        return
    kind = resource.partition(".")[2]
    named = {
        "cpu": "cpu",
        "memory": "memory",
        "ephemeral-storage": "local ephemeral storage",
    }.get(kind, "hugepages")
    allowed = ("1m", "1") if kind == "cpu" else _UNITS
    if divisor not in allowed:
        values = "1m and 1" if kind == "cpu" else ", ".join(_UNITS)
        detail = (
            f"only divisor's values {values} are supported with the {named} resource"
        )
        yield invalid(f"{path}.divisor", resource, detail)


def _key_ref(selector: Object, path: str) -> Causes:
    name, key = selector.get("name", ""), selector.get("key", "")
    yield from each_invalid(f"{path}.name", name, text.dns_subdomain(name))
    if key:
        yield from each_invalid(f"{path}.key", key, text.config_key(key))
    else:
        yield required(f"{path}.key")


def _file_ref(selector: Object, path: str) -> Causes:
    for field, check in (
        ("key", text.env_name),
        ("volumeName", text.dns_label),
        ("path", no_backsteps),
    ):
        if value := selector.get(field):
            yield from each_invalid(f"{path}.{field}", value, check(value))
        else:
            yield required(f"{path}.{field}")


def no_backsteps(path: str) -> list[str]:
    """What keeps a path from being one that only goes down."""
    return ["must not contain '..'"] if ".." in path.split("/") else []


_SOURCES: dict[str, Callable[[Object, str], Causes]] = {
    "fieldRef": field_ref,
    "resourceFieldRef": resource_ref,
    "configMapKeyRef": _key_ref,
    "secretKeyRef": _key_ref,
    "fileKeyRef": _file_ref,
}


def env_from(found: list[Object], path: str) -> Causes:
    """The list `envFrom`."""
    for i, source in enumerate(found):
        at = f"{path}[{i}]"
        if prefix := source.get("prefix"):
            yield from each_invalid(f"{at}.prefix", prefix, text.env_name(prefix))
        given = [name for name in ("configMapRef", "secretRef") if name in source]
        for name in given:
            yield from _whole_ref(source[name], f"{at}.{name}")
        if not given:
            yield invalid(
                path, "", "must specify one of: `configMapRef` or `secretRef`"
            )
        elif len(given) > 1:
            yield invalid(
                path, "", "may not have more than one field specified at a time"
            )


def _whole_ref(reference: Object, path: str) -> Causes:
    if name := reference.get("name"):
        yield from each_invalid(
            f"{path}.name", name, text.dns_subdomain(text.without_trailing_dash(name))
        )
    else:
        yield required(f"{path}.name")
