"""Validation of Pods and Pod templates, where there is no record."""

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apiserver.admission import admit_update
from k8slearn.kinds.pod import ephemeral
from tests.support.helpers import told
from tests.support.manifests import (
    CONTAINER,
    DAEMON_SET,
    POD,
    admitted,
    changed,
    refused,
    stored,
)

SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
ARMOR = "container.apparmor.security.beta.kubernetes.io/"
NOTES = "spec.template.annotations"
OWN_USERS = "Forbidden: when `hostUsers` is false"


def update_refused(new, old):
    with pytest.raises(ApiError) as caught:
        admit_update(new, old)
    return told(caught.value)


@pytest.mark.parametrize(
    ("annotations", "messages"),
    [
        ({SECCOMP: "runtime/default", f"{ARMOR}web": "localhost/x"}, []),
        (
            {SECCOMP: "none"},
            [
                f'{NOTES}.{SECCOMP}: Invalid value: "none": must be a valid seccomp profile'
            ],
        ),
        (
            {SECCOMP: "localhost/../x"},
            [f"{NOTES}.{SECCOMP}: Invalid value: \"../x\": must not contain '..'"],
        ),
        (
            {f"{ARMOR}other": "mine"},
            [
                f'{NOTES}[{ARMOR}other]: Invalid value: "other": container not found',
                f'{NOTES}[{ARMOR}other]: Invalid value: "mine": invalid AppArmor profile name: "mine"',
            ],
        ),
    ],
)
def test_annotations_of_old_that_name_a_profile(annotations, messages):
    daemon_set = changed(DAEMON_SET, "spec.template.metadata.annotations", annotations)
    if messages:
        assert told(refused(daemon_set)) == messages
    else:
        admitted(daemon_set)


def test_a_field_and_an_annotation_name_one_profile():
    container = {
        **CONTAINER,
        "securityContext": {
            "appArmorProfile": {"type": "Localhost", "localhostProfile": "a"},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    pod = changed(POD, "spec.containers", [container])
    notes = {
        f"{ARMOR}web": "localhost/b",
        "container.seccomp.security.alpha.kubernetes.io/web": "docker/default",
    }
    path = "spec.containers[0].securityContext"
    pod = changed(pod, "metadata.annotations", notes)
    words = "Forbidden: apparmor profile in annotation and field must match"
    assert told(refused(pod)) == [f"{path}.appArmorProfile.localhostProfile: {words}"]
    pod = changed(pod, "metadata.annotations", {f"{ARMOR}web": "unconfined"})
    words = "Forbidden: apparmor type in annotation and field must match"
    assert told(refused(pod)) == [f"{path}.appArmorProfile.type: {words}"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            {},
            {f"{ARMOR}web": "unconfined"},
            f"[{ARMOR}web]: Forbidden: may not add AppArmor annotations",
        ),
        (
            {"kubernetes.io/config.mirror": "x"},
            {},
            "[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation",
        ),
    ],
)
def test_what_a_kubelet_reads_at_the_start_stays(before, after, words):
    pod = changed(changed(POD, "spec.nodeName", "n1"), "metadata.annotations", before)
    old = stored(pod)
    assert update_refused(changed(old, "metadata.annotations", after), old) == [
        f"metadata.annotations{words}"
    ]


def test_a_pod_asks_for_no_less_than_its_containers():
    container = {
        **CONTAINER,
        "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "3"}},
    }
    resources = {"requests": {"cpu": "1"}, "limits": {"cpu": "2"}}
    daemon_set = changed(
        changed(DAEMON_SET, "spec.template.spec.containers", [container]),
        "spec.template.spec.resources",
        resources,
    )
    path = "spec.template.spec.resources"
    assert told(refused(daemon_set)) == [
        f'{path}.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
        f'{path}.containers[0][cpu].limits: Invalid value: "3": must be less than or equal to pod limits of 2',
    ]


def test_users_of_its_own_and_block_devices_do_not_go_together():
    devices = [{"name": "v", "devicePath": "/dev/x"}]
    spec = {
        "hostUsers": False,
        "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}],
        "containers": [{**CONTAINER, "volumeDevices": devices}],
    }
    assert told(refused(changed(POD, "spec", spec))) == [
        f"spec.containers[0].volumeDevices: {OWN_USERS}"
    ]


def test_processes_are_shared_in_the_pod_or_with_the_host():
    spec = {**POD["spec"], "shareProcessNamespace": True, "hostPID": True}
    words = "ShareProcessNamespace and HostPID cannot both be enabled"
    assert told(refused(changed(POD, "spec", spec))) == [
        f"spec.securityContext.shareProcessNamespace: Invalid value: true: {words}"
    ]


def test_a_rule_names_no_more_codes_than_there_are():
    codes = {"operator": "In", "values": list(range(256))}
    rules = [{"action": "Restart", "exitCodes": codes}]
    container = {**CONTAINER, "restartPolicy": "Never", "restartPolicyRules": rules}
    path = "spec.containers[0].restartPolicyRules[0].exitCodes.values"
    assert told(refused(changed(POD, "spec.containers", [container]))) == [
        f"{path}: Too many: 256: must have at most 255 items"
    ]


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("resources", {"requests": {"cpu": "1"}}, "resources"),
        ("restartPolicy", "Never", "restartPolicy"),
        (
            "volumeMounts",
            [{"name": "v", "mountPath": "/v", "subPath": "s"}],
            "volumeMounts[0].subPath",
        ),
    ],
)
def test_who_comes_to_look_around_changes_nothing(field, value, path):
    old = stored(changed(POD, "spec.volumes", [{"name": "v", "emptyDir": {}}]))
    debug = {
        **old["spec"]["containers"][0],
        "name": "debug",
        "resources": {},
        field: value,
    }
    new = changed(old, "spec.ephemeralContainers", [debug])
    assert [str(cause) for cause in ephemeral.validate(new, old)] == [
        f"spec.ephemeralContainers[0].{path}: Forbidden: cannot be set for an Ephemeral Container"
    ]


def required(*values):
    terms = [
        {
            "matchExpressions": [
                {"key": "a", "operator": "In", "values": [each]} for each in values
            ]
        }
    ]
    return {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": terms
            }
        }
    }


GATED = {
    **POD["spec"],
    "schedulingGates": [{"name": "example.com/wait"}],
    "nodeSelector": {"a": "1"},
}
ONLY_MORE = "only additions are allowed (no mutations or deletions)"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ({}, {"nodeSelector": {"a": "1", "b": "2"}}, None),
        ({}, {"affinity": required("1")}, None),
        ({"affinity": required("1")}, {"affinity": required("1", "2")}, None),
        (
            {},
            {"nodeSelector": {"a": "2"}},
            "only additions to spec.nodeSelector are allowed",
        ),
        ({"affinity": required("1")}, {"affinity": required("2", "1")}, ONLY_MORE),
        ({}, {"hostname": "h"}, "pod updates may not change fields other than"),
    ],
)
def test_a_gated_pod_may_be_placed_more_narrowly(before, after, message):
    old = stored(changed(POD, "spec", {**GATED, **before}))
    new = {**old, "spec": {**old["spec"], **after}}
    if message is None:
        assert admit_update(new, old)["spec"] == new["spec"]
    else:
        (found,) = update_refused(new, old)
        assert message in found


def test_a_pod_without_gates_stays_where_it_was_sent():
    old = stored(changed(POD, "spec.nodeSelector", {"a": "1"}))
    (found,) = update_refused(
        changed(old, "spec.nodeSelector", {"a": "1", "b": "2"}), old
    )
    assert found.startswith("spec: Forbidden: pod updates may not change")


def test_users_have_numbers_of_31_bits():
    daemon_set = changed(
        DAEMON_SET,
        "spec.template.spec.securityContext",
        {"runAsUser": 2147483648, "fsGroup": 2147483647},
    )
    path = "spec.template.spec.securityContext.runAsUser"
    assert told(refused(daemon_set)) == [
        f"{path}: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive"
    ]


def on(system, security=None, container=None, **others):
    """A DaemonSet for one system."""
    spec = {
        "os": {"name": system},
        "containers": [{**CONTAINER, "securityContext": container or {}}],
        "securityContext": security or {},
        **others,
    }
    found = DAEMON_SET
    for field, value in spec.items():
        found = changed(found, f"spec.template.spec.{field}", value)
    return found


SPEC = "spec.template.spec"
OWN = f"{SPEC}.containers[0].securityContext"
NOT_THERE = "Forbidden: cannot be set for a windows pod"
NOT_HERE = "Forbidden: windows options cannot be set for a linux pod"
UNEQUAL = "pod hostProcess value must be identical if both are specified"
ON_HOST = "hostNetwork must be true if pod contains any hostProcess containers"
ALL_OR_NONE = (
    "If pod contains any hostProcess containers then all containers"
    " must be HostProcess containers"
)
NO_DOMAIN = "runAsUserName's Domain doesn't match the NetBios nor the DNS format"
NO_USER = (
    "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]"
)
USER = f"{SPEC}.securityContext.windowsOptions.runAsUserName"


@pytest.mark.parametrize(
    ("daemon_set", "messages"),
    [
        (on("windows", {"runAsNonRoot": True}, hostPID=False), []),
        (
            on("windows", {"sysctls": [], "fsGroup": 1}, hostIPC=True),
            [
                f"{SPEC}.hostIPC: {NOT_THERE}",
                f"{SPEC}.securityContext.fsGroup: {NOT_THERE}",
            ],
        ),
        (
            on("windows", {}, {"privileged": False, "capabilities": {}}),
            [f"{OWN}.capabilities: {NOT_THERE}", f"{OWN}.privileged: {NOT_THERE}"],
        ),
        (
            on("windows", resources={"requests": {"cpu": "1"}}),
            [f"{SPEC}.resources: Forbidden: may not be set for a windows pod"],
        ),
        (
            on("linux", {"windowsOptions": {}}, {"windowsOptions": {}}),
            [
                f"{SPEC}.securityContext.windowsOptions: {NOT_HERE}",
                f"{OWN}.windowsOptions: {NOT_HERE}",
            ],
        ),
        (
            on(
                "windows",
                {"windowsOptions": {"hostProcess": False}},
                {"windowsOptions": {"hostProcess": True}},
            ),
            [
                f"{OWN}.windowsOptions.hostProcess: Invalid value: true: {UNEQUAL}, was false",
                f"{SPEC}.hostNetwork: Invalid value: false: {ON_HOST}",
            ],
        ),
        (
            on(
                "windows",
                {},
                {"windowsOptions": {"hostProcess": True}},
                initContainers=[{**CONTAINER, "name": "first"}],
                hostNetwork=True,
            ),
            [f'{SPEC}: Invalid value: "": {ALL_OR_NONE}'],
        ),
        (
            on("windows", {"windowsOptions": {"runAsUserName": "a\\b\\c"}}),
            [
                f'{USER}: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash'
            ],
        ),
        (
            on("windows", {"windowsOptions": {"runAsUserName": "..\\ ."}}),
            [
                f'{USER}: Invalid value: "..\\\\ .": {NO_DOMAIN}',
                f'{USER}: Invalid value: "..\\\\ .": runAsUserName\'s User cannot contain only periods or spaces',
            ],
        ),
        (
            on("windows", {"windowsOptions": {"runAsUserName": "FOO\\a/b"}}),
            [f'{USER}: Invalid value: "FOO\\\\a/b": {NO_USER}'],
        ),
        (on("windows", {"windowsOptions": {"runAsUserName": "foo.bar\\a b"}}), []),
    ],
)
def test_what_windows_has_and_what_it_has_not(daemon_set, messages):
    if messages:
        assert told(refused(daemon_set)) == messages
    else:
        admitted(daemon_set)
