"""What several kinds are warned of: labels of old, addresses in odd forms, fractions of a byte.

Kubernetes: pkg/api/node/util.go; apimachinery/pkg/util/validation/ip.go
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import indexed
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.node import REGION, ZONE
from k8slearn.kinds.persistentvolumeclaim import BETA_CLASS

_SINCE = 'deprecated since v1.{}; use "{}" instead'
DEPRECATED_LABELS = {
    "beta.kubernetes.io/arch": _SINCE.format(14, "kubernetes.io/arch"),
    "beta.kubernetes.io/os": _SINCE.format(14, "kubernetes.io/os"),
    "failure-domain.beta.kubernetes.io/region": _SINCE.format(17, REGION),
    "failure-domain.beta.kubernetes.io/zone": _SINCE.format(17, ZONE),
    "beta.kubernetes.io/instance-type": _SINCE.format(
        17, "node.kubernetes.io/instance-type"
    ),
    "app.kubernetes.io/created-by": "deprecated since v1.9",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": (
        "deprecated since v1.22; use Taints and Tolerations instead"
    ),
    "node-role.kubernetes.io/master": (
        'use "node-role.kubernetes.io/control-plane" instead'
    ),
}
_CLASS = 'deprecated since v1.8; use "storageClassName" attribute instead'
_BAD_ADDRESS = (
    "non-standard IP address {} will be considered invalid in a future Kubernetes "
    "release: use {}"
)
_FRACTION = "fractional byte value {} is invalid, must be an integer"
# Of what is counted in bytes; a claim's storage is a third.
BYTES = ("memory", "ephemeral-storage")


def node_selector_term(
    term: Object, path: str, *, values: bool = False
) -> Iterator[str]:
    """A term about Nodes; `values` where values are looked at as well, which for a required term are refused."""
    for at, wanted in indexed(
        term.get("matchExpressions", []), f"{path}.matchExpressions"
    ):
        key = wanted.get("key", "")
        if key in DEPRECATED_LABELS:
            yield f"{at}.key: {key} is {DEPRECATED_LABELS[key]}"
        if not values:
            continue
        for place, value in enumerate(wanted.get("values", [])):
            for wrong in text.label_value(value):
                yield f"{at}.values[{place}]: {value} is invalid, {wrong}"


def fractions(
    amounts: Mapping[str, str], path: str, resources: tuple[str, ...] = BYTES
) -> Iterator[str]:
    """Amounts of bytes that are no whole number of them."""
    for resource in resources:
        amount = amounts.get(resource)
        if amount is None:
            continue
        value = quantity.parse(amount).value
        # Not by a remainder, for which a huge amount has too many digits.
        if value != value.to_integral_value():
            shown = go_quote(quantity.canonical(amount))
            yield f"{path}[{resource}]: {_FRACTION.format(shown)}"


def address(value: str, path: str) -> Iterator[str]:
    """An address that is written in another form than the one it has. Kubernetes: GetWarningsForIP"""
    try:
        found = ipaddress.ip_address(value)
    except ValueError:
        return
    if found.version == 4:
        return
    if found.ipv4_mapped:
        plain = go_quote(str(found.ipv4_mapped))
        yield f"{path}: {_BAD_ADDRESS.format(go_quote(value), plain)}"
    elif str(found) != value:
        canonical = f"should be in RFC 5952 canonical format ({go_quote(str(found))})"
        yield f"{path}: IPv6 address {go_quote(value)} {canonical}"


def addresses(values: list[str], path: str) -> Iterator[str]:
    """Each of a list of addresses."""
    for place, value in enumerate(values):
        yield from address(value, f"{path}[{place}]")


def cidr(value: str, path: str) -> Iterator[str]:
    """A range whose address has bits that its length cuts off, or of another form. Kubernetes: GetWarningsForCIDR"""
    try:
        found = ipaddress.ip_interface(value.strip())
    except ValueError:
        return
    if found.ip != found.network.network_address:
        alone = f"{found.ip}/{found.max_prefixlen}"
        either = f"{go_quote(str(found.network))} or {go_quote(alone)}"
        ambiguous = f"is ambiguous in this context (should be {either}?)"
        yield f"{path}: CIDR value {go_quote(value)} {ambiguous}"
    elif found.version == 6 and str(found) != value:
        canonical = f"should be in RFC 5952 canonical format ({go_quote(str(found))})"
        yield f"{path}: IPv6 CIDR value {go_quote(value)} {canonical}"


def class_annotation(annotations: Mapping[str, str]) -> Iterator[str]:
    """A storage class that is named by an annotation."""
    if BETA_CLASS in annotations:
        yield f"metadata.annotations[{BETA_CLASS}]: {_CLASS}"
