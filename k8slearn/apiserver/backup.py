"""The objects of a cluster at one moment, as a backup of etcd holds them, to restore another cluster from."""

from __future__ import annotations

from typing import NamedTuple

from k8slearn.apimachinery.objects import Object


class Backup(NamedTuple):
    """Objects as their API server gave them out, with uid, resourceVersion and managedFields, one of each key.

    `revision` is the latest of them or a later one, `time` the simulated second at which they were so. `idle` are the
    components that are not to run, for they would take for gone what was only not backed up.
    """

    objects: tuple[Object, ...]
    revision: int
    time: float
    idle: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """What is not in it and what follows, in words for a learner."""
