"""What a dump lacks: for each lack the stand-ins, the components that must not run, and one sentence.

The order of the rows is the order in which a reader is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, condition, name, namespace
from k8slearn.dump import stand_ins
from k8slearn.dump.found import Found
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.namespace import SYSTEM_NAMESPACES
from k8slearn.locale import dump as words

MOST_NAMED = 3
"""The most names in a sentence; the rest are counted."""


class Absence(NamedTuple):
    """Something that a dump lacks: the sentence, the stand-ins, and the components that must not run."""

    sentence: str
    objects: tuple[Object, ...] = ()
    idle: tuple[str, ...] = ()


def lacks(found: Found, secrets: int) -> list[Absence]:
    """All that a dump lacks; `secrets` is the number of Secrets read without their values."""
    given = [Absence(words.SECRETS.format(count=secrets))] if secrets else []
    for rule in _RULES:
        lack = rule(found)
        if lack is not None:
            given.append(lack)
    return given


def listed(names: list[str]) -> str:
    """The first names, with their count where there are more."""
    shown = "、".join(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        return words.AND_MORE.format(names=shown, count=len(names))
    return shown


# The machinery -----------------------------------------------------------------------------------------------------


def _nodes(found: Found) -> Absence | None:
    if found.of("Node"):
        return None
    # Each of these would take the Pods for Pods of deleted Nodes.
    idle = ("daemonset-controller", "pod-gc", "scheduler")
    return Absence(words.NO_NODES, idle=idle)


def _pods(found: Found) -> Absence | None:
    if found.of("Pod"):
        return None
    counts = ("currentNumberScheduled", "replicas", "active")
    for kind in ("DaemonSet", "ReplicaSet", "StatefulSet", "Deployment", "Job"):
        for o in found.of(kind):
            if any(o["status"].get(field) for field in counts):
                return Absence(words.NO_PODS, idle=_LOOKING_FOR_PODS)
    return None


_LOOKING_FOR_PODS = (
    "daemonset-controller",
    "replicaset-controller",
    "replication-controller",
    "statefulset-controller",
    "job-controller",
    "deployment-controller",
    # It would take claims for unused ones.
    "persistentvolumeclaim-protection-controller",
)


def _replica_sets(found: Found) -> Absence | None:
    running = [o for o in found.of("Deployment") if o["status"].get("replicas")]
    if found.of("ReplicaSet") or not running:
        return None
    return Absence(words.NO_REPLICA_SETS, idle=("deployment-controller",))


def _jobs(found: Found) -> Absence | None:
    begun = [o for o in found.of("CronJob") if o["status"].get("lastScheduleTime")]
    if found.of("Job") or not begun:
        return None
    return Absence(words.NO_JOBS, idle=("cronjob-controller",))


def _volumes(found: Found) -> Absence | None:
    if found.of("PersistentVolume"):
        return None
    # It would take the volumes of claims, also of stand-ins, for lost.
    sentence = words.NO_VOLUMES if found.of("PersistentVolumeClaim") else ""
    return Absence(sentence, idle=("persistentvolume-binder",))


def _revisions(found: Found) -> Absence | None:
    made = stand_ins.revisions(found)
    if not made:
        return None
    owners = sorted({o["metadata"]["ownerReferences"][0]["name"] for o in made})
    return Absence(words.NO_REVISIONS.format(names=listed(owners)), tuple(made))


def _owners(found: Found) -> Absence | None:
    elsewhere = found.owners_elsewhere()
    elsewhere.pop("Node", None)
    if not elsewhere:
        return None
    counted = [f"{kind}（{count}）" for kind, count in sorted(elsewhere.items())]
    return Absence(words.NO_OWNERS.format(kinds=listed(counted)))


# Nodes -------------------------------------------------------------------------------------------------------------


def _unready(found: Found) -> Absence | None:
    silent = [name(o) for o in found.of("Node") if condition(o, "Ready") is None]
    if not silent:
        return None
    return Absence(words.NO_READY.format(names=listed(silent)))


def _leases(found: Found) -> Absence | None:
    if not found.of("Node"):
        return None
    if any(namespace(o) == "kube-node-lease" for o in found.of("Lease")):
        return None
    return Absence(words.NO_LEASES)


# What Pods need ----------------------------------------------------------------------------------------------------


def _namespaces(found: Found) -> Absence | None:
    made = stand_ins.namespaces(found)
    if not made:
        return None
    # Namespaces that every cluster has are not mentioned.
    names = [name(o) for o in made if name(o) not in SYSTEM_NAMESPACES]
    sentence = words.NO_NAMESPACES.format(names=listed(names)) if names else ""
    return Absence(sentence, tuple(made))


def _accounts(found: Found) -> Absence | None:
    if found.of("ServiceAccount"):
        return None
    return Absence(words.NO_ACCOUNTS, tuple(stand_ins.service_accounts(found)))


def _defaults(found: Found) -> Absence | None:
    # Every namespace has these, so they are not mentioned.
    return Absence("", tuple(stand_ins.defaults(found)))


def _mounted(found: Found) -> Absence | None:
    kinds = ("ConfigMap", "Secret", "PersistentVolumeClaim")
    absent = [kind for kind in kinds if not found.of(kind)]
    made = stand_ins.mounted(found, absent)
    if not made:
        return None
    named = sorted({o["kind"] for o in made})
    return Absence(words.NOT_MOUNTED.format(kinds="、".join(named)), tuple(made))


def _classes(found: Found) -> Absence | None:
    made = stand_ins.priority_classes(found)
    if not found.of("RuntimeClass"):
        made += stand_ins.runtime_classes(found)
    named = sorted(name(o) for o in made if not name(o).startswith("system-"))
    sentence = words.NO_CLASSES.format(names=listed(named)) if named else ""
    return Absence(sentence, tuple(made))


# What is only not known --------------------------------------------------------------------------------------------


def _events(found: Found) -> Absence | None:
    return None if found.of("Event") else Absence(words.NO_EVENTS)


def _slices(found: Found) -> Absence | None:
    selecting = [o for o in found.of("Service") if o["spec"].get("selector")]
    if found.of("EndpointSlice") or not selecting:
        return None
    return Absence(words.NO_SLICES)


def _limits(found: Found) -> Absence | None:
    kinds = ("PodDisruptionBudget", "ResourceQuota", "LimitRange")
    absent = [kind for kind in kinds if not found.of(kind)]
    if not absent:
        return None
    return Absence(words.NO_LIMITS.format(kinds="、".join(absent)))


def _managed_fields(found: Found) -> Absence | None:
    if any(o["metadata"].get("managedFields") for o in found.objects):
        return None
    return Absence(words.NO_MANAGED_FIELDS)


def _one_namespace(found: Found) -> Absence | None:
    pods = {namespace(o) for o in found.of("Pod")}
    if len(pods) != 1 or not found.of("Node"):
        return None
    # Objects of a namespace without Pods show that all namespaces were dumped.
    if {namespace(o) for o in found.objects} - pods - {""}:
        return None
    return Absence(words.ONE_NAMESPACE.format(name=pods.pop()))


def _definitions(found: Found) -> Absence | None:
    defined = set()
    for o in found.of("CustomResourceDefinition"):
        defined.add(f"{o['spec']['names']['kind']}.{o['spec']['group']}")
    unknown = [k for k in found.kinds() if k not in BY_KIND and k not in defined]
    if not unknown:
        return None
    return Absence(words.NO_DEFINITIONS.format(kinds=listed(sorted(unknown))))


def _components(found: Found) -> Absence | None:
    idle = []
    for kind in found.kinds():
        row = BY_KIND.get(kind)
        if row is not None and row.missing_component:
            idle.append(kind)
    if not idle:
        return None
    return Absence(words.NOT_MODELLED.format(kinds=listed(sorted(idle))))


_RULES: tuple[Callable[[Found], Absence | None], ...] = (
    _nodes,
    _pods,
    _replica_sets,
    _jobs,
    _volumes,
    _revisions,
    _owners,
    _unready,
    _one_namespace,
    _leases,
    _namespaces,
    _accounts,
    _defaults,
    _mounted,
    _classes,
    _events,
    _slices,
    _limits,
    _managed_fields,
    _definitions,
    _components,
)
