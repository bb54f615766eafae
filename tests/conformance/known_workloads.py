"""Workload records with known differences, and the reasons. A test checks that none of them agrees."""

from __future__ import annotations

NO_VOLUMES = (
    "what a claim waits for is told once here, every 15 s there; "
    "and the Pod is looked at before its claim is made"
)
POD_GC = (
    "pod-gc marks a Pod Failed and deletes it in one turn here; in the record the StatefulSet's controller "
    "came between and deleted it first"
)
ROUNDS = (
    "how many Pods are ready before the controllers look again is chance, and so how many rounds "
    "a rollout tells Events of; these records list what they saw, not all that can be"
)
BATCH = (
    "the record was looked at 0.8 s after the last change; a step lasts a second here, and the Job controller's next "
    "look comes after just that second"
)
GO_DUMP = "the refusal prints the template as Go's internal struct, field by field, which the model does not have"
TOKEN = "the recorder's user stood in a file of tokens, which gives a uid; a user of kubeadm's has none, nor has ours"
PACE = "how long kubectl itself takes decides how many tries of a back-off fall into a step"
RACE = (
    "two syncs of the Deployment raced: the counts of the second stand beside the condition of the first; "
    "and which of equal Events are folded after the tenth is left to a Go map"
)

_NAMES = {
    NO_VOLUMES: """
        e-sts-claims-delete
    """,
    POD_GC: """
        e-sts-node-lost
    """,
    BATCH: """
        e-job-validation
    """,
    ROUNDS: """
        d-rolling-10-surge-none-unavailable-none d-rolling-7-surge-30pct-unavailable-30pct
    """,
}
TRACES = {name: reason for reason, names in _NAMES.items() for name in names.split()}
"""Traces by their name, each with its reason."""

OTHERS = -1
"""The number of the extra step of a session: the states after steps other than kubectl's, and the Events."""
_STEPS: dict[str, dict[str, tuple[int, ...]]] = {
    "k-deploy-rollout": {RACE: (4, 5, OTHERS)},
    "k-job": {GO_DUMP: (21,)},
    "k-rbac": {TOKEN: (29,)},
}
STEPS = {
    name: {step: reason for reason, steps in reasons.items() for step in steps}
    for name, reasons in _STEPS.items()
}
"""Steps of kubectl sessions by the session's name."""
_SOMETIMES: dict[str, dict[str, tuple[int, ...]]] = {
    "k-failedcreate": {PACE: (OTHERS,)},
    "k-job": {PACE: (22, OTHERS)},
}
SOMETIMES = {
    name: {step: reason for reason, steps in reasons.items() for step in steps}
    for name, reasons in _SOMETIMES.items()
}
"""Steps that differ on some machines and at some times."""
