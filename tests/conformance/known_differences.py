"""Kubelet records with known differences, and the reasons. A test checks that none of them agrees."""

KNOWN: dict[str, str] = {
    "ds-bad-liveness": "how the jitters of two Pods' back-offs stand when the update comes: one seed in ten has one, "
    "one in some dozens both",
}
