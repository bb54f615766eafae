"""Requests over the network, as any HTTP client would send them."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import Any

from k8slearn.cluster import Cluster
from k8slearn.http.serving import Server


class ClusterServer(Server):
    """A server with access to the whole cluster, so that a test can act on both sides."""

    def __init__(self, cluster: Cluster, **options: Any) -> None:
        self.cluster = cluster
        super().__init__(cluster.control_plane, **options)


def context_of(server: Server) -> ssl.SSLContext:
    """A context that trusts this server's certificate and no other."""
    return ssl.create_default_context(cadata=server.authority.decode())


class Wire:
    """A connection to a server, by default with its token."""

    def __init__(
        self, server: Server, *, token: str | None = "", timeout: float = 20.0
    ) -> None:
        self.server = server
        given = server.token if token == "" else token
        self.headers = {"Authorization": f"Bearer {given}"} if given is not None else {}
        self.connection = http.client.HTTPSConnection(
            "127.0.0.1", server.port, context=context_of(server), timeout=timeout
        )

    def send(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> http.client.HTTPResponse:
        """Send one request; the answer's body is not read yet."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(
            method, path, body=body or None, headers={**self.headers, **named}
        )
        return self.connection.getresponse()

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, bytes]:
        """(code, body) of one request."""
        answer = self.send(method, path, body, **headers)
        return answer.status, answer.read()

    def status(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> dict[str, Any]:
        """The Status that refuses a request."""
        code, data = self.ask(method, path, body, **headers)
        found = json.loads(data)
        assert found["kind"] == "Status" and found["code"] == code
        return found

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


class JsonClient:
    """A client like client-go: JSON, a user agent, and errors as answers."""

    def __init__(self, server: Server) -> None:
        self.wire = Wire(server)
        self.agent = {
            "User-Agent": "e2e.test/v1.36.2 (linux/amd64) kubernetes/0000000 -- [sig-apps] Daemon set"
        }

    def ask(
        self, method: str, path: str, body: Any = None, kind: str = "application/json"
    ) -> tuple[int, Any]:
        """(code, parsed JSON) of one request."""
        data = b"" if body is None else json.dumps(body).encode()
        headers = {"Content_Type": kind, "Accept": "application/json", **self.agent}
        code, found = self.wire.ask(method, path, data, **headers)
        return code, json.loads(found)

    def get(self, path: str) -> Any:
        """The object at a path, which must exist."""
        code, found = self.ask("GET", path)
        assert code == 200, found
        return found
