"""PodSecurity: the labels of a Namespace say which Pods it lets in (enforce) and which it warns of (warn).

`audit` writes to the API server's audit log, which the model does not have.
Kubernetes: pod-security-admission/admission
"""

from __future__ import annotations

import re
from typing import NamedTuple

from k8slearn.apimachinery.errors import invalid
from k8slearn.apimachinery.field import Causes
from k8slearn.apimachinery.field import invalid as bad_value
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.apiserver.plugins.refusal import refuse
from k8slearn.kinds.pod_security import LATEST, LEVELS, PRIVILEGED, violations
from k8slearn.kinds.pod_template.container_lists import ALL, containers_in

_LABEL = "pod-security.kubernetes.io/"
_MODES = ("enforce", "audit", "warn")
_VERSION = re.compile(r"v1\.(0|[1-9][0-9]*)")


class Level(NamedTuple):
    """A level and the version whose rules are meant."""

    level: str = PRIVILEGED
    version: str = "latest"

    @property
    def minor(self) -> int:
        """The minor version."""
        if self.version == "latest":
            return LATEST
        return int(self.version.rpartition(".")[2])

    def __str__(self) -> str:
        return f"{self.level}:{self.version}"


def level_of(place: Object | None, mode: str) -> Level:
    """What a Namespace's labels say of a mode."""
    found = labels(place) if place is not None else {}
    level = found.get(f"{_LABEL}{mode}", PRIVILEGED)
    version = found.get(f"{_LABEL}{mode}-version", "latest")
    own = Level(
        level if level in LEVELS else PRIVILEGED,
        version if _is_version(version) else "latest",
    )
    # Who is not told otherwise is warned of what would be refused. Kubernetes: PolicyToEvaluate
    said = f"{_LABEL}{mode}" in found or f"{_LABEL}{mode}-version" in found
    if mode == "warn" and not said:
        return level_of(place, "enforce")
    return own


def _is_version(text: str) -> bool:
    return text == "latest" or _VERSION.fullmatch(text) is not None


def validate(o: Object, old: Object | None, reader: Reader) -> None:
    """Refuse a Pod that its Namespace does not let in, and labels that mean nothing. Raises ApiError 403, 422."""
    if o["kind"] == "Namespace":
        causes = list(_label_causes(o))
        if causes:
            raise invalid("Namespace", name(o), causes)
        return
    if o["kind"] != "Pod" or (old is not None and not _is_new_to_rules(o, old)):
        return
    place = reader.get("Namespace", namespace(o))
    # Nearly everywhere: nothing is said, so everything may come in.
    if place is None or f"{_LABEL}enforce" not in labels(place):
        return
    enforced = level_of(place, "enforce")
    told = _told(o, enforced)
    if told:
        raise refuse(o, f'violates PodSecurity "{enforced}": {told}')


def _label_causes(o: Object) -> Causes:
    found = labels(o)
    for mode in _MODES:
        key = f"{_LABEL}{mode}"
        if key in found and found[key] not in LEVELS:
            why = f"must be one of {', '.join(LEVELS)}"
            yield bad_value(f"metadata.labels[{key}]", found[key], why)
        key = f"{key}-version"
        if key in found and not _is_version(found[key]):
            why = 'must be "latest" or "v1.x"'
            yield bad_value(f"metadata.labels[{key}]", found[key], why)


def _is_new_to_rules(pod: Object, old: Object) -> bool:
    """Of what can be changed in a Pod only images bear on the rules. Kubernetes: isSignificantPodUpdate"""
    return _images(pod) != _images(old)


def _images(pod: Object) -> list[str]:
    return [each.get("image", "") for each in containers_in(pod["spec"], ALL)]


def _told(pod: Object, level: Level) -> str:
    return ", ".join(map(str, violations(pod, level.level, level.minor)))


def warnings(o: Object, old: Object | None, reader: Reader) -> list[str]:
    """What a client is warned of: Pods and templates by `warn`, a stricter Namespace by the Pods that it has."""
    if o["kind"] == "Namespace":
        return _about_pods_there(o, old, reader)
    template = _template_of(o)
    if template is None:
        return []
    # A template is told of at every write, whether it changed or not. Kubernetes: ValidatePodController
    if o["kind"] == "Pod" and old is not None and not _is_new_to_rules(o, old):
        return []
    level = level_of(reader.get("Namespace", namespace(o)), "warn")
    told = _told(template, level)
    if told:
        return [f'would violate PodSecurity "{level}": {told}']
    return []


def _template_of(o: Object) -> Object | None:
    """The Pod, or the template of Pods, that an object holds."""
    if o["kind"] == "Pod":
        return o
    spec = o.get("spec")
    template = spec.get("template") if isinstance(spec, dict) else None
    if not isinstance(template, dict) or "spec" not in template:
        return None
    return {"metadata": {}, **template}


def _about_pods_there(o: Object, old: Object | None, reader: Reader) -> list[str]:
    """The Pods that break a level that has become stricter. Kubernetes: ValidateNamespace, EvaluatePodsInNamespace"""
    if old is None:
        return []
    new = level_of(o, "enforce")
    before = level_of(old, "enforce")
    looser = LEVELS.index(new.level) <= LEVELS.index(before.level)
    if new.version == before.version and looser:
        return []
    names: dict[str, list[str]] = {}
    for pod in reader.list("Pod", name(o)):
        broken = violations(pod, new.level, new.minor)
        if broken:
            told = ", ".join(each.reason for each in broken)
            names.setdefault(told, []).append(name(pod))
    if not names:
        return []
    head = f'existing pods in namespace "{name(o)}" violate the new PodSecurity enforce level "{new}"'
    return [head, *sorted(f"{_first_of(pods)}: {told}" for told, pods in names.items())]


def _first_of(pods: list[str]) -> str:
    others = len(pods) - 1
    if not others:
        return pods[0]
    plural = "" if others == 1 else "s"
    return f"{min(pods)} (and {others} other pod{plural})"
