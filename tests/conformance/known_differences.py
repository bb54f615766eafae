"""Records of the kubelet that the model is known not to agree with, and why. A test holds that none of them agrees."""

KNOWN: dict[str, str] = {
    "ds-bad-liveness": "how three jitters of back-off stand when the update comes: one seed in forty has it so",
    "ds-never-ready": "by the phases of two probes the last Pod is replaced 0.3 s before the earliest of the records",
}
