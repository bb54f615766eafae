"""A cluster from a dump of a real one: it goes on where the dump was taken, and touches nothing outside."""

from __future__ import annotations

from pathlib import Path
from random import Random
from threading import RLock
from typing import Self

from k8slearn.apiserver.backup import Backup
from k8slearn.apiserver.plugins import Settings
from k8slearn.controlplane import ControlPlane
from k8slearn.dump import read
from k8slearn.journal import HISTORY, Lock


class Loading:
    """The verb that makes a cluster from a dump, and what it says of it."""

    control_plane: ControlPlane
    lock: Lock

    @classmethod
    def load(
        cls,
        *paths: str | Path,
        seed: int = 0,
        kubelet: str = "simple",
        history: int | None = HISTORY,
    ) -> Self:
        """A cluster as a dump shows it: files or folders that `kubectl get … -o yaml` or `-o json` has written.

        Time begins at the dump's newest moment. What it lacks is in `missing`, a sentence each. Raises DumpError for
        what cannot be read. The values of Secrets are dropped on reading.
        """
        return cls.put_back(read(paths), seed=seed, kubelet=kubelet, history=history)

    @classmethod
    def put_back(
        cls,
        backup: Backup,
        *,
        seed: int = 0,
        kubelet: str = "simple",
        history: int | None = HISTORY,
    ) -> Self:
        """A cluster that goes on where a backup of another one was taken."""
        made = cls.__new__(cls)
        made.control_plane = ControlPlane(
            rng=Random(seed),
            kubelet=kubelet,
            new_lock=RLock,
            start=backup.time,
            history=history,
            settings=Settings(service_accounts=True),
            backup=backup,
        )
        made.lock = made.control_plane.lock
        return made

    @property
    def missing(self) -> list[str]:
        """What was not in the dump that this cluster was loaded from, and what follows; nothing if it was not."""
        backup = self.control_plane.origin.backup
        if backup is None:
            return []
        return list(backup.missing)
