"""Containers without a script: well-known programs, commands one after the other, and init containers."""

import pytest

from k8slearn.cluster import Cluster
from k8slearn.kubelet.programs import arguments, program
from k8slearn.kubelet.script import Script
from tests.support.helpers import bare_pod, service


def sh(line):
    return ["sh", "-c", line]


# (arguments, exit code, seconds, what is written when)
PROGRAMS = {
    "echo": (["echo", "a", "b"], 0, 0.1, ((0.0, "a b"),)),
    "by a shell": (sh("echo 'a b'"), 0, 0.1, ((0.0, "a b"),)),
    "false": (["/bin/false"], 1, 0.1, ()),
    "sleep": (["sleep", "1m", "5"], 0, 65.0, ()),
    "one after the other": (sh("echo a; sleep 5; echo 'b; c'"), 0, 5.1, ((0.0, "a"), (5.0, "b; c"))),
    "lines": (sh("echo a\n\necho b\n"), 0, 0.1, ((0.0, "a"), (0.0, "b"))),
    "with a comment": (sh("echo a # and more"), 0, 0.1, ((0.0, "a"),)),
    "an exit": (sh("sleep 3; exit 2; echo a"), 2, 3.0, ()),
    "where one fails": (sh("false && echo a || echo b"), 0, 0.1, ((0.0, "b"),)),
    "none fails": (sh("true && sleep 1 || exit 1"), 0, 1.0, ()),
    "the last one counts": (sh("false; true"), 0, 0.1, ()),
    "into a file": (sh("echo a > /tmp/x; echo b >> /tmp/x"), 0, 0.1, ()),
    "to the other stream": (sh("echo a >&2; exit 1"), 1, 0.1, ((0.0, "a"),)),
    "to both": (sh("echo a 2>&1 && echo 'b > c' 1>&2"), 0, 0.1, ((0.0, "a"), (0.0, "b > c"))),
    "by its name": (sh("echo a > /dev/stderr; echo b >/proc/1/fd/1"), 0, 0.1, ((0.0, "a"), (0.0, "b"))),
    "nowhere": (sh('echo a >/dev/null 2>&1; echo b >> "/tmp/x y"; echo a &>/x'), 0, 0.1, ()),
    "its name": (["hostname"], 0, 0.1, ((0.0, "bare"),)),
}  # fmt: skip


@pytest.mark.parametrize("case", PROGRAMS)
def test_what_is_run_to_its_end(case):
    argv, code, after, lines = PROGRAMS[case]
    pod = bare_pod(restartPolicy="Never")
    found = program(pod, {"name": "main", "args": argv})
    assert (found.runs[0].code, found.runs[0].after) == (code, after)
    assert tuple((round(at, 3), text) for at, text in found.lines) == lines
    assert found.writes


def test_its_last_words_are_its_message():
    line = "sleep 2 && echo Sleep expired > /dev/termination-log"
    found = program(bare_pod(restartPolicy="Never"), {"name": "c", "args": sh(line)})
    assert (found.message, found.lines) == ("Sleep expired\n", ())


def test_a_message_ends_without_a_new_line_where_none_is_written():
    line = "echo -n OK > /dev/termination-log; false"
    found = program(bare_pod(restartPolicy="Never"), {"name": "c", "args": sh(line)})
    assert (found.message, found.runs[0].code) == ("OK", 1)


@pytest.mark.parametrize(
    ("policy", "container"),
    [
        ("Always", {}),
        ("Always", {"image": "corp.example/alpine:3"}),
        ("Always", {"image": "busybox", "stdin": True, "tty": True}),
        ("Never", {"args": ["echo", "a"], "stdin": True, "stdinOnce": True}),
        ("Never", {"args": ["sleep", "infinity"]}),
        ("Never", {"args": sh("echo a | cat")}),
        ("Never", {"args": sh("echo $(date)")}),
        ("Never", {"args": sh("echo `date`")}),
        ("Never", {"args": sh("echo '$HOME'")}),
        ("Never", {"args": sh("nginx; echo a")}),
        ("Never", {"args": sh("cat < /x >&2")}),
        ("Never", {"args": sh("sleep 1 & echo a")}),
        ("Never", {}),
    ],
)
def test_what_goes_on(policy, container):
    pod = bare_pod(restartPolicy=policy)
    assert program(pod, {"name": "main", **container}) is None


def test_one_program_is_what_a_shell_runs():
    assert arguments({"args": sh("sleep 5")}) == ["sleep", "5"]
    assert arguments({"args": sh("sleep 5; date")}) == sh("sleep 5; date")


# (container, exit code and seconds, None where it goes on)
FIRST = {
    "known": ({"args": ["false"]}, (1, 0.1)),
    "not known": ({"args": ["wget", "-O", "/x", "http://a.example"]}, (0, 1.0)),
    "of the image": ({"image": "app:1"}, (0, 1.0)),
    "a loop": ({"args": sh("until test -e /x; do sleep 2; done")}, None),
    "a sidecar": ({"args": ["wget", "a"], "restartPolicy": "Always"}, None),
    "of a play": ({"image": "play.example/a"}, None),
}


@pytest.mark.parametrize("case", FIRST)
def test_init_containers_come_to_an_end(case):
    given, ends = FIRST[case]
    container = {"name": "first", "image": "busybox", **given}
    found = program(bare_pod(initContainers=[container]), container)
    assert (found and (found.runs[0].code, found.runs[0].after)) == ends


JOB_S = {
    "not known": (["perl", "-wle", "print bpi(2000)"], (0, 5.0)),
    "of the image": ([], (0, 5.0)),
    "known": (["false"], (1, 0.1)),
    "for ever": (["sleep", "infinity"], None),
    "a loop": (sh("while true; do sleep 1; done"), None),
}


@pytest.mark.parametrize("case", JOB_S)
def test_what_a_job_runs_comes_to_an_end(case):
    argv, ends = JOB_S[case]
    pod = bare_pod(restartPolicy="Never")
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": "j", "uid": "u"}
    pod["metadata"]["ownerReferences"] = [{**owner, "controller": True}]
    found = program(pod, {"name": "main", "args": argv})
    assert (found and (found.runs[0].code, found.runs[0].after)) == ends


@pytest.mark.parametrize(
    "container",
    [
        {"image": "docker.io/library/busybox:1"},
        {"args": ["echo", "a"]},
        {"args": sh("date; exit 1")},
    ],
)
def test_a_daemon_that_ends_is_started_again_and_again(container):
    cluster = Cluster(1, kubelet="auto")
    one = {"name": "main", "image": "app:1", **container}
    cluster.create(bare_pod(containers=[one]))
    cluster.run(60)
    (status,) = cluster.get("Pod", "bare")["status"]["containerStatuses"]
    assert status["restartCount"] >= 2
    told = [event["reason"] for event in cluster.list("Event")]
    assert "BackOff" in told


def test_a_pod_gets_past_its_init_containers_and_a_job_s_log_tells_the_time():
    cluster = Cluster(1, kubelet="auto")
    first = {"name": "first", "image": "busybox:1", "command": ["sysctl", "-w", "a=b"]}
    cluster.create(bare_pod(initContainers=[first]))
    once = {"name": "c", "image": "busybox:1", "command": sh("date; echo Hello")}
    cluster.create(bare_pod("once", restartPolicy="OnFailure", containers=[once]))
    cluster.run(20)
    assert cluster.get("Pod", "bare")["status"]["phase"] == "Running"
    done = cluster.get("Pod", "once")
    assert done["status"]["phase"] == "Succeeded"
    began, hello = cluster.control_plane.kubelet.nodes.log(done, "c")
    assert began[1].endswith(" UTC 2026") and began[1].startswith("Thu Jan  1 00:00:")
    assert hello[1] == "Hello"


def test_a_probe_looks_for_the_file_that_the_container_takes_away():
    """The example of kubernetes.io: healthy for 30 seconds, then killed after three failures."""
    line = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"
    probe = {"exec": {"command": ["cat", "/tmp/healthy"]}, "periodSeconds": 5}
    one = {"name": "c", "image": "busybox:1", "args": ["/bin/sh", "-c", line]}
    cluster = Cluster(1, kubelet="auto")
    cluster.create(bare_pod(containers=[{**one, "livenessProbe": probe}]))
    cluster.run(32)
    assert _restarts(cluster) == 0
    cluster.run(60)
    assert _restarts(cluster) == 1
    told = {o["reason"]: o["message"] for o in cluster.list("Event")}
    missing = "cat: can't open '/tmp/healthy': No such file or directory"
    assert told["Unhealthy"] == f"Liveness probe failed: {missing}"


HERE = "$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace)"
FULL = "svc.cluster.local"
# (what is looked up, the Service that is waited for)
NAMES = {
    "a": "default/a",
    f"a.{HERE}.{FULL}": "default/a",
    "a.other": "other/a",
    "a.other.svc": "other/a",
    "a.example.com": None,
}


@pytest.mark.parametrize("looked_up", NAMES)
def test_whose_name_is_waited_for(looked_up):
    line = f"until nslookup {looked_up}; do echo waiting for a; sleep 2; done"
    pod = bare_pod()
    pod["metadata"]["namespace"] = "default"
    found = program(pod, {"name": "c", "args": sh(line)})
    if NAMES[looked_up] is None:
        assert found is None
        return
    assert found.awaits == NAMES[looked_up]
    assert found.every == (2.0, "waiting for a")


def _state(cluster):
    status = cluster.get("Pod", "bare")["status"]
    ended = [
        entry["name"]
        for entry in status["initContainerStatuses"]
        if "terminated" in entry["state"]
    ]
    return status["phase"], ended


@pytest.mark.parametrize("is_there", [False, True])
def test_init_containers_wait_until_the_services_are_there(is_there):
    """The example of kubernetes.io: Init Containers."""
    inits = []
    for title in ("myservice", "mydb"):
        line = (
            f"until nslookup {title}.{HERE}.{FULL}; do echo no {title}; sleep 2; done"
        )
        inits.append({"name": title, "image": "busybox:1.28", "command": sh(line)})
    cluster = Cluster(1, kubelet="auto")
    services = [service(each["name"]) for each in inits]
    for each in services if is_there else ():
        cluster.create(each)
    cluster.create(bare_pod(initContainers=inits))
    cluster.run(30)
    if not is_there:
        assert _state(cluster) == ("Pending", [])
        pod = cluster.get("Pod", "bare")
        (_, told), *_ = cluster.control_plane.kubelet.nodes.log(pod, "myservice")
        assert told == "no myservice"
        cluster.create(services[0])
        cluster.run(10)
        assert _state(cluster) == ("Pending", ["myservice"])
        twin = cluster.fork()
        twin.create(services[1])
        twin.run(10)
        assert _state(cluster) == ("Pending", ["myservice"])
        cluster = twin
    assert _state(cluster) == ("Running", ["myservice", "mydb"])


# (image, arguments, limit of CPU, thousandths of a CPU, MiB)
STRESS = {
    "memory": ("polinux/stress", ["stress", "--vm", "1", "--vm-bytes", "150M", "--vm-hang", "1"], None, 1, 150),
    "twice": ("polinux/stress", ["stress", "--vm=2", "--vm-bytes=1G"], None, 1, 2048),
    "CPU up to its limit": ("vish/stress", ["-cpus", "2"], "1", 1000, 10),
    "CPU without one": ("progrium/stress", ["--cpu", "2"], None, 2000, 10),
    "as a quantity": ("vish/stress", ["-mem-total", "150Mi"], None, 1, 150),
    "nothing": ("vish/stress", ["--version"], None, 1, 10),
    "what cannot be read": ("polinux/stress", ["stress", "--cpu", "--vm", "two"], None, 1, 10),
    "another's word": ("web", ["serve", "stress"], None, 1, 10),
}  # fmt: skip


@pytest.mark.parametrize("case", STRESS)
def test_how_much_stress_takes(case):
    """The examples of kubernetes.io: Assign Memory Resources, Assign CPU Resources."""
    image, args, limit, milli, mebi = STRESS[case]
    limits = {} if limit is None else {"limits": {"cpu": limit}}
    container = {"name": "c", "image": image, "args": args, "resources": limits}
    found = program(bare_pod(), container) or Script()
    assert (found.cpu, found.memory) == (milli, mebi * 2**20)


def test_stress_ends_when_it_is_told_to():
    container = {"name": "c", "args": ["stress", "--vm", "1", "--timeout", "2m"]}
    assert program(bare_pod(), container).runs[0].after == 120


def test_who_takes_more_than_its_limit_is_killed_for_it():
    argv = ["stress", "--vm", "1", "--vm-bytes", "250M"]
    one = {"name": "c", "image": "polinux/stress", "command": argv}
    limits = {"limits": {"memory": "100Mi"}}
    cluster = Cluster(1, kubelet="auto")
    cluster.create(bare_pod(containers=[{**one, "resources": limits}]))
    cluster.run(30)
    (status,) = cluster.get("Pod", "bare")["status"]["containerStatuses"]
    ended = status["lastState"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("OOMKilled", 137)


def _restarts(cluster):
    (status,) = cluster.get("Pod", "bare")["status"]["containerStatuses"]
    return status["restartCount"]
