"""Specs of Kubernetes' own end-to-end suite about kinds beside the DaemonSet, with the real answers.

Each by its name in that suite, on a fresh cluster, once with JSON and once as Go's typed clients do: with protobuf.
"""

import json
import struct

import pytest

from k8slearn.apimachinery import facts
from k8slearn.cluster import Cluster
from k8slearn.http import protobuf
from tests.support.api_client import events
from tests.support.go_client import (
    PROTOBUF,
    GoClient,
    by_title,
    controlled,
    made,
    options,
    template,
)

CORE = "/api/v1/namespaces/default"
APPS = "/apis/apps/v1/namespaces/default"
PODS = f"{CORE}/pods"
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
STREAM = {
    "watch": "1",
    "sendInitialEvents": "true",
    "resourceVersionMatch": "NotOlderThan",
    "allowWatchBookmarks": "true",
}
SPECS = {}
spec = by_title(SPECS)


# Streaming lists and protobuf ----------------------------------------------------------------------------------------


def secrets(go):
    for name in "ab":
        go.make(f"{CORE}/secrets", made("v1", "Secret", name, type="Opaque"))


def as_metadata(list=""):
    kind = f"as=PartialObjectMetadata{list};g=meta.k8s.io;v=v1"
    return f"{PROTOBUF};{kind},application/json;{kind},application/json"


def frames(data):
    while data:
        (length,) = struct.unpack(">I", data[:4])
        event = dict(protobuf._parts(data[4 : 4 + length]))
        raw = dict(protobuf._parts(event[2]))[1]
        yield event[1].decode(), protobuf.decode(raw)
        data = data[4 + length :]


@spec(
    "API Streaming (aka. WatchList) should NOT be requested by metadata "
    "client's List method when WatchListClient is enabled"
)
def metadata_list(go):
    secrets(go)
    only = as_metadata("List").split(",")[0]
    data = go.raw(f"{CORE}/secrets", only)
    found = protobuf._message(
        dict(protobuf._parts(data[4:]))[2],
        "io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadataList",
        0,
    )
    assert [o["metadata"]["name"] for o in found["items"]] == ["a", "b"]
    assert all("kind" not in o for o in found["items"])


@spec(
    "API Streaming (aka. WatchList) should be requested by metadatainformer"
    " when WatchListClient is enabled"
)
def metadata_informer(go):
    secrets(go)
    accept = {"accept": as_metadata().split(",")[0]}
    watch = go.ask("GET", f"{CORE}/secrets", headers=accept, **STREAM)
    found = list(frames(watch.first()))
    assert [kind for kind, _ in found] == ["ADDED", "ADDED", "BOOKMARK"]
    assert found[0][1]["kind"] == "PartialObjectMetadata"
    notes = found[-1][1]["metadata"]["annotations"]
    assert notes == {"k8s.io/initial-events-end": "true"}


@spec(
    "client-go should negotiate watch and report errors with accept "
    '"application/vnd.kubernetes.protobuf"'
)
def negotiated_watch(go):
    secrets(go)
    accept = {"accept": PROTOBUF}
    watch = go.ask("GET", f"{CORE}/secrets", headers=accept, watch="1")
    assert [o["metadata"]["name"] for _, o in frames(watch.first())] == ["a", "b"]
    answer = go.ask(
        "GET", f"{CORE}/secrets", headers=accept, watch="1", labelSelector="a in (b"
    )
    assert protobuf.decode(answer.payload())["reason"] == "BadRequest"


# Discovery and strictness ------------------------------------------------------------------------------------------


@spec("AggregatedDiscovery should support aggregated discovery interface")
def aggregated(go):
    offered = set()
    for path in ("/api", "/apis"):
        for group in go.json_of(path, DISCOVERY)[1]["items"]:
            for version in group["versions"]:
                of = version["version"]
                if path == "/apis":
                    of = f"{group['metadata']['name']}/{of}"
                for resource in version["resources"]:
                    offered.add((of, resource["responseKind"]["kind"]))
    assert set(facts.kinds()) <= offered


@spec(
    "AggregatedDiscovery should support raw aggregated discovery endpoint "
    "Accept headers"
)
def raw_aggregated(go):
    for path in ("/api", "/apis"):
        media, document = go.json_of(path, f"{DISCOVERY},application/json")
        assert media.replace(" ", "") == DISCOVERY
        assert document["kind"] == "APIGroupDiscoveryList" and document["items"]


@spec("Discovery should locate the groupVersion and a resource within each APIGroup")
def located(go):
    for version, kind in sorted(facts.kinds()):
        path = f"/apis/{version}" if "/" in version else f"/api/{version}"
        resources = go.get(path)["resources"]
        assert kind in {resource["kind"] for resource in resources}


def strict(go, body, **query):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return go.call("POST", f"{APPS}/deployments", data, **query)


@spec("FieldValidation should detect unknown and duplicate fields of a typed object")
def unknown_fields(go):
    deployment = controlled("Deployment")
    deployment["spec"]["unknown1"] = "v"
    text = json.dumps(deployment).replace(
        '"replicas": 2', '"replicas": 2, "replicas": 3'
    )
    code, status = strict(go, text.encode(), fieldValidation="Strict")
    assert code == 400 and status["message"] == (
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: '
        'duplicate field "spec.replicas", unknown field "spec.unknown1"'
    )
    answer = go.ask(
        "POST", f"{APPS}/deployments", text.encode(), fieldValidation="Warn"
    )
    assert answer.code == 201 and set(answer.warnings) == {
        'duplicate field "spec.replicas"',
        'unknown field "spec.unknown1"',
    }


@spec("FieldValidation should detect unknown metadata fields of a typed object")
@spec(
    "Kubectl client Kubectl validation should detect unknown metadata "
    "fields of a typed object"
)
def unknown_metadata(go):
    deployment = controlled("Deployment")
    deployment["metadata"]["unknownMeta"] = "v"
    deployment["spec"]["template"]["metadata"]["unknownSubMeta"] = "v"
    code, status = strict(go, deployment, fieldValidation="Strict")
    assert code == 400
    for path in ("metadata.unknownMeta", "spec.template.metadata.unknownSubMeta"):
        assert f'unknown field "{path}"' in status["message"]


# Garbage collection ------------------------------------------------------------------------------------------------


@spec("Garbage collector should delete RS created by deployment when not orphaning")
def deployment_in_background(go):
    go.make(f"{APPS}/deployments", controlled("Deployment"))
    go.until(lambda: go.count(f"{APPS}/replicasets") == 1)
    go.remove(f"{APPS}/deployments/web", options("Background"))
    go.until(lambda: not go.count(f"{APPS}/replicasets") + go.count(PODS))


@spec(
    "Garbage collector should orphan RS created by deployment when "
    "deleteOptions.PropagationPolicy is Orphan"
)
def deployment_orphans(go):
    go.make(f"{APPS}/deployments", controlled("Deployment"))
    go.until(lambda: go.count(f"{APPS}/replicasets") == 1)
    go.remove(f"{APPS}/deployments/web", options("Orphan"))
    go.until(lambda: not go.count(f"{APPS}/deployments"))
    go.cluster.run(30)
    (left,) = go.get(f"{APPS}/replicasets")["items"]
    assert "ownerReferences" not in left["metadata"]


def cron_job():
    job = {"template": template(restartPolicy="OnFailure")}
    body = {"schedule": "*/1 * * * ?", "jobTemplate": {"spec": job}}
    return made("batch/v1", "CronJob", "web", spec=body)


BATCH = "/apis/batch/v1/namespaces/default"


@spec("Garbage collector should delete jobs and pods created by cronjob")
def cron_job_in_background(go):
    go.make(f"{BATCH}/cronjobs", cron_job())
    go.until(lambda: go.count(f"{BATCH}/jobs") and go.count(PODS))
    go.remove(f"{BATCH}/cronjobs/web", options("Background"))
    go.until(lambda: not go.count(f"{BATCH}/jobs") + go.count(PODS))


@spec("Generated clientset should create v1 cronJobs, delete cronJobs, watch cronJobs")
def cron_job_watched(go):
    listed = go.get(f"{BATCH}/cronjobs")
    version = listed["metadata"]["resourceVersion"]
    watch = go.watch(f"{BATCH}/cronjobs", resourceVersion=version)
    watch.first()
    go.make(f"{BATCH}/cronjobs", cron_job())
    assert go.count(f"{BATCH}/cronjobs") == 1
    go.remove(f"{BATCH}/cronjobs/web", options("Background"))
    kinds = [kind for kind, _ in events(watch.news())]
    assert kinds[0] == "ADDED" and kinds[-1] == "DELETED"


RCS = f"{CORE}/replicationcontrollers"


def running(go, replicas=4):
    go.make(RCS, controlled("ReplicationController", replicas=replicas))
    go.until(lambda: go.get(f"{RCS}/web")["status"].get("readyReplicas") == replicas)


@spec("Garbage collector should delete pods created by rc when not orphaning")
def rc_in_background(go):
    running(go)
    uid = go.get(f"{RCS}/web")["metadata"]["uid"]
    go.remove(f"{RCS}/web", options("Background", preconditions={"uid": uid}))
    go.until(lambda: not go.count(PODS))


@spec(
    "Garbage collector should keep the rc around until all its pods are "
    "deleted if the deleteOptions says so"
)
def rc_in_foreground(go):
    running(go)
    go.remove(f"{RCS}/web", options("Foreground"))
    assert "foregroundDeletion" in go.get(f"{RCS}/web")["metadata"]["finalizers"]
    go.until(lambda: not go.count(RCS))
    assert not go.count(PODS)


@spec(
    "Garbage collector should not delete dependents that have both valid "
    "owner and owner that's waiting for dependents to be deleted"
)
def two_owners(go):
    running(go)
    other = controlled("ReplicationController", "other", 0)
    other = go.make(RCS, other)
    valid = {
        "apiVersion": "v1",
        "kind": "ReplicationController",
        "name": "other",
        "uid": other["metadata"]["uid"],
    }
    shared = [pod["metadata"]["name"] for pod in go.get(PODS)["items"][:2]]
    for name in shared:
        patch = {"metadata": {"ownerReferences": [valid]}}
        go.change(f"{PODS}/{name}", patch, "strategic")
    go.remove(f"{RCS}/web", options("Foreground"))
    go.until(lambda: go.count(RCS) == 1)
    left = go.get(PODS)["items"]
    assert {pod["metadata"]["name"] for pod in left} == {*shared}
    for pod in left:
        assert [r["name"] for r in pod["metadata"]["ownerReferences"]] == ["other"]


@spec("Garbage collector should orphan pods created by rc if delete options say so")
def rc_orphans(go):
    running(go)
    go.remove(f"{RCS}/web", options("Orphan"))
    go.until(lambda: not go.count(RCS))
    go.cluster.run(30)
    assert go.count(PODS) == 4


@spec(
    "Garbage collector should orphan pods created by rc if "
    "deleteOptions.OrphanDependents is nil"
)
def rc_default(go):
    running(go, 2)
    # The strategy of this old kind. Kubernetes: rcStrategy.DefaultGarbageCollectionPolicy
    go.remove(f"{RCS}/web", {"apiVersion": "v1", "kind": "DeleteOptions"})
    go.until(lambda: not go.count(RCS))
    go.cluster.run(30)
    assert go.count(PODS) == 2


@pytest.mark.parametrize("wire", ["json", "protobuf"])
@pytest.mark.parametrize("title", SPECS)
def test_the_spec_passes(title, wire):
    SPECS[title](GoClient(Cluster(2, kubelet="instant"), wire))
