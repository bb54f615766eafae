"""Taints of a Node: their rules, and how `kubectl taint` writes them.

Kubernetes: pkg/apis/core/validation ValidateNodeTaints, kubectl pkg/cmd/taint/utils.go
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    duplicate,
    indexed,
    invalid,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.locale import kinds as words
from k8slearn.mistakes import WrongValueError

SYSTEM = "node.kubernetes.io/"
"""The prefix of the taints that the control plane itself sets. Kubernetes: core/v1 well_known_taints.go"""
NOT_READY = f"{SYSTEM}not-ready"
UNREACHABLE = f"{SYSTEM}unreachable"
UNSCHEDULABLE = f"{SYSTEM}unschedulable"
MEMORY_PRESSURE = f"{SYSTEM}memory-pressure"
DISK_PRESSURE = f"{SYSTEM}disk-pressure"
PID_PRESSURE = f"{SYSTEM}pid-pressure"
NETWORK_UNAVAILABLE = f"{SYSTEM}network-unavailable"
OUT_OF_SERVICE = f"{SYSTEM}out-of-service"
"""By this taint somebody says that a Node is off: nothing runs there any more."""
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_WRITTEN = re.compile(
    r"(?P<key>[^=:]+?)(?:=(?P<value>[^:]*))?"
    rf"(?::(?P<effect>{'|'.join(EFFECTS)}))?(?P<off>-)?"
)


def validate_taints(found: list[Object], path: str) -> Causes:
    """The taints of a Node; key and effect together are unique. Kubernetes: ValidateNodeTaints"""
    seen: set[tuple[str, str]] = set()
    for at, taint in indexed(found, path):
        yield from _taint(taint, at)
        pair = (taint.get("key", ""), taint.get("effect", ""))
        if pair in seen:
            detail = "taints must be unique by key and effect pair"
            yield duplicate(at, _as_go(taint), detail)
        seen.add(pair)


def _taint(taint: Object, path: str) -> Causes:
    key = taint.get("key", "")
    yield from meta.label_key(key, f"{path}.key")
    value = taint.get("value", "")
    messages = text.label_value(value)
    # One error for all complaints, unlike with a label.
    if messages:
        yield invalid(f"{path}.value", value, ";".join(messages))
    effect = taint.get("effect", "")
    if not effect:
        yield required(f"{path}.effect")
    elif effect not in EFFECTS:
        yield not_supported(f"{path}.effect", effect, EFFECTS)


def _as_go(taint: Object) -> Object:
    """The taint as Go prints its struct into the message."""
    fields = ("key", "value", "effect")
    shown = {field.capitalize(): taint.get(field, "") for field in fields}
    return {**shown, "TimeAdded": taint.get("timeAdded")}


def _parts(written: str) -> re.Match[str]:
    found = _WRITTEN.fullmatch(written)
    # Only what takes a taint off may leave the effect out: `key-` means every effect.
    if found and (found["off"] or found["effect"]):
        return found
    raise WrongValueError(words.TAINT_SYNTAX.format(text=written))


def parse_taint(written: str) -> Object:
    """`key=value:Effect` as a taint. Raises ValueError when it is not written so."""
    parts = _parts(written)
    taint = {"key": parts["key"], "effect": parts["effect"]}
    if parts["value"]:
        taint["value"] = parts["value"]
    return taint


def taint_text(taint: Mapping[str, Any]) -> str:
    """A taint as `kubectl taint` takes it: `key=value:Effect`."""
    value = ""
    if taint.get("value"):
        value = f"={taint['value']}"
    return f"{taint['key']}{value}:{taint['effect']}"


def changed_taints(present: Iterable[Object], written: str) -> list[Object]:
    """The taints after adding (or, with a trailing -, removing) one, as `kubectl taint --overwrite` does."""
    parts = _parts(written)
    left = [taint for taint in present if not _is_meant(taint, parts)]
    if parts["off"]:
        return left
    return [*left, parse_taint(written)]


def _is_meant(taint: Object, parts: re.Match[str]) -> bool:
    if taint["key"] != parts["key"]:
        return False
    # Without an effect every taint of that key is meant.
    effect = parts["effect"] or taint["effect"]
    return bool(taint["effect"] == effect)
