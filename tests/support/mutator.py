"""Generates almost valid objects: plausible ones of every stored kind, with a few odd fields.

Fields come from the schema; a seeded random source chooses which become absent, null, empty, wrong or huge. The same
seed gives the same objects.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from random import Random
from typing import Any

from k8slearn.apimachinery.objects import copied
from tests.support.paths import REFERENCE

Json = Any
# The label makes an EndpointSlice relevant for requests.
_LABELS = {"app": "odd", "kubernetes.io/service-name": "svc"}
_META = {"name": "odd", "namespace": "default", "labels": _LABELS}
_CONTAINER = {
    "name": "main",
    "image": "nginx:1",
    "ports": [{"containerPort": 80, "hostPort": 8080, "name": "web"}],
    "env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
    "resources": {"requests": {"cpu": "100m", "memory": "1Mi"}},
    "readinessProbe": {"httpGet": {"path": "/", "port": 80}},
    "volumeMounts": [{"name": "v", "mountPath": "/v"}],
}
_POD = {
    "containers": [_CONTAINER],
    "volumes": [{"name": "v", "hostPath": {"path": "/v", "type": "Directory"}}],
    "tolerations": [{"key": "a", "operator": "Exists", "effect": "NoExecute"}],
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "terminationGracePeriodSeconds": 5,
}
_CONDITION = {
    "type": "Ready",
    "status": "True",
    "lastTransitionTime": "2026-01-01T00:00:00Z",
}
_SELECTOR = {"matchLabels": {"app": "odd"}}
_PLAUSIBLE: dict[str, Json] = {
    "v1 Pod": {
        "spec": _POD,
        "status": {
            "phase": "Running",
            "podIP": "10.0.0.1",
            "podIPs": [{"ip": "10.0.0.1"}],
            "conditions": [_CONDITION],
            "containerStatuses": [
                {
                    "name": "main",
                    "ready": True,
                    "restartCount": 1,
                    "image": "nginx:1",
                    "imageID": "",
                    "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
                }
            ],
        },
    },
    "v1 Node": {
        "spec": {"taints": [{"key": "a", "value": "b", "effect": "NoSchedule"}]},
        "status": {
            "addresses": [{"type": "InternalIP", "address": "10.0.0.2"}],
            "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
            "capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"},
            "conditions": [_CONDITION],
            "nodeInfo": {"kubeletVersion": "v1.36.2", "osImage": "x"},
        },
    },
    "apps/v1 DaemonSet": {
        "spec": {
            "selector": _SELECTOR,
            "minReadySeconds": 1,
            "revisionHistoryLimit": 2,
            "updateStrategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0},
            },
            "template": {"metadata": {"labels": {"app": "odd"}}, "spec": _POD},
        },
        "status": {"numberReady": 1, "desiredNumberScheduled": 2, "collisionCount": 1},
    },
    "apps/v1 ControllerRevision": {
        "revision": 1,
        "data": {"spec": {"template": {"spec": _POD}}},
    },
    "v1 Service": {
        "spec": {
            "selector": {"app": "odd"},
            "ports": [{"name": "web", "port": 80, "targetPort": "web"}],
        },
        "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}},
    },
    "discovery.k8s.io/v1 EndpointSlice": {
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": True}}],
        "ports": [{"name": "web", "port": 80, "protocol": "TCP"}],
    },
    "v1 Event": {
        "involvedObject": {"kind": "Pod", "name": "odd", "namespace": "default"},
        "reason": "Odd",
        "message": "something",
        "type": "Normal",
        "count": 1,
        "firstTimestamp": "2026-01-01T00:00:00Z",
        "lastTimestamp": "2026-01-01T00:00:00Z",
        "source": {"component": "tests"},
    },
    "v1 Namespace": {"spec": {"finalizers": ["kubernetes"]}},
    "v1 ConfigMap": {"data": {"a": "b"}},
    "v1 Secret": {"data": {"a": "Yg=="}, "type": "Opaque"},
    "v1 ServiceAccount": {"secrets": [{"name": "a"}]},
    "coordination.k8s.io/v1 Lease": {
        "spec": {"holderIdentity": "a", "renewTime": "2026-01-01T00:00:00.000000Z"}
    },
}
KINDS = tuple(_PLAUSIBLE)
_CLUSTER_SCOPED = ("Node", "Namespace")
_WRONG: tuple[Json, ...] = (
    None,
    "",
    {},
    [],
    0,
    -1,
    1.5,
    True,
    "x",
    "说明",
    "\u0000",
    "a" * 300,
    "9" * 400,
    2**31,
    2**63,
    -(2**63) - 1,
    1e30,
    [None],
    [{}],
    [[]],
    {"": ""},
    {"a": None},
    {"a": {"b": {"c": []}}},
    ["x"] * 50,
    "1e999",
    "100%",
    "-5%",
    "1Ei",
    "2026-13-45T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
)


@cache
def _schemas() -> dict[str, Json]:
    path = REFERENCE / "schema" / "openapi_facts.json.gz"
    with gzip.open(path) as file:
        found: dict[str, Json] = json.load(file)
    return found


@cache
def _schema_of(kind: str) -> str:
    version, _, name = kind.partition(" ")
    group = version.rpartition("/")[0]
    for schema, body in _schemas().items():
        for gvk in body.get("x-kubernetes-group-version-kind", ()):
            if (gvk["group"], gvk["kind"]) == (group, name) and gvk[
                "version"
            ] == version.rpartition("/")[2]:
                return schema
    raise KeyError(kind)


def _resolved(schema: Json) -> Json:
    for part in (schema, *schema.get("allOf", ())):
        if "$ref" in part:
            return _schemas()[part["$ref"].rpartition("/")[2]]
    return schema


class Mutator:
    """Odd objects and odd patches, one after another, from a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)

    def kind(self) -> str:
        """One of the stored kinds, as `apps/v1 DaemonSet`."""
        return self.rng.choice(KINDS)

    def object(self, kind: str, name: str) -> Json:
        """A plausible object of a kind, made odd in up to three places."""
        version, _, bare = kind.partition(" ")
        found = {
            "apiVersion": version,
            "kind": bare,
            "metadata": {**copied(_META), "name": name},
            **copied(_PLAUSIBLE[kind]),
        }
        if bare in _CLUSTER_SCOPED:
            del found["metadata"]["namespace"]
        for _ in range(self.rng.choice((0, 1, 1, 2, 3))):
            self._spoil(found, _schemas()[_schema_of(kind)])
        return found

    def part(self, kind: str, field: str) -> Json:
        """A merge patch of one top field, made odd."""
        whole = self.object(kind, "odd")
        return {field: whole.get(field, self._odd())}

    def _odd(self) -> Json:
        """A new odd value, which is shared with no other object."""
        return copied(self.rng.choice(_WRONG))

    def _spoil(self, o: Json, schema: Json, depth: int = 0) -> None:
        """Walk down at random and make the value at the end odd."""
        schema = _resolved(schema)
        if isinstance(o, list):
            if o and self.rng.random() < 0.8:
                at = self.rng.randrange(len(o))
                if isinstance(o[at], dict | list):
                    self._spoil(o[at], schema.get("items", {}), depth + 1)
                else:
                    o[at] = self._odd()
            else:
                o.append(self._odd())
            return
        known = schema.get("properties", {})
        names = sorted({*known, *o} - ({"apiVersion", "kind"} if not depth else set()))
        if not names:
            o["odd"] = self._odd()
            return
        # Existing fields are more interesting: most walks stay on them.
        here = [name for name in names if name in o]
        name = self.rng.choice(here if here and self.rng.random() < 0.6 else names)
        if depth == 0 and name == "metadata" and self.rng.random() < 0.5:
            name = self.rng.choice(names)
        value = o.get(name)
        if isinstance(value, dict | list) and self.rng.random() < 0.75:
            self._spoil(value, known.get(name, {}), depth + 1)
        elif name in o and self.rng.random() < 0.3:
            del o[name]
        else:
            o[name] = self._odd()
