"""Generates nonsensical requests: random odd paths, queries, bodies and headers."""

import json

PODS = "/api/v1/namespaces/default/pods"
MAPS = "/api/v1/namespaces/default/configmaps"
PATHS = (
    "/",
    "/api",
    "/apis",
    "/api/v1",
    "/apis/apps/v1",
    PODS,
    MAPS,
    "/api/v1/nodes",
    "/api/v1/namespaces/default",
    "/apis/apps/v1/namespaces/default/daemonsets",
    "/apis/apps/v1/namespaces/default/daemonsets/web",
    "/apis/apps/v1/namespaces/default/daemonsets/web/status",
    f"{PODS}/x/log",
    f"{PODS}/x/exec",
    f"{PODS}/x/binding",
    f"{PODS}/x/eviction",
    "/api/v1/nodes/node1",
    "/api/v1/nodes/node1/status",
    "/openapi/v2",
    "/openapi/v3",
    "/openapi/v3/apis/apps/v1",
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    "/api/v1/endpoints",
    "/api/v1/namespaces/default/events",
    "/apis/coordination.k8s.io/v1/namespaces/default/leases/l",
    "/apis/discovery.k8s.io/v1/endpointslices",
    "/api/v1/namespaces/default/services",
    "/version",
    "/healthz",
    f"{MAPS}/a",
    "/api/v1/namespaces/default/serviceaccounts/default",
    "/api/v1/secrets",
)
METHODS = (
    "GET",
    "GET",
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "FOO",
)
TYPES = (
    "application/json",
    "application/merge-patch+json",
    "application/json-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
    "application/yaml",
    "text/plain",
    "",
    "application/vnd.kubernetes.protobuf",
    "multipart/form-data; boundary=x",
    'application/json; charset="',
)
ACCEPTS = (
    "*/*",
    "application/json",
    "application/json;as=Table;v=v1;g=meta.k8s.io",
    "application/yaml",
    ";;,",
    "text/*",
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
)
QUERIES = (
    "limit",
    "continue",
    "labelSelector",
    "fieldSelector",
    "resourceVersion",
    "resourceVersionMatch",
    "dryRun",
    "fieldManager",
    "fieldValidation",
    "force",
    "gracePeriodSeconds",
    "propagationPolicy",
    "includeObject",
    "sendInitialEvents",
    "allowWatchBookmarks",
    "tailLines",
    "sinceSeconds",
    "container",
    "orphanDependents",
)
VALUES = (
    "",
    "0",
    "1",
    "-1",
    "true",
    "All",
    "Exact",
    "NotOlderThan",
    "Strict",
    "a=b",
    "a in (b,c)",
    "metadata.name=x",
    "%00",
    "9" * 40,
    "%F0%9F%98%80",
    "Foreground",
    "Object",
    "a,,b",
    "\\\\",
    "(((",
    "!a",
    "spec.nodeName=node1",
    "eyJ9",
)
SEEDS = (
    b"",
    b"{}",
    b"[]",
    b"null",
    b"1",
    b'"x"',
    b"{",
    b"\xff\xfe",
    b'{"kind":"Pod","apiVersion":"v1"}',
    b"k8s\x00\x0a",
    b'{"metadata":{"name":"a"},"spec":{}}',
    b'{"spec":{"template":null}}',
    b'{"metadata":{"labels":{"a":1}}}',
    b'[{"op":"remove","path":"/spec"}]',
    b'[{"op":"add","path":"/metadata/labels/x","value":{"a":[]}}]',
    b'{"metadata":{"finalizers":["x"],"ownerReferences":[{}]}}',
    b'{"status":{"conditions":[{"type":1}]}}',
    b'{"spec":{"taints":[{"key":"a","effect":"No"}],"unschedulable":"yes"}}',
    b"a: &a [*a]",
    b"- !!python/object:os.system x",
    b'{"metadata":{"managedFields":[{"manager":"m","fieldsV1":{"f:spec":1},"operation":"Apply"}]}}',
    b"[" * 3000,
    b'{"a":' * 2000,
    b'{"metadata":{"name":"\\ud800"}}',
    b'{"spec":{"minReadySeconds":1e400}}',
    b'{"data":{"a":"b"}}',
    b'{"gracePeriodSeconds":-9223372036854775809}',
    b'{"preconditions":{"uid":7}}',
    b'{"dryRun":{"a":1}}',
    b'{"target":{"name":"node1"}}',
    b'{"deleteOptions":[]}',
    b'{"metadata":[]}',
    b'{"metadata":{"creationTimestamp":"x"}}',
)


JUNK = (
    None,
    0,
    -1,
    2**63,
    1.5,
    True,
    "",
    "x",
    "\ud800",
    "a" * 300,
    [],
    {},
    [None],
    [[]],
    {"a": {"b": []}},
    {"": ""},
    "$patch",
    {"$patch": "replace"},
    [{"name": 1}],
    "1Gi",
    "200%",
    "2026-13-45T00:00:00Z",
)
CONTAINER = {
    "name": "c",
    "image": "i:1",
    "env": [{"name": "A", "value": "b"}],
    "ports": [{"containerPort": 80}],
    "resources": {"requests": {"cpu": "100m"}},
    "readinessProbe": {"httpGet": {"port": 80}},
}
META = {
    "name": "web",
    "labels": {"a": "b"},
    "annotations": {"c": "d"},
    "finalizers": ["x/y"],
}
POD_SPEC = {
    "containers": [CONTAINER],
    "tolerations": [{"operator": "Exists"}],
    "nodeSelector": {"a": "b"},
    "volumes": [{"name": "v", "hostPath": {"path": "/x"}}],
}
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": POD_SPEC}
GOOD = (
    (
        "/apis/apps/v1/namespaces/default/daemonsets",
        {
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": TEMPLATE,
                "updateStrategy": {
                    "type": "RollingUpdate",
                    "rollingUpdate": {"maxUnavailable": "10%"},
                },
            }
        },
    ),
    (PODS, {"spec": POD_SPEC}),
    (MAPS, {"data": {"a": "b"}, "binaryData": {"c": "ZA=="}}),
    (
        "/api/v1/nodes",
        {
            "spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]},
            "status": {
                "allocatable": {"cpu": "1"},
                "conditions": [{"type": "Ready", "status": "True"}],
                "addresses": [{"type": "InternalIP", "address": "1.2.3.4"}],
            },
        },
    ),
    (
        "/api/v1/namespaces/default/services",
        {
            "spec": {
                "selector": {"app": "web"},
                "ports": [{"port": 80, "targetPort": "http"}],
            }
        },
    ),
    ("/api/v1/namespaces", {"spec": {"finalizers": ["kubernetes"]}}),
    (
        "/api/v1/namespaces/default/events",
        {
            "involvedObject": {"kind": "Pod", "name": "x", "namespace": "default"},
            "reason": "R",
            "type": "Normal",
            "source": {"component": "c"},
            "firstTimestamp": None,
            "count": 1,
        },
    ),
    (
        "/apis/coordination.k8s.io/v1/namespaces/default/leases",
        {"spec": {"holderIdentity": "h", "leaseDurationSeconds": 4}},
    ),
    (
        "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
        {
            "addressType": "IPv4",
            "ports": [{"port": 80}],
            "endpoints": [{"addresses": ["1.2.3.4"], "conditions": {"ready": True}}],
        },
    ),
    (
        "/apis/apps/v1/namespaces/default/controllerrevisions",
        {"data": {"spec": {"template": TEMPLATE}}, "revision": 1},
    ),
    ("/api/v1/namespaces/default/secrets", {"data": {"a": "Yg=="}, "type": "Opaque"}),
)
PATCHED = TYPES[1:5]


def places(value, at=()):
    """The paths of all parts of a JSON value."""
    yield at
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        yield from places(item, (*at, key))


def replaced(value, at, junk):
    """The value with `junk` at one path."""
    if not at:
        return junk
    if isinstance(value, dict):
        return {**value, at[0]: replaced(value[at[0]], at[1:], junk)}
    return [
        replaced(item, at[1:], junk) if i == at[0] else item
        for i, item in enumerate(value)
    ]


def spoiled(rng):
    """A request with an object that has one wrong part."""
    path, body = rng.choice(GOOD)
    body = {"metadata": {**META, "name": rng.choice(("web", "other", "new"))}, **body}
    for _ in range(rng.randint(0, 2)):
        body = replaced(
            body, rng.choice([at for at in places(body) if at]), rng.choice(JUNK)
        )
    method = rng.choice(("POST", "PUT", "PATCH", "PATCH", "PATCH"))
    if method != "POST":
        path += rng.choice(
            ("/web", "/other", "/node1", "/default", "/web/status", "/node1/status")
        )
    kind = rng.choice(PATCHED) if method == "PATCH" else "application/json"
    if kind == "application/json-patch+json":
        body = [
            {
                "op": rng.choice(("add", "replace", "test")),
                "path": rng.choice(("/spec", "/metadata", "/x")),
                "value": body,
            }
        ]
    query = rng.choice(
        (
            "",
            "dryRun=All",
            "fieldManager=m",
            "fieldManager=m&force=true",
            "fieldValidation=Strict",
        )
    )
    return (
        method,
        f"{path}?{query}",
        json.dumps(body).encode(),
        {"Content-Type": kind, "Accept": rng.choice(ACCEPTS[:3])},
    )


def nonsense(rng):
    """One nonsensical request."""
    if rng.random() < 0.5:
        return spoiled(rng)
    path = rng.choice(PATHS)
    if rng.random() < 0.2:
        path += rng.choice(
            ("/", "/..", "/%2e%2e/x", "//", "/a/b/c/d", "/%00", "/%C3%BC", "/status")
        )
    pairs = [
        f"{rng.choice(QUERIES)}={rng.choice(VALUES)}" for _ in range(rng.randint(0, 3))
    ]
    query = "&".join(pairs).replace(" ", "%20")
    body = rng.choice(SEEDS)
    if body and rng.random() < 0.3:
        place = rng.randrange(len(body))
        body = body[:place] + bytes([rng.randrange(256)]) + body[place + 1 :]
    headers = {"Content-Type": rng.choice(TYPES), "Accept": rng.choice(ACCEPTS)}
    if rng.random() < 0.1:
        headers["User-Agent"] = rng.choice(("", "/", "x" * 400, "\u00e9"))
    return rng.choice(METHODS), path + (f"?{query}" if query else ""), body, headers
