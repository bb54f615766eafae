"""Commands in containers: their output over the real kubectl's protocol, and refusals of unknown ones."""

import http.client
import json

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.cluster import Cluster
from k8slearn.http.exec import COMMANDS, enter, run
from k8slearn.http.request import parse
from k8slearn.http.types import Request
from k8slearn.locale import http as words
from tests.support.http_client import ClusterServer, context_of
from tests.support.kubectl import kubectl

MANIFEST = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {a.yml: "x: 1\\n", b: hello}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
stringData: {word: sesame}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers: [{name: main, image: nginx:1, ports: [{containerPort: 8080}]}]
  nodeName: node1
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {team: a}}
spec:
  nodeName: node1
  containers:
  - name: main
    image: nginx:1
    env:
    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
    - {name: TEAM, valueFrom: {fieldRef: {fieldPath: "metadata.labels['team']"}}}
    - {name: WORD, valueFrom: {secretKeyRef: {name: key, key: word}}}
    - {name: URL, value: "http://$(WEB_SERVICE_HOST)/$(NOPE)/$$(NODE)"}
    envFrom: [{prefix: C_, configMapRef: {name: conf}}]
    volumeMounts:
    - {name: conf, mountPath: /etc/conf}
    - {name: conf, mountPath: /etc/one.yml, subPath: a.yml}
    - {name: key, mountPath: /keys}
    - {name: empty, mountPath: /data}
    - {name: logs, mountPath: /var/log}
  volumes:
  - {name: conf, configMap: {name: conf}}
  - {name: key, secret: {secretName: key, items: [{key: word, path: deep/word}]}}
  - {name: empty, emptyDir: {}}
  - {name: logs, hostPath: {path: /var/log}}
"""


@pytest.fixture(scope="module")
def cluster():
    found = Cluster(2, kubelet="instant")
    found.apply(MANIFEST)
    found.run(5.0)
    found.apply(POD)
    found.run(30.0)
    return found


def inside(cluster, pod="p", query="command=ls"):
    path = f"/api/v1/namespaces/default/pods/{pod}/exec"
    return enter(cluster.control_plane, parse(Request("GET", path, query, {}, b"")))


def said(cluster, *argv, pod="p"):
    return run(inside(cluster, pod), argv)


def test_the_environment_is_what_the_kubelet_makes(cluster):
    lines = said(cluster, "env").out.splitlines()
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    address = cluster.get("Service", "web")["spec"]["clusterIP"]
    assert found["HOSTNAME"] == "p" and found["NODE"] == "node1"
    assert (found["TEAM"], found["WORD"]) == ("a", "sesame")
    assert found["C_b"] == "hello"
    assert found["URL"] == f"http://{address}/$(NOPE)/$(NODE)"
    assert found["WEB_SERVICE_PORT_HTTP"] == "80"
    assert found["WEB_PORT_80_TCP"] == f"tcp://{address}:80"


def test_a_service_that_came_later_is_not_in_the_environment(cluster):
    assert "WEB_SERVICE_HOST" in said(cluster, "env").out
    assert "NOBODY_SERVICE_HOST" in said(cluster, "env").out
    twin = cluster.fork()
    twin.apply(MANIFEST.split("---")[0].replace("name: web", "name: late"))
    assert "LATE_SERVICE_HOST" not in said(twin, "env").out


def test_a_config_map_changed_later_reaches_its_volume_and_nothing_else(cluster):
    twin = cluster.fork()
    twin.patch("ConfigMap", "conf", {"data": {"a.yml": "x: 2", "b": "bye"}})
    assert "C_b=hello" in said(twin, "env").out
    assert said(twin, "cat", "/etc/conf/a.yml").out == "x: 2"
    assert said(twin, "cat", "/etc/one.yml").out == "x: 1\n"


SAID = {
    "two of a line": (("sh", "-c", 'cd /; echo $TEAM && echo "b; c"'), "a\nb; c\n"),
    "the other way": (("sh", "-c", "cat /no 2>/dev/null || echo no"), "no\n"),
    "errors beside it": (
        ("sh", "-c", "cat /no 2>&1; true"),
        "cat: can't open '/no': No such file or directory\n",
    ),
    "hostname": (("hostname",), "p\n"),
    "one variable": (("printenv", "NODE"), "node1\n"),
    "a ConfigMap": (("ls", "/etc/conf"), "a.yml\nb\n"),
    "a file of it": (("cat", "/etc/conf/a.yml"), "x: 1\n"),
    "one file alone": (("cat", "/etc/one.yml"), "x: 1\n"),
    "a Secret's item": (("cat", "/keys/deep/word"), "sesame"),
    "a directory in a volume": (("ls", "/keys"), "deep\n"),
    "nothing yet": (("ls", "/data"), ""),
    "the logs of the Node": (
        ("ls", "/var/log/containers"),
        "p_default_main.log\nweb_default_main.log\n",
    ),
    "the host's name": (("cat", "/etc/hostname"), "p\n"),
    "a shell with one command": (("sh", "-c", "echo $NODE ${TEAM}"), "node1 a\n"),
    "a Service": (("curl", "-s", "-m", "3", "http://web/x"), "web (node1)\n"),
    "a Service by its long name": (
        ("wget", "-qO-", "web.default.svc.cluster.local:80"),
        "web (node1)\n",
    ),
}


LOOKED_UP = {
    "a Service": (("web",), "Name:\tweb.default.svc.cluster.local\nAddress: {}\n\n", 0),
    "with its namespace": (("web.default",), "Name:\tweb.default.svc.cluster.local\nAddress: {}\n\n", 0),
    "nobody": (("ghost",), "** server can't find ghost: NXDOMAIN\n\n", 1),
}  # fmt: skip


@pytest.mark.parametrize("case", LOOKED_UP)
def test_a_name_is_looked_up(cluster, case):
    names, told, code = LOOKED_UP[case]
    address = cluster.get("Service", "web")["spec"]["clusterIP"]
    found = said(cluster, "nslookup", *names)
    head = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n"
    assert (found.out, found.code) == (head + told.format(address), code)


def test_who_may_not_ask_the_dns_gets_no_answer(cluster):
    spec = {"podSelector": {}, "policyTypes": ["Egress"]}
    kind = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    other = cluster.fork()
    other.create({**kind, "metadata": {"name": "quiet"}, "spec": spec})
    found = said(other, "nslookup", "web")
    assert found.code == 1 and "no servers could be reached" in found.out
    curl = said(other, "curl", "-s", "http://web")
    assert (curl.error, curl.code) == ("curl: (6) Could not resolve host: web\n", 6)


def test_false_is_a_program_too(cluster):
    assert said(cluster, "false").code == 1


@pytest.mark.parametrize("case", SAID)
def test_what_commands_print(cluster, case):
    argv, expected = SAID[case]
    found = said(cluster, *argv)
    assert (found.out, found.code) == (expected, 0)


FAILED = {
    "no file": (("cat", "/no"), 1, "No such file or directory"),
    "no file but a directory": (("cat", "/etc"), 1, "Is a directory"),
    "no directory": (("ls", "/no"), 1, "No such file or directory"),
    "no variable": (("printenv", "NO"), 1, ""),
    "what a line ends with": (("sh", "-c", "exit 7"), 7, ""),
    "the last one's code": (("sh", "-c", "false; exit"), 1, ""),
    "256 is none": (("sh", "-c", "exit 256; false"), 0, ""),
    "to the other stream": (("sh", "-c", "echo a >&2; false"), 1, "a"),
    "where one fails": (("sh", "-c", "cat /no && exit 3"), 1, "No such file"),
    "no such name": (("curl", "no.such"), 6, "Could not resolve host: no.such"),
    "nobody behind it": (("curl", "nobody"), 7, "Failed to connect to nobody port 80"),
    "no such port": (("curl", "web:81"), 28, "timed out"),
    "no URL": (("curl",), 3, "URL rejected"),
    "no port at all": (("curl", "web:99999999"), 3, "URL rejected"),
    "wget and nobody": (("wget", "nobody"), 1, "Connection refused"),
}


@pytest.mark.parametrize("case", FAILED)
def test_what_commands_fail_with(cluster, case):
    argv, code, words = FAILED[case]
    found = said(cluster, *argv)
    assert found.code == code and words in found.error


@pytest.mark.parametrize(
    "argv",
    [
        ("psql",),
        ("sh",),
        ("bash", "-i"),
        ("sh", "-c", "ls | cat"),
        ("sh", "-c", "ls & env"),
        ("sh", "-c", "ls > /tmp/x"),
        ("sh", "-c", "echo 'x"),
        ("env", "A=b", "ls"),
    ],
)
def test_other_commands_are_refused_by_name(cluster, argv):
    with pytest.raises(ApiError) as refused:
        said(cluster, *argv)
    assert argv[0] in refused.value.message


@pytest.mark.parametrize(
    ("pod", "query", "code"),
    [("no", "command=ls", 404), ("p", "command=ls&container=no", 400), ("p", "", 400)],
)
def test_what_cannot_be_entered_is_refused(cluster, pod, query, code):
    with pytest.raises(ApiError) as refused:
        inside(cluster, pod, query)
    assert refused.value.code == code


def test_a_container_that_does_not_run_has_nothing_to_run_in():
    cluster = Cluster(1, kubelet="manual")
    cluster.apply(POD)
    with pytest.raises(ApiError, match=r'container not found \("main"\)'):
        inside(cluster)


# Over the wire ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(cluster):
    with ClusterServer(cluster, pace=0) as found:
        yield found


def test_kubectl_runs_a_command(server):
    done = kubectl(server, "exec", "p", "--", "cat", "/etc/conf/a.yml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "x: 1\n", "")


def test_kubectl_hands_on_what_went_wrong(server):
    done = kubectl(server, "exec", "p", "--", "curl", "no.such")
    assert done.returncode == 6
    assert done.stderr == (
        "curl: (6) Could not resolve host: no.such\n"
        "command terminated with exit code 6\n"
    )


def test_kubectl_is_told_which_commands_there_are(server):
    done = kubectl(server, "exec", "p", "--", "psql")
    assert done.returncode == 1 and 'exec: "psql"' in done.stderr
    assert all(name in done.stderr for name in COMMANDS)


def test_kubectl_is_told_why_it_cannot_enter(server):
    done = kubectl(server, "exec", "no", "--", "ls")
    assert done.stderr == 'Error from server (NotFound): pods "no" not found\n'


def test_files_are_copied_out_and_not_in(server, tmp_path):
    done = kubectl(server, "cp", "p:/etc/conf", str(tmp_path / "conf"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "conf" / "a.yml").read_text() == "x: 1\n"
    done = kubectl(server, "cp", str(tmp_path / "conf"), "p:/tmp/conf")
    assert done.returncode == 1 and words.READ_ONLY in done.stderr


def test_a_long_output_comes_whole(server):
    server.cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "conf"},
            "data": {"a.yml": "x: 1\n", "b": "hello", "long": "y" * 100_000},
        }
    )
    done = kubectl(server, "exec", "p", "--", "cat", "/etc/conf/long")
    assert done.stdout == "y" * 100_000


def upgrade(server, **headers):
    """The answer to a request to go on as a websocket."""
    wire = http.client.HTTPSConnection(
        "127.0.0.1", server.port, context=context_of(server), timeout=20
    )
    path = "/api/v1/namespaces/default/pods/p/exec?command=ls"
    asked = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "v5.channel.k8s.io",
    }
    wire.request("GET", path, headers={**asked, **headers})
    answer = wire.getresponse()
    body = answer.read(4096) if answer.status != 101 else b""
    wire.close()
    return answer, body


def test_only_who_has_the_token_gets_in(server):
    answer, body = upgrade(server)
    assert answer.status == 401 and json.loads(body)["reason"] == "Unauthorized"
    token = {"Authorization": f"Bearer {server.token}"}
    answer, _ = upgrade(server, **token)
    assert answer.status == 101
    assert answer.headers["Sec-WebSocket-Protocol"] == "v5.channel.k8s.io"


def test_a_page_of_somebody_else_does_not_get_in(server):
    token = {"Authorization": f"Bearer {server.token}"}
    answer, _ = upgrade(server, **token, Origin="https://example.com")
    assert answer.status == 403


def test_nobody_listens_between_two_crashes():
    cluster = Cluster(1, kubelet="auto", seed=1)
    cluster.apply(MANIFEST + "---\n" + POD)
    cluster.run(30.0)
    address = cluster.get("Pod", "web")["status"]["podIP"]
    assert said(cluster, "curl", f"{address}:8080").out == "web (node1)\n"
    for _ in range(2):
        cluster.end_container("web", "main", 1)
        cluster.run(3.0)
    assert said(cluster, "curl", f"{address}:8080").code == 7
