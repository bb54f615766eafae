"""Idle connections, and bodies that are refused while they are being sent."""

import os
import resource
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
import requests

from k8slearn.cluster import Cluster
from k8slearn.http import serving
from k8slearn.http.connections import SHARE, Connections, most_connections
from k8slearn.http.web import MAX_BODY, MAX_DRAINED
from tests.conformance.kubectl_sessions import find_kubectl
from tests.support.http_client import ClusterServer, Wire, context_of
from tests.support.stopwatch import slowness

MAPS = "/api/v1/namespaces/default/configmaps"
CROWD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))
from k8slearn import Cluster
server = Cluster(2).serve()
print(server.port, server.kubeconfig, flush=True)
for line in sys.stdin:
    open("/dev/null").close()
    print("opened", flush=True)
"""


@pytest.fixture(scope="module")
def server():
    with ClusterServer(Cluster(1), pace=0) as found:
        yield found


class Line:
    """A fake connection for `Connections`."""

    closed = False

    def close(self):
        self.closed = True


def test_a_newcomer_takes_the_place_of_the_oldest_that_does_nothing():
    connections = Connections(3)
    a, b, c, d, e = (Line() for _ in range(5))
    assert all(connections.admit(line) for line in (a, b, c))
    for line in (a, b):
        connections.works(line)
    connections.rests(a)
    # Connections without a valid token are closed before those with one, even if these are older.
    assert connections.admit(d) and c.closed and not a.closed
    connections.works(d)
    assert connections.admit(e) and a.closed and len(connections) == 3
    connections.works(e)
    assert not connections.admit(Line())
    connections.gone(b)
    connections.rests(b)
    assert connections.admit(Line()) and len(connections) == 3


@pytest.mark.parametrize(
    ("allowed", "most"),
    [(1024, 256), (100_000, 256), (resource.RLIM_INFINITY, 256), (200, 50), (2, 1)],
)
def test_most_descriptors_are_left_to_the_notebook(monkeypatch, allowed, most):
    monkeypatch.setattr(resource, "getrlimit", lambda which: (allowed, allowed))
    assert most_connections() == most
    assert SHARE >= 2


def test_a_crowd_that_only_holds_the_line_keeps_nobody_out():
    process = subprocess.Popen(
        [sys.executable, "-c", CROWD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    port, kubeconfig = process.stdout.readline().split()
    crowd = [socket.create_connection(("127.0.0.1", int(port))) for _ in range(400)]
    try:
        done = subprocess.run(
            [find_kubectl(), "get", "nodes", "-o", "name"],
            env=os.environ | {"KUBECONFIG": kubeconfig},
            capture_output=True,
            text=True,
            timeout=2 * slowness(),
        )
        assert done.stdout == "node/node1\nnode/node2\n", done.stderr
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "opened\n"
    finally:
        for line in crowd:
            line.close()
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def hold_tcp(server):
    return socket.create_connection(("127.0.0.1", server.port))


def hold_tls(server):
    return context_of(server).wrap_socket(hold_tcp(server), server_hostname="127.0.0.1")


def hold_half_a_line(server):
    line = hold_tls(server)
    line.sendall(b"GET /api HT")
    return line


def hold_after_a_request(server):
    line = hold_tls(server)
    line.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    line.recv(10_000)
    return line


@pytest.mark.parametrize(
    "hold", [hold_tcp, hold_tls, hold_half_a_line, hold_after_a_request]
)
def test_whoever_only_holds_the_line_is_hung_up_on(monkeypatch, hold):
    monkeypatch.setattr(serving, "IDLE_SECONDS", 0.5)
    with ClusterServer(Cluster()) as server, hold(server) as line:
        line.settimeout(60)
        assert line.recv(100) == b""


@pytest.mark.parametrize("headers", ["", f"PUT {MAPS}/a HTTP/1.1\r\n"])
def test_one_byte_now_and_then_wins_no_time(monkeypatch, headers):
    monkeypatch.setattr(serving, "IDLE_SECONDS", 0.5)
    monkeypatch.setattr(serving, "BODY_SECONDS", 0.5)
    with ClusterServer(Cluster()) as server, hold_tls(server) as line:
        if headers:
            known = f"Authorization: Bearer {server.token}\r\nContent-Length: 99\r\n"
            line.sendall(f"{headers}{known}\r\n".encode())
        most = 3 * slowness()
        began = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - began < most + 2:
                line.sendall(b"x")
                time.sleep(0.1)
        assert time.monotonic() - began < most


SIZES = (MAX_BODY + 1, 2 * MAX_BODY + 1, MAX_DRAINED - 1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_python_client_sees_why_its_body_is_refused(server, size, chunked, token):
    code = 401 if token else 413
    body = b"x" * size
    wire = Wire(server, token=token)
    sent = (body[i : i + 65536] for i in range(0, size, 65536)) if chunked else body
    wire.connection.request(
        "POST", MAPS, body=sent, headers=wire.headers, encode_chunked=chunked
    )
    assert wire.connection.getresponse().status == code
    wire.close()


@pytest.mark.parametrize(("token", "code"), [("right", 413), ("wrong", 401)])
def test_requests_sees_it_too(server, tmp_path, token, code):
    authority = tmp_path / "ca.pem"
    authority.write_bytes(server.authority)
    given = server.token if token == "right" else token
    answer = requests.post(
        server.url + MAPS,
        data=b"x" * (2 * MAX_BODY),
        headers={"Authorization": f"Bearer {given}"},
        verify=str(authority),
        timeout=60,
    )
    assert answer.status_code == code and answer.json()["kind"] == "Status"


def test_nobody_sends_for_ever(server):
    wire = Wire(server, token="wrong")
    sent = [0]

    def endless():
        while True:
            sent[0] += 65536
            yield b"x" * 65536

    with suppress(OSError):
        wire.connection.request(
            "POST", MAPS, body=endless(), headers=wire.headers, encode_chunked=True
        )
    # What the line itself holds is sent as well.
    assert sent[0] < 2 * MAX_DRAINED


def test_who_asks_first_is_told_before_it_sends(server):
    with hold_tls(server) as line:
        head = f"POST {MAPS} HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n"
        known = f"Authorization: Bearer {server.token}\r\nExpect: 100-continue\r\n\r\n"
        line.sendall((head + known).encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_watches_at_work_are_not_hung_up_on(monkeypatch):
    monkeypatch.setattr(serving, "most_connections", lambda: 4)
    with ClusterServer(Cluster(1), pace=0) as server:
        watch = Wire(server)
        answer = watch.send("GET", f"{MAPS}?watch=true&allowWatchBookmarks=true")
        crowd = [hold_tcp(server) for _ in range(20)]
        threading.Timer(
            0.2, Wire(server).ask, ("POST", MAPS, b'{"metadata":{"name":"new"}}')
        ).start()
        seen = [answer.readline() for _ in range(2)]
        assert b'"new"' in seen[1]
        for line in crowd:
            line.close()
