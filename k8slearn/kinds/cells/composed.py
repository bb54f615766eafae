"""Cells that are put together of several fields. Kubernetes: pkg/printers/internalversion/printers.go"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from k8slearn.apimachinery.objects import Object, condition, name
from k8slearn.apimachinery.selectors import selector_as_go
from k8slearn.kinds.cells.reading import CellReader, at
from k8slearn.kinds.printing import (
    FEW,
    NONE,
    UNKNOWN,
    UNSET,
    Cell,
    balanced,
    first_few,
    human_duration,
    joined,
    selector_text,
)

# Kubernetes: storage helpers, GetAccessModesAsString
_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
_OF_RESOURCES = ("resource", "containerResource")


# Pod templates -----------------------------------------------------------------------------------------------------


def _containers(o: Object) -> Iterable[Object]:
    spec = o.get("spec", {})
    template = spec.get("template") or o.get("template") or {}
    found: Iterable[Object] = template.get("spec", {}).get("containers") or ()
    return found


def container_names(o: Object, now: float) -> Cell:
    return ",".join(each.get("name", "") for each in _containers(o))


def images(o: Object, now: float) -> Cell:
    return ",".join(each.get("image", "") for each in _containers(o))


def selector(path: str) -> CellReader:
    def read(o: Object, now: float) -> Cell:
        return selector_text(at(o, path, {}))

    return read


def labels_of_template(o: Object, now: float) -> Cell:
    return joined(at(o, "template.metadata.labels", {}))


# Scaling and traffic ------------------------------------------------------------------------------------------------


def scaled(o: Object, now: float) -> Cell:
    target = at(o, "spec.scaleTargetRef", {})
    return f"{target.get('kind', '')}/{target.get('name', '')}"


def targets(o: Object, now: float) -> Cell:
    """What was measured (by whoever measures; nobody does here) and what is aimed at. Kubernetes: formatHPAMetrics"""
    metrics = at(o, "spec.metrics", [])
    measured = at(o, "status.currentMetrics", [])
    # One belongs to the other by its place alone.
    measured = measured[: len(metrics)] + [{}] * (len(metrics) - len(measured))
    found = [_target(*pair) for pair in zip(metrics, measured, strict=True)]
    return first_few(found, NONE, most=2, between=", ")


def _target(metric: Object, measured: Object) -> str:
    kind = metric["type"][:1].lower() + metric["type"][1:]
    source = metric.get(kind, {})
    target = source.get("target", {})
    current = measured.get(kind, {}).get("current", {})
    named = f"{source['name']}: " if kind in _OF_RESOURCES else ""
    if "averageValue" in target:
        shown = f"{current.get('averageValue', UNKNOWN)}/{target['averageValue']}"
        # Of what is not measured Pod by Pod it is said that a value was divided among them.
        return f"{named}{shown}" + " (avg)" * (kind in ("external", "object"))
    if named:
        used = _percent(current.get("averageUtilization"), UNKNOWN)
        return f"{named}{used}/{_percent(target.get('averageUtilization'), '<auto>')}"
    return f"{current.get('value', UNKNOWN)}/{target.get('value', '')}"


def _percent(value: int | None, empty: str) -> str:
    return empty if value is None else f"{value}%"


def hosts(o: Object, now: float) -> Cell:
    """Kubernetes: formatHosts, which counts the rules, also those without a host, and not the hosts."""
    rules = at(o, "spec.rules", [])
    shown: list[str] = []
    for rule in rules:
        if len(shown) == FEW:
            return f"{','.join(shown)} + {len(rules) - FEW} more..."
        if rule.get("host"):
            shown.append(rule["host"])
    return ",".join(shown) or "*"


def ingress_address(o: Object, now: float) -> Cell:
    return ",".join(balanced(o.get("status", {})))


def ingress_ports(o: Object, now: float) -> Cell:
    if at(o, "spec.tls", []):
        return "80, 443"
    return "80"


def class_parameters(o: Object, now: float) -> Cell:
    # Kubernetes: printIngressClass
    about = at(o, "spec.parameters", None)
    if about is None:
        return NONE
    group = ""
    if about.get("apiGroup"):
        group = f".{about['apiGroup']}"
    return f"{about['kind']}{group}/{about['name']}"


def parent(o: Object, now: float) -> Cell:
    # Kubernetes: printIPAddress
    about = at(o, "spec.parentRef", None)
    if about is None:
        return NONE
    kind = f"{about.get('resource', '')}.{about.get('group', '')}".strip(".").lower()
    return "/".join(filter(None, (kind, about.get("namespace"), about.get("name"))))


# Rights and admission -----------------------------------------------------------------------------------------------


def role(o: Object, now: float) -> Cell:
    about = o.get("roleRef", {})
    return f"{about.get('kind', '')}/{about.get('name', '')}"


def subjects(kind: str) -> CellReader:
    def read(o: Object, now: float) -> Cell:
        found: list[str] = []
        for each in o.get("subjects", ()):
            if each.get("kind") == kind:
                place = each.get("namespace", "")
                lies = kind == "ServiceAccount"
                found.append(f"{place}/{each['name']}" if lies else each["name"])
        return ", ".join(found)

    return read


def param_kind(o: Object, now: float) -> Cell:
    about = at(o, "spec.paramKind", None)
    if about is None:
        return UNSET
    return f"{about['apiVersion']}/{about['kind']}"


def param_ref(o: Object, now: float) -> Cell:
    # Kubernetes: printValidatingAdmissionPolicyBinding
    about = at(o, "spec.paramRef", {})
    if about.get("name"):
        # Whether what it names lies in a namespace nobody can tell from here.
        return f"{about.get('namespace') or '*'}/{about['name']}"
    if "selector" in about:
        return selector_as_go(about["selector"])
    return UNSET


def request_condition(o: Object, now: float) -> Cell:
    # Kubernetes: extractCSRStatus
    kinds = [each.get("type") for each in at(o, "status.conditions", [])]
    shown = "Pending"
    if "Approved" in kinds:
        shown = "Approved"
    if "Denied" in kinds:
        shown = "Denied"
    if "Failed" in kinds:
        shown += ",Failed"
    if at(o, "status.certificate"):
        return f"{shown},Issued"
    return shown


def request_duration(o: Object, now: float) -> Cell:
    seconds = at(o, "spec.expirationSeconds", None)
    if seconds is None:
        return NONE
    return human_duration(seconds)


def api_service(o: Object, now: float) -> Cell:
    about = at(o, "spec.service", None)
    if about is None:
        return "Local"
    return f"{about['namespace']}/{about['name']}"


def api_available(o: Object, now: float) -> Cell:
    found = condition(o, "Available")
    if found is None:
        return "Unknown"
    state = str(found.get("status", ""))
    reason = found.get("reason", "")
    if state == "True":
        return state
    return f"{state} ({reason})"


def missing_level(o: Object, now: float) -> Cell:
    found = condition(o, "Dangling")
    if found is None:
        return "?"
    return str(found.get("status", ""))


# Storage ------------------------------------------------------------------------------------------------------------


def _modes(modes: Iterable[str]) -> str:
    present = set(modes)
    return ",".join(short for mode, short in _MODES.items() if mode in present)


def volume_modes(o: Object, now: float) -> Cell:
    return _modes(at(o, "spec.accessModes", []))


def claim_modes(o: Object, now: float) -> Cell:
    # What a claim has is known once it is bound.
    if _volume(o):
        return _modes(at(o, "status.accessModes", []))
    return ""


def claim_capacity(o: Object, now: float) -> Cell:
    if _volume(o):
        return str(at(o, "status.capacity.storage", "0"))
    return ""


def _volume(o: Object) -> Any:
    return at(o, "spec.volumeName")


def phase(o: Object, now: float) -> Cell:
    if "deletionTimestamp" in o["metadata"]:
        return "Terminating"
    return str(at(o, "status.phase"))


def claim(o: Object, now: float) -> Cell:
    about = at(o, "spec.claimRef", None)
    if about is None:
        return ""
    return f"{about['namespace']}/{about['name']}"


def class_name(*prefixes: str) -> CellReader:
    """A class's name, and that it is the default one, as an annotation with one of these prefixes says."""

    def read(o: Object, now: float) -> Cell:
        notes = o["metadata"].get("annotations", {})
        if any(notes.get(f"{each}/is-default-class") == "true" for each in prefixes):
            return f"{name(o)} (default)"
        return name(o)

    return read


def expands(o: Object, now: float) -> Cell:
    return bool(o.get("allowVolumeExpansion"))


def claim_state(o: Object, now: float) -> Cell:
    # Kubernetes: printResourceClaim
    words = []
    if "deletionTimestamp" in o["metadata"]:
        words.append("deleted")
    if at(o, "status.allocation"):
        words += ["allocated"]
        if at(o, "status.reservedFor"):
            words.append("reserved")
    elif not words:
        words.append("pending")
    return ",".join(words)


# Components ---------------------------------------------------------------------------------------------------------


def healthy(field: str, well: str, ill: str) -> CellReader:
    def read(o: Object, now: float) -> Cell:
        found = [each for each in o.get("conditions", ()) if each["type"] == "Healthy"]
        if field == "status":
            if found and found[0]["status"] == "True":
                return well
            return ill
        if found:
            return str(found[0].get(field, ""))
        return ""

    return read
