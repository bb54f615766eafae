"""Dumps of real clusters: `kubectl get … -o yaml`, a folder of such files, `kubectl cluster-info dump`.

Invariants: nothing is sent anywhere, no value of a Secret is kept, and whatever a dump lacks is reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from k8slearn.apimachinery.cycles import uncollected
from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.backup import Backup
from k8slearn.dump.files import DumpError, DumpText, texts
from k8slearn.dump.found import Found
from k8slearn.dump.missing import lacks
from k8slearn.dump.moments import newest
from k8slearn.dump.parsing import objects
from k8slearn.dump.reading import numbered, stored
from k8slearn.dump.secrecy import (
    hidden_values,
    is_secret_name,
    looks_secret,
    masked,
    masked_object,
    without_secrets,
)
from k8slearn.dump.stand_ins import with_known_templates
from k8slearn.locale import dump as words

__all__ = [
    "DumpError",
    "backup_of",
    "hidden_values",
    "is_secret_name",
    "looks_secret",
    "masked",
    "masked_object",
    "read",
]


def read(paths: Iterable[str | Path]) -> Backup:
    """Read files and folders into one backup. Raises DumpError."""
    with uncollected():
        given: list[Object] = []
        title = ""
        for text in texts(paths):
            title = text.title
            # Empty files are ignored: kubectl writes one for each kind without objects.
            given += _objects(text)
        if not given:
            raise DumpError(words.EMPTY.format(file=title))
        return backup_of(given)


def _objects(text: DumpText) -> list[Object]:
    return [without_secrets(o) for o in objects(text)]


def backup_of(given: Iterable[Object]) -> Backup:
    """The backup of these objects, with versions and with stand-ins for missing objects that they name."""
    kept = stored(map(without_secrets, given))
    found = Found(with_known_templates(Found(kept)))
    time = newest(found.objects) or 0.0
    secrets = len(found.of("Secret"))
    made: list[Object] = []
    idle: list[str] = []
    missing: list[str] = []
    for lack in lacks(found, secrets):
        made += lack.objects
        idle += lack.idle
        if lack.sentence:
            missing.append(lack.sentence)
    everything, revision = numbered([*found.objects, *stored(made)], time)
    return Backup(
        tuple(everything),
        revision,
        time,
        idle=tuple(dict.fromkeys(idle)),
        missing=tuple(missing),
    )
