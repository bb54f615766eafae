"""Environment variables and where their values come from.

Kubernetes: pkg/apis/core/validation/validation.go ValidateEnv, validateEnvVarValueFrom, ValidateEnvFrom
"""

from __future__ import annotations

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    Check,
    by,
    follows,
    given,
    indexed,
    invalid,
    needed,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.metadata import NameRule
from k8slearn.kinds.pod_template.mounts import no_backsteps

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
_MAPS = ("metadata.annotations", "metadata.labels")
# A name of v1beta1 that manifests of old still carry.
_RENAMED = {"spec.host": "spec.nodeName"}
_COMPUTE = ("cpu", "ephemeral-storage", "memory")
_RESOURCES = tuple(
    f"{side}.{name}" for side in ("limits", "requests") for name in _COMPUTE
)
_HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")
_SHARES = ("1m", "1")
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
_NAMED = {
    "cpu": "cpu",
    "memory": "memory",
    "ephemeral-storage": "local ephemeral storage",
}
_FILE_RULES: dict[str, NameRule] = {
    "key": text.env_name,
    "volumeName": text.dns_label,
    "path": no_backsteps,
}
_TOO_MANY = "may not have more than one field specified at a time"
_ONE_OF = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"


def env_vars(found: list[Object], path: str) -> Causes:
    """The list `env`."""
    for at, variable in indexed(found, path):
        yield from needed(variable, "name", at, text.env_name)
        if "valueFrom" in variable:
            yield from _value_from(variable, f"{at}.valueFrom")


def _value_from(variable: Object, path: str) -> Causes:
    source = variable["valueFrom"]
    named = [name for name in _SOURCES if name in source]
    for name in named:
        yield from _SOURCES[name](source[name], f"{path}.{name}")
    if not named:
        yield invalid(path, "", _ONE_OF)
    elif variable.get("value"):
        yield invalid(path, "", "may not be specified when `value` is not empty")
    elif len(named) > 1:
        yield invalid(path, "", _TOO_MANY)


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
    trouble = _unconvertible(selector["apiVersion"], field)
    if trouble:
        detail = f"error converting fieldPath: {trouble}"
        yield invalid(f"{path}.fieldPath", field, detail)
        return
    base, key = _split_subscript(field)
    if key is not None:
        yield from _subscripted(base, key, path)
        return
    field = _RENAMED.get(field, field)
    if field not in allowed:
        yield not_supported(f"{path}.fieldPath", field, allowed)


def _unconvertible(version: str, field: str) -> str:
    # Kubernetes: pkg/apis/core/pods/helpers.go ConvertDownwardAPIFieldLabel
    if version != "v1":
        return f"unsupported pod version: {version}"
    base, key = _split_subscript(field)
    if key is None:
        is_known = field in _CONVERTIBLE
        if is_known:
            return ""
        return f"field label not supported: {field}"
    is_map = base in _MAPS
    if is_map:
        return ""
    return f"field label does not support subscript: {field}"


def _split_subscript(field: str) -> tuple[str, str | None]:
    """A path and its subscript, None where it has none. Kubernetes: pkg/fieldpath, SplitMaybeSubscriptedPath"""
    base, opening, rest = field.partition("['")
    if not base or not opening or not rest.endswith("']"):
        return field, None
    return base, rest.removesuffix("']")


def _subscripted(base: str, subscript: str, path: str) -> Causes:
    # An annotation's key may have capitals, a label's may not.
    key = subscript.lower() if base == "metadata.annotations" else subscript
    yield from follows(path, key, text.label_key)


def resource_ref(selector: Object, path: str, *, volume: bool = False) -> Causes:
    """A request or limit of a container. Kubernetes: validateContainerResourceFieldSelector"""
    resource = selector.get("resource", "")
    # A variable is of a container already, a file in a volume must say of which.
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
    # Only of a processor a thousandth makes sense.
    is_processor = kind == "cpu"
    if divisor in (_SHARES if is_processor else _UNITS):
        return
    values = " and ".join(_SHARES) if is_processor else ", ".join(_UNITS)
    named = _NAMED.get(kind, "hugepages")
    detail = f"only divisor's values {values} are supported with the {named} resource"
    # The resource as the bad value, not the divisor: so upstream writes it.
    yield invalid(f"{path}.divisor", resource, detail)


def _key_ref(selector: Object, path: str) -> Causes:
    name = selector.get("name", "")
    yield from follows(f"{path}.name", name, text.dns_subdomain)
    yield from needed(selector, "key", path, text.config_key)


def _file_ref(selector: Object, path: str) -> Causes:
    for field, rule in _FILE_RULES.items():
        yield from needed(selector, field, path, rule)


_SOURCES: dict[str, Check] = {
    "fieldRef": field_ref,
    "resourceFieldRef": resource_ref,
    "configMapKeyRef": _key_ref,
    "secretKeyRef": _key_ref,
    "fileKeyRef": _file_ref,
}


def env_from(found: list[Object], path: str) -> Causes:
    """The list `envFrom`."""
    for at, source in indexed(found, path):
        yield from given(source, at, {"prefix": by(text.env_name)})
        named = [name for name in ("configMapRef", "secretRef") if name in source]
        for name in named:
            yield from _whole_ref(source[name], f"{at}.{name}")
        # Not the item's path but the list's: so upstream writes it.
        if not named:
            detail = "must specify one of: `configMapRef` or `secretRef`"
            yield invalid(path, "", detail)
        elif len(named) > 1:
            yield invalid(path, "", _TOO_MANY)


def _whole_ref(reference: Object, path: str) -> Causes:
    name = reference.get("name")
    if not name:
        yield required(f"{path}.name")
        return
    # Upstream checks it as the beginning of a name, after which more may come.
    for message in text.dns_subdomain(text.without_trailing_dash(name)):
        yield invalid(f"{path}.name", name, message)
