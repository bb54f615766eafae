"""What is known to differ from the records, and why. A test holds that no row of it agrees."""

from __future__ import annotations

DEPLOYMENT = "it needs a Deployment and its ReplicaSet, which the model does not have"
STATEFUL_SET = "it needs a StatefulSet, which the model does not have"
LATER = "the scheduler's other rules and preemption are not modelled yet"

_NAMES = {
    DEPLOYMENT: """
        a-deployment-moves b-psa-warn b-quota-counts c-evict-dry-missing c-evict c-pdb-changed
        c-pdb-delete-not-bound c-pdb-maxunavailable-10pct c-pdb-maxunavailable-30pct
        c-pdb-maxunavailable c-pdb-minavailable-30pct c-pdb-minavailable-50pct c-pdb-minavailable-9
        c-pdb-minavailable c-pdb-no-match c-pdb-two-deployments c-pdb-two f-anti-affinity
        f-message-ports f-spread-default
    """,
    STATEFUL_SET: """
        b-quota-statefulset c-pdb-statefulset
    """,
}
TRACES = {name: reason for reason, names in _NAMES.items() for name in names.split()}
"""Traces by their name, each with its reason."""

OTHERS = -1
"""What counts as one step more in a session: the states after steps that are not kubectl's, and the Events."""
_STEPS: dict[str, dict[str, tuple[int, ...]]] = {
    "k-drain-emptydir-deploy": {DEPLOYMENT: (3, 4, 5, OTHERS)},
    "k-drain-pdb": {DEPLOYMENT: (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, OTHERS)},
    "k-pdb": {
        DEPLOYMENT: (
            1,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            12,
            13,
            14,
            15,
            16,
            17,
            18,
            19,
            20,
            21,
            22,
            OTHERS,
        )
    },
    "k-priority": {
        DEPLOYMENT: (
            11,
            13,
            14,
            15,
            16,
            17,
            18,
            19,
            20,
            23,
            24,
            25,
            26,
            27,
            28,
            29,
            30,
            OTHERS,
        )
    },
    "k-quota": {DEPLOYMENT: (23, 25, 27, 28, 29, OTHERS)},
}
STEPS = {
    name: {step: reason for reason, steps in reasons.items() for step in steps}
    for name, reasons in _STEPS.items()
}
"""Steps of kubectl sessions by the session's name."""
