"""Validation by the API server; the recorded verdicts are replayed in test_conformance."""

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apiserver.admission import admit_update
from tests.support.manifests import (
    CONTAINER,
    DAEMON_SET,
    NODE,
    POD,
    SERVICE,
    changed,
    fields,
    refused,
    stored,
)

# Rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("spec.template.spec.restartPolicy", "Never", [("spec.template.spec.restartPolicy", "NotSupported")]),
        (
            "spec.updateStrategy.rollingUpdate",
            {"maxSurge": 1},
            [("spec.updateStrategy.rollingUpdate.maxSurge", "Invalid")],
        ),
        (
            "spec.updateStrategy.rollingUpdate",
            {"maxUnavailable": "-5%"},
            [
                ("spec.updateStrategy.rollingUpdate.maxUnavailable", "Invalid"),
                ("spec.updateStrategy.rollingUpdate.maxUnavailable", "Required"),
            ],
        ),
        (
            "spec.template.spec.volumes",
            [{"name": "a", "hostPath": {"path": "/x/../y", "type": "Foo"}}],
            [
                ("spec.template.spec.volumes[0].hostPath.path", "Invalid"),
                ("spec.template.spec.volumes[0].hostPath.type", "NotSupported"),
            ],
        ),
        (
            "spec.template.spec.containers.0.resources",
            {"requests": {"cpu": "2", "memory": "1.5"}, "limits": {"cpu": "1"}},
            [("spec.template.spec.containers[0].resources.requests", "Invalid")],
        ),
        (
            "spec.template.spec.containers.0.resources",
            {"requests": {"gpu": "1", "example.com/gpu": "1.5"}},
            [
                ("spec.template.spec.containers[0].resources.requests[gpu]", "Invalid"),
                ("spec.template.spec.containers[0].resources.requests[gpu]", "Invalid"),
                ("spec.template.spec.containers[0].resources.requests[example.com/gpu]", "Invalid"),
                ("spec.template.spec.containers[0].resources.limits", "Required"),
            ],
        ),
        (
            "spec.template.spec.containers.0.env",
            [{"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "spec.nope"}}}],
            [("spec.template.spec.containers[0].env[0].valueFrom.fieldRef.fieldPath", "Invalid")],
        ),
        (
            "spec.template.spec.affinity",
            {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                {"matchFields": [{"key": "metadata.uid", "operator": "Gt", "values": ["1"]}]}]}}},
            [
                (f"spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
                 f".nodeSelectorTerms[0].matchFields[0].{field}", "Invalid")
                for field in ("operator", "key")
            ],
        ),
        ("spec.template.spec.dnsPolicy", "None", [("spec.template.spec.dnsConfig", "Required")]),
        ("metadata.finalizers", ["x"], [("metadata.finalizers[0]", "Invalid")]),
        ("metadata.annotations", {"a b": "x"}, [("metadata.annotations", "Invalid")]),
    ],
)  # fmt: skip
def test_daemon_sets(path, value, expected):
    assert fields(refused(changed(DAEMON_SET, path, value))) == expected


def test_privileged_without_escalation_is_told_with_the_whole_context():
    context = {"allowPrivilegeEscalation": False, "privileged": True}
    error = refused(
        changed(DAEMON_SET, "spec.template.spec.containers.0.securityContext", context)
    )
    assert '{"Capabilities":null,"Privileged":true,' in error.message
    assert error.message.endswith(
        "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
    )


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "spec.containers.0.image",
            " nginx",
            [("spec.containers[0].image", "Invalid")],
        ),
        (
            "spec.ephemeralContainers",
            [CONTAINER | {"name": "x"}],
            [("spec.ephemeralContainers", "Forbidden")],
        ),
        ("metadata.name", "Web", [("metadata.name", "Invalid")]),
        (
            "spec.containers",
            [CONTAINER, CONTAINER],
            [("spec.containers[1].name", "Duplicate")],
        ),
    ],
)
def test_pods(path, value, expected):
    assert fields(refused(changed(POD, path, value))) == expected


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("metadata.labels", {"a_b!": "c"}, [("metadata.labels", "Invalid")]),
        ("spec.taints", [{"key": "a", "effect": "Foo"}], [("metadata.taints[0].effect", "NotSupported")]),
        ("spec.taints", [{"key": "a"}], [("metadata.taints[0].effect", "Required")]),
        ("spec.taints", [{"key": "a", "effect": "NoSchedule"}] * 2, [("metadata.taints[1]", "Duplicate")]),
        ("status.allocatable", {"pods": "1.5"}, [("status.allocatable.pods", "Invalid")]),
    ],
)  # fmt: skip
def test_nodes(path, value, expected):
    assert fields(refused(changed(NODE, path, value))) == expected


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("spec.ports", [], [("spec.ports", "Required")]),
        ("spec.ports", [{"port": 80, "name": "a"}, {"port": 81}], [("spec.ports[1].name", "Required")]),
        ("spec.ports.0.port", 70000, [("spec.ports[0].port", "Invalid"), ("spec.ports[0].targetPort", "Invalid")]),
        ("spec.type", "Foo", [("spec.type", "NotSupported")]),
        ("spec.internalTrafficPolicy", "local", [("spec.internalTrafficPolicy", "NotSupported")]),
        ("spec.clusterIP", "nonsense", [("spec.clusterIPs[0]", "Invalid")]),
        ("spec.externalTrafficPolicy", "Local", [("spec.externalTrafficPolicy", "Invalid")]),
        ("metadata.name", "a.b", [("metadata.name", "Invalid")]),
    ],
)  # fmt: skip
def test_services(path, value, expected):
    assert fields(refused(changed(SERVICE, path, value))) == expected


def test_config_maps_and_namespaces():
    config_map = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c"},
        "data": {"a b": "x"},
    }
    assert fields(refused(config_map)) == [("data[a b]", "Invalid")]
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a.b"}}
    assert fields(refused(namespace)) == [("metadata.name", "Invalid")]


# Updates ----------------------------------------------------------------------------------------------------------


def refused_update(new, old, **options):
    with pytest.raises(ApiError) as caught:
        admit_update(new, old, **options)
    return caught.value


def test_a_daemon_set_keeps_its_selector_and_its_version():
    old = stored(DAEMON_SET)
    new = changed(
        changed(DAEMON_SET, "spec.selector", {"matchLabels": {"app": "b"}}),
        "spec.template.metadata.labels",
        {"app": "b"},
    )
    assert fields(refused_update(new, old)) == [("spec.selector", "Invalid")]
    image = changed(DAEMON_SET, "spec.template.spec.containers.0.image", "nginx:2")
    found = admit_update(image, old)
    assert (
        found["metadata"]["resourceVersion"] == "7" and found["metadata"]["uid"] == "u1"
    )
    assert fields(refused_update(changed(image, "metadata.uid", "u2"), old)) == [
        ("metadata.uid", "Invalid")
    ]
    assert refused_update(changed(image, "metadata.name", "other"), old).code == 400


def test_a_pod_may_change_little():
    old = stored(changed(POD, "spec.tolerations", [{"key": "a", "operator": "Exists"}]))
    assert admit_update(changed(old, "spec.containers.0.image", "nginx:2"), old)
    assert admit_update(
        changed(
            old,
            "spec.tolerations",
            [*old["spec"]["tolerations"], {"operator": "Exists"}],
        ),
        old,
    )
    assert fields(refused_update(changed(old, "spec.tolerations", []), old)) == [
        ("spec.tolerations", "Forbidden")
    ]
    assert fields(
        refused_update(changed(old, "spec.nodeSelector", {"a": "b"}), old)
    ) == [("spec", "Forbidden")]
    more = [*old["spec"]["containers"], CONTAINER | {"name": "b"}]
    assert fields(refused_update(changed(old, "spec.containers", more), old)) == [
        ("spec.containers", "Forbidden")
    ]
    error = refused_update(changed(old, "spec.hostPID", True), old)
    assert (
        "pod updates may not change fields other than `spec.containers[*].image`"
        in error.message
    )


def test_a_service_keeps_its_address():
    old = stored(changed(SERVICE, "spec.clusterIP", "10.96.0.7"))
    assert admit_update(SERVICE, old)["spec"]["clusterIPs"] == ["10.96.0.7"]
    error = refused_update(changed(SERVICE, "spec.clusterIP", "10.96.0.8"), old)
    assert fields(error) == [("spec.clusterIPs[0]", "Invalid")]


def test_an_immutable_config_map():
    old = stored(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "c"},
            "data": {"a": "1"},
            "immutable": True,
        }
    )
    assert fields(refused_update(changed(old, "data.a", "2"), old)) == [
        ("data", "Forbidden")
    ]


def test_a_status_has_rules_of_its_own():
    old = stored(DAEMON_SET)
    new = changed(old, "status.numberReady", -1)
    assert fields(refused_update(new, old, status=True)) == [
        ("status.numberReady", "Invalid")
    ]
    admit_update(new, old)
