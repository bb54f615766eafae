"""A client of the API without a network, and small manifests."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from k8slearn.cluster import Cluster
from k8slearn.containers.log import PodLog
from k8slearn.http.api import Api
from k8slearn.http.types import Request, Response
from k8slearn.http.watching import Watch

DAEMON_SETS = "/apis/apps/v1/namespaces/default/daemonsets"
PODS = "/api/v1/namespaces/default/pods"
PATCHES = {
    "strategic": "application/strategic-merge-patch+json",
    "merge": "application/merge-patch+json",
    "json": "application/json-patch+json",
    "apply": "application/apply-patch+yaml",
}


def daemon_set(
    name: str = "web", image: str = "nginx:1", **spec: Any
) -> dict[str, Any]:
    """A small DaemonSet."""
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "main", "image": image}]},
    }
    body = {"selector": {"matchLabels": {"app": name}}, "template": template, **spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name},
        "spec": body,
    }


def config_map(name: str, **data: str) -> dict[str, Any]:
    """A small ConfigMap."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name},
        "data": data,
    }


def is_unexplained(status: Any) -> bool:
    """Whether a Status is an internal error, for which the real server answers 500 without a reason."""
    return isinstance(status, dict) and "reason" not in status


class Client:
    """A client of a cluster's API, in process."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.api = Api(cluster.control_plane)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Any:
        """The answer to one request: a Response, a Watch or a PodLog."""
        data = (
            body
            if isinstance(body, bytes)
            else b""
            if body is None
            else json.dumps(body).encode()
        )
        given = {
            "accept": "application/json",
            "content-type": "application/json",
            "user-agent": "tests/1",
            **(headers or {}),
        }
        return self.api.handle(Request(method, path, urlencode(query), given, data))

    def call(
        self, method: str, path: str, body: Any = None, **more: Any
    ) -> tuple[int, Any]:
        """(code, body) of one request."""
        answer = self.ask(method, path, body, **more)
        assert isinstance(answer, Response)
        return answer.code, json.loads(answer.payload())

    def get(self, path: str, **more: Any) -> Any:
        """The object or list at a path."""
        code, found = self.call("GET", path, **more)
        assert code == 200, found
        return found

    def post(self, path: str, body: Any, **more: Any) -> Any:
        """The object that was created."""
        code, found = self.call("POST", path, body, **more)
        assert code == 201, found
        return found

    def patch(
        self, path: str, body: Any, kind: str = "strategic", **more: Any
    ) -> tuple[int, Any]:
        """(code, body) of a patch."""
        return self.call(
            "PATCH", path, body, headers={"content-type": PATCHES[kind]}, **more
        )

    def watch(self, path: str, **query: Any) -> Watch:
        """A watch that has begun."""
        found = self.ask("GET", path, watch="true", **query)
        assert isinstance(found, Watch), found
        return found

    def log(self, pod: str, **query: Any) -> PodLog | Response:
        """The log of a Pod."""
        found = self.ask("GET", f"{PODS}/{pod}/log", **query)
        assert isinstance(found, PodLog | Response)
        return found


def told(answer: tuple[int, Any]) -> list[str]:
    """The causes in an answer of code 422, each as a sentence; none in any other."""
    code, found = answer
    causes = found.get("details", {}).get("causes", [])
    assert (code == 422) == bool(causes)
    return [f"{each['field']}: {each['message']}" for each in causes]


def events(data: bytes) -> list[tuple[str, Any]]:
    """(type, object) of every event of a watch."""
    found = [json.loads(line) for line in data.splitlines()]
    return [(event["type"], event["object"]) for event in found]


def names(found: Any) -> list[str]:
    """The names of the objects in a list."""
    return [item["metadata"]["name"] for item in found["items"]]
