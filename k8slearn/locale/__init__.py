"""The catalogue of all texts for learners outside the lessons: `from k8slearn.locale import course as words`.

A language is a folder beside this file; the import below chooses it.
"""

from k8slearn.locale.zh import (
    apimachinery,
    controllers,
    controlplane,
    course,
    dump,
    explain,
    faults,
    files,
    http,
    kinds,
    kubelet,
    lab,
    launch,
    lite,
    network,
    page,
    parity,
    rehearsal,
    remedies,
    view,
    watching,
)

__all__ = [
    "apimachinery",
    "controllers",
    "controlplane",
    "course",
    "dump",
    "explain",
    "faults",
    "files",
    "http",
    "kinds",
    "kubelet",
    "lab",
    "launch",
    "lite",
    "network",
    "page",
    "parity",
    "rehearsal",
    "remedies",
    "view",
    "watching",
]
