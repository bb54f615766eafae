"""Records of the kubelet that the model is known not to agree with, and why. A test holds that none of them agrees."""

KNOWN: dict[str, str] = {
    "ds-bad-liveness": "how the jitters of two Pods' back-offs stand when the update comes: one seed in ten has one, "
    "one in some dozens both",
}
