"""What the DaemonSet controller decides in one sync, composed here and nowhere else.

The controller carries it out, `explain` puts it into words, `parity` holds it against what the real one decided. It
depends on its arguments alone: it reads no store and no clock and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from k8slearn.apimachinery.objects import HASH_LABEL, Object, labels
from k8slearn.controllers.daemon.pods import Removal
from k8slearn.controllers.daemon.status import daemon_set_status
from k8slearn.controllers.daemon.tally import Tally
from k8slearn.controllers.daemon.update import Rollout, rolling_update
from k8slearn.controllers.history import construct_history
from k8slearn.kinds.types import AnyDaemonSet


@dataclass(frozen=True, slots=True)
class Sync:
    """What one sync decides: Nodes that get a Pod, Pods that go, the round of the rolling update, the status.

    The reasons are in it: each Removal says why, the Rollout has its arithmetic, and each Node's Placement (in the
    tally it was decided on) has every requirement that was looked at. `rollout` is None under OnDelete; of a sync that
    was carried out it is also None when the round had to wait for what `create` and `delete` asked for. `waiting` means
    that earlier creations or deletions were not yet seen, so that only the status was brought up.
    """

    create: tuple[str, ...]
    delete: tuple[Removal, ...]
    rollout: Rollout | None
    status: Object
    waiting: bool = False


def decide(daemon_set: Object, nodes: Tally, *, waiting: bool = False) -> Sync:
    """Decide one sync of a DaemonSet from its Nodes; `waiting`: what it asked for before has not all been seen.

    Kubernetes: pkg/controller/daemon/daemon_controller.go, syncDaemonSet.
    """
    if waiting:
        # The generation is not observed either: nothing was done yet about the spec that it numbers.
        status = daemon_set_status(daemon_set, nodes.counts, observe_generation=False)
        return Sync(create=(), delete=(), rollout=None, status=status, waiting=True)
    create, delete = manage(nodes)
    rollout = None
    if update_strategy(daemon_set) == "RollingUpdate":
        rollout = rolling_update(daemon_set, nodes)
    status = daemon_set_status(daemon_set, nodes.counts)
    return Sync(create, delete, rollout, status)


def manage(nodes: Tally) -> tuple[tuple[str, ...], tuple[Removal, ...]]:
    """The Nodes that lack a Pod, and the Pods that must not be where they are, Node by Node.

    Kubernetes: pkg/controller/daemon/daemon_controller.go, manage.
    """
    removals: list[Removal] = []
    for node in nodes.delete:
        removals += nodes.nodes[node].delete
    return tuple(nodes.create), tuple(removals)


def current_hash(daemon_set: Object, revisions: Iterable[Object]) -> str:
    """The hash of the revision that holds the present template, '' while none does."""
    current = construct_history(daemon_set, revisions).current
    if current is None:
        return ""
    return labels(current).get(HASH_LABEL, "")


def update_strategy(daemon_set: AnyDaemonSet) -> str:
    """RollingUpdate or OnDelete."""
    strategy = daemon_set["spec"].get("updateStrategy") or {}
    return str(strategy.get("type", "RollingUpdate"))
