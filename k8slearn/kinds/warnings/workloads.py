"""What is said of Pods and of whatever holds a template of them.

Kubernetes: pkg/registry/core/pod, apps/*, batch/*; pkg/api/pod/warnings.go
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.warnings.pods import pod_spec_and_meta

_SURPRISING = "which can result in surprising behavior; a DNS label is recommended"
_ZONE_IN_SCHEDULE = (
    "cannot use TZ or CRON_TZ in spec.schedule, use timeZone instead, see "
    "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones for more details"
)
_MANY_INDEXES = (
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism "
    "higher than 10^4, a Kubernetes control plane might not be able to track "
    "completedIndexes when a big number of indexes fail"
)


def pod(o: Object, old: Object | None) -> Iterator[str]:
    """A new Pod; of changes nothing is said, for they are many and hardly a human's. Kubernetes: podStrategy"""
    if old is not None:
        return
    yield from _name(o, "the Pod's hostname")
    yield from pod_spec_and_meta(o["spec"], o["metadata"], "")


def daemon_set(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: daemonSetStrategy"""
    yield from _template(o["spec"], old and old["spec"], "spec")


def named_workload(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: deploymentStrategy, rsStrategy, rcStrategy"""
    if old is None:
        yield from _name(o, "Pod names and hostnames")
    yield from _template(o["spec"], old and old["spec"], "spec")


def stateful_set(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: statefulSetStrategy"""
    yield from named_workload(o, old)
    if (o["spec"].get("revisionHistoryLimit") or 0) < 0:
        yield (
            "spec.revisionHistoryLimit: a negative value retains all historical "
            "revisions; a value >= 0 is recommended"
        )


def job(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: jobStrategy"""
    spec = o["spec"]
    if old is None:
        yield from _name(o, "Pod names and hostnames")
        many = (spec.get("completions") or 0) > 10**5
        at_once = (spec.get("parallelism") or 0) > 10**4
        if spec.get("completionMode") == "Indexed" and many and at_once:
            yield _MANY_INDEXES
    yield from _template(spec, old and old["spec"], "spec")


def cron_job(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: cronJobStrategy"""
    spec = o["spec"]
    if old is None:
        yield from _name(o, "Pod names and hostnames")
    job_spec = spec.get("jobTemplate", {}).get("spec", {})
    before = old and old["spec"].get("jobTemplate", {}).get("spec", {})
    yield from _template(job_spec, before, "spec.jobTemplate.spec")
    if "TZ" in spec.get("schedule", ""):
        yield _ZONE_IN_SCHEDULE


def pod_template(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: podTemplateStrategy"""
    yield from _template(o, old, "")


def _name(o: Object, use: str) -> Iterator[str]:
    wrong = text.dns_label(name(o))
    if wrong:
        listed = " ".join(wrong)
        yield f"metadata.name: this is used in {use}, {_SURPRISING}: [{listed}]"


def _template(spec: Object, old: Object | None, path: str) -> Iterator[str]:
    """The template in a spec, unless it is as it was."""
    template = spec.get("template") or {}
    if old and old.get("template") == template:
        return
    at = f"{path}.template." if path else "template."
    meta = template.get("metadata") or {}
    yield from pod_spec_and_meta(template.get("spec") or {}, meta, at)
