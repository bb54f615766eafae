"""The exercises of lesson 06."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    annotations_of,
    labels,
    name,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.controllers.daemon.history import match
from k8slearn.course.checking import Attempt, Missing, missing, names, rule
from k8slearn.course.lessons.shared_starts import with_filebeat
from k8slearn.kinds.pod.state import is_pod_ready

NAME = "filebeat-ds"
CAUSE = "kubernetes.io/change-cause"
IMAGE = "ikubernetes/filebeat:5.6.{}-alpine"
BROKEN = "ikubernetes/filebeat:5.6.8-broken"


def filebeat_on(nodes: int) -> Cluster:
    """filebeat, running, in its first version."""
    return with_filebeat(Cluster(nodes=nodes, seed=6))


def new_version(cluster: Cluster, image: str, cause: str, **env: str) -> None:
    """Change image, environment and change-cause in one write, and let the rollout go as far as it gets."""
    container: Object = {"name": "filebeat", "image": image}
    if env:
        container["env"] = [{"name": key, "value": value} for key, value in env.items()]
    template = {"spec": {"containers": [container]}}
    cluster.patch(
        "DaemonSet",
        NAME,
        {"metadata": {"annotations": {CAUSE: cause}}, "spec": {"template": template}},
    )
    cluster.run_until_quiet()


def revisions(attempt: Attempt) -> list[Object]:
    """The versions of filebeat that are kept, by number."""
    owner = uid(attempt.need("DaemonSet", NAME))
    found = [
        r
        for r in attempt.cluster.list("ControllerRevision")
        if r["metadata"]["ownerReferences"][0]["uid"] == owner
    ]
    return sorted(found, key=lambda revision: int(revision["revision"]))


def is_version(attempt: Attempt, number: int) -> bool:
    """Whether the present template is that of the version which had this number when the exercise began."""
    daemon_set = attempt.need("DaemonSet", NAME)
    before = attempt.before.list("ControllerRevision")
    return any(
        revision["revision"] == number and match(daemon_set, revision)
        for revision in before
    )


def unlike_template(attempt: Attempt) -> list[Object]:
    """The Pods that are not of the present version, or not ready."""
    current = labels(revisions(attempt)[-1])[HASH_LABEL]
    return [
        pod
        for pod in attempt.pods(NAME)
        if labels(pod).get(HASH_LABEL) != current or not is_pod_ready(pod)
    ]


# Two bad versions, one after the other -----------------------------------------------------------------------------


def with_two_bad_versions() -> Cluster:
    """Four versions: the second was the last good one, the third has a wrong address, the fourth does not start."""
    cluster = filebeat_on(3)
    redis = "redis.default.svc.cluster.local"
    new_version(
        cluster,
        IMAGE.format(6),
        "升级到 5.6.6，日志改成 warning",
        REDIS_HOST=redis,
        REDIS_LOG_LEVEL="warning",
    )
    new_version(
        cluster,
        IMAGE.format(7),
        "升级到 5.6.7，换 redis 地址",
        REDIS_HOST="redis.typo.svc.cluster.local",
    )
    new_version(cluster, BROKEN, "紧急修复 redis 地址")
    return cluster


@rule("history-last-good", with_two_bad_versions)
def last_good(attempt: Attempt) -> Iterator[Missing]:
    """The template of version 2, all of it, in the same DaemonSet."""
    if attempt.rebuilt(NAME):
        yield missing("rebuilt")
    for number, key in {4: "stuck", 3: "one-back", 1: "too-far"}.items():
        if is_version(attempt, number):
            yield missing(key)
    if not is_version(attempt, 2):
        yield missing("half")
    if waiting := unlike_template(attempt):
        yield missing("waiting", count=len(waiting))


# Going back under OnDelete ----------------------------------------------------------------------------------------


def half_on_delete() -> Cluster:
    """OnDelete, a second version that does not start, and two of four Pods already replaced by it."""
    cluster = filebeat_on(4)
    cluster.set_strategy(NAME, "OnDelete")
    cluster.set_image(NAME, BROKEN)
    cluster.run_until_quiet()
    for pod in cluster.list("Pod"):
        if pod["spec"]["nodeName"] in ("node1", "node2"):
            cluster.delete_pod(name(pod))
    cluster.run_until_quiet()
    return cluster


@rule("history-on-delete", half_on_delete)
def on_delete(attempt: Attempt) -> Iterator[Missing]:
    """The old template again, the two bad Pods replaced, and the two good ones the very ones they were."""
    if attempt.need("DaemonSet", NAME)["spec"]["updateStrategy"]["type"] != "OnDelete":
        yield missing("strategy")
    before = [pod for pod in attempt.before.list("Pod") if is_pod_ready(pod)]
    present = {uid(pod) for pod in attempt.pods(NAME)}
    if lost := [pod["spec"]["nodeName"] for pod in before if uid(pod) not in present]:
        yield missing("innocent", nodes=names(lost))
    bad = unlike_template(attempt)
    if not is_version(attempt, 1):
        touched = present - {uid(pod) for pod in attempt.before.list("Pod")}
        yield missing("same-again" if touched else "untouched")
    if bad:
        yield missing(
            "template-only", nodes=names(pod["spec"]["nodeName"] for pod in bad)
        )


# A history that can be read ----------------------------------------------------------------------------------------


def with_bare_history() -> Cluster:
    """Three versions that say nothing of why."""
    cluster = filebeat_on(3)
    for number in (6, 7):
        cluster.set_image(NAME, IMAGE.format(number))
        cluster.run_until_quiet()
    return cluster


@rule("history-readable", with_bare_history)
def readable(attempt: Attempt) -> Iterator[Missing]:
    """The new version with its cause in the history, and two old versions to go back to."""
    daemon_set = attempt.need("DaemonSet", NAME)
    template = daemon_set["spec"]["template"]
    if attempt.images(NAME) != {IMAGE.format(8)}:
        yield missing("not-updated")
    found = revisions(attempt)
    if "5.6.8" not in annotations_of(found[-1]).get(CAUSE, ""):
        if CAUSE in annotations_of(template):
            yield missing("on-template")
        yield missing("late" if CAUSE in annotations_of(daemon_set) else "no-cause")
    old = len(found) - 1
    if old > 2:
        yield missing("too-many", count=old)
    if daemon_set["spec"]["revisionHistoryLimit"] < 2 or old < 2:
        yield missing("too-few", count=old)
    if daemon_set["spec"]["revisionHistoryLimit"] > 2:
        yield missing("no-limit")
