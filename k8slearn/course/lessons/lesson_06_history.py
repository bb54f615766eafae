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
from k8slearn.controllers.history import match
from k8slearn.course.checking import (
    Attempt,
    Missing,
    missing,
    names,
    node_of,
    rule,
    strategy_of,
)
from k8slearn.course.lessons.shared_starts import with_filebeat
from k8slearn.kinds.pod.state import is_pod_ready

NAME = "filebeat-ds"
CAUSE = "kubernetes.io/change-cause"
IMAGE = "ikubernetes/filebeat:5.6.{}-alpine"
BROKEN = "ikubernetes/filebeat:5.6.8-broken"
REDIS = "redis.default.svc.cluster.local"
REDIS_MISSPELLED = "redis.typo.svc.cluster.local"


def filebeat_on(nodes: int) -> Cluster:
    """filebeat, running, in its first version."""
    return with_filebeat(Cluster(nodes=nodes, seed=6))


def new_version(cluster: Cluster, image: str, cause: str, **env: str) -> None:
    """Change image, environment and change-cause in one write, and let the rollout go as far as it gets."""
    container: Object = {"name": "filebeat", "image": image}
    if env:
        container["env"] = [{"name": key, "value": value} for key, value in env.items()]
    template = {"spec": {"containers": [container]}}
    # One write: the controller copies the annotations into the history when it creates the new revision.
    change = {
        "metadata": {"annotations": {CAUSE: cause}},
        "spec": {"template": template},
    }
    cluster.patch("DaemonSet", NAME, change)
    cluster.run_until_quiet()


def revisions(attempt: Attempt) -> list[Object]:
    """The ControllerRevisions of filebeat, by number."""
    owner = uid(attempt.daemon_set(NAME))
    found = []
    for revision in attempt.cluster.list("ControllerRevision"):
        if revision["metadata"]["ownerReferences"][0]["uid"] == owner:
            found.append(revision)
    return sorted(found, key=lambda revision: int(revision["revision"]))


def is_version(attempt: Attempt, number: int) -> bool:
    """Whether the present template equals that of revision `number` at the beginning of the exercise."""
    # By content: a rollback gives an old template a new number.
    daemon_set = attempt.daemon_set(NAME)
    for revision in attempt.before.list("ControllerRevision"):
        if revision["revision"] == number and match(daemon_set, revision):
            return True
    return False


def unlike_template(attempt: Attempt) -> list[Object]:
    """The Pods that are not of the present version, or not ready."""
    current = labels(revisions(attempt)[-1])[HASH_LABEL]
    found = []
    for pod in attempt.pods(NAME):
        if labels(pod).get(HASH_LABEL) != current or not is_pod_ready(pod):
            found.append(pod)
    return found


# Two bad versions, one after the other ------------------------------------------------------------------------


def with_two_bad_versions() -> Cluster:
    """Four versions: the second was the last good one, the third has a wrong address, the fourth does not start."""
    cluster = filebeat_on(3)
    new_version(
        cluster,
        IMAGE.format(6),
        "升级到 5.6.6，日志改成 warning",
        REDIS_HOST=REDIS,
        REDIS_LOG_LEVEL="warning",
    )
    new_version(
        cluster,
        IMAGE.format(7),
        "升级到 5.6.7，换 redis 地址",
        REDIS_HOST=REDIS_MISSPELLED,
    )
    new_version(cluster, BROKEN, "紧急修复 redis 地址")
    return cluster


@rule("history-last-good", with_two_bad_versions)
def last_good(attempt: Attempt) -> Iterator[Missing]:
    """The template of version 2, all of it, in the same DaemonSet."""
    if attempt.rebuilt(NAME):
        yield missing("rebuilt")
    # `undo` without a number goes from 4 to 3, which is bad as well.
    for number, key in {4: "stuck", 3: "one-back", 1: "too-far"}.items():
        if is_version(attempt, number):
            yield missing(key)
    # None of the four: the image was set back, and the environment forgotten.
    if not is_version(attempt, 2):
        yield missing("half")
    waiting = unlike_template(attempt)
    if waiting:
        yield missing("waiting", count=len(waiting))


# Going back under OnDelete ------------------------------------------------------------------------------------


def half_on_delete() -> Cluster:
    """OnDelete, a second version that does not start, and two of four Pods already replaced by it."""
    cluster = filebeat_on(4)
    cluster.set_strategy(NAME, "OnDelete")
    cluster.set_image(NAME, BROKEN)
    cluster.run_until_quiet()
    for pod in cluster.list("Pod"):
        if node_of(pod) in ("node1", "node2"):
            cluster.delete_pod(name(pod))
    cluster.run_until_quiet()
    return cluster


@rule("history-on-delete", half_on_delete)
def on_delete(attempt: Attempt) -> Iterator[Missing]:
    """The old template again, the two bad Pods replaced, and the two good ones the very ones they were."""
    if strategy_of(attempt.daemon_set(NAME)) != "OnDelete":
        yield missing("strategy")
    before = attempt.before.list("Pod")
    present = set(map(uid, attempt.pods(NAME)))
    good = [pod for pod in before if is_pod_ready(pod)]
    lost = [pod for pod in good if uid(pod) not in present]
    if lost:
        yield missing("innocent", nodes=_nodes_of(lost))
    if not is_version(attempt, 1):
        if not is_version(attempt, 2):
            yield missing("other")
        # Pods deleted before the template was set back come again as bad as they were.
        touched = present - set(map(uid, before))
        yield missing("same-again" if touched else "untouched")
    bad = unlike_template(attempt)
    if bad:
        yield missing("template-only", nodes=_nodes_of(bad))


def _nodes_of(pods: list[Object]) -> str:
    return names(node_of(pod) for pod in pods)


# A history that can be read -----------------------------------------------------------------------------------

# As many old versions as the exercise asks to keep.
LIMIT = 2


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
    if attempt.images(NAME) != {IMAGE.format(8)}:
        yield missing("not-updated")
    newest = revisions(attempt)[-1]
    if "5.6.8" not in annotations_of(newest).get(CAUSE, ""):
        yield missing(_where_cause_is(attempt))
    limit = attempt.daemon_set(NAME)["spec"]["revisionHistoryLimit"]
    old = len(revisions(attempt)) - 1
    if old > LIMIT:
        yield missing("too-many", count=old)
    if limit < LIMIT or old < LIMIT:
        yield missing("too-few", count=old)
    # Deleting a revision by hand leaves two as well, but without the limit there will be more again.
    if limit > LIMIT:
        yield missing("no-limit")


def _where_cause_is(attempt: Attempt) -> str:
    daemon_set = attempt.daemon_set(NAME)
    if CAUSE in annotations_of(daemon_set["spec"]["template"]):
        return "on-template"
    # Annotated after the revision was created, which has a copy of the earlier annotations.
    if CAUSE in annotations_of(daemon_set):
        return "late"
    return "no-cause"
