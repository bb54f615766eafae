"""Every word that a learner reads and that is no lesson: `from k8slearn.locale import course as words`.

One language is one folder beside this file; which one is spoken is the one import below.
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
