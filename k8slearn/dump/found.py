"""Queries about the objects of a dump."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from k8slearn.apimachinery.objects import (
    Object,
    controller_uid,
    namespace,
    stored_kind,
    uid,
)

_TEMPLATES = ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "Job")


class Found:
    """The objects of a dump, indexed."""

    def __init__(self, objects: Iterable[Object]) -> None:
        self.objects = list(objects)
        self._of: dict[str, list[Object]] = {}
        for o in self.objects:
            self._of.setdefault(stored_kind(o), []).append(o)
        self._pods: dict[str | None, list[Object]] = {}
        for pod in self.of("Pod"):
            self._pods.setdefault(controller_uid(pod), []).append(pod)

    def kinds(self) -> list[str]:
        """The kinds that have objects."""
        return list(self._of)

    def of(self, kind: str) -> list[Object]:
        """The objects of a kind."""
        return self._of.get(kind, [])

    def pods_of(self, owner: str) -> list[Object]:
        """The Pods of a controller, by its uid."""
        return self._pods.get(owner, [])

    def pod_specs(self) -> Iterator[tuple[str, Object]]:
        """(namespace, spec) of all Pods and of all Pod templates."""
        for pod in self.of("Pod"):
            yield namespace(pod), pod["spec"]
        for kind in _TEMPLATES:
            for o in self.of(kind):
                yield namespace(o), o["spec"].get("template", {}).get("spec", {})
        for cron_job in self.of("CronJob"):
            job = cron_job["spec"].get("jobTemplate", {}).get("spec", {})
            yield namespace(cron_job), job.get("template", {}).get("spec", {})

    def owners_elsewhere(self) -> dict[str, int]:
        """By kind of controller, the number of Pods whose controller is missing."""
        there = {uid(o) for o in self.objects if "uid" in o["metadata"]}
        found: dict[str, int] = {}
        for pod in self.of("Pod"):
            for ref in pod["metadata"].get("ownerReferences") or ():
                if ref.get("controller") and ref["uid"] not in there:
                    found[ref["kind"]] = found.get(ref["kind"], 0) + 1
        return found
