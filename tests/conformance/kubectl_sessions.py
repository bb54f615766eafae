"""Replays a recorded session with the real kubectl against a served cluster, and finds the steps that differ.

The kubelet is played as the recorder played it: Pods get the host address of its made-up Nodes, and a Node reports
Ready without a message.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from k8slearn.apimachinery.objects import START, Object, with_status
from k8slearn.cluster import Cluster
from k8slearn.controllers.node_health import LEASES
from k8slearn.http import Server
from k8slearn.kinds.node import new_node
from k8slearn.kubelet.leases import PERIOD
from k8slearn.parity import workloads
from k8slearn.parity.traces import compare, compare_events
from k8slearn.scenario import QUIET, Scenario, pods
from tests.support.http_client import ClusterServer

Difference = tuple[str, Any, Any]

HOST_IP = "192.168.0.1"
PATIENCE = 60.0
DAY = 86400.0
SAFE = "[bcdfghjklmnpqrstvwxz2456789]"
_LAST_APPLIED = r'kubectl\.kubernetes\.io/last-applied-configuration"?:'
_RULES = [
    (re.compile(_LAST_APPLIED + r" \|\n\s*\{.*"), "LAST-APPLIED"),
    (re.compile(_LAST_APPLIED + r".*"), "LAST-APPLIED"),
    (re.compile(r"https?://[\w.-]+:\d+"), "SERVER"),
    (re.compile(r"(?m)^(kubernetes +IPv4 +)\d+"), r"\1PORT"),
    (re.compile(r"\S*/(LIVE|MERGED)-\d+/"), r"TMP/\1/"),
    (re.compile(r"\S*kubectl-edit-\d+\.yaml"), "TMP"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UID"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000)?"), "TIME"),
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000"), "TIME"),
    (re.compile(r'(resourceVersion"?: )"\d*"'), r"\1VERSION"),
    (re.compile(r"\bv\d+\.\d+\.\d+[\w.+-]*"), "VERSION"),
    (re.compile(r"\b\d+\.\d+\.\d+\.\d+\b"), "IP"),
    (re.compile(r"\.[0-9a-f]{14,16}\b"), ".NUMBER"),
    (re.compile(rf"\b{SAFE}{{8,10}}\b"), "HASH"),
    (re.compile(rf"-{SAFE}{{5}}\b"), "-NAME"),
    (re.compile(r"\b(\d+[dhms]){1,2}\b"), "AGE"),
    (re.compile(r"\bnode\d+\b"), "node#"),
    (re.compile(r"[ \t]+"), " "),
    (
        re.compile(
            r"(?m)^.*\b(RegisteredNode|RemovingNode|NodeReady|NodeNotReady)\b.*\n"
        ),
        "",
    ),
    (re.compile(r"Events:\n Type Reason .*\n ---- .*\n(?! )"), "Events: <none>\n"),
]
# kubectl is short-lived: garbage collection would only take a fifth of its processor time.
os.environ.setdefault("GOGC", "400")


def normalised(text: str) -> list[str]:
    """kubectl's output as sorted lines, without what depends on chance and time, such as Events about Nodes."""
    for pattern, placeholder in _RULES:
        text = pattern.sub(placeholder, text)
    return sorted(line.strip() for line in text.splitlines())


@dataclass
class Session:
    """A replay of a recorded session on a fresh cluster."""

    recorded: Mapping[str, Any]
    scenario: Scenario
    server: Server
    folder: Path

    def play(self) -> tuple[int, int, list[Difference], list[int]]:
        """Do all steps. The states after steps other than kubectl's and the Events at the end count as one extra step.

        Returns (steps that agree, steps, differences, numbers of the steps that differ: -1 is the extra one).
        """
        found: list[Difference] = []
        others: list[Difference] = []
        wrong: list[int] = []
        for number, (step, after) in enumerate(
            zip(self.recorded["steps"], self.recorded["after"], strict=True)
        ):
            mine = [
                (f"step {number} {_told(step)}: {what}", *rest)
                for what, *rest in self.do(step, after)
            ]
            if step["do"] != "kubectl":
                others += mine
                continue
            wrong += [number] if mine else []
            found += mine
        others += self.events()
        wrong += [-1] if others else []
        total = 1 + sum(step["do"] == "kubectl" for step in self.recorded["steps"])
        return total - len(wrong), total, found + others, wrong

    def events(self) -> list[Difference]:
        """The differences of the Events at the end."""
        if workloads.is_of_this_kind(self.recorded):
            events = self.scenario.cluster.list("Event")
            return workloads.compare_events(self.recorded, events)
        return compare_events(self.recorded["events"], self.scenario.events())

    def do(self, step: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
        """Do one step; returns the differences of the state and of kubectl's output."""
        differences: list[Difference] = []
        if step["do"] == "kubectl":
            code, out, err = self.run(step)
            if step.get("compare", True) and "kubectl" not in after.get("chance", ()):
                differences = _compare_output(after["kubectl"], code, out, err)
            record = self.rest(step)
        else:
            record = self.by_hand(step)
        if workloads.is_of_this_kind(self.recorded):
            return differences + workloads.compare(after, record)
        return differences + compare(after, without_server(record))

    def by_hand(self, step: Mapping[str, Any]) -> Object:
        """Do a step other than kubectl's."""
        about: Object = {}
        with self.scenario.cluster.lock:
            if step["do"] == "add-nodes":
                add_nodes(self.scenario.cluster, step)
            elif step["do"] == "pods":
                pods(self.scenario.cluster, step)
                newer = workloads.is_of_this_kind(self.recorded)
                tell_hosts(self.scenario.cluster, newer=newer)
            else:
                about = self.scenario.do({"quiet": 0, **step})
        told = ("error", "evictions", "warnings")
        return self.rest(step) | {part: about[part] for part in told if part in about}

    def rest(self, step: Mapping[str, Any]) -> Object:
        """Run the cluster until nothing has changed for a while, and record it."""
        cluster, quiet = (
            self.scenario.cluster,
            float(step.get("quiet", self.scenario.quiet)),
        )
        with cluster.lock:
            since = cluster.now
            while (
                left := max(since, self.scenario.last_change()) + quiet - cluster.now
            ) > 0:
                cluster.run(left)
            return self.scenario.look(cluster.store)

    def run(self, step: Mapping[str, Any]) -> tuple[int, str, str]:
        """Run kubectl in the session's folder; returns (exit status, stdout, stderr)."""
        if "restart" in step["argv"]:
            # kubectl refuses a second restart within a second of real time; the recorder waited for the Pods.
            time.sleep(1)
        for name, content in step.get("files", {}).items():
            (self.folder / name).write_text(content, encoding="utf-8")
        environment = {
            **os.environ,
            "HOME": str(self.folder),
            **self.server.environment,
            **step.get("env", {}),
        }
        done = subprocess.run(
            [find_kubectl(), *step["argv"]],
            input=step.get("stdin", ""),
            cwd=self.folder,
            env=environment,
            timeout=max(PATIENCE, step.get("timeout", 0)),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


def find_kubectl() -> str:
    """The path of the installed kubectl beside Python, else of the one on the PATH. Raises FileNotFoundError."""
    beside = Path(sys.executable).with_name("kubectl")
    found = str(beside) if beside.exists() else shutil.which("kubectl")
    if not found:
        raise FileNotFoundError("kubectl")
    return found


def add_nodes(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """Nodes register; their Ready condition has no message."""
    about = {
        f: step[f]
        for f in ("labels", "taints", "unschedulable", "allocatable", "ready")
        if f in step
    }
    for name in step["names"]:
        node = new_node(name, cluster.now, made_up=True, **about)
        conditions = [
            {k: v for k, v in c.items() if k != "message"}
            for c in node["status"]["conditions"]
        ]
        cluster.create({**node, "status": {**node["status"], "conditions": conditions}})
        # The recorder posted the Nodes' status repeatedly, without Leases, and drove their Pods.
        place = ("Lease", LEASES, name)
        cluster.registry.renewals.begin(place, cluster.now, PERIOD)
        cluster.kubelet.faults.silent.discard(name)


def tell_hosts(cluster: Cluster, *, newer: bool) -> None:
    """Set hostIP of running Pods, and hostIPs as the `newer` recorder did."""
    with cluster.lock, cluster.control_plane.acting("kubelet", "hosts"):
        for pod in cluster.list("Pod"):
            if pod["status"].get("podIP") and not pod["status"].get("hostIP"):
                listed = [{"ip": HOST_IP}] if newer else None
                told = with_status(pod, hostIP=HOST_IP, hostIPs=listed)
                cluster.kubelet.client.update_status(told)


def without_server(record: Object) -> Object:
    """A record without the Service that the API server makes for itself."""
    endpoints = {
        name: e
        for name, e in record.get("endpoints", {}).items()
        if name != "kubernetes"
    }
    return {
        **{k: v for k, v in record.items() if k != "endpoints"},
        **({"endpoints": endpoints} if endpoints else {}),
    }


def _told(step: Mapping[str, Any]) -> str:
    return (
        "kubectl " + " ".join(step["argv"])
        if step["do"] == "kubectl"
        else str(step["do"])
    )


def _compare_output(
    expected: Mapping[str, Any], code: int, out: str, err: str
) -> list[Difference]:
    found: list[Difference] = (
        [] if expected["code"] == code else [("exit code", expected["code"], code)]
    )
    for what, want, have in (
        ("stdout", expected["stdout"], out),
        ("stderr", expected["stderr"], err),
    ):
        if normalised(want) != normalised(have):
            found.append((what, *_unlike(normalised(want), normalised(have))))
    return found


def _unlike(want: list[str], have: list[str]) -> tuple[list[str], list[str]]:
    """The lines that only one side has."""
    missing, extra = list(want), []
    for line in have:
        missing.remove(line) if line in missing else extra.append(line)
    return missing, extra


def session(
    recorded: Mapping[str, Any],
) -> tuple[int, int, list[Difference], list[int]]:
    """(steps that agree, steps, differences as (what, expected, got), steps that differ) of a recorded session."""
    start = (datetime.now(UTC) - START).total_seconds() - DAY
    newer = workloads.is_of_this_kind(recorded)
    pace = {"auto": "instant"}.get(recorded.get("kubelet", ""), "manual")
    cluster = Cluster(kubelet=pace, start=start, service_accounts=newer)
    scenario = Scenario([], quiet=recorded.get("quiet", QUIET), cluster=cluster)
    if newer:
        scenario = workloads.new_scenario({**recorded, "steps": []}, cluster)
    with (
        TemporaryDirectory(prefix="k8slearn-session-") as folder,
        ClusterServer(cluster) as server,
    ):
        return Session(recorded, scenario, server, Path(folder)).play()
