"""A client that sends requests like Go's typed clients: protobuf for single objects, JSON for all else."""

from __future__ import annotations

import json
from typing import Any

from k8slearn.cluster import Cluster
from k8slearn.http import protobuf
from k8slearn.http.protobuf_writing import encode
from tests.support.api_client import Client, events

PROTOBUF = "application/vnd.kubernetes.protobuf"
_BOTH = {"accept": PROTOBUF, "content-type": PROTOBUF}


class GoClient(Client):
    """A client that writes whole objects as `wire`, "json" or "protobuf"; lists are JSON."""

    def __init__(self, cluster: Cluster, wire: str) -> None:
        super().__init__(cluster)
        self.wire = wire

    def send(self, method: str, path: str, o: Any = None, **query: Any) -> Any:
        """(code, object) of a write."""
        if self.wire == "json" or o is None:
            return self.call(method, path, o, **query)
        answer = self.ask(method, path, encode(o), headers=_BOTH, **query)
        return answer.code, protobuf.decode(answer.payload())

    def make(self, path: str, o: Any, **query: Any) -> Any:
        """The object that was created."""
        code, found = self.send("POST", path, o, **query)
        assert code == 201, found
        return found

    def put(self, path: str, o: Any) -> Any:
        """The object that was replaced."""
        code, found = self.send("PUT", path, o)
        assert code == 200, found
        return found

    def change(self, path: str, patch: Any, kind: str = "merge", **query: Any) -> Any:
        """The object that was patched."""
        code, found = self.patch(path, patch, kind, **query)
        assert code in (200, 201), found
        return found

    def remove(self, path: str, options: Any = None, **query: Any) -> Any:
        """The answer to a deletion."""
        code, found = self.call("DELETE", path, options, **query)
        assert code == 200, found
        return found

    def refused(self, method: str, path: str, o: Any = None, **query: Any) -> Any:
        """(code, message) of a refusal."""
        code, status = self.send(method, path, o, **query)
        return code, status["message"]

    def raw(self, path: str, accept: str, **query: Any) -> bytes:
        """The bytes of an answer."""
        answer = self.ask("GET", path, headers={"accept": accept}, **query)
        assert answer.code == 200, answer.body
        return answer.payload()

    def count(self, path: str, **query: Any) -> int:
        """The number of objects."""
        return len(self.get(path, **query)["items"])

    def until(self, is_so: Any, seconds: int = 180) -> None:
        """Run the cluster until `is_so()`, at most `seconds` simulated seconds."""
        for _ in range(seconds):
            if is_so():
                return
            self.cluster.run(1)
        raise AssertionError("it never came to be so")

    def json_of(self, path: str, accept: str) -> tuple[str, Any]:
        """Media type and value of an answer."""
        answer = self.ask("GET", path, headers={"accept": accept})
        return answer.media_type, json.loads(answer.payload())


# Objects -----------------------------------------------------------------------------------------------------------


def template(name="web", **pod):
    spec = {"containers": [{"name": "c", "image": "nginx:1"}], **pod}
    return {"metadata": {"labels": {"name": name}}, "spec": spec}


def controlled(kind, name="web", replicas=2, **pod):
    labels = {"name": name}
    selector = labels if kind == "ReplicationController" else {"matchLabels": labels}
    body = {
        "replicas": replicas,
        "selector": selector,
        "template": template(name, **pod),
    }
    version = "v1" if kind == "ReplicationController" else "apps/v1"
    return made(version, kind, name, spec=body)


def made(version, kind, name, labels=None, **fields):
    metadata = {"name": name, **({"labels": labels} if labels else {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


def options(policy, **more):
    return {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": policy,
        **more,
    }


def pod(name="p", **spec):
    body = template(**spec)
    body["metadata"]["name"] = name
    return {"apiVersion": "v1", "kind": "Pod", **body}


def whole_life(go, path, o, other):
    """Check create, get, list, watch, patch, update, delete and deletecollection, as the e2e specs of an API do."""
    for each in (o, other):
        each["metadata"]["labels"] = {"test": "life"}
    name = o["metadata"]["name"]
    chosen = {"labelSelector": "test=life"}
    watch = go.watch(path, **chosen)
    watch.first()
    first = go.make(path, o)
    assert first["metadata"]["uid"]
    go.make(path, other)
    assert go.get(f"{path}/{name}")["metadata"]["uid"] == first["metadata"]["uid"]
    assert go.count(path, **chosen) == 2
    changed = go.change(f"{path}/{name}", MARKED)
    assert changed["metadata"]["labels"]["patched"] == "true"
    changed["metadata"].setdefault("annotations", {})["updated"] = "true"
    changed["metadata"].pop("managedFields", None)
    updated = go.put(f"{path}/{name}", changed)
    assert updated["metadata"]["annotations"]["updated"] == "true"
    code, _ = go.call("DELETE", f"{path}/{name}")
    assert code == 200
    go.remove(path, **chosen)
    go.until(lambda: not go.count(path, **chosen))
    seen = [kind for kind, o in events(watch.news())]
    assert seen[:2] == ["ADDED", "ADDED"] and seen.count("DELETED") == 2


MARKED = {"metadata": {"labels": {"patched": "true"}}}


def by_title(specs):
    """A decorator that registers the test of a spec under its title, which must be unique."""

    def spec(title):
        def register(play):
            assert title not in specs
            specs[title] = play
            return play

        return register

    return spec
