"""The API's types in the facts: the properties of fields for decoding, merging and ownership."""

import pytest

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.schema import home, kind_type, struct
from k8slearn.apiserver.decoding import read

CORE = "io.k8s.api.core.v1."


def field(owner, name):
    return struct(f"{CORE}{owner}").fields[name]


def test_every_type_of_the_api_is_understood():
    for name in facts.schemas():
        for each in struct(name).fields.values():
            assert each.type.kind and each.type.go, (name, each.name)


@pytest.mark.parametrize(
    ("owner", "name", "kind", "go"),
    [
        ("Container", "image", "string", "string"),
        ("Container", "imagePullPolicy", "string", "v1.PullPolicy"),
        ("Capabilities", "add", "list", "[]v1.Capability"),
        ("PodSpec", "terminationGracePeriodSeconds", "int", "int64"),
        ("ContainerPort", "containerPort", "int", "int32"),
        ("ResourceRequirements", "limits", "map", "v1.ResourceList"),
        ("Secret", "data", "map", "map[string][]uint8"),
        ("PodSpec", "containers", "list", "[]v1.Container"),
        ("HTTPGetAction", "port", "int-or-string", "intstr.IntOrString"),
        ("PodStatus", "startTime", "time", "v1.Time"),
        ("PodSpec", "affinity", "struct", "v1.Affinity"),
    ],
)
def test_a_field_has_its_type(owner, name, kind, go):
    found = field(owner, name).type
    assert (found.kind, found.go) == (kind, go)


def test_lists_are_merged_and_owned_as_they_are_marked():
    ports = field("Container", "ports")
    assert ports.merge_key == "containerPort"
    assert ports.keys == ("containerPort", "protocol") and not ports.atomic
    volumes = field("PodSpec", "volumes")
    assert volumes.merge_key == "name", "its strategy is merge,retainKeys"
    command = field("Container", "command")
    assert command.merge_key is None and command.atomic
    finalizers = struct("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta").fields[
        "finalizers"
    ]
    assert finalizers.merge_key == "" and finalizers.unique
    assert field("PodSpec", "nodeSelector").atomic
    assert field("ServiceSpec", "selector").atomic
    assert not struct(f"{CORE}ConfigMap").fields["data"].atomic


def test_what_go_writes_when_it_is_empty():
    assert field("Container", "name").required
    assert field("Container", "name").keeps_empty
    assert field("Container", "resources").by_value
    assert not field("Container", "lifecycle").by_value
    assert field("PodSpec", "terminationGracePeriodSeconds").keeps_empty
    assert not field("PodSpec", "hostNetwork").keeps_empty
    assert field("ContainerPort", "protocol").default == "TCP"


def test_kinds_are_known_by_version_and_name():
    assert kind_type("apps/v1", "DaemonSet").go == "v1.DaemonSet"
    assert kind_type("autoscaling/v2", "HorizontalPodAutoscaler").go.startswith("v2.")
    assert kind_type("v1", "DaemonSet") is None
    assert kind_type("v1", "ObjectReference") is None, "a struct with a field kind"


def test_a_kind_is_at_home_in_the_core_group_before_others():
    assert home("Event") == "v1" and home("Deployment") == "apps/v1"
    assert home("Nothing") == "v1"


def test_a_null_in_a_list_of_structs_has_the_fields_that_go_always_writes():
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}}
    status = {"addresses": [None, {}]}
    found = read({**node, "status": status}, kind="Node").object["status"]
    assert found["addresses"] == [{"address": "", "type": ""}] * 2
