"""Records of the kubelet that the model is known not to agree with, and why. A test holds that none of them agrees."""

KNOWN: dict[str, str] = {}
