"""The admission plugins: what they add to a Pod, and refusals that the records do not show."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.errors import ApiError
from tests.support.helpers import bare_pod, daemon_set

CLASS = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass"}


@pytest.fixture
def cluster():
    return Cluster(1, kubelet="manual")


def make(cluster, kind, name, version="v1", **spec):
    meta = {"name": name, "namespace": "default"}
    o = {"apiVersion": version, "kind": kind, "metadata": meta, "spec": spec}
    made = cluster.create(o)
    cluster.settle()
    return made


def asking(name="p", requests=None, limits=None, **spec):
    sides = {"requests": requests, "limits": limits}
    resources = {side: value for side, value in sides.items() if value}
    container = {"name": "c", "image": "x", "resources": resources}
    return bare_pod(name, containers=[container], **spec)


def refusal(cluster, o):
    with pytest.raises(ApiError) as caught:
        cluster.create(o)
    return str(caught.value)


# Priority ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"priority": 7}, "the integer value of priority (7) must not be provided in pod spec"),
        (
            {"preemptionPolicy": "Never"},
            "the string value of PreemptionPolicy (Never) must not be provided in pod spec",
        ),
    ],
)  # fmt: skip
def test_the_number_is_the_class_s_to_say(cluster, spec, why):
    assert why in refusal(cluster, bare_pod(**spec))


def test_of_several_defaults_the_least_counts(cluster):
    first = {**CLASS, "metadata": {"name": "a"}, "value": 9, "globalDefault": True}
    cluster.create(first)
    assert cluster.create(bare_pod("p"))["spec"]["priority"] == 9


# LimitRange --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "pod", "why"),
    [
        ({"min": {"cpu": "1"}}, asking(), "minimum cpu usage per Container is 1.  No request is specified"),
        (
            {"min": {"cpu": "1"}},
            asking(requests={"cpu": "500m"}),
            "minimum cpu usage per Container is 1, but request is 500m",
        ),
        ({"type": "Pod", "max": {"cpu": "1"}}, asking(), "maximum cpu usage per Pod is 1.  No limit is specified"),
        (
            {"type": "Pod", "max": {"cpu": "1"}},
            asking(limits={"cpu": "2"}),
            "maximum cpu usage per Pod is 1, but limit is 2",
        ),
        (
            {"maxLimitRequestRatio": {"cpu": "2"}},
            asking(requests={"cpu": "1"}, limits={"cpu": "3"}),
            "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000",
        ),
    ],
)  # fmt: skip
def test_bounds_are_told(cluster, item, pod, why):
    # Without defaults of its own an item would fill in what the test leaves out.
    limits = {"type": "Container", **item}
    store = cluster.control_plane.store
    make(cluster, "LimitRange", "l", limits=[limits])
    [made] = store.list("LimitRange")
    bare = {k: v for k, v in made["spec"]["limits"][0].items() if "default" not in k}
    store.write("MODIFIED", {**made, "spec": {"limits": [bare]}}, made, "test")
    assert why in refusal(cluster, pod)


def test_what_was_filled_in_is_noted(cluster):
    make(cluster, "LimitRange", "l", limits=[{"type": "Container", "default": {"cpu": "1"}}])  # fmt: skip
    pod = cluster.create(asking())
    note = pod["metadata"]["annotations"]["kubernetes.io/limit-ranger"]
    assert note == "LimitRanger plugin set: cpu request for container c; cpu limit for container c"  # fmt: skip
    assert pod["status"]["qosClass"] == "Burstable"


# ResourceQuota -----------------------------------------------------------------------------------------------------


def used(cluster, name="q"):
    return cluster.get("ResourceQuota", name)["status"]["used"]


def test_where_cpu_is_counted_each_container_must_say_what_it_takes(cluster):
    make(cluster, "ResourceQuota", "q", hard={"limits.cpu": "2", "requests.memory": "1Gi"})  # fmt: skip
    why = refusal(cluster, asking(requests={"memory": "1Mi"}))
    assert why.endswith("failed quota: q: must specify limits.cpu for: c")


def test_each_quota_of_the_namespace_has_its_say(cluster):
    make(cluster, "ResourceQuota", "a", hard={"pods": "5"})
    make(cluster, "ResourceQuota", "b", hard={"count/pods": "0"})
    assert "exceeded quota: b, requested: count/pods=1" in refusal(cluster, bare_pod())
    assert used(cluster, "a") == {"pods": "0"}


def test_a_quota_counts_other_kinds_too(cluster):
    make(cluster, "ResourceQuota", "q", hard={"configmaps": "2", "services": "0"})
    assert used(cluster) == {"configmaps": "1", "services": "0"}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}}
    port = {"spec": {"ports": [{"port": 80}]}}
    assert "services=1" in refusal(cluster, {**service, **port})


def claim(name, storage, **spec):
    asked = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": storage}}}  # fmt: skip
    version = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
    return {**version, "metadata": {"name": name}, "spec": {**asked, **spec}}


def test_a_quota_holds_what_claims_ask_for(cluster):
    of_class = "gold.storageclass.storage.k8s.io/requests.storage"
    hard = {"requests.storage": "5Gi", of_class: "3Gi", "persistentvolumeclaims": "5"}
    make(cluster, "ResourceQuota", "q", hard=hard)
    cluster.create(claim("a", "1Gi"))
    cluster.create(claim("b", "2Gi", storageClassName="gold"))
    assert used(cluster) == {
        "requests.storage": "3Gi",
        of_class: "2Gi",
        "persistentvolumeclaims": "2",
    }
    why = refusal(cluster, claim("c", "2Gi", storageClassName="gold"))
    told = f"requested: {of_class}=2Gi, used: {of_class}=2Gi, limited: {of_class}=3Gi"
    assert why.endswith(f"exceeded quota: q, {told}")


def test_claims_have_bounds_too(cluster):
    kind = "PersistentVolumeClaim"
    bounds = {"type": kind, "min": {"storage": "1Gi"}, "max": {"storage": "2Gi"}}
    make(cluster, "LimitRange", "l", limits=[bounds])
    assert cluster.create(claim("b", "2Gi"))
    text = f"minimum storage usage per {kind} is 1Gi, but request is 500Mi"
    assert refusal(cluster, claim("a", "500Mi")).endswith(f"is forbidden: {text}")
    text = f"maximum storage usage per {kind} is 2Gi, but request is 3Gi"
    assert refusal(cluster, claim("c", "3Gi")).endswith(f"is forbidden: {text}")


@pytest.mark.parametrize("others", [{"namespaces": ["a"]}, {"namespaceSelector": {}}])
def test_who_looks_into_other_namespaces_is_counted(cluster, others):
    scopes = ["CrossNamespacePodAffinity"]
    make(cluster, "ResourceQuota", "q", hard={"pods": "0"}, scopes=scopes)
    term = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {}}
    kind = "requiredDuringSchedulingIgnoredDuringExecution"

    def near(**more):
        return {"affinity": {"podAffinity": {kind: [{**term, **more}]}}}

    assert cluster.create(bare_pod("a", **near()))
    assert "exceeded quota: q" in refusal(cluster, bare_pod("b", **near(**others)))


def test_who_asks_as_a_whole_has_said_it(cluster):
    make(cluster, "ResourceQuota", "q", hard={"requests.cpu": "3"})
    whole = {"resources": {"requests": {"cpu": "2"}}}
    assert cluster.create(bare_pod("a", **whole))
    assert used(cluster) == {"requests.cpu": "2"}
    assert "exceeded quota: q" in refusal(cluster, bare_pod("b", **whole))


def test_a_rehearsal_charges_nothing(cluster):
    make(cluster, "ResourceQuota", "q", hard={"pods": "1"})
    place = {"metadata": {"name": "x", "namespace": "default"}}
    cluster.registry.rehearsal().create({**bare_pod("x"), **place}, who())
    assert used(cluster) == {"pods": "0"}


def who():
    from k8slearn.apiserver.identity import Identity

    return Identity("user", "kubectl")


def test_a_quota_that_was_not_counted_yet_holds_nothing(cluster):
    cluster.stop_controller("resourcequota-controller")
    make(cluster, "ResourceQuota", "q", hard={"pods": "0"})
    assert cluster.create(bare_pod())


# ServiceAccount ----------------------------------------------------------------------------------------------------


@pytest.fixture
def accounts():
    found = Cluster(1, kubelet="manual", service_accounts=True)
    found.settle()
    return found


def test_a_pod_runs_as_the_default_account_and_mounts_its_token(accounts):
    spec = accounts.create(bare_pod())["spec"]
    assert spec["serviceAccountName"] == spec["serviceAccount"] == "default"
    [volume] = spec["volumes"]
    assert volume["name"].startswith("kube-api-access-")
    [mount] = spec["containers"][0]["volumeMounts"]
    assert mount["name"] == volume["name"] and mount["readOnly"]


@pytest.mark.parametrize("who_declines", ["pod", "account"])
def test_who_wants_no_token_gets_none(accounts, who_declines):
    no = {"automountServiceAccountToken": False}
    if who_declines == "account":
        accounts.patch("ServiceAccount", "default", no)
    spec = accounts.create(bare_pod(**(no if who_declines == "pod" else {})))["spec"]
    assert "volumes" not in spec and spec["serviceAccountName"] == "default"


def test_without_the_plugin_an_account_is_a_name():
    cluster = Cluster(1, kubelet="manual", service_accounts=False)
    assert cluster.create(bare_pod(serviceAccountName="nobody"))
    assert "volumes" not in cluster.create(bare_pod("q"))["spec"]


def test_a_fork_keeps_the_plugin(accounts):
    twin = accounts.fork()
    with pytest.raises(ApiError, match="error looking up service account"):
        twin.create(bare_pod(serviceAccountName="nobody"))


SECRET = {"name": "foo", "key": "k"}
FROM_SECRET = {
    "env": [{"name": "A", "valueFrom": {"secretKeyRef": SECRET}}],
    "envFrom": [],
}


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (
            {"volumes": [{"name": "v", "secret": {"secretName": "foo"}}]},
            'volume with secret.secretName="foo" is not allowed because service account default'
            " does not reference that secret",
        ),
        (
            {"containers": [{"name": "c", "image": "x", **FROM_SECRET}]},
            'container c with envVar A referencing secret.secretName="foo" is not allowed because'
            " service account default does not reference that secret",
        ),
        (
            {"imagePullSecrets": [{"name": "foo"}]},
            'imagePullSecrets[0].name="foo" is not allowed because service account default'
            " does not reference that imagePullSecret",
        ),
    ],
)
def test_an_account_may_say_which_secrets_its_pods_name(accounts, spec, why):
    enforced = {"annotations": {"kubernetes.io/enforce-mountable-secrets": "true"}}
    accounts.create(bare_pod("before", **spec))
    accounts.patch("ServiceAccount", "default", {"metadata": enforced})
    assert refusal(accounts, bare_pod(**spec)).endswith(f"is forbidden: {why}")
    named = {"secrets": [{"name": "foo"}], "imagePullSecrets": [{"name": "foo"}]}
    accounts.patch("ServiceAccount", "default", named)
    assert accounts.create(bare_pod(**spec))


TOKEN = {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"serviceAccountName": "a"}, "a mirror pod may not reference service accounts"),
        ({"volumes": [{"name": "v", "secret": {"secretName": "foo"}}]}, "a mirror pod may not reference secrets"),
        ({"imagePullSecrets": [{"name": "foo"}]}, "a mirror pod may not reference secrets"),
        ({"volumes": [{"name": "v", **TOKEN}]}, "a mirror pod may not use ServiceAccountToken volume projections"),
        ({"volumes": [{"name": "v", "emptyDir": {}}]}, ""),
    ],
)  # fmt: skip
def test_the_copy_of_a_static_pod_names_nothing_of_the_server_s(accounts, spec, why):
    pod = bare_pod(nodeName="node1", **spec)
    pod["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    if why:
        assert refusal(accounts, pod).endswith(f"is forbidden: {why}")
    else:
        assert accounts.create(pod)


# PodSecurity -------------------------------------------------------------------------------------------------------


def test_audit_alone_neither_refuses_nor_warns(cluster):
    marks = {"pod-security.kubernetes.io/audit": "restricted"}
    meta = {"name": "team", "labels": marks}
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": meta})
    pod = bare_pod(hostNetwork=True)
    made = cluster.create({**pod, "metadata": {"name": "p", "namespace": "team"}})
    assert cluster.registry.warnings(cluster.store.log.changes[-1]) == [] and made


def test_a_daemon_set_is_let_in_and_its_pods_are_not(cluster):
    marks = {"pod-security.kubernetes.io/enforce": "baseline"}
    cluster.patch("Namespace", "default", {"metadata": {"labels": marks}})
    cluster.create(daemon_set(pod={"hostNetwork": True}))
    cluster.run(1)
    assert cluster.list("Pod") == []
    messages = [e["message"] for e in cluster.list("Event") if e["reason"] == "FailedCreate"]  # fmt: skip
    assert 'violates PodSecurity "baseline:latest": host namespaces' in messages[0]
