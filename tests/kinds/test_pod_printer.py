"""The row of `kubectl get pods`, as by printPod of the real server."""

import pytest

from k8slearn.apimachinery.objects import timestamp
from k8slearn.kinds.pod.printer import cells, pod_status

NOW = 100.0


def state(words):
    """`running`, `waiting:REASON` or `terminated:REASON:CODE`."""
    kind, *rest = words.split(":")
    if kind == "waiting":
        return {"waiting": {"reason": rest[0]}}
    if kind == "terminated":
        reason, code = rest
        about = {"reason": reason} if reason else {}
        return {"terminated": {**about, "exitCode": int(code)}}
    return {"running": {}}


def status(name, words, *, ready=False, restarts=0, last=None, started=None):
    found = {"name": name, "state": state(words), "ready": ready, "lastState": {}}
    if last is not None:
        found["lastState"] = {"terminated": {"finishedAt": timestamp(last)}}
    if started is not None:
        found["started"] = started
    return found | {"restartCount": restarts}


def pod(*containers, init=(), sidecars=(), phase="Running", deleting=False, **about):
    meta = {"name": "p", "creationTimestamp": timestamp(0.0)}
    if deleting:
        meta["deletionTimestamp"] = timestamp(NOW)
    spec = {"containers": [{"name": each["name"]} for each in containers]}
    if init:
        spec["initContainers"] = [{"name": each["name"]} for each in init]
        for container in spec["initContainers"]:
            if container["name"] in sidecars:
                container["restartPolicy"] = "Always"
    told = {"phase": phase, "containerStatuses": list(containers), **about}
    if init:
        told["initContainerStatuses"] = list(init)
    return {"metadata": meta, "spec": spec, "status": told}


def line(o):
    """READY, STATUS, RESTARTS and AGE."""
    return " ".join(str(cell) for cell in cells(o, NOW)[1:5])


READY = [{"type": "Ready", "status": "True"}]
INITIALIZED = [{"type": "Initialized", "status": "True"}]
LINES = {
    "runs": (pod(status("a", "running", ready=True)), "1/1 Running 0 100s"),
    "not ready": (pod(status("a", "running")), "0/1 Running 0 100s"),
    "crashed": (
        pod(status("a", "waiting:CrashLoopBackOff", restarts=3, last=80.0)),
        "0/1 CrashLoopBackOff 3 (20s ago) 100s",
    ),
    "between two crashes": (
        pod(status("a", "terminated:Error:1", restarts=1, last=99.0)),
        "0/1 Error 1 (1s ago) 100s",
    ),
    "without a reason": (pod(status("a", "terminated::7")), "0/1 ExitCode:7 0 100s"),
    "pulls": (
        pod(status("a", "waiting:ImagePullBackOff"), phase="Pending"),
        "0/1 ImagePullBackOff 0 100s",
    ),
    "evicted": (
        pod(status("a", "terminated::137"), phase="Failed", reason="Evicted") | {},
        "0/1 ExitCode:137 0 100s",
    ),
    "refused": (pod(phase="Failed", reason="OutOfcpu"), "0/0 OutOfcpu 0 100s"),
    "one of two is through": (
        pod(
            status("a", "terminated:Completed:0"),
            status("b", "running", ready=True),
            conditions=READY,
        ),
        "1/2 Running 0 100s",
    ),
    "one of two is through, and the Pod is not ready": (
        pod(status("a", "terminated:Completed:0"), status("b", "running", ready=True)),
        "1/2 NotReady 0 100s",
    ),
    "restarts of all containers": (
        pod(
            status("a", "running", ready=True, restarts=2, last=40.0),
            status("b", "running", ready=True, restarts=1, last=70.0),
        ),
        "2/2 Running 3 (30s ago) 100s",
    ),
    "the second init container": (
        pod(
            status("a", "waiting:PodInitializing"),
            init=(status("i", "terminated:Completed:0"), status("j", "running")),
            phase="Pending",
        ),
        "0/1 Init:1/2 0 100s",
    ),
    "an init container that crashes": (
        pod(
            status("a", "waiting:PodInitializing"),
            init=(status("i", "waiting:CrashLoopBackOff", restarts=4, last=60.0),),
            phase="Pending",
        ),
        "0/1 Init:CrashLoopBackOff 4 (40s ago) 100s",
    ),
    "an init container that failed": (
        pod(
            status("a", "waiting:PodInitializing"),
            init=(status("i", "terminated:Error:1"),),
            phase="Pending",
        ),
        "0/1 Init:Error 0 100s",
    ),
    "restarts of finished init containers are past": (
        pod(
            status("a", "running", ready=True),
            init=(status("i", "terminated:Completed:0", restarts=4, last=60.0),),
        ),
        "1/1 Running 0 100s",
    ),
    "a sidecar counts": (
        pod(
            status("a", "running", ready=True),
            init=(
                status("s", "running", ready=True, started=True, restarts=1, last=90.0),
            ),
            sidecars=("s",),
        ),
        "2/2 Running 1 (10s ago) 100s",
    ),
    "a sidecar that has not started holds the others up": (
        pod(
            status("a", "waiting:PodInitializing"),
            init=(status("s", "running", started=False),),
            sidecars=("s",),
            phase="Pending",
        ),
        "0/2 Init:0/1 0 100s",
    ),
    "nobody looks behind a sidecar that does not run": (
        pod(
            status("a", "running", ready=True),
            init=(
                status("s", "waiting:CrashLoopBackOff", started=False, restarts=3),
                status("t", "running", ready=True, started=True, restarts=5, last=98.0),
            ),
            sidecars=("s", "t"),
            conditions=INITIALIZED,
        ),
        "1/3 Init:CrashLoopBackOff 3 100s",
    ),
    "init containers after a restart": (
        pod(
            status("a", "running", ready=True),
            init=(status("i", "running"),),
            conditions=INITIALIZED,
        ),
        "1/1 Init:0/1 0 100s",
    ),
    "ends": (
        pod(status("a", "running", ready=True), deleting=True),
        "1/1 Terminating 0 100s",
    ),
    "has ended, and waits for its finalizer": (
        pod(status("a", "terminated:Completed:0"), phase="Succeeded", deleting=True),
        "0/1 Completed 0 100s",
    ),
}


@pytest.mark.parametrize("case", LINES)
def test_the_line_is_the_real_servers(case):
    o, expected = LINES[case]
    assert line(o) == expected


def test_the_node_is_lost():
    lost = pod(status("a", "running"), deleting=True, reason="NodeLost")
    assert pod_status(lost) == "Unknown"
