"""Bodies in protobuf: every type of the API, and the differences from JSON."""

import pytest

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.errors import ApiError
from k8slearn.http import protobuf
from tests.support.wire import envelope, field


def decoded(api_version, kind, *fields):
    return protobuf.decode(envelope(api_version, kind, b"".join(fields)))


def test_a_pod_has_the_fields_of_its_embedded_structs():
    source = field(2, field(2, field(1, b"Memory")))
    volume = field(2, field(1, field(1, b"tmp") + source))
    found = decoded("v1", "Pod", volume)
    expected = {"name": "tmp", "emptyDir": {"medium": "Memory"}}
    assert found["spec"]["volumes"] == [expected]


def test_a_pointer_to_an_empty_struct_is_there_and_an_empty_struct_is_not():
    source = field(2, field(2, b""))
    found = decoded("v1", "Pod", field(2, field(1, source)), field(3, b""))
    assert found["spec"] == {"volumes": [{"emptyDir": {}}]} and "status" not in found


def test_quantities_are_texts_and_binary_data_is_base64():
    quantity = field(1, b"memory") + field(2, field(1, b"64Mi"))
    container = field(8, field(1, quantity))
    found = decoded("v1", "Pod", field(2, field(2, container)))
    (only,) = found["spec"]["containers"]
    assert only["resources"]["limits"] == {"memory": "64Mi"}
    secret = decoded("v1", "Secret", field(2, field(1, b"k") + field(2, b"v")))
    assert secret["data"] == {"k": "dg=="}


def test_only_a_pointers_zero_says_something():
    found = decoded("v1", "DeleteOptions", field(1, 0))
    assert found["gracePeriodSeconds"] == 0
    service = decoded("v1", "Service", field(2, field(13, 0)))
    assert "spec" not in service


def test_raw_json_and_negative_numbers_are_read():
    revision = decoded(
        "apps/v1", "ControllerRevision", field(2, field(1, b'{"a":1}')), field(3, 2)
    )
    assert revision["data"] == {"a": 1} and revision["revision"] == 2
    lower = decoded("v1", "DeleteOptions", field(1, 2**64 - 1))
    assert lower["gracePeriodSeconds"] == -1


def test_a_kind_that_is_not_known_has_to_come_as_json():
    with pytest.raises(ApiError) as refused:
        decoded("example.com/v1", "Thing")
    assert refused.value.code == 415


@pytest.mark.parametrize(
    "body", [b"", field(2, 1), field(1, field(3, 1)), b"\x0a\x7f", field(1, 2**70)]
)
def test_what_does_not_fit_is_a_bad_request(body):
    with pytest.raises(ApiError) as refused:
        protobuf.decode(b"nothing" if not body else envelope("v1", "Pod", body))
    assert refused.value.code == 400


def test_only_embedded_structs_are_fields_that_json_has_not():
    for name, fields in facts.schemas().items():
        wire = facts.message(name) or {}
        for field_name, kind, label in wire.values():
            if "properties" in fields and field_name not in fields["properties"]:
                assert facts.message(kind) and label == "optional", (name, field_name)
