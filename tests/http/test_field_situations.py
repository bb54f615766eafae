"""Sixty situations from users' files and reports, five for each root cause, with the behaviour of a real v1.36.2.

The answers follow upstream's source and documents. All rows share one cluster and have names of their own.
"""

import pytest

from tests.support.go_client import controlled, made, pod
from tests.support.situations import (
    APPS,
    CORE,
    PODS,
    SETS,
    collector,
    daemon_set,
    picked,
    why,
)

ROWS = []
row = collector(ROWS)


# 1. Kinds that come with a DaemonSet -------------------------------------------------------------------------------


@row(1, ["Fail", "Equivalent", 10, {}, {}, "*"])
def webhook_defaults(go):
    rule = {
        "operations": ["CREATE"],
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "resources": ["pods"],
    }
    hook = {
        "name": "a.example.com",
        "clientConfig": {"url": "https://a.example.com"},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "rules": [rule],
    }
    group = "admissionregistration.k8s.io/v1"
    o = made(group, "ValidatingWebhookConfiguration", "w", webhooks=[hook])
    found = go.make(f"/apis/{group}/validatingwebhookconfigurations", o)["webhooks"][0]
    return picked(
        found,
        "failurePolicy",
        "matchPolicy",
        "timeoutSeconds",
        "namespaceSelector",
        "objectSelector",
        "rules.0.scope",
    )


@row(1, [True, False, "ReadWriteOnceWithFSType", ["Persistent"], False, False])
def csi_driver_defaults(go):
    o = made("storage.k8s.io/v1", "CSIDriver", "d.example.com", spec={})
    found = go.make("/apis/storage.k8s.io/v1/csidrivers", o)["spec"]
    return picked(
        found,
        "attachRequired",
        "podInfoOnMount",
        "fsGroupPolicy",
        "volumeLifecycleModes",
        "storageCapacity",
        "requiresRepublish",
    )


@row(
    1,
    (422, ("spec: Invalid value: minAvailable and maxUnavailable cannot be both set")),
)
def budget_of_both(go):
    body = {"minAvailable": 1, "maxUnavailable": 1, "selector": {}}
    o = made("policy/v1", "PodDisruptionBudget", "both", spec=body)
    code, text = why(go, "/apis/policy/v1/namespaces/default/poddisruptionbudgets", o)
    # The spec is printed between, as Go's JSON has it.
    return code, text.partition(": {")[0] + ": " + text.rpartition("}: ")[2]


@row(
    1,
    (
        422,
        (
            "spec.rules[0].http.paths[0].pathType: Required value: pathType "
            "must be specified"
        ),
    ),
)
def ingress_without_path_type(go):
    path = {"path": "/", "backend": {"service": {"name": "s", "port": {"number": 80}}}}
    o = made(
        "networking.k8s.io/v1",
        "Ingress",
        "i",
        spec={"rules": [{"http": {"paths": [path]}}]},
    )
    return why(go, "/apis/networking.k8s.io/v1/namespaces/default/ingresses", o)


@row(1, [["Ingress"], {}])
def network_policy_defaults(go):
    o = made("networking.k8s.io/v1", "NetworkPolicy", "n", spec={"podSelector": {}})
    path = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies"
    return picked(go.make(path, o)["spec"], "policyTypes", "podSelector")


# 2. Server-side apply ----------------------------------------------------------------------------------------------


def apply(go, o, manager, **query):
    path = f"{SETS}/{o['metadata']['name']}"
    code, found = go.patch(path, o, "apply", fieldManager=manager, **query)
    return (code, found["message"]) if code > 299 else found


@row(
    2,
    (
        409,
        (
            'Apply failed with 1 conflict: conflict with "a": '
            ".spec.template.spec.tolerations"
        ),
    ),
)
def atomic_tolerations(go):
    apply(go, daemon_set("s1", tolerations=[{"operator": "Exists"}]), "a")
    return apply(
        go, daemon_set("s1", tolerations=[{"key": "k", "operator": "Exists"}]), "b"
    )


@row(2, ["x.io/a", "x.io/b"])
def finalizers_are_a_set(go):
    for each in "ab":
        o = daemon_set("s2")
        o["metadata"]["finalizers"] = [f"x.io/{each}"]
        found = apply(go, o, each)
    return found["metadata"]["finalizers"]


@row(2, [{"name": "A", "value": "1"}])
def shared_entry_stays(go):
    with_it = daemon_set("s3")
    with_it["spec"]["template"]["spec"]["containers"][0]["env"] = [
        {"name": "A", "value": "1"}
    ]
    for manager in "ab":
        apply(go, with_it, manager)
    found = apply(go, daemon_set("s3"), "a")
    return found["spec"]["template"]["spec"]["containers"][0]["env"]


@row(2, (422, "fieldManager: Required value: is required for apply patch"))
def apply_by_nobody(go):
    code, status = go.call(
        "PATCH",
        f"{SETS}/s4",
        daemon_set("s4"),
        headers={"content-type": "application/apply-patch+yaml", "user-agent": ""},
    )
    return code, status["message"].rpartition("invalid: ")[2]


@row(2, (422, "force: Forbidden: may not be specified for non-apply patch"))
def force_without_apply(go):
    apply(go, daemon_set("s5"), "a")
    code, status = go.patch(f"{SETS}/s5", {}, "merge", force="true")
    return code, status["message"].rpartition("invalid: ")[2]


# 3. Zero is not absent ---------------------------------------------------------------------------------------------


@row(3, [0, 0])
def no_history(go):
    o = daemon_set("z1")
    o["spec"] |= {
        "revisionHistoryLimit": 0,
        "updateStrategy": {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
    }
    found = go.make(SETS, o)["spec"]
    return picked(
        found, "revisionHistoryLimit", "updateStrategy.rollingUpdate.maxSurge"
    )


@row(3, [0, 0, False, False, False])
def root_and_no_token(go):
    o = pod(
        "z2",
        securityContext={"runAsUser": 0, "fsGroup": 0},
        automountServiceAccountToken=False,
        enableServiceLinks=False,
        hostUsers=False,
    )
    return picked(
        go.make(PODS, o)["spec"],
        "securityContext.runAsUser",
        "securityContext.fsGroup",
        "automountServiceAccountToken",
        "enableServiceLinks",
        "hostUsers",
    )


@row(
    3,
    (
        422,
        (
            "spec.containers[0].livenessProbe.terminationGracePeriodSeconds: "
            "Invalid value: 0: must be greater than 0"
        ),
    ),
)
def probe_without_grace(go):
    o = pod("z3")
    o["spec"]["containers"][0]["livenessProbe"] = {
        "exec": {"command": ["a"]},
        "terminationGracePeriodSeconds": 0,
    }
    return why(go, PODS, o)


@row(
    3,
    (
        422,
        (
            "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value:"
            " 0: must be greater than 0 and less than 86400"
        ),
    ),
)
def affinity_without_time(go):
    body = {
        "ports": [{"port": 80}],
        "sessionAffinity": "ClientIP",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 0}},
    }
    return why(go, f"{CORE}/services", made("v1", "Service", "z4", spec=body))


@row(3, [0, 0, 0])
def deployment_of_none(go):
    o = controlled("Deployment", "z5", 0)
    o["spec"] |= {
        "revisionHistoryLimit": 0,
        "strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
    }
    found = go.make(f"{APPS}/deployments", o)["spec"]
    return picked(
        found, "replicas", "revisionHistoryLimit", "strategy.rollingUpdate.maxSurge"
    )


# 4. Nodes ----------------------------------------------------------------------------------------------------------


@row(4, ["amd64", "linux", "amd64", "linux", "node1"])
def labels_of_nodes(go):
    labels = go.get("/api/v1/nodes/node1")["metadata"]["labels"]
    keys = (
        "kubernetes.io/arch",
        "kubernetes.io/os",
        "beta.kubernetes.io/arch",
        "beta.kubernetes.io/os",
        "kubernetes.io/hostname",
    )
    return [labels.get(key) for key in keys]


@row(
    4,
    [
        ("MemoryPressure", "KubeletHasSufficientMemory"),
        ("DiskPressure", "KubeletHasNoDiskPressure"),
        ("PIDPressure", "KubeletHasSufficientPID"),
        ("Ready", "KubeletReady"),
    ],
)
def conditions_of_nodes(go):
    found = go.get("/api/v1/nodes/node1")["status"]["conditions"]
    return [(each["type"], each["reason"]) for each in found]


@row(4, ["Node", "node1", "node1", 40])
def leases_of_nodes(go):
    path = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node1"
    return picked(
        go.get(path),
        "metadata.ownerReferences.0.kind",
        "metadata.ownerReferences.0.name",
        "spec.holderIdentity",
        "spec.leaseDurationSeconds",
    )


@row(4, [True, ("node.kubernetes.io/unschedulable", "NoSchedule", True)])
def cordoned_node(go):
    go.change("/api/v1/nodes/node3", {"spec": {"unschedulable": True}}, "strategic")
    go.cluster.run(1)
    spec = go.get("/api/v1/nodes/node3")["spec"]
    (taint,) = spec["taints"]
    go.change("/api/v1/nodes/node3", {"spec": {"unschedulable": None}}, "strategic")
    go.cluster.run(1)
    return [
        spec["unschedulable"],
        (taint["key"], taint["effect"], "timeAdded" in taint),
    ]


@row(4, ["v1.36.2", "linux", True, True, "0"])
def what_nodes_have(go):
    node = go.get("/api/v1/nodes/node1")
    about = node["status"]
    return [
        about["nodeInfo"]["kubeletVersion"],
        about["nodeInfo"]["operatingSystem"],
        "ephemeral-storage" in about["allocatable"],
        about["capacity"]["pods"] == "110",
        node["metadata"]["annotations"]["node.alpha.kubernetes.io/ttl"],
    ]


# 5. Admission of Pods ----------------------------------------------------------------------------------------------


@row(
    5,
    (
        403,
        (
            'pods "p1" is forbidden: the integer value of priority (5) must not'
            " be provided in pod spec; priority admission controller computed 0"
            " from the given PriorityClass name"
        ),
    ),
)
def priority_by_hand(go):
    return why(go, PODS, pod("p1", priority=5))


@row(5, (403, 'pods "p2" is forbidden: no PriorityClass with name ghost was found'))
def priority_of_a_ghost(go):
    return why(go, PODS, pod("p2", priorityClassName="ghost"))


@row(
    5,
    (
        403,
        (
            'pods "p3" is forbidden: violates PodSecurity "baseline:latest": '
            "host namespaces (hostNetwork=true)"
        ),
    ),
)
def host_network_under_baseline(go):
    labels = {"pod-security.kubernetes.io/enforce": "baseline"}
    go.make("/api/v1/namespaces", made("v1", "Namespace", "careful", labels))
    go.cluster.run(1)
    path = "/api/v1/namespaces/careful/pods"
    return why(go, path, pod("p3", hostNetwork=True))


@row(5, [["pull"], "x", ["kube-api-access"]])
def account_brings_its_secrets(go):
    account = made("v1", "ServiceAccount", "x", imagePullSecrets=[{"name": "pull"}])
    go.make(f"{CORE}/serviceaccounts", account)
    spec = go.make(PODS, pod("p4", serviceAccountName="x"))["spec"]
    volumes = [each["name"].rpartition("-")[0] for each in spec["volumes"]]
    secrets = [each["name"] for each in spec["imagePullSecrets"]]
    return [secrets, spec["serviceAccount"], volumes]


@row(
    5, [("node.kubernetes.io/not-ready", 300), ("node.kubernetes.io/unreachable", 300)]
)
def tolerations_by_default(go):
    found = go.make(PODS, pod("p5"))["spec"]["tolerations"]
    return [(each["key"], each["tolerationSeconds"]) for each in found]


@pytest.mark.parametrize(("play", "expected"), ROWS)
def test_the_situation_is_as_it_is_with_a_real_one(go, play, expected):
    assert play(go) == expected
