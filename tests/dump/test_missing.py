"""Whatever a dump lacks is reported in one sentence, and components that would do harm do not run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k8slearn.dump import backup_of
from k8slearn.locale import dump as words
from tests.support.managed_clusters import dump

Object = dict[str, Any]


def of(*kinds: str) -> list[Object]:
    return [o for o in dump("gke")["items"] if o["kind"] in kinds]


def made(kind: str, title: str, **rest: Any) -> Object:
    version = {"Deployment": "apps/v1", "CronJob": "batch/v1"}.get(kind, "v1")
    metadata = {"name": title, "namespace": "monitoring", "uid": f"uid-{title}"}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def web() -> Object:
    containers = [{"name": "a", "image": "a"}]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers}}  # fmt: skip
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template}  # fmt: skip
    return made("Deployment", "web", spec=spec, status={"replicas": 2})


def nightly() -> Object:
    job = {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "a"}]}}}}  # fmt: skip
    spec = {"schedule": "0 3 * * *", "jobTemplate": job}
    status = {"lastScheduleTime": "2026-10-05T03:00:00Z"}
    return made("CronJob", "nightly", spec=spec, status=status)


def bound_claim() -> Object:
    spec = {"accessModes": ["ReadWriteOnce"], "volumeName": "pvc-1"}
    return made("PersistentVolumeClaim", "c", spec=spec, status={"phase": "Bound"})


def node_without_ready() -> list[Object]:
    [node] = of("Node")
    node["status"]["conditions"] = []
    return [node]


def selecting() -> Object:
    spec = {"selector": {"app": "agent"}, "ports": [{"port": 80}], "clusterIP": "10.1.2.3"}  # fmt: skip
    return made("Service", "agent", spec=spec)


def ingress() -> Object:
    return {**made("Ingress", "i", spec={}), "apiVersion": "networking.k8s.io/v1"}


def prioritized() -> list[Object]:
    [pod] = of("Pod")
    pod["spec"] |= {"priorityClassName": "urgent", "priority": 1000}
    return [pod]


EVERYTHING = ("Node", "DaemonSet", "Pod", "ControllerRevision")
CASES: list[tuple[Callable[[], list[Object]], str, set[str]]] = [
    (lambda: of("DaemonSet", "Pod"), words.NO_NODES, {"daemonset-controller", "pod-gc", "scheduler"}),
    (lambda: of("Node", "DaemonSet"), words.NO_PODS, {"daemonset-controller"}),
    (lambda: [*of(*EVERYTHING), web()], words.NO_REPLICA_SETS, {"deployment-controller"}),
    (lambda: [*of(*EVERYTHING), nightly()], words.NO_JOBS, {"cronjob-controller"}),
    (lambda: [*of(*EVERYTHING), bound_claim()], words.NO_VOLUMES, {"persistentvolume-binder"}),
    (lambda: of("Node", "DaemonSet", "Pod"), words.NO_REVISIONS, set()),
    (lambda: of("Node", "Pod"), words.NO_OWNERS, set()),
    (node_without_ready, words.NO_READY, set()),
    (lambda: of(*EVERYTHING), words.NO_LEASES, set()),
    (lambda: of(*EVERYTHING), words.NO_NAMESPACES, set()),
    (lambda: of(*EVERYTHING), words.NO_ACCOUNTS, set()),
    (lambda: of(*EVERYTHING), words.NOT_MOUNTED, set()),
    (lambda: [*of("Node"), *prioritized()], words.NO_CLASSES, set()),
    (lambda: of(*EVERYTHING), words.NO_EVENTS, set()),
    (lambda: [*of(*EVERYTHING), selecting()], words.NO_SLICES, set()),
    (lambda: of(*EVERYTHING), words.NO_LIMITS, set()),
    (lambda: of(*EVERYTHING), words.NO_MANAGED_FIELDS, set()),
    (lambda: of(*EVERYTHING), words.ONE_NAMESPACE, set()),
    (lambda: [*of("Node"), {**made("Widget", "w"), "apiVersion": "example.com/v1"}], words.NO_DEFINITIONS, set()),
    (lambda: [*of("Node"), ingress()], words.NOT_MODELLED, set()),
    (lambda: [*of("Node"), made("Secret", "s", data={"a": "YQ=="})], words.SECRETS, set()),
]  # fmt: skip


@pytest.mark.parametrize(("objects", "sentence", "idle"), CASES, ids=range(len(CASES)))
def test_it_is_said_and_nobody_acts_on_it(
    objects: Callable[[], list[Object]], sentence: str, idle: set[str]
) -> None:
    backup = backup_of(objects())
    # Names fill the places of a sentence; its end is always the same.
    end = sentence.rpartition("}")[2]
    assert [each for each in backup.missing if each.endswith(end)]
    assert idle <= {*backup.idle}


def test_who_sees_other_namespaces_has_asked_for_all() -> None:
    event = made("Event", "e")
    event["metadata"]["namespace"] = "kube-system"
    end = words.ONE_NAMESPACE.rpartition("}")[2]
    missing = backup_of([*of(*EVERYTHING), event]).missing
    assert not [each for each in missing if each.endswith(end)]


def test_each_sentence_is_a_whole_one_and_each_is_tried() -> None:
    told = {
        name: value
        for name, value in vars(words).items()
        if name.startswith(("NO_", "NOT_", "ONE_", "SECRETS")) and name.isupper()
    }
    for value in told.values():
        assert value.endswith("。")
    about_files = {"NO_FILE", "NO_TEXT", "NO_YAML", "NO_JSON", "NO_OBJECT", "NO_NAME"}
    tried = {sentence for _, sentence, _ in CASES}
    assert {v for n, v in told.items() if n not in about_files} == tried
