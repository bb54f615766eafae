"""The exercises of lesson 16b."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, name
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    image_of,
    missing,
    rule,
)
from k8slearn.course.lessons.shared_rollouts import nodes_without
from k8slearn.course.lessons.shared_starts import container, daemon_set
from k8slearn.kubelet.environment import at_start, environment

DS = "collector"
PLACE = "default"

# A new configuration, with a way back ------------------------------------------------------------------------

SETTINGS = "settings"
OLD_LEVEL, NEW_LEVEL = "info", "debug"


def configured() -> Cluster:
    """A collector on four Nodes that reads its level from a ConfigMap."""
    cluster = Cluster(4, seed=16, kubelet="auto")
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": SETTINGS},
            "data": {"level": OLD_LEVEL},
        }
    )
    source = [{"configMapRef": {"name": SETTINGS}}]
    main = container("main", "example.com/collector:1.0", envFrom=source)
    cluster.apply(daemon_set(DS, main))
    cluster.run(60)
    return cluster


def _settings_of(attempt: Attempt, daemon_set: Object) -> str:
    """The ConfigMap that a template's container has its level from, "" for none."""
    found = ""
    for source in container_of(daemon_set).get("envFrom") or ():
        named: str = source.get("configMapRef", {}).get("name", "")
        config = attempt.get("ConfigMap", named)
        # The last source with the key counts; a missing ConfigMap may be about to be created.
        if config is None or "level" in (config.get("data") or {}):
            found = named or found
    return found


def _level_in(attempt: Attempt, pod: Object) -> str:
    """The level in a Pod's environment, which is that of its container's start."""
    store = attempt.cluster.store
    main = pod["spec"]["containers"][0]
    then = at_start(store, pod, main)
    return environment(then, pod, main, attempt.cluster.now).get("level", "")


def _level_before(attempt: Attempt) -> str:
    """The level after a rollback by one revision, "" if there is none."""
    versions = attempt.cluster.list("ControllerRevision", PLACE)
    versions.sort(key=lambda version: int(version["revision"]))
    # The last one is the present revision; `rollout undo` goes to the one before.
    for version in versions[-2:-1]:
        config = attempt.get("ConfigMap", _settings_of(attempt, version["data"]))
        level: str = ((config or {}).get("data") or {}).get("level", "")
        return level
    return ""


@rule("change-config", configured)
def config(attempt: Attempt) -> Iterator[Missing]:
    """The new level is in every Pod, one Node after the other, and the old ConfigMap is kept for a rollback."""
    template = attempt.daemon_set(DS)
    old = attempt.get("ConfigMap", SETTINGS)
    if old is None:
        yield missing("no-way-back")
        return
    if old["data"].get("level") != OLD_LEVEL:
        yield missing("in-place")
    used = _settings_of(attempt, template)
    if used in ("", SETTINGS):
        others = [o["metadata"]["name"] for o in attempt.cluster.list("ConfigMap")]
        made = {*others} - {SETTINGS, "kube-root-ca.crt"}
        yield missing("unused", names=made) if made else missing("nothing")
    new = attempt.get("ConfigMap", used)
    if new is None:
        yield missing("not-there", name=used)
        return
    level = new.get("data", {}).get("level")
    if level != NEW_LEVEL:
        yield missing("other-level", name=used, level=level or "")
    if not new.get("immutable"):
        yield missing("open", name=used)
    away = max(map(len, nodes_without(attempt, DS, PLACE)), default=0)
    if away > 1:
        yield missing("away", count=away)
    status = template["status"]
    left = status["desiredNumberScheduled"] - status.get("updatedNumberScheduled", 0)
    if left or len(attempt.homes(DS)) < status["desiredNumberScheduled"]:
        yield missing("unfinished")
    for pod in attempt.pods(DS):
        level = _level_in(attempt, pod)
        if level != NEW_LEVEL:
            yield missing("in-pods", pod=name(pod), level=level)
    if _level_before(attempt) != OLD_LEVEL:
        yield missing("other-way-back")


# One field, two tools ----------------------------------------------------------------------------------------

SHIPPER = "shipper"
CI, UPDATER = "ci", "updater"
FIRST, NEWER = "example.com/shipper:1.0", "example.com/shipper:1.1"
WAIT = 10


def disputed() -> Cluster:
    """A DaemonSet applied by `ci` with its image, which `updater` has changed since."""
    cluster = Cluster(3, seed=16)
    wanted = daemon_set(SHIPPER, container("main", FIRST))
    cluster.server_side_apply(wanted, manager=CI)
    cluster.run_until_quiet()
    newer = {"spec": {"containers": [container("main", NEWER)]}}
    change = {"spec": {"template": newer}}
    cluster.patch("DaemonSet", SHIPPER, change, manager=UPDATER)
    cluster.run_until_quiet()
    return cluster


def _owners(attempt: Attempt, shipper: Object) -> dict[str, set[str]]:
    """The owners of the task's two fields by name; `applied` are those who have the second one by apply."""
    owners: dict[str, set[str]] = {"image": set(), "wait": set(), "applied": set()}
    for entry in attempt.cluster.registry.shown(shipper)["metadata"]["managedFields"]:
        spec = entry["fieldsV1"].get("f:spec", {})
        pod = spec.get("f:template", {}).get("f:spec", {})
        for fields in pod.get("f:containers", {}).values():
            if "f:image" in fields:
                owners["image"].add(entry["manager"])
        if "f:minReadySeconds" in spec:
            owners["wait"].add(entry["manager"])
            if entry["operation"] == "Apply":
                owners["applied"].add(entry["manager"])
    return owners


@rule("change-owner", disputed)
def owner(attempt: Attempt) -> Iterator[Missing]:
    """ci owns its new field and no longer the image; nothing was restarted."""
    shipper = attempt.daemon_set(SHIPPER)
    if attempt.rebuilt(SHIPPER):
        yield missing("rebuilt")
    image = image_of(shipper["spec"]["template"])
    if image != NEWER:
        yield missing("image", image=image)
    if shipper["spec"].get("minReadySeconds") != WAIT:
        yield missing("nothing")
    owners = _owners(attempt, shipper)
    if CI not in owners["wait"]:
        yield missing("by-others", names=owners["wait"])
    if CI not in owners["applied"]:
        yield missing("patched")
    if CI in owners["image"]:
        yield missing("shared")
    if owners["image"] != {UPDATER}:
        yield missing("taken", names=owners["image"])
    if len(attempt.kept(SHIPPER)) < len(attempt.cluster.list("Node")):
        yield missing("restarted")
