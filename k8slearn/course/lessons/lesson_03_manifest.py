"""The exercises of lesson 03."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.apimachinery.quantity import compare
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    memory_limit,
    missing,
    requests_of,
    rule,
)
from k8slearn.course.lessons.shared_starts import with_filebeat

NODES = {"node1", "node2", "node3"}
TEAM = ("team", "logging")
IMAGE = "example.com/disk-report:2.1"
# Four mistakes: the labels, the field `images`, a value that is no string, and 200 whole CPUs.
DRAFT = """\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: node-log
spec:
  selector:
    matchLabels:
      app: node-log
  template:
    metadata:
      labels:
        app: nodelog
    spec:
      containers:
      - name: node-log
        images: example.com/node-log:1.0
        env:
        - name: VERBOSE
          value: true
        resources:
          requests:
            cpu: 200
"""


def empty() -> Cluster:
    """Three Nodes, nothing on them."""
    return Cluster(nodes=3, seed=3)


@rule("manifest-mend", empty)
def mend(attempt: Attempt) -> Iterator[Missing]:
    """The draft, mended and applied: ready on all Nodes, and nothing that was asked for left out."""
    daemon_set = attempt.get("DaemonSet", "node-log")
    if daemon_set is None:
        yield missing("nothing")
        return
    # Two of the mistakes are refused by the API server. These two can be avoided by leaving something out.
    container = container_of(daemon_set)
    given = {}
    for entry in container.get("env", []):
        given[entry["name"]] = entry.get("value")
    if "VERBOSE" not in given:
        yield missing("env-gone")
    if given["VERBOSE"] != "true":
        yield missing("env-value", value=given["VERBOSE"])
    cpu = requests_of(container).get("cpu")
    if cpu is None:
        yield missing("cpu-gone")
    if attempt.homes("node-log") != NODES:
        yield missing("pending", cpu=cpu)
    # Compared by value: "0.2" equals "200m".
    if compare(cpu, "200m") != 0:
        yield missing("cpu", cpu=cpu)


@rule("manifest-write", empty)
def write(attempt: Attempt) -> Iterator[Missing]:
    """A DaemonSet of one's own, in a namespace of its own, with a limit to its memory."""
    found = attempt.get("DaemonSet", "disk-report", "monitoring")
    if found is None:
        yield _astray(attempt)
        return
    container = container_of(found)
    if container["image"] != IMAGE:
        yield missing("image", image=container["image"])
    for sized in attempt.sized("disk-report", "monitoring"):
        memory = memory_limit(sized)
        if memory is None:
            # Confusing request and limit is a common mistake, so it has a message of its own.
            asked = "memory" in requests_of(sized)
            yield missing("requests" if asked else "no-limit")
        elif compare(memory, "64Mi") != 0:
            yield missing("unit", memory=memory)
    lost = NODES - attempt.homes("disk-report", "monitoring")
    if lost:
        yield missing("not-ready", nodes=lost)


def _astray(attempt: Attempt) -> Missing:
    """The message for a missing DaemonSet, which may be in another namespace."""
    for each in attempt.cluster.list("DaemonSet"):
        if name(each) == "disk-report":
            return missing("elsewhere", place=namespace(each))
    return missing("nothing")


@rule("manifest-team", lambda: with_filebeat(empty()))
def team(attempt: Attempt) -> Iterator[Missing]:
    """A label on the DaemonSet itself, and the same Pods as before."""
    daemon_set = attempt.daemon_set("filebeat-ds")
    # In the template it replaces every Pod: avoiding that is the point of the exercise.
    if _has_team(daemon_set["spec"]["template"]):
        yield missing("in-template")
    if not _has_team(daemon_set):
        pods = attempt.cluster.list("Pod", "default")
        marked = any(map(_has_team, pods))
        yield missing("on-pods" if marked else "no-label")
    if NODES - attempt.kept("filebeat-ds"):
        yield missing("restarted")


def _has_team(o: Object) -> bool:
    key, value = TEAM
    return labels(o).get(key) == value
