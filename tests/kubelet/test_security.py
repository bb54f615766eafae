"""Containers that must not run as root: which are not created, the kubelet's messages, and the cure."""

from __future__ import annotations

from typing import Any

import pytest

from k8slearn import Cluster
from k8slearn.kubelet.security import breaks_non_root
from tests.support.helpers import bare_pod

ROOT = "container has runAsNonRoot and image will run as root"
USER = "container's runAsUser breaks non-root policy"
NAME = "image has non-numeric user (nobody), cannot verify user is non-root"
# (image, the Pod's securityContext, the container's, what is wrong)
CASES: dict[str, tuple[str, Any, Any, str]] = {
    "nothing said": ("nginx", None, None, ""),
    "an image of root": ("nginx:1.27", {"runAsNonRoot": True}, None, ROOT),
    "by its home": ("docker.io/library/busybox@sha256:0", None, {"runAsNonRoot": True}, ROOT),
    "somebody else's": ("corp.example/nginx:1", {"runAsNonRoot": True}, None, ""),
    "another user": ("nginx", {"runAsNonRoot": True, "runAsUser": 101}, None, ""),
    "root by number": ("corp.example/x", {"runAsNonRoot": True, "runAsUser": 0}, None, USER),
    "the container's number": ("nginx", {"runAsNonRoot": True, "runAsUser": 101}, {"runAsUser": 0}, USER),
    "the container's word": ("nginx", {"runAsNonRoot": True}, {"runAsNonRoot": False}, ""),
    "a user's name": ("quay.io/prometheus/node-exporter:v1.9.0", {"runAsNonRoot": True}, None, NAME),
    "a user's name, of late": ("haproxy:3.2", {"runAsNonRoot": True}, None, "non-numeric user (haproxy)"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_who_must_not_be_root(case: str) -> None:
    image, of_pod, own, wrong = CASES[case]
    pod = bare_pod(securityContext=of_pod)
    pod["metadata"] |= {"uid": "u", "namespace": "default"}
    container = {"name": "c", "image": image, "securityContext": own}
    told = breaks_non_root(pod, container)
    assert wrong in told and bool(told) == bool(wrong)
    assert not told or told.endswith('(pod: "bare_default(u)", container: c)')


def test_it_waits_and_says_so() -> None:
    cluster = Cluster(1, kubelet="auto")
    pod = bare_pod(securityContext={"runAsNonRoot": True})
    pod["spec"]["containers"][0]["image"] = "nginx:1.27"
    cluster.create(pod)
    cluster.run(20)
    [status] = cluster.get("Pod", "bare")["status"]["containerStatuses"]
    waiting = status["state"]["waiting"]
    assert waiting["reason"] == "CreateContainerConfigError"
    assert waiting["message"].startswith(ROOT)
    events = [o for o in cluster.list("Event") if o["reason"] == "Failed"]
    assert [o["message"].startswith(f"Error: {ROOT}") for o in events] == [True]
