"""DaemonSets and their revisions.

Kubernetes: pkg/apis/apps/validation/validation.go, pkg/registry/apps/daemonset/strategy.go
"""

from __future__ import annotations

import re
from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    NIL,
    Causes,
    each_invalid,
    forbidden,
    invalid,
    not_negative,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.pod_template.spec import pod_template

STRATEGIES = ("RollingUpdate", "OnDelete")
_STATUS_NUMBERS = (
    "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration",
    "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount",
)  # fmt: skip


def create(daemon_set: Object) -> Causes:
    """A new DaemonSet. Kubernetes: ValidateDaemonSet"""
    yield from meta.object_meta(
        daemon_set["metadata"], "metadata", namespaced=True, rule=text.dns_subdomain
    )
    yield from _spec(daemon_set.get("spec", {}), "spec")


def update(new: Object, old: Object) -> Causes:
    """A changed DaemonSet; its selector never changes. Kubernetes: ValidateDaemonSetUpdate, daemonSetStrategy"""
    yield from meta.object_meta_update(new["metadata"], old["metadata"], "metadata")
    selector = new["spec"].get("selector", {})
    if selector != old["spec"].get("selector", {}):
        yield from meta.immutable("spec.selector", meta.selector_value(selector), None)
    yield from _spec(new["spec"], "spec")


def update_status(new: Object, old: Object) -> Causes:
    """A changed status. Kubernetes: ValidateDaemonSetStatusUpdate"""
    yield from meta.object_meta_update(new["metadata"], old["metadata"], "metadata")
    status = new.get("status", {})
    for field in _STATUS_NUMBERS:
        yield from not_negative(f"status.{field}", status.get(field))
    count = status.get("collisionCount", 0)
    if count < old.get("status", {}).get("collisionCount", 0):
        yield invalid("status.collisionCount", count, "cannot be decremented")


def _spec(spec: Object, path: str) -> Causes:
    template = spec.get("template", {})
    yield from _selector(
        spec.get("selector"), template.get("metadata", {}).get("labels"), path
    )
    yield from pod_template(template, f"{path}.template")
    pod = template.get("spec", {})
    if (policy := pod.get("restartPolicy", "")) != "Always":
        yield not_supported(f"{path}.template.spec.restartPolicy", policy, ("Always",))
    if "activeDeadlineSeconds" in pod:
        detail = "activeDeadlineSeconds in DaemonSet is not Supported"
        yield forbidden(f"{path}.template.spec.activeDeadlineSeconds", detail)
    yield from not_negative(f"{path}.minReadySeconds", spec.get("minReadySeconds"))
    yield from _strategy(spec.get("updateStrategy", {}), f"{path}.updateStrategy")
    yield from not_negative(
        f"{path}.revisionHistoryLimit", spec.get("revisionHistoryLimit")
    )


def _selector(
    selector: Object | None, labels: dict[str, str] | None, path: str
) -> Causes:
    causes = list(meta.label_selector(selector, f"{path}.selector"))
    yield from causes
    if not causes and not (
        selector is not None and selector_matches(selector, labels or {})
    ):
        shown = NIL if labels is None else dict(sorted(labels.items()))
        yield invalid(
            f"{path}.template.metadata.labels",
            shown,
            "`selector` does not match template `labels`",
        )
    if selector is not None and not selector:
        yield invalid(f"{path}.selector", {}, "empty selector is invalid for daemonset")


def _strategy(strategy: Object, path: str) -> Causes:
    # Kubernetes: ValidateDaemonSetUpdateStrategy
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if kind not in STRATEGIES:
        shown = {"Type": kind, "RollingUpdate": _rolling_as_go(rolling)}
        yield not_supported(path, shown, STRATEGIES)
    elif kind == "RollingUpdate":
        at = f"{path}.rollingUpdate"
        yield from [required(at)] if rolling is None else _rolling_update(rolling, at)


def _rolling_as_go(rolling: Object | None) -> Object | None:
    if rolling is None:
        return None
    return {
        "MaxUnavailable": rolling.get("maxUnavailable", 0),
        "MaxSurge": rolling.get("maxSurge", 0),
    }


def _rolling_update(rolling: Object, path: str) -> Causes:
    # Kubernetes: ValidateRollingUpdateDaemonSet
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    for field, amount in (("maxUnavailable", unavailable), ("maxSurge", surge)):
        yield from _number_or_percent(amount, f"{path}.{field}")
    for field, amount in (("maxUnavailable", unavailable), ("maxSurge", surge)):
        if (
            isinstance(amount, str)
            and not text.percent(amount)
            and int(amount[:-1]) > 100
        ):
            yield invalid(f"{path}.{field}", amount, "must not be greater than 100%")
    if _amount(unavailable) and _amount(surge):
        yield invalid(
            f"{path}.maxSurge", surge, "may not be set when maxUnavailable is non-zero"
        )
    elif not _amount(unavailable) and not _amount(surge):
        yield required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0")


def _number_or_percent(amount: Any, path: str) -> Causes:
    if isinstance(amount, str):
        yield from each_invalid(path, amount, text.percent(amount))
    else:
        yield from not_negative(path, amount)


def _amount(amount: Any) -> int:
    """A number, or that of a percentage; any other text counts as strconv.Atoi has it."""
    if not isinstance(amount, str):
        return int(amount)
    number = amount if text.percent(amount) else amount[:-1]
    return int(number) if re.fullmatch(r"[+-]?[0-9]+", number) else 0


def create_revision(revision: Object) -> Causes:
    """A new ControllerRevision. Kubernetes: ValidateControllerRevision"""
    yield from meta.object_meta(
        revision["metadata"], "metadata", namespaced=True, rule=text.dns_subdomain
    )
    yield from _revision(revision)


def _revision(revision: Object) -> Causes:
    if revision.get("data") is None:
        yield required("data", "data is mandatory")
    yield from not_negative("revision", revision.get("revision"))


def update_revision(new: Object, old: Object) -> Causes:
    """A changed ControllerRevision; its data never changes. Kubernetes: ValidateControllerRevisionUpdate"""
    yield from meta.object_meta_update(new["metadata"], old["metadata"], "metadata")
    yield from _revision(new)
    yield from meta.immutable("data", new.get("data"), old.get("data"))
