"""Records of the kubelet that the model is known not to agree with, and why. A test holds that none of them agrees."""

KNOWN: dict[str, str] = {
    "ds-bad-liveness": "a Pod deleted while its container waits in back-off tells no Killing",
    "ds-init": "a container that never began is told as lost when its Pod is deleted in an init container",
    "ds-never-ready": "a Pod deleted in the second in which its probe fails tells no Killing",
    "end-in-mounting": "a Pod deleted while it waits for a volume goes on waiting",
    "init-slow-deleted": "a container that never began is told as lost when its Pod is deleted in an init container",
    "ready-success-2-of-3": "the first probe after the start comes once, and twice in the record",
    "static-update": "a changed static Pod's old mirror is written once more before it goes",
}
