"""Containers and SIGTERM: PID 1 of a namespace only gets signals for which it has a handler."""

import pytest

from k8slearn.apimachinery.objects import condition, seconds_of
from k8slearn.cluster import Cluster
from k8slearn.kinds.pod import POD
from k8slearn.kubelet.behaviours import Behaviours
from tests.support.helpers import bare_pod, client_of, events

SERVER = (0.1, 0)
DEAF = (float("inf"), 0)


def sh(line):
    return ["/bin/sh", "-c", line]


def on_term(container, **spec):
    behaviours = Behaviours(client_of(Cluster(0)))
    found = behaviours.script(bare_pod(**spec), {"name": "main", **container})
    return found.term_after, found.term_code


LOOP = "while true; do date; sleep 5; done"
# (arguments, seconds and code after SIGTERM)
PROGRAMS = {
    "sleep": (["sleep", "3600"], DEAF),
    "for ever": (["/bin/sleep", "infinity"], DEAF),
    "tail": (["tail", "-f", "/dev/null"], DEAF),
    "by a shell": (sh("sleep 3600"), DEAF),
    "at the end of a line": (sh("echo begun && sleep 3600"), DEAF),
    "a loop": (sh(LOOP), DEAF),
    "a loop of lines": (sh("for a in 1 2\ndo\n  sleep 9\ndone\n"), DEAF),
    "a loop into a file": (sh(f"{LOOP} > /log/x"), DEAF),
    "a pipe": (sh("serve | tee /log/x"), DEAF),
    "what waits": (sh("serve & tail -f /log/x & wait"), DEAF),
    "a shell": (["bash"], DEAF),
    "not known": (["nginx", "-g", "daemon off;"], SERVER),
    "not known, by a shell": (sh("mkdir -p /x && nginx -g 'daemon off;'"), SERVER),
    "not known, after a loop": (sh("until nslookup a; do sleep 1; done; nginx"), SERVER),
    "made way for": (sh("echo begun; exec nginx"), SERVER),
    "made way for a sleep": (sh("exec sleep 3600"), DEAF),
    "made way for again and again": (["exec"] * 5000 + ["sleep", "9"], DEAF),
    "a file": (["sh", "/entry.sh"], SERVER),
    "an odd quote": (sh("sleep 3600 '"), SERVER),
    "no word": ([], SERVER),
    "a trap": (sh(f"trap 'exit 0' TERM; {LOOP}"), (5.0, 0)),
    "a trap with a code": (sh(f'trap "exit 3" INT TERM; {LOOP}'), (5.0, 3)),
    "a trap by number": (sh(f"trap exit 15; {LOOP}"), (5.0, 0)),
    "a trap's function": (sh(f"bye() {{ exit 4; }}; trap bye SIGTERM; {LOOP}"), (5.0, 4)),
    "a trap that waits": (sh("trap : TERM INT; sleep infinity & wait"), (0.1, 143)),
    "a trap that comes too late": (sh("trap 'exit 0' TERM; sleep 3600"), (3600.0, 0)),
    "a trap that never comes": (sh("trap 'exit 0' TERM; tail -f /log/x"), DEAF),
    "a trap that goes on": (sh(f"trap 'echo no' TERM; {LOOP}"), DEAF),
    "a trap of nothing": (sh(f"trap '' TERM; {LOOP}"), DEAF),
    "a trap taken back": (sh(f"trap - TERM; {LOOP}"), DEAF),
    "another's trap": (sh(f"trap 'exit 0' HUP; {LOOP}"), DEAF),
}  # fmt: skip


@pytest.mark.parametrize("case", PROGRAMS)
def test_what_a_program_does_about_it(case):
    argv, expected = PROGRAMS[case]
    assert on_term({"args": argv}) == expected


@pytest.mark.parametrize(
    ("container", "spec"),
    [
        ({}, {"shareProcessNamespace": True}),
        ({}, {"hostPID": True}),
        ({"targetContainerName": "main"}, {}),
    ],
)
def test_who_is_not_the_first_process_dies_of_it(container, spec):
    assert on_term({"args": ["sleep", "9"], **container}, **spec) == (0.1, 143)
    loop = {"args": sh(f"trap '' TERM; {LOOP}"), **container}
    assert on_term(loop, **spec) == DEAF


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ({"image": "busybox:1", "stdin": True, "tty": True}, DEAF),
        ({"image": "nginx:1", "stdin": True}, SERVER),
        ({"image": "play.example/a", "command": ["sleep"]}, SERVER),
        ({"image": "play.example/a", "args": ["term=2/3"]}, (2.0, 3)),
    ],
)
def test_its_image_counts_too(container, expected):
    assert on_term(container) == expected


def deleted(seconds, **spec):
    cluster = Cluster(1, kubelet="auto")
    one = {"name": "main", "image": "busybox:1", "command": ["sleep", "3600"]}
    cluster.create(bare_pod(containers=[one], **spec))
    cluster.run(20)
    began = cluster.now
    cluster.delete("Pod", "bare")
    cluster.run(seconds)
    return cluster, began


def test_a_sleep_takes_its_whole_grace_period_and_is_killed():
    cluster, began = deleted(29.9)
    pod = cluster.get("Pod", "bare")
    assert "Terminating" in POD.cells(pod, cluster.now)
    assert events(cluster, "Killing") == 1
    cluster.run(2)
    assert not cluster.list("Pod")
    *_, last = [o for o in cluster.store.log.changes if o.key[0] == "Pod"]
    assert began + 30 < last.time < began + 31
    (status,) = last.object["status"]["containerStatuses"]
    ended = status["state"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (137, "Error")


def test_a_shorter_grace_period_is_over_sooner():
    cluster, _ = deleted(4.0, terminationGracePeriodSeconds=3)
    assert not cluster.list("Pod")


def test_with_the_pause_container_as_first_process_it_ends_at_once():
    cluster, _ = deleted(2.0, shareProcessNamespace=True)
    assert not cluster.list("Pod")
    *_, last = [o for o in cluster.store.log.changes if o.key[0] == "Pod"]
    (status,) = last.object["status"]["containerStatuses"]
    assert status["state"]["terminated"]["exitCode"] == 143


def rollout(command):
    """The seconds of a rollout of three daemons, one after the other."""
    cluster = Cluster(3, kubelet="auto")
    one = {"name": "agent", "image": "busybox:1", "command": command}
    labels = {"app": "agent"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [one]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    about = {"apiVersion": "apps/v1", "kind": "DaemonSet"}
    cluster.apply({**about, "metadata": {"name": "agent"}, "spec": spec})
    cluster.run(30)
    cluster.set_image("agent", "busybox:2")
    began = cluster.now
    cluster.run(300)
    ready = []
    for pod in cluster.list("Pod"):
        assert pod["spec"]["containers"][0]["image"] == "busybox:2"
        ready.append(seconds_of(condition(pod, "Ready")["lastTransitionTime"]))
    return max(ready) - began


def test_a_rollout_of_such_daemons_waits_for_each():
    longer = rollout(sh(LOOP)) - rollout(["nginx"])
    assert 3 * 29 < longer < 3 * 31
