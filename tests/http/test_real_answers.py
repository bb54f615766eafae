"""Requests that the model once answered differently from a real v1.36.2, with the real answers.

All rows share one cluster and have names of their own.
"""

import pytest

from k8slearn import Cluster
from tests.support.api_client import DAEMON_SETS, PODS, Client, daemon_set, events

SERVICES = "/api/v1/namespaces/default/services"
SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
SPACES = "/api/v1/namespaces"
OLD_TABLE = "application/json;as=Table;v=v1beta1;g=meta.k8s.io"
A_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
METADATA = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@pytest.fixture(scope="module")
def client():
    found = Client(Cluster(4, kubelet="instant"))
    found.cluster.run(5)
    return found


def pod(name, **spec):
    body = {"containers": [{"name": "c", "image": "i:1"}], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": body}


def service(name, **spec):
    metadata = {"name": name}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def answer(client, method, path, body=None, **more):
    """(code, message or object)"""
    code, found = client.call(method, path, body, **more)
    return code, found.get("message", found)


# B1, B14: what controllers put right -------------------------------------------------------------------------------


def test_slices_come_back_and_are_put_right(client):
    labels = {"labels": {"a": "b1"}}
    backing = pod("b1")
    backing["metadata"] |= labels
    client.post(PODS, backing)
    client.post(SERVICES, service("b1", selector={"a": "b1"}, ports=[{"port": 80}]))
    client.cluster.run(2)
    own = "kubernetes.io/service-name=b1"
    for change in ("gone", {"endpoints": []}, {"ports": []}, {"metadata": {"labels": None}}):  # fmt: skip
        (found,) = client.get(SLICES, labelSelector=own)["items"]
        path = f"{SLICES}/{found['metadata']['name']}"
        if change == "gone":
            client.call("DELETE", path)
        else:
            assert client.patch(path, change, "merge")[0] == 200
        client.cluster.run(1)
        (found,) = client.get(SLICES, labelSelector=own)["items"]
        assert len(found["endpoints"]) == len(found["ports"]) == 1, change


@pytest.mark.parametrize("change", [{"data": {"ca.crt": "x"}}, {"data": None}, None])
def test_the_root_certificate_is_put_back(client, change):
    path = f"{SPACES}/default/configmaps/kube-root-ca.crt"
    before = client.get(path)["data"]
    if change is None:
        client.call("DELETE", path)
    else:
        client.patch(path, change, "merge")
    client.cluster.run(1)
    assert client.get(path)["data"] == before


# B2, B3: tests/kinds/test_service_allocation.py --------------------------------------------------------------------

FORBIDDEN_PORT = (
    'Service "b2" is invalid: spec.ports[0].nodePort: Invalid value: 20: provided port is not in the valid range. '
    "The range of valid ports is 30000-32767"
)


def test_ports_and_addresses_over_http(client):
    path = f"{SERVICES}/b2"
    outside = service("b2", type="NodePort", ports=[{"port": 80, "nodePort": 20}])
    assert answer(client, "POST", SERVICES, outside) == (422, FORBIDDEN_PORT)
    named = service("b2", type="ExternalName", externalName="a.b")
    client.post(SERVICES, named)
    change = {"type": "NodePort", "externalName": None, "ports": [{"port": 80}]}
    code, found = client.patch(path, {"spec": change}, "merge")
    assert code == 200 and found["spec"]["clusterIP"]
    number = found["spec"]["ports"][0]["nodePort"]
    assert 30000 <= number <= 32767
    taken = service("b2-b", type="NodePort", ports=[{"port": 80, "nodePort": number}])
    assert answer(client, "POST", SERVICES, taken)[1].endswith("provided port is already allocated")  # fmt: skip
    code, found = client.patch(path, {"spec": {"type": "ClusterIP"}}, "merge")
    assert code == 200 and "nodePort" not in found["spec"]["ports"][0]


# B4, B5: a Namespace on its way out --------------------------------------------------------------------------------

CONDITIONS = {
    "NamespaceDeletionDiscoveryFailure": ("False", "ResourcesDiscovered"),
    "NamespaceDeletionGroupVersionParsingFailure": ("False", "ParsedGroupVersions"),
    "NamespaceDeletionContentFailure": ("False", "ContentDeleted"),
    "NamespaceContentRemaining": ("True", "SomeResourcesRemain"),
    "NamespaceFinalizersRemaining": ("True", "SomeFinalizersRemain"),
}


def test_pods_go_first_and_the_rest_is_told(client):
    path = f"{SPACES}/b4"
    client.post(SPACES, {"metadata": {"name": "b4"}})
    stuck = pod("b4")
    stuck["metadata"]["finalizers"] = ["example.com/x"]
    client.post(f"{path}/pods", stuck)
    client.post(f"{path}/configmaps", {"metadata": {"name": "b4"}})
    client.cluster.run(1)
    client.call("DELETE", path)
    client.cluster.run(40)
    found = client.get(path)["status"]["conditions"]
    assert {c["type"]: (c["status"], c["reason"]) for c in found} == CONDITIONS
    assert found[3]["message"] == "Some resources are remaining: pods. has 1 resource instances"  # fmt: skip
    names = [o["metadata"]["name"] for o in client.get(f"{path}/configmaps")["items"]]
    assert names == ["b4", "kube-root-ca.crt"]
    client.patch(f"{path}/pods/b4", {"metadata": {"finalizers": None}}, "merge")
    client.cluster.run(2)
    assert client.call("GET", path)[0] == 404


def test_finalize_lets_a_stuck_namespace_go(client):
    path = f"{SPACES}/b5"
    made = client.post(SPACES, {"metadata": {"name": "b5"}})
    code, found = client.call("PUT", f"{path}/finalize", {**made, "spec": {}})
    assert code == 200 and found["kind"] == "Namespace"
    assert "finalizers" not in found["spec"]


# B6, B7, B8, B9: single requests -----------------------------------------------------------------------------------

VERSION = "resourceVersion should not be set on objects to be created"
NO_CLASS = 'pods "b8" is forbidden: pod rejected: RuntimeClass "nosuch" not found'
TIMEOUT = 'invalid timeout specified in the request URL - time: invalid duration "invalid"'  # fmt: skip
OTHER_LIST = "you requested PartialObjectMetadata, but the requested object is a list (*core.SecretList)"
NOBODY = 'pods "sa" is forbidden: error looking up service account default/ghost: serviceaccount "ghost" not found'


def versioned(name, version):
    return {"metadata": {"name": name, "resourceVersion": version}}


ROWS = [
    ("POST", PODS, pod("b8", runtimeClassName="nosuch"), {}, (403, NO_CLASS)),
    ("POST", PODS, pod("sa", serviceAccountName="ghost"), {}, (403, NOBODY)),
    ("GET", SPACES, None, {"timeout": "invalid"}, (400, TIMEOUT)),
    ("GET", "/version", None, {"timeout": "invalid"}, (400, TIMEOUT)),
    ("POST", f"{SPACES}/default/configmaps", versioned("rv", "7"), {}, (500, VERSION)),
    (
        "GET",
        f"{SPACES}/default/secrets",
        None,
        {"headers": {"accept": METADATA}},
        (406, OTHER_LIST),
    ),
]


@pytest.mark.parametrize("method, path, body, more, expected", ROWS)
def test_refusals(client, method, path, body, more, expected):
    assert answer(client, method, path, body, **more) == expected


@pytest.mark.parametrize("timeout", ["32s", "1m30s", "0", "1.5h", ""])
def test_timeouts_in_go_s_way(client, timeout):
    assert client.call("GET", SPACES, timeout=timeout)[0] == 200


def test_a_version_of_0_is_not_compared(client):
    path = f"{SPACES}/default/configmaps"
    made = client.post(path, versioned("b6", "0"))
    made["metadata"]["resourceVersion"] = "0"
    assert client.call("PUT", f"{path}/b6", made)[0] == 200
    change = {"metadata": {"resourceVersion": "0", "labels": {"a": "b"}}}
    assert client.patch(f"{path}/b6", change, "merge")[0] == 200
    made["metadata"]["resourceVersion"] = "1"
    assert client.call("PUT", f"{path}/b6", made)[0] == 409


def test_a_negative_period_is_one_second_of_a_pod(client):
    made = client.post(PODS, pod("b7", terminationGracePeriodSeconds=-1))
    assert made["spec"]["terminationGracePeriodSeconds"] == 1
    body = daemon_set("b7")
    body["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = -1
    told = client.ask("POST", DAEMON_SETS, body).warnings
    path = "spec.template.spec.terminationGracePeriodSeconds"
    assert told == [f"{path}: must be >= 0; negative values are invalid and will be treated as 1"]  # fmt: skip
    client.cluster.run(2)
    found = client.get(PODS, labelSelector="app=b7")["items"]
    assert {p["spec"]["terminationGracePeriodSeconds"] for p in found} == {1}
    assert len(found) == 4


# B10, B11, B12: Tables ---------------------------------------------------------------------------------------------


def test_tables_of_the_version_before(client):
    found = client.get(SPACES, headers={"accept": OLD_TABLE})
    assert (found["apiVersion"], found["kind"]) == ("meta.k8s.io/v1beta1", "Table")
    assert found["rows"][0]["object"]["apiVersion"] == "meta.k8s.io/v1beta1"


@pytest.mark.parametrize(("accept", "code"), [(A_TABLE, 406), (f"{A_TABLE}, application/json", 201)])  # fmt: skip
def test_a_review_has_no_table(client, accept, code):
    body = {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}}
    assert client.call("POST", REVIEWS, body, headers={"accept": accept})[0] == code


def test_a_watch_tells_columns_once_and_ends_with_a_row(client):
    asked = {
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
    }
    watch = client.watch(SPACES, headers={"accept": A_TABLE}, **asked)
    found = events(watch.first())
    assert found[0][1]["columnDefinitions"]
    assert [t["columnDefinitions"] for _, t in found[1:]] == [None] * len(found[1:])
    kind, last = found[-1]
    (row,) = last["rows"]
    marks = row["object"]["metadata"]["annotations"]
    assert kind == "BOOKMARK" and marks == {"k8s.io/initial-events-end": "true"}
    assert row["object"]["kind"] == "PartialObjectMetadata"


# B16: probes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["healthz", "livez", "readyz"])
def test_probes_tell_each_check(client, kind):
    def text(path, **query):
        return client.ask("GET", path, **query).payload().decode()

    assert text(f"/{kind}") == text(f"/{kind}/ping") == "ok"
    lines = text(f"/{kind}", verbose="").splitlines()
    assert lines[:3] == ["[+]ping ok", "[+]log ok", "[+]etcd ok"]
    assert lines[-1] == f"{kind} check passed"
    assert "[+]etcd excluded: ok" in text(f"/{kind}", verbose="", exclude="etcd")
    assert client.ask("GET", f"/{kind}/nosuch").code == 404


# B21, B22: the scheduler -------------------------------------------------------------------------------------------

NOWHERE = (
    "0/4 nodes are available: 4 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, "
    "preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling."
)


def test_a_pod_that_fits_nowhere(client):
    client.post(PODS, pod("b22", nodeSelector={"no": "where"}))
    client.cluster.run(1)
    (condition,) = client.get(f"{PODS}/b22")["status"]["conditions"]
    assert condition["message"] == NOWHERE
    assert condition["observedGeneration"] == 1


# Root causes 5, 6 and 12 of what users met -------------------------------------------------------------------------


def test_the_status_says_how_many_are_wanted_where_none_can_be_made(client):
    body = daemon_set("e1")
    body["spec"]["template"]["spec"]["priorityClassName"] = "ghost"
    client.post(DAEMON_SETS, body)
    client.cluster.run(2)
    status = client.get(f"{DAEMON_SETS}/e1")["status"]
    fields = ("desiredNumberScheduled", "numberUnavailable", "observedGeneration")
    assert [status.get(field) for field in fields] == [4, 4, 1]


def test_a_pod_runs_as_an_account_and_carries_its_token(client):
    made = client.post(PODS, pod("c7"))["spec"]
    assert made["serviceAccountName"] == made["serviceAccount"] == "default"
    (volume,) = made["volumes"]
    assert volume["name"].startswith("kube-api-access-")
    (mount,) = made["containers"][0]["volumeMounts"]
    assert mount["mountPath"] == "/var/run/secrets/kubernetes.io/serviceaccount"
    assert mount["name"] == volume["name"] and mount["readOnly"]
    # A dump that is created under another name has the volume already.
    again = client.post(PODS, {**pod("c7-b"), "spec": made})["spec"]
    assert again["volumes"] == made["volumes"]
    bare = client.post(PODS, pod("c7-c", automountServiceAccountToken=False))["spec"]
    assert "volumes" not in bare


def test_a_pod_is_replaced_from_its_file(client):
    client.post(PODS, pod("c15", automountServiceAccountToken=False))
    client.cluster.run(1)
    node = client.get(f"{PODS}/c15")["spec"]["nodeName"]
    file = pod("c15", automountServiceAccountToken=False, nodeName=node, serviceAccountName="default")  # fmt: skip
    file["spec"]["containers"][0]["image"] = "i:2"
    code, found = client.call("PUT", f"{PODS}/c15", file)
    assert code == 200 and found["spec"]["priority"] == 0
    assert len(found["spec"]["tolerations"]) == 2


def test_a_stale_dump_has_been_modified(client):
    path = f"{SPACES}/default/configmaps"
    old = client.post(path, {"metadata": {"name": "c13"}})
    client.call("DELETE", f"{path}/c13")
    client.post(path, {"metadata": {"name": "c13"}})
    about = {field: old["metadata"][field] for field in ("uid", "resourceVersion")}
    code, found = client.patch(f"{path}/c13", {"metadata": about}, "merge")
    assert code == 409 and "the object has been modified" in found["message"]
    code, found = client.call("PUT", f"{path}/c13", old)
    assert code == 409 and "Precondition failed: UID" in found["message"]
    code, found = client.patch(f"{path}/c13", {"metadata": {"uid": "x"}}, "merge")
    assert code == 422 and "field is immutable" in found["message"]


def test_a_long_prefix_is_cut(client):
    body = pod("")
    body["metadata"] = {"generateName": "a" * 90}
    assert len(client.post(PODS, body)["metadata"]["name"]) == 63


IMAGES = {
    "i": "Always",
    "i:latest": "Always",
    "i:1": "IfNotPresent",
    "i@sha256:" + "a" * 64: "IfNotPresent",
    "{{ .Values.image }}": "IfNotPresent",
    "REG/Image": "IfNotPresent",
    "reg:5000/i": "Always",
}


def test_how_images_are_pulled(client):
    containers = [{"name": f"c{n}", "image": i} for n, i in enumerate(IMAGES)]
    made = client.post(PODS, pod("i13", containers=containers))["spec"]["containers"]
    assert [c["imagePullPolicy"] for c in made] == list(IMAGES.values())


def test_the_namespace_is_looked_for_before_the_spec(client):
    body = daemon_set("c14", selector={"matchLabels": {"app": "other"}})
    path = DAEMON_SETS.replace("default", "nowhere")
    found = answer(client, "POST", path, body)
    assert found == (404, 'namespaces "nowhere" not found')
