"""The exercises of lesson 07."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import (
    controller_ref,
    name,
)
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    missing,
    rule,
)
from k8slearn.course.lessons.shared_starts import with_filebeat

NEW_IMAGE = "ikubernetes/filebeat:5.6.6-alpine"

# Nobody acts ---------------------------------------------------------------------------------------------------


def without_controller() -> Cluster:
    """A new image, a deleted Pod, and ten minutes in which no DaemonSet controller runs."""
    cluster = with_filebeat(Cluster(nodes=3, seed=7))
    cluster.stop_controller("daemonset-controller")
    cluster.set_image("filebeat-ds", NEW_IMAGE)
    cluster.delete_pod(name(cluster.list("Pod")[0]))
    # Ten minutes, so that it is clearly stuck and not slow.
    cluster.run(600)
    return cluster


@rule("reconcile-stopped", without_controller)
def stopped(attempt: Attempt) -> Iterator[Missing]:
    """The new image on each Node, by the controller itself."""
    # A Pod without a controller was created by hand, in place of the controller's work.
    owners = map(controller_ref, attempt.cluster.list("Pod"))
    if None in owners:
        yield missing("bare-pod")
    if attempt.rebuilt("filebeat-ds"):
        yield missing("rebuilt")
    daemon_set = attempt.daemon_set("filebeat-ds")
    pods = attempt.pods("filebeat-ds")
    # observedGeneration lags behind generation: on any cluster the sign that no controller runs.
    if (
        daemon_set["metadata"]["generation"]
        != daemon_set["status"]["observedGeneration"]
    ):
        yield missing(_what_was_tried(attempt), pods=len(pods))
    if attempt.images("filebeat-ds") != {NEW_IMAGE}:
        yield missing("other-image", images=attempt.images("filebeat-ds"))
    if len(attempt.homes("filebeat-ds")) < 3:
        yield missing("deleted", pods=len(pods))


def _what_was_tried(attempt: Attempt) -> str:
    """The key of what was tried while no controller ran: another change, deleting Pods, or nothing."""
    before = attempt.at_start("DaemonSet", "filebeat-ds")
    assert before is not None
    now = attempt.daemon_set("filebeat-ds")
    generation = now["metadata"]["generation"]
    if generation > before["metadata"]["generation"]:
        return "touched"
    # Two of three were left at the beginning.
    if len(attempt.pods("filebeat-ds")) < 2:
        return "deleted"
    return "nobody"
