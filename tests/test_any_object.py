"""Accepted objects are safe: random odd objects by all kinds of writes, then a minute of time, tables, pictures, texts.

A request is either refused with a Status below 500, or no controller, printer or picture fails because of it.
"""

import json

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import name, namespace
from k8slearn.explain import why_here, why_this_pod
from k8slearn.lesson import narrate
from k8slearn.network import request
from k8slearn.view import scene_of
from k8slearn.view.ink.svg import svg
from tests.support.api_client import PATCHES, Client, is_unexplained
from tests.support.helpers import daemon_set, service
from tests.support.mutator import KINDS, Mutator

PACES = ("auto", "simple", "instant")
A_CLUSTER = 200
SEEDS = range(100)
"""The seeds: 20,000 objects, about a minute on one core."""
PATHS = {
    "v1 Pod": "/api/v1/namespaces/default/pods",
    "v1 Node": "/api/v1/nodes",
    "apps/v1 DaemonSet": "/apis/apps/v1/namespaces/default/daemonsets",
    "apps/v1 ControllerRevision": "/apis/apps/v1/namespaces/default/controllerrevisions",
    "v1 Service": "/api/v1/namespaces/default/services",
    "discovery.k8s.io/v1 EndpointSlice": "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
    "v1 Event": "/api/v1/namespaces/default/events",
    "v1 Namespace": "/api/v1/namespaces",
    "v1 ConfigMap": "/api/v1/namespaces/default/configmaps",
    "v1 Secret": "/api/v1/namespaces/default/secrets",
    "v1 ServiceAccount": "/api/v1/namespaces/default/serviceaccounts",
    "coordination.k8s.io/v1 Lease": "/apis/coordination.k8s.io/v1/namespaces/default/leases",
}
NULL_TIMES = ("Time", "Timestamp")
TABLE = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}


def no_json(constant):
    raise AssertionError(f"{constant} is no JSON")


# Made once, since `json.loads` makes a decoder for each call with options.
STRICT = json.JSONDecoder(parse_constant=no_json)


def check(client, method, path, body=None, **more):
    """Make a request, and check that nothing fails and the answer is strict JSON."""
    answer = client.ask(method, path, body, **more)
    assert answer.code < 500 or is_unexplained(answer.body), (
        method,
        path,
        body,
        answer.body,
    )
    STRICT.decode(answer.payload().decode("utf-8", "surrogatepass"))


def a_name(client, mutator, kind, new):
    """The new object's name, or that of an important existing object."""
    living = [name(o) for o in client.cluster.list(kind.partition(" ")[2], "default")]
    if kind == "v1 Node":
        living = ["node1", "node2"]
    if living and mutator.rng.random() < 0.3:
        return mutator.rng.choice(living)
    return new


def send(client, mutator, kind, new):
    """Create an object, then change it or another one of its kind in a random way."""
    path = PATHS[kind]
    check(client, "POST", path, mutator.object(kind, new), fieldValidation="Ignore")
    where = f"{path}/{a_name(client, mutator, kind, new)}"
    way = mutator.rng.choice(("put", "put", "status", *PATCHES, *PATCHES, "delete"))
    if way in ("put", "status"):
        o = mutator.object(kind, where.rpartition("/")[2])
        at = where if way == "put" else f"{where}/status"
        validation = mutator.rng.choice(("Ignore", "Warn", "Strict"))
        check(client, "PUT", at, o, fieldValidation=validation)
    elif way == "delete":
        check(client, "DELETE", where, propagationPolicy="Foreground")
    else:
        patch(client, mutator, kind, where, way)


def patch(client, mutator, kind, where, way):
    """Patch an object with one of the four types."""
    part = mutator.part(kind, mutator.rng.choice(("metadata", "spec", "status")))
    at = f"{where}/status" if "status" in part else where
    if way == "json":
        (top,) = part
        part = [{"op": "add", "path": f"/{top}", "value": part[top]}]
    elif way == "apply":
        version, _, bare = kind.partition(" ")
        part = {"apiVersion": version, "kind": bare, **part}
    headers = {"content-type": PATCHES[way]}
    check(client, "PATCH", at, part, headers=headers, fieldManager="odd", force="true")


def look(client, cluster):
    """Everything that shows something of the cluster."""
    for path in (*PATHS.values(), "/api/v1/endpoints"):
        check(client, "GET", path)
        check(client, "GET", path, headers=TABLE)
    for kind in KINDS:
        str(cluster.table(kind.partition(" ")[2], wide=True))
    str(narrate(cluster))
    for node in cluster.list("Node"):
        for explanation in why_here(cluster.store, name(node), cluster.now):
            str(explanation)
    for pod in cluster.list("Pod"):
        str(why_this_pod(cluster, cluster.store, pod, cluster.now))
        log = f"/api/v1/namespaces/{namespace(pod)}/pods/{name(pod)}/log"
        assert client.ask("GET", log).code < 500
    talk(cluster)


def nulls(value, path=""):
    """The paths of null values in an object, which code with `.get` does not expect."""
    if value is None:
        yield path
    fields = value.items() if isinstance(value, dict) else ()
    for key, item in fields:
        yield from nulls(item, f"{path}.{key}")
    for item in value if isinstance(value, list) else ():
        yield from nulls(item, path)


def look_for_nulls(cluster, seen):
    """Check that no null is stored, except for times that Go writes so, and in the data of a ControllerRevision.

    `seen` are the identities of checked objects, since the store never changes one in place.
    """
    for kind in KINDS:
        for o in cluster.store.list(kind.partition(" ")[2]):
            if id(o) in seen:
                continue
            seen[id(o)] = o
            for path in nulls(o):
                raw = o["kind"] == "ControllerRevision" and path.startswith(".data")
                assert path.endswith(NULL_TIMES) or raw, (o["kind"], path)


def talk(cluster):
    """A request from each Pod to each Service, by name and by address, and to each Pod."""
    targets = []
    for each in cluster.list("Service"):
        targets.append(f"{name(each)}.{namespace(each)}:80")
        targets.append(f"{each['spec'].get('clusterIP', '10.96.0.1')}:80")
    for pod in cluster.list("Pod")[:5]:
        targets.append(f"{pod.get('status', {}).get('podIP', '10.0.0.1')}:80")
    for pod in cluster.list("Pod")[:5]:
        for target in targets:
            request(cluster.store, f"pod/{namespace(pod)}/{name(pod)}", target)


def live_through(seed):
    cluster = Cluster(2, seed=seed, kubelet=PACES[seed % len(PACES)])
    cluster.apply(daemon_set())
    cluster.apply(service(selector={"app": "odd"}))
    client, mutator, seen = Client(cluster), Mutator(seed), {}
    for number in range(A_CLUSTER):
        send(client, mutator, mutator.kind(), f"odd-{number}")
        if number % 20 == 19:
            cluster.run(60)
            look(client, cluster)
            look_for_nulls(cluster, seen)
            scene = scene_of(cluster.store)
    svg(scene)
    assert cluster.failures == [], "a component stumbled, though it went on"


@pytest.mark.parametrize("seed", SEEDS)
def test_no_accepted_object_breaks_the_cluster(seed):
    live_through(seed)
