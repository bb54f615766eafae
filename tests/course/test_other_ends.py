"""Right ends that are not that of the reference solution are accepted as well."""

from __future__ import annotations

import pytest

from k8slearn.lesson import exercise

BARE_PODS = """
for node in ("node1", "node2", "node3"):
    main = {"name": "clean", "image": "example.com/clean:1.0", "command": ["sleep", "5"]}
    spec = {"nodeName": node, "restartPolicy": "Never", "containers": [main]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": node}, "spec": spec})
"""
NO_COMPLETIONS = """
main = {"name": "clean", "image": "example.com/clean:1.0", "command": ["sleep", "5"]}
spread = {"topologyKey": "kubernetes.io/hostname", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
spread["labelSelector"] = {"matchLabels": {"app": "clean"}}
spec = {"restartPolicy": "Never", "containers": [main], "topologySpreadConstraints": [spread]}
template = {"metadata": {"labels": {"app": "clean"}}, "spec": spec}
job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "clean"}}
cluster.apply({**job, "spec": {"parallelism": 3, "template": template}})
"""
# A version that finds no redis never ends to start; what has started is asked about itself only.
ASKED_AT_START = """
own = {"httpGet": {"path": "/livez", "port": 9100}}
start = {"httpGet": {"path": "/healthz", "port": 9100}, "failureThreshold": 30}
main = {"name": "agent", "livenessProbe": own, "readinessProbe": own, "startupProbe": start}
cluster.patch("DaemonSet", "agent", {"spec": {"template": {"spec": {"containers": [main]}}}})
cluster.run(300)
"""
ITS_OWN_RESOLVER = """
dns = {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["10.96.0.10"]}}
cluster.patch("DaemonSet", "filebeat-ds", {"spec": {"template": {"spec": dns}}})
"""


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("which-once", BARE_PODS),
        ("which-once", NO_COMPLETIONS),
        ("health-dependency", ASKED_AT_START),
        ("host-dns", ITS_OWN_RESOLVER),
    ],
    ids=["bare Pods", "no completions", "asked at start", "its own resolver"],
)
def test_another_right_end_is_accepted(
    key: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K8SLEARN_PROGRESS", "")
    task = exercise(key)
    exec(code, {"cluster": task.cluster})
    verdict = task.check()
    assert verdict.right, verdict.text
