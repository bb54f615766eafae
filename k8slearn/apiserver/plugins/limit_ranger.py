"""LimitRanger: what containers ask for when they say nothing, and the bounds of what they may.

Kubernetes: plugin/pkg/admission/limitranger
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.errors import aggregate
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    namespace,
    with_metadata,
)
from k8slearn.apiserver.plugins.refusal import refuse
from k8slearn.kinds.pod_template.requirements import Amounts, of_container, pod_amounts

_ANNOTATION = "kubernetes.io/limit-ranger"
_KINDS = {"containers": "container", "initContainers": "init container"}


def mutate(pod: Object, reader: Reader) -> Object:
    """The Pod with the defaults of its namespace."""
    for limit_range in reader.list("LimitRange", namespace(pod)):
        pod = _with_defaults(pod, limit_range)
    return pod


class _Asked(NamedTuple):
    """What a container, or the Pod as a whole, asks for and may use."""

    requests: Amounts
    limits: Amounts


def _with_defaults(pod: Object, limit_range: Object) -> Object:
    defaults = _defaults(limit_range)
    told: list[str] = []
    spec = {**pod["spec"]}
    for field, kind in _KINDS.items():
        if field in spec:
            spec[field] = [_completed(c, defaults, kind, told) for c in spec[field]]
    if not told:
        return pod
    listed = "; ".join(told)
    annotations = {
        **annotations_of(pod),
        _ANNOTATION: f"LimitRanger plugin set: {listed}",
    }
    return {**with_metadata(pod, annotations=annotations), "spec": spec}


def _defaults(limit_range: Object) -> dict[str, Amounts]:
    """What its items for containers say. Kubernetes: defaultContainerResourceRequirements"""
    found: dict[str, Amounts] = {"requests": {}, "limits": {}}
    for item in limit_range.get("spec", {}).get("limits", ()):
        if item.get("type") == "Container":
            found["requests"] |= item.get("defaultRequest", {})
            found["limits"] |= item.get("default", {})
    return found


def _completed(
    container: Object, defaults: dict[str, Amounts], kind: str, told: list[str]
) -> Object:
    """The container with what it does not say. Kubernetes: mergeContainerResources"""
    resources = {**container.get("resources", {})}
    for side, amounts in defaults.items():
        own = of_container(container, side)
        missing = {}
        for name in sorted(amounts):
            if name not in own:
                missing[name] = amounts[name]
        if missing:
            resources[side] = {**own, **missing}
            names = ", ".join(missing)
            # In the singular: "cpu request for container agent".
            one = side.removesuffix("s")
            told.append(f"{names} {one} for {kind} {container.get('name', '')}")
    if not resources:
        return container
    return {**container, "resources": resources}


def validate(o: Object, reader: Reader) -> None:
    """Refuse a Pod or a claim outside the bounds. Raises ApiError Forbidden.

    Kubernetes: PodValidateLimitFunc, PersistentVolumeClaimValidateLimitFunc
    """
    complain = _complaints if o["kind"] == "Pod" else _complaints_of_claim
    for limit_range in reader.list("LimitRange", namespace(o)):
        complaints: list[str] = []
        for item in limit_range.get("spec", {}).get("limits", ()):
            complaints += complain(o, item)
        if complaints:
            raise refuse(o, aggregate(complaints))


def _complaints(pod: Object, item: Object) -> Iterator[str]:
    kind = item.get("type", "")
    for asked in _asked_by(pod, kind):
        for rule, field in _RULES:
            for name, bound in sorted(item.get(field, {}).items()):
                about = _About(
                    name=name,
                    kind=kind,
                    bound=bound,
                    request=asked.requests.get(name),
                    limit=asked.limits.get(name),
                )
                yield from rule(about)


def _complaints_of_claim(claim: Object, item: Object) -> Iterator[str]:
    if item.get("type") != "PersistentVolumeClaim":
        return
    requests = (claim["spec"].get("resources") or {}).get("requests", {})
    for rule, field in _RULES_OF_CLAIM:
        for name, bound in sorted(item.get(field, {}).items()):
            about = _About(
                name=name,
                kind="PersistentVolumeClaim",
                bound=bound,
                request=requests.get(name),
                limit=None,
            )
            yield from rule(about)


def _asked_by(pod: Object, kind: str) -> Iterator[_Asked]:
    """Of each container, or of the Pod: as a kind of bound counts them."""
    if kind == "Pod":
        yield _Asked(pod_amounts(pod, "requests"), pod_amounts(pod, "limits"))
    if kind != "Container":
        return
    for field in _KINDS:
        for container in pod["spec"].get(field, ()):
            requests = of_container(container, "requests")
            limits = of_container(container, "limits")
            yield _Asked(requests, limits)


class _About(NamedTuple):
    """One bound, and what stands against it."""

    name: str
    kind: str
    bound: str
    request: str | None
    limit: str | None


def _minimum(about: _About) -> Iterator[str]:
    text = f"minimum {about.name} usage per {about.kind} is {about.bound}"
    if about.request is None:
        # Two blanks, as upstream writes it.
        yield f"{text}.  No request is specified"
    elif quantity.compare(about.request, about.bound) < 0:
        yield f"{text}, but request is {about.request}"
    elif about.limit and quantity.compare(about.limit, about.bound) < 0:
        yield f"{text}, but limit is {about.limit}"


def _maximum(about: _About) -> Iterator[str]:
    text = f"maximum {about.name} usage per {about.kind} is {about.bound}"
    if about.limit is None:
        yield f"{text}.  No limit is specified"
    elif quantity.compare(about.limit, about.bound) > 0:
        yield f"{text}, but limit is {about.limit}"
    elif about.request and quantity.compare(about.request, about.bound) > 0:
        yield f"{text}, but request is {about.request}"


def _ratio(about: _About) -> Iterator[str]:
    text = f"{about.name} max limit to request ratio per {about.kind} is {about.bound}"
    request = quantity.parse(about.request or "0").value
    limit = quantity.parse(about.limit or "0").value
    if not request:
        yield f"{text}, but no request is specified or request is 0"
    elif not limit:
        yield f"{text}, but no limit is specified or limit is 0"
    elif limit / request > quantity.parse(about.bound).value:
        yield f"{text}, but provided ratio is {limit / request:.6f}"


def _most_requested(about: _About) -> Iterator[str]:
    text = f"maximum {about.name} usage per {about.kind} is {about.bound}"
    if about.request is None:
        yield f"{text}.  No request is specified"
    elif quantity.compare(about.request, about.bound) > 0:
        yield f"{text}, but request is {about.request}"


_RULES = (
    (_minimum, "min"),
    (_maximum, "max"),
    (_ratio, "maxLimitRequestRatio"),
)
_RULES_OF_CLAIM = ((_minimum, "min"), (_most_requested, "max"))
