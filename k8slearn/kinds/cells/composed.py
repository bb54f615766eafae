"""Cells that are put together of several fields. Kubernetes: pkg/printers/internalversion/printers.go"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from k8slearn.apimachinery.objects import Object, condition, name
from k8slearn.kinds.cells.reading import CellReader, at
from k8slearn.kinds.printing import (
    NONE,
    UNSET,
    Cell,
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
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


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
    """What is aimed at; nobody measures it here. Kubernetes: formatHPAMetrics"""
    found: list[str] = []
    for metric in at(o, "spec.metrics", []):
        source = metric.get("resource") or metric.get("containerResource") or {}
        target = source.get("target", {})
        if "averageUtilization" in target:
            found.append(f"{source['name']}: <unknown>/{target['averageUtilization']}%")
        elif "averageValue" in target:
            found.append(f"{source['name']}: <unknown>/{target['averageValue']}")
        else:
            found.append("<unknown>/<auto>")
    return first_few(found, NONE, most=2, between=", ")


def hosts(o: Object, now: float) -> Cell:
    # Kubernetes: formatHosts
    hosts = [rule["host"] for rule in at(o, "spec.rules", []) if rule.get("host")]
    return first_few(hosts, "*")


def ingress_address(o: Object, now: float) -> Cell:
    found = at(o, "status.loadBalancer.ingress", [])
    return ",".join(each.get("ip") or each.get("hostname", "") for each in found)


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
    about = at(o, "spec.paramRef", None)
    if about is None:
        return UNSET
    shown = about.get("name") or selector_text(about.get("selector"))
    place = about.get("namespace")
    if place:
        return f"{place}/{shown}"
    return shown


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
        return str(at(o, "status.capacity.storage"))
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


def class_name(o: Object, now: float) -> Cell:
    notes = o["metadata"].get("annotations", {})
    if notes.get(_DEFAULT_CLASS) == "true":
        return f"{name(o)} (default)"
    return name(o)


def expands(o: Object, now: float) -> Cell:
    if o.get("allowVolumeExpansion"):
        return "true"
    return "false"


def claim_state(o: Object, now: float) -> Cell:
    # Kubernetes: printResourceClaim
    words = []
    if "deletionTimestamp" in o["metadata"]:
        words.append("deleted")
    if at(o, "status.allocation"):
        words += ["allocated"]
        if at(o, "status.reservedFor"):
            words.append("reserved")
    else:
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
