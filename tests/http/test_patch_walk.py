"""The work of a PATCH: the object is decoded once, and few functions are called."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import k8slearn
from k8slearn import Cluster
from k8slearn.manifests import manifest
from tests.support.api_client import DAEMON_SETS, Client

PACKAGE = str(Path(k8slearn.__file__).parent)
MOST_CALLS = 1300
"""Calls inside the package; it took 2,266 when three request paths composed admission each in its own way."""


def patched() -> tuple[Counter[tuple[str, str]], int, dict[str, Any]]:
    """The calls of an image's PATCH in a cluster of its own, and its answer."""
    client = Client(Cluster(3, kubelet="instant"))
    client.cluster.apply(manifest("filebeat-ds"))
    client.cluster.run_until_quiet()
    (daemon_set,) = client.cluster.list("DaemonSet")
    name = daemon_set["spec"]["template"]["spec"]["containers"][0]["name"]
    calls: Counter[tuple[str, str]] = Counter()

    def count(frame, event, argument):
        if event == "call" and frame.f_code.co_filename.startswith(PACKAGE):
            module = frame.f_code.co_filename.removeprefix(PACKAGE + "/")
            calls[module, frame.f_code.co_name] += 1

    patch = {
        "spec": {"template": {"spec": {"containers": [{"name": name, "image": "a:2"}]}}}
    }
    path = f"{DAEMON_SETS}/{daemon_set['metadata']['name']}"
    sys.setprofile(count)
    try:
        code, changed = client.patch(path, patch, fieldManager="kubectl-set")
    finally:
        sys.setprofile(None)
    return calls, code, changed


def test_a_patch_of_an_image_decodes_once_and_makes_few_calls():
    # How the types look is worked out once a process, some 300 calls at the first PATCH.
    patched()
    calls, code, changed = patched()
    assert code == 200 and changed["metadata"]["generation"] == 2
    assert calls["apimachinery/decode.py", "decode"] == 1
    assert calls["apimachinery/patch.py", "patched"] == 1
    assert calls.total() <= MOST_CALLS, calls.most_common(20)
