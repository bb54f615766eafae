"""Other right ends than that of the reference solution are accepted, and wrong ends in other ways are refused."""

from __future__ import annotations

import pytest

from k8slearn.lesson import Verdict, exercise, manifest

BARE_PODS = """
for node in ("node1", "node2", "node3"):
    main = {"name": "clean", "image": "example.com/clean:1.0", "command": ["sleep", "5"]}
    spec = {"nodeName": node, "restartPolicy": "Never", "containers": [main]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": node}, "spec": spec})
"""
SPREAD_JOB = """
main = {"name": "clean", "image": "example.com/clean:1.0", "command": ["sleep", "5"]}
spread = {"topologyKey": "kubernetes.io/hostname", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
spread["labelSelector"] = {"matchLabels": {"app": "clean"}}
spec = {"restartPolicy": "Never", "containers": [main], "topologySpreadConstraints": [spread]}
template = {"metadata": {"labels": {"app": "clean"}}, "spec": spec}
job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "clean"}}
job["spec"] = {"parallelism": 3, "template": template}
"""
APPLIED = "cluster.apply(job)\n"
NO_COMPLETIONS = SPREAD_JOB + APPLIED
TIDIES_UP = SPREAD_JOB + "job['spec']['ttlSecondsAfterFinished'] = 0\n" + APPLIED
ONE_TIDIES_UP = """
for node, seconds in (("node1", 0), ("node2", 1000), ("node3", 1000)):
    main = {"name": "clean", "image": "example.com/clean:1.0", "command": ["sleep", "5"]}
    spec = {"restartPolicy": "Never", "containers": [main], "nodeSelector": {"kubernetes.io/hostname": node}}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": node}}
    cluster.apply({**job, "spec": {"ttlSecondsAfterFinished": seconds, "template": {"spec": spec}}})
cluster.run(100)
"""
PUT_AWAY = "cluster.run(60)\ncluster.delete('Job', 'clean')\ncluster.run(30)\n"
SECOND_TRY = (
    SPREAD_JOB
    + "del spec['topologySpreadConstraints']\n"
    + APPLIED
    + PUT_AWAY
    + NO_COMPLETIONS
)
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


# A DaemonSet may be made anew while its Pods go on.
ORPHANED = """
made = cluster.get("DaemonSet", "agent")
cluster.delete("DaemonSet", "agent", propagation="Orphan")
cluster.run(5)
made["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = 70
made["spec"]["updateStrategy"] = {"type": "OnDelete"}
cluster.apply({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"}, "spec": made["spec"]})
cluster.run(5)
for pod in cluster.list("Pod"):
    cluster.delete("Pod", pod["metadata"]["name"], grace=70)
    cluster.run(120)
cluster.set_strategy("agent", "RollingUpdate")
"""
ORPHANED_SIXTY = """
pods = {"metadata": {"labels": {"app": "pull"}}, "spec": {"containers": [{"name": "pull", "image": NEW}]}}
spec = {"selector": {"matchLabels": {"app": "pull"}}, "template": pods}
cluster.apply({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "pull"}, "spec": spec})
cluster.run_until_quiet()
cluster.delete("DaemonSet", "collector", propagation="Orphan")
cluster.run_until_quiet()
faster = "  updateStrategy: {rollingUpdate: {maxUnavailable: 5}}\\n  selector"
cluster.apply(manifest("collector").replace(":1.0", ":2.0").replace("  selector", faster, 1))
cluster.run_until_quiet(1200)
"""
CHANGES_WHAT_IT_READ = """
KEY = "startup-taint.cluster-autoscaler.kubernetes.io/agent"
tolerations = {"tolerations": [{"key": KEY, "operator": "Exists"}]}
cluster.patch("DaemonSet", "agent", {"spec": {"template": {"spec": tolerations}}})


def opener(api):
    for pod in api.list("Pod", "app=agent"):
        states = {each["type"]: each["status"] for each in pod["status"].get("conditions", [])}
        if states.get("Ready") == "True":
            node = api.get("Node", pod["spec"]["nodeName"])
            for taint in [*node["spec"].get("taints", [])]:
                if taint["key"] == KEY:
                    node["spec"]["taints"].remove(taint)
                    api.patch("Node", node["metadata"]["name"], {"spec": node["spec"]})


cluster.add_controller("opener", opener)
"""
TAINTED = """
cluster.taint("node2", "repair:NoSchedule")
cluster.patch("Deployment", "web", {"spec": {"template": {"metadata": {"annotations": {"moved": "1"}}}}})
cluster.run(120)
"""
SETTINGS_2 = """
config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings-2"}, "data": {"level": "debug"}}
cluster.create({**config, "immutable": True})
main = {"name": "main", "envFrom": [{"configMapRef": {"name": "settings-2"}}]}
"""
USED = """
cluster.patch("DaemonSet", "collector", {"spec": {"template": {"spec": {"containers": [main]}}}})
cluster.run_until_quiet()
"""
# Of two that have the variable, the later counts.
BOTH = "main['envFrom'].insert(0, {'configMapRef': {'name': 'settings'}})\n"
AT_HOME = """
import yaml
from k8slearn.course.lessons.lesson_17_cluster import ON_ITS_NODE
spec = yaml.safe_load(ON_ITS_NODE)
"""
PATCHED = """
cluster.patch("DaemonSet", "log-agent", {"spec": {"template": {"spec": spec}}})
"""
HOST_NETWORK = "spec['hostNetwork'] = True\nspec['containers'][0]['ports'] = [{'containerPort': 24224}]\n"
A_SLASH = "spec['volumes'][0]['hostPath']['path'] = '/var/log/'\n"
BY_COMMAND = """
probe = {"exec": {"command": ["curl", "-fs", "http://localhost:2020/ready"]}}
spec = {"terminationGracePeriodSeconds": 60, "containers": [{"name": "agent", "readinessProbe": probe}]}
"""
A_RANGE = """
place = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "monitoring"}}
bounds = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "small", "namespace": "monitoring"}}
sizes = {"type": "Container", "default": {"memory": "64Mi"}}
main = {"name": "report", "image": "example.com/disk-report:2.1"}
pods = {"metadata": {"labels": {"app": "report"}}, "spec": {"containers": [main]}}
wanted = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "disk-report", "namespace": "monitoring"}}
spec = {"selector": {"matchLabels": {"app": "report"}}, "template": pods}
cluster.apply(place)
"""
BOUNDS = 'cluster.apply({**bounds, "spec": {"limits": [sizes]}})\n'
MADE = 'cluster.apply({**wanted, "spec": spec})\ncluster.run_until_quiet()\n'
ASKED_BY_CURL = """
own = {"httpGet": None, "exec": {"command": ["curl", "-fs", "localhost:9100/livez"]}}
main = {"name": "agent", "livenessProbe": own}
cluster.patch("DaemonSet", "agent", {"spec": {"template": {"spec": {"containers": [main]}}}})
cluster.run(300)
"""
CANARIES = """
def exchange(*nodes):
    for pod in cluster.list("Pod", selector="app=log-agent"):
        if pod["spec"]["nodeName"] in nodes:
            cluster.delete_pod(pod["metadata"]["name"])
    cluster.run(120)


cluster.set_strategy("log-agent", "OnDelete")
cluster.set_image("log-agent", "example.com/log-agent:1.1")
exchange("spot1")
"""
ONE_TWICE = """
exchange("spot1")
exchange("spot2", "spot3")
cluster.set_strategy("log-agent", "RollingUpdate", max_unavailable=3)
"""

# What must not be accepted -----------------------------------------------------------------------------------

ALL_ON_ONE = TIDIES_UP.replace(
    "\njob[", "\ndel spec['topologySpreadConstraints']\njob[", 1
)
ONCE_MORE = TIDIES_UP + "cluster.run(60)\n" + APPLIED
MORE_MEMORY = """
cluster.delete("Deployment", "agent")
cluster.run_until_quiet()
requests = {"cpu": "100m", "memory": "1Gi"}
main = {"name": "agent", "image": "example.com/agent:1.0", "resources": {"requests": requests}}
marks = {"app": "agent"}
spec = {"selector": {"matchLabels": marks}, "template": {"metadata": {"labels": marks}, "spec": {"containers": [main]}}}
cluster.apply({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"}, "spec": spec})
"""
A_POD_IS_LEFT = (
    TAINTED
    + """
main = {"name": "x", "image": "example.com/x:1"}
pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}}
cluster.apply({**pod, "spec": {"nodeName": "node2", "containers": [main]}})
"""
)
FIVE = 'cluster.set_strategy("collector", "RollingUpdate", max_unavailable=5)\n'
HURRIED = (
    FIVE
    + """
cluster.patch("DaemonSet", "collector", {"spec": {"minReadySeconds": 0}})
cluster.set_image("collector", NEW)
cluster.run_until_quiet(1200)
cluster.patch("DaemonSet", "collector", {"spec": {"minReadySeconds": 10}})
"""
)
OWN_HURRIED = """
def wait(seconds):
    cluster.patch("DaemonSet", "log-agent", {"spec": {"minReadySeconds": seconds}}, namespace="ops")


before = cluster.get("DaemonSet", "log-agent", "ops")["spec"]["minReadySeconds"]
cluster.set_strategy("log-agent", "RollingUpdate", max_unavailable=1, namespace="ops")
wait(0)
cluster.set_image("log-agent", "registry.example/log-agent:2.5", namespace="ops")
cluster.run_until_quiet(3600)
wait(before)
"""
BLIND = (
    FIVE
    + """
probe = cluster.get("DaemonSet", "collector")["spec"]["template"]["spec"]["containers"][0]["readinessProbe"]
for each in (None, probe):
    main = {"name": "collector", "image": NEW, "readinessProbe": each}
    cluster.patch("DaemonSet", "collector", {"spec": {"template": {"spec": {"containers": [main]}}}})
    cluster.run_until_quiet(2000)
"""
)
TWO_OWN_IT = """
pods = {"metadata": {"labels": {"app": "shipper"}}, "spec": {"containers": [{"name": "main"}]}}
spec = {"minReadySeconds": 10, "selector": {"matchLabels": {"app": "shipper"}}, "template": pods}
wanted = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "shipper"}, "spec": spec}
cluster.server_side_apply(wanted, manager="ci")
pods["spec"]["containers"][0]["image"] = "example.com/shipper:1.1"
del spec["minReadySeconds"]
cluster.server_side_apply(wanted, manager="me")
"""
PREFIX = "main['envFrom'][0]['prefix'] = 'x_'\n"


def checked(key: str, code: str, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    """The verdict of an exercise after some code."""
    monkeypatch.setenv("K8SLEARN_PROGRESS", "")
    task = exercise(key)
    scope = {"cluster": task.cluster, "manifest": manifest}
    exec(code, {**scope, "NEW": "play.example/pull-20:2.0"})
    return task.check()


SOFTENED = """
for effect in ("PreferNoSchedule", "NoSchedule-"):
    cluster.taint("control1", f"node-role.kubernetes.io/control-plane:{effect}")
cluster.run_until_quiet()
"""
# The Pods stay for now: like the DaemonSet they are of the first generation.
CONTAINER_RENAMED = """
cluster.delete("DaemonSet", "filebeat-ds", propagation="Orphan")
wanted = manifest("filebeat-ds").replace("name: filebeat-ds", "name: log-agent")
cluster.apply(wanted.replace("- name: filebeat", "- name: log-agent"))
cluster.run_until_quiet()
"""
RESTARTED = """
template = cluster.list("ControllerRevision")[0]["data"]["spec"]["template"]
note = {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}}
template["metadata"] |= note
cluster.patch("DaemonSet", "filebeat-ds", {"spec": {"template": template}})
"""


# A Pod's request is its limit where none is written, as the API server fills it in.
LIMIT_ALONE = """
sizes = {"requests": None, "limits": {"memory": "300Mi"}}
main = {"name": "agent", "resources": sizes}
cluster.patch("DaemonSet", "agent", {"spec": {"template": {"spec": {"containers": [main]}}}})
cluster.run_until_quiet()
"""
ANOTHER_NAME = """
spec = {"type": "ExternalName", "externalName": "agent.default.svc.cluster.local"}
cluster.patch("Service", "agents", {"spec": spec})
"""


@pytest.mark.parametrize(
    ("key", "code"),
    [
        pytest.param("room-fit", LIMIT_ALONE, id="limit alone"),
        pytest.param("which-once", BARE_PODS, id="bare Pods"),
        pytest.param("which-once", NO_COMPLETIONS, id="no completions"),
        pytest.param("which-once", TIDIES_UP, id="tidies up"),
        pytest.param("which-once", ONE_TIDIES_UP, id="one tidies up"),
        pytest.param("which-once", NO_COMPLETIONS + PUT_AWAY, id="put away"),
        pytest.param("which-once", SECOND_TRY, id="second try"),
        pytest.param("health-dependency", ASKED_AT_START, id="asked at start"),
        pytest.param("health-dependency", ASKED_BY_CURL, id="asked by curl"),
        pytest.param("manifest-write", A_RANGE + BOUNDS + MADE, id="a range"),
        pytest.param("host-dns", ITS_OWN_RESOLVER, id="its own resolver"),
        pytest.param("ops-grace", ORPHANED, id="orphaned"),
        pytest.param("ops-drain", TAINTED, id="tainted"),
        pytest.param("ops-startup", CHANGES_WHAT_IT_READ, id="changed"),
        pytest.param("rollout-sixty", ORPHANED_SIXTY, id="sixty orphaned"),
        pytest.param("change-config", SETTINGS_2 + BOTH + USED, id="both"),
        pytest.param("capstone-home", AT_HOME + HOST_NETWORK + PATCHED, id="network"),
        pytest.param("capstone-home", AT_HOME + A_SLASH + PATCHED, id="a slash"),
        pytest.param("capstone-health", BY_COMMAND + PATCHED, id="by command"),
        pytest.param("capstone-upgrade", CANARIES + ONE_TWICE, id="one twice"),
    ],
)
def test_another_right_end_is_accepted(
    key: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = checked(key, code, monkeypatch)
    assert verdict.right, verdict.text


@pytest.mark.parametrize(
    ("key", "code", "told"),
    [
        ("what-control-plane", SOFTENED, "taint-gone"),
        ("what-rename", CONTAINER_RENAMED, "template"),
        ("history-on-delete", RESTARTED, "other"),
        ("talk-every-address", ANOTHER_NAME, "nobody"),
        ("which-once", ALL_ON_ONE, "doubled"),
        ("which-once", ONCE_MORE, "doubled"),
        ("which-move", MORE_MEMORY, "another"),
        # A LimitRange says nothing of Pods that are there already.
        ("manifest-write", A_RANGE + MADE + BOUNDS, "no-limit"),
        ("health-dependency", ASKED_BY_CURL.replace("livez", "healthz"), "restarts"),
        ("ops-drain", A_POD_IS_LEFT, "still-there"),
        ("rollout-sixty", HURRIED, "hurried"),
        ("rollout-sixty", BLIND, "blind"),
        ("own-limit", OWN_HURRIED, "hurried"),
        ("change-config", SETTINGS_2 + PREFIX + USED, "in-pods"),
        ("change-owner", TWO_OWN_IT, "taken"),
        ("capstone-upgrade", CANARIES, "half"),
    ],
)
def test_a_wrong_end_by_another_way_is_refused(
    key: str, code: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = checked(key, code, monkeypatch)
    assert verdict.key == told, verdict.text
