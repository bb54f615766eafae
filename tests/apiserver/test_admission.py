"""What the API server decodes, defaults, warns about and refuses."""

import copy
import json
import subprocess
import sys

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apiserver.admission import admit_create
from k8slearn.apiserver.decoding import read
from k8slearn.parity.manifests import replay
from tests.support.manifests import (
    CONTAINER,
    DAEMON_SET,
    NODE,
    POD,
    SERVICE,
    admitted,
    changed,
    refused,
)
from tests.support.stopwatch import timed

# Decoding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "tail"),
    [
        ("spec.replicas", 3, 'strict decoding error: unknown field "spec.replicas"'),
        ("spec.Selector", {}, 'strict decoding error: unknown field "spec.Selector"'),
        (
            "spec.template.spec.containers.0.ports",
            [{"containerPort": 80}, {"contanerPort": 81}],
            'strict decoding error: unknown field "spec.template.spec.containers[0].ports[1].contanerPort"',
        ),
        (
            "spec.template.spec.containers.0.env",
            [{"name": "A", "value": 1}],
            "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value"
            " of type string",
        ),
        (
            "spec.template.spec.hostNetwork",
            "true",
            "json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.hostNetwork of type bool",
        ),
        (
            "spec.revisionHistoryLimit",
            1.5,
            "json: cannot unmarshal number 1.5 into Go struct field DaemonSetSpec.spec.revisionHistoryLimit"
            " of type int32",
        ),
        (
            "spec.template.spec.tolerations",
            {},
            "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.tolerations"
            " of type []v1.Toleration",
        ),
        (
            "metadata.creationTimestamp",
            "yesterday",
            'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
        ),
    ],
)
def test_what_is_no_daemon_set(path, value, tail):
    error = refused(changed(DAEMON_SET, path, value))
    assert (error.code, error.reason) == (400, "BadRequest")
    assert (
        error.message
        == f'DaemonSet in version "v1" cannot be handled as a DaemonSet: {tail}'
    )


def test_a_type_error_counts_more_than_an_unknown_field_and_the_first_one_counts():
    both = changed(changed(DAEMON_SET, "metadata.foo", 1), "spec.minReadySeconds", "5")
    assert "spec.minReadySeconds of type int32" in refused(both).message
    two = {"kind": "DaemonSet", "metadata": {"name": 1, "namespace": 2}}
    assert "ObjectMeta.metadata.name" in refused(two).message


def test_a_type_that_reads_itself_ends_the_reading():
    both = changed(DAEMON_SET, "spec.minReadySeconds", "5")
    late = changed(both, "spec.updateStrategy", {"rollingUpdate": {"maxSurge": True}})
    assert "maxSurge of type int32" in refused(late).message


def test_a_key_that_stands_twice():
    text = json.dumps(DAEMON_SET).replace(
        '"name": "web"', '"name": "one", "name": "web"', 1
    )
    with pytest.raises(ApiError) as caught:
        admit_create(text, kind="DaemonSet", namespace="default")
    assert caught.value.message.endswith(
        'strict decoding error: duplicate field "metadata.name"'
    )


def test_field_validation_warns_or_keeps_quiet():
    wrong = changed(
        changed(DAEMON_SET, "spec.replicas", 3), "spec.template.spec.foo", "x"
    )
    found = read(wrong, kind="DaemonSet", strict="Warn")
    assert found.warnings == [
        'unknown field "spec.template.spec.foo"',
        'unknown field "spec.replicas"',
    ]
    assert "replicas" not in found.object["spec"]
    assert read(wrong, kind="DaemonSet", strict="Ignore").warnings == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            '{"kind": 5}',
            "json: cannot unmarshal number into Go struct field .kind of type string",
        ),
        ("[]", "json: cannot unmarshal array into Go value of type struct"),
        ('{"apiVersion": "a/b/c"}', "unexpected GroupVersion string: a/b/c"),
        ('{"kind": ', "unexpected end of JSON input"),
    ],
)
def test_a_body_without_version_and_kind(body, message):
    with pytest.raises(ApiError) as caught:
        admit_create(body, kind="DaemonSet", namespace="default")
    assert caught.value.code == 400
    assert (
        "the object provided is unrecognized" in caught.value.message
        and message in caught.value.message
    )


@pytest.mark.parametrize(
    ("version", "kind", "tail"),
    [
        (
            "apps/v1",
            "Daemonset",
            'no kind "Daemonset" is registered for version "apps/v1"',
        ),
        (
            "apps/v2",
            "DaemonSet",
            'no kind "DaemonSet" is registered for version "apps/v2"',
        ),
        (
            "apps/v1",
            "Deployment",
            "converting (v1.Deployment) to (apps.DaemonSet): unknown conversion",
        ),
        ("v1", "Pod", "converting (v1.Pod) to (apps.DaemonSet): unknown conversion"),
    ],
)
def test_another_kind(version, kind, tail):
    with pytest.raises(ApiError) as caught:
        admit_create(
            {"apiVersion": version, "kind": kind}, kind="DaemonSet", namespace="default"
        )
    assert caught.value.code == 400 and tail in caught.value.message


def test_version_and_kind_may_be_left_out_and_the_namespace_must_fit():
    bare = {
        key: value
        for key, value in DAEMON_SET.items()
        if key not in ("apiVersion", "kind")
    }
    found = admit_create(bare, kind="DaemonSet", namespace="logging")
    assert (found["apiVersion"], found["kind"], found["metadata"]["namespace"]) == (
        "apps/v1",
        "DaemonSet",
        "logging",
    )
    error = refused(changed(DAEMON_SET, "metadata.namespace", "other"))
    assert (error.code, "does not match the namespace sent" in error.message) == (
        400,
        True,
    )
    assert "namespace" not in admitted(NODE)["metadata"]


# Defaults ---------------------------------------------------------------------------------------------------------


def test_a_daemon_set_gets_what_kubectl_showed():
    spec = admitted(DAEMON_SET)["spec"]
    assert spec["updateStrategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1},
    }
    assert spec["revisionHistoryLimit"] == 10
    assert spec["template"]["spec"] == {
        "containers": [
            {
                **CONTAINER,
                "imagePullPolicy": "IfNotPresent",
                "resources": {},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
            }
        ],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
    }


def test_what_is_given_stays():
    given = changed(
        changed(DAEMON_SET, "spec.revisionHistoryLimit", 0),
        "spec.updateStrategy.type",
        "OnDelete",
    )
    spec = admitted(given)["spec"]
    assert (spec["revisionHistoryLimit"], spec["updateStrategy"]) == (
        0,
        {"type": "OnDelete"},
    )


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.27", "IfNotPresent"),
        ("registry:5000/nginx", "Always"),
        ("registry:5000/nginx:1", "IfNotPresent"),
        ("nginx@sha256:" + "0" * 64, "IfNotPresent"),
    ],
)
def test_pull_policy_follows_the_tag(image, policy):
    pod = admitted(changed(POD, "spec.containers.0.image", image))
    assert pod["spec"]["containers"][0]["imagePullPolicy"] == policy


def test_a_pod_gets_more_than_a_template():
    given = changed(
        POD,
        "spec.containers.0.resources",
        {"limits": {"cpu": "1000m", "memory": "64Mi"}},
    )
    given = changed(given, "spec.containers.0.ports", [{"containerPort": 80}])
    pod = admitted(changed(given, "spec.hostNetwork", True))["spec"]
    container = pod["containers"][0]
    assert container["resources"]["requests"] == {"cpu": "1", "memory": "64Mi"}
    assert container["ports"] == [
        {"containerPort": 80, "hostPort": 80, "protocol": "TCP"}
    ]
    assert pod["enableServiceLinks"] is True


def test_probes_and_volumes_are_completed():
    given = changed(POD, "spec.containers.0.readinessProbe", {"httpGet": {"port": 80}})
    given = changed(
        given,
        "spec.volumes",
        [{"name": "a"}, {"name": "b", "configMap": {"name": "c"}}],
    )
    spec = admitted(given)["spec"]
    probe = spec["containers"][0]["readinessProbe"]
    assert (probe["httpGet"], probe["periodSeconds"]) == (
        {"port": 80, "path": "/", "scheme": "HTTP"},
        10,
    )
    assert spec["volumes"] == [
        {"name": "a", "emptyDir": {}},
        {"name": "b", "configMap": {"name": "c", "defaultMode": 420}},
    ]


def test_a_service_is_completed():
    spec = admitted(SERVICE)["spec"]
    assert spec["ports"] == [{"port": 80, "protocol": "TCP", "targetPort": 80}]
    expected = {
        "type": "ClusterIP",
        "sessionAffinity": "None",
        "internalTrafficPolicy": "Cluster",
    }
    # What is allocated comes later: it belongs to nobody who sent the Service.
    assert expected.items() <= spec.items() and "ipFamilies" not in spec
    assert admitted(changed(SERVICE, "spec.clusterIP", "None"))["spec"][
        "clusterIPs"
    ] == ["None"]


def test_empty_and_null_fields_are_not_stored():
    given = changed(
        changed(DAEMON_SET, "metadata.labels", {}), "spec.minReadySeconds", 0
    )
    found = admitted(changed(given, "spec.template.spec.tolerations", None))
    assert "labels" not in found["metadata"] and "minReadySeconds" not in found["spec"]
    assert "tolerations" not in found["spec"]["template"]["spec"]


def test_the_given_object_is_not_touched():
    given = copy.deepcopy(DAEMON_SET)
    admitted(given)
    assert given == DAEMON_SET


# The refusal itself -----------------------------------------------------------------------------------------------


def test_a_notebook_shows_chinese_first_and_then_the_servers_words():
    error = refused(
        changed(
            changed(DAEMON_SET, "spec.minReadySeconds", -1),
            "metadata.labels",
            {"a": "b c"},
        )
    )
    shown = error._render_traceback_()
    assert shown[0] == "API server 拒绝了这个请求（422 Invalid）："
    assert shown[1] == str(error) == error.message
    assert (
        shown[-1]
        == "  - spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"
    )
    assert (
        error.status["details"]["kind"] == "DaemonSet"
        and error.status["details"]["group"] == "apps"
    )


def test_the_replay_reports_a_wrong_expectation():
    row = {
        "case": "wrong",
        "manifest": DAEMON_SET,
        "verdict": {"code": 422, "reason": "Invalid", "causes": [], "message": "x"},
    }
    (found,) = replay([row])
    assert (
        not found["code_ok"]
        and not found["message_ok"]
        and found["got"] == {"code": 201}
    )


def test_the_types_are_read_when_they_are_needed():
    code = "import sys, k8slearn.apiserver.admission;"
    code += "print([m for m in sys.modules if 'lightkube' in m or m == 'yaml'])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_admission_is_quick():
    admitted(DAEMON_SET)
    _, seconds = timed(lambda: [admitted(DAEMON_SET) for _ in range(20)])
    assert seconds / 20 < 0.005
