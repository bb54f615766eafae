"""What a version that cannot run would cost: its image does not exist, or its Pods never get ready."""

from __future__ import annotations

from collections.abc import Callable

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, controller_uid, full_name, uid
from k8slearn.cluster import Cluster
from k8slearn.rehearsal.choices import Choice
from k8slearn.rehearsal.new_version import NewVersion, images_of
from k8slearn.rehearsal.results import Cost
from k8slearn.rehearsal.run import DryRun, current, finish, go_on
from k8slearn.rehearsal.workshop import Workshop

BAD_IMAGE, NEVER_READY = "bad image", "never ready"


def cost(shop: Workshop, choice: Choice, fault: str) -> Cost:
    """Run a rollout with `fault` until it stands still, count the Nodes away, then undo it as kubectl does."""
    version = shop.version
    template = current(shop.base, version)["spec"]["template"]
    run = shop.begin(choice, shop.usual_draw)
    away_before = _nodes_away(run)
    cluster = run.cluster
    break_it = _missing_image if fault == BAD_IMAGE else _never_ready
    heal = break_it(cluster, current(cluster, version))
    # With OnDelete nobody deletes a second Pod after the first new one failed: only one Node is lost.
    finish(run, by_hand=choice.on_delete)
    lost = _nodes_away(run) - away_before
    stands = max(run.absences.moved - run.start, 0.0)
    heal()
    undo = _undo(run, version, template, len(away_before))
    return Cost(len(lost), tuple(sorted(lost)), stands, undo)


def _nodes_away(run: DryRun) -> set[str]:
    """The Nodes without a working Pod now."""
    now = run.cluster.now
    return set(run.absences.spells(now, now + 1.0))


def _missing_image(cluster: Cluster, daemon_set: Object) -> Callable[[], None]:
    """Let no registry have the new image; returns a function that ends that."""
    image = next(iter(images_of(daemon_set).values()))
    repository = image.partition(":")[0]
    tags = cluster.control_plane.kubelet.faults.tags
    # The repository exists and has no tag.
    tags[repository] = ()

    def heal() -> None:
        del tags[repository]

    return heal


def _never_ready(cluster: Cluster, daemon_set: Object) -> Callable[[], None]:
    """Let every new Pod run without getting ready; returns a function that ends that."""
    owner = uid(daemon_set)
    broken = cluster.control_plane.kubelet.faults.never_ready

    def hear(change: Change) -> None:
        made = change.key[0] == "Pod" and change.type == "ADDED"
        if made and controller_uid(change.object) == owner:
            broken.add(full_name(change.object))

    return cluster.subscribe(hear)


def _undo(
    run: DryRun, version: NewVersion, template: Object, away_before: int
) -> float | None:
    """Seconds from the undo until all works as before; None where it does not."""
    cluster = run.cluster
    changed = current(cluster, version)
    spec = {**changed["spec"], "template": template}
    began = cluster.now
    cluster.update({**changed, "spec": spec})
    absences = run.absences
    if _by_hand(changed):
        _replace_broken(run)
    if go_on(run, lambda: absences.complete):
        return cluster.now - began
    # With a Node that was away from the beginning the rollout is never complete: compare the numbers instead.
    if len(_nodes_away(run)) > away_before:
        return None
    return max(absences.progress - began, 0.0)


def _by_hand(daemon_set: Object) -> bool:
    """Whether the DaemonSet's strategy is OnDelete, so that Pods are replaced only when deleted."""
    return bool(daemon_set["spec"]["updateStrategy"]["type"] == "OnDelete")


def _replace_broken(run: DryRun) -> None:
    """Delete the Pods that do not work, as a user would."""
    cluster = run.cluster
    cluster.settle()
    for node in sorted(_nodes_away(run)):
        for pod in run.absences.pods_on(node):
            place = pod["metadata"]["namespace"]
            cluster.delete("Pod", pod["metadata"]["name"], namespace=place)
