"""Invalid selectors in queries, and the server's messages. Kubernetes: apimachinery pkg/labels, NewRequirement"""

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.kinds import row_of
from k8slearn.kinds.custom import rows_of
from k8slearn.kinds.selecting import label_selector, parse_fields

NO_INTEGER = "for 'Gt', 'Lt' operators, the value must be an integer"
BAD_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters"
)


@pytest.mark.parametrize("written", ["gen>9", "gen<09", "a=", "!a", " "])
def test_a_selector_that_is_taken(written):
    label_selector(written)


@pytest.mark.parametrize(
    ("written", "complaints"),
    [
        ("gen>x", [f'values[0]: Invalid value: "x": {NO_INTEGER}']),
        ("gen<1.5", [f'values[0]: Invalid value: "1.5": {NO_INTEGER}']),
        (f"gen>{2**63}", [f'values[0]: Invalid value: "{2**63}": {NO_INTEGER}']),
        ("a=b_", [f'values[0][a]: Invalid value: "b_": {BAD_VALUE}']),
        (
            "gen>x_",
            [
                f'values[0]: Invalid value: "x_": {NO_INTEGER}',
                f'values[0][gen]: Invalid value: "x_": {BAD_VALUE}',
            ],
        ),
        ("a_=b", ['key: Invalid value: "a_": name part must consist of']),
    ],
)
def test_a_selector_that_is_refused_says_all_that_is_wrong(written, complaints):
    with pytest.raises(ApiError) as refused:
        label_selector(written)
    said = refused.value.status["message"]
    assert said.startswith("unable to parse requirement: ")
    assert said.count("Invalid value") == len(complaints)
    assert all(complaint in said for complaint in complaints)


def definition(scope, *selectable):
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object"}},
        "selectableFields": [{"jsonPath": path} for path in selectable],
    }
    names = {"plural": "foos", "kind": "Foo"}
    spec = {"group": "a.io", "scope": scope, "names": names, "versions": [version]}
    return rows_of({"metadata": {"name": "foos.a.io"}, "spec": spec})[0]


UNKNOWN = '" is not a known field selector: only "metadata.name", "metadata.namespace"'
NOT_SUPPORTED = "field label not supported: "
ROWS = {
    "Pod": row_of("v1", "Pod"),
    "Node": row_of("v1", "Node"),
    "Namespace": row_of("v1", "Namespace"),
    "Secret": row_of("v1", "Secret"),
    "DaemonSet": row_of("apps/v1", "DaemonSet"),
    "ClusterRole": row_of("rbac.authorization.k8s.io/v1", "ClusterRole"),
    "Request": row_of("certificates.k8s.io/v1", "CertificateSigningRequest"),
    "Event": row_of("v1", "Event"),
    "new Event": row_of("events.k8s.io/v1", "Event"),
    "of a namespace": definition("Namespaced", ".spec.colour"),
    "of a cluster": definition("Cluster"),
}


@pytest.mark.parametrize(
    ("kind", "field", "refusal"),
    [
        ("Pod", "spec.host", ""),
        ("Pod", "status.podIPs", ""),
        ("Pod", "spec.x", NOT_SUPPORTED),
        ("Node", "metadata.name", ""),
        ("Node", "metadata.namespace", NOT_SUPPORTED),
        ("Namespace", "metadata.namespace", NOT_SUPPORTED),
        ("Secret", "metadata.namespace", ""),
        ("DaemonSet", "status.x", UNKNOWN),
        ("ClusterRole", "metadata.namespace", ""),
        ("Request", "spec.signerName", ""),
        ("Request", "metadata.namespace", NOT_SUPPORTED),
        ("Event", "involvedObject.name", ""),
        ("Event", "regarding.name", NOT_SUPPORTED),
        ("new Event", "regarding.name", ""),
        ("new Event", "reportingController", ""),
        ("new Event", "involvedObject.name", NOT_SUPPORTED),
        ("new Event", "reportingComponent", NOT_SUPPORTED),
        ("of a namespace", "metadata.namespace", ""),
        ("of a namespace", "spec.colour", ""),
        ("of a cluster", "metadata.namespace", NOT_SUPPORTED),
        ("of a cluster", "spec.x", NOT_SUPPORTED),
    ],
)
def test_what_may_be_asked_by_a_field(kind, field, refusal):
    if not refusal:
        assert parse_fields(f"{field}=a", ROWS[kind])[0].field == field
        return
    with pytest.raises(ApiError) as refused:
        parse_fields(f"{field}=a", ROWS[kind])
    assert refusal in refused.value.status["message"]


EVENT = {
    "metadata": {"name": "e"},
    "involvedObject": {"name": "p", "kind": "Pod"},
    "reportingComponent": "kubelet",
    "source": {"component": "kubelet"},
}
BOUND = {"spec": {"nodeName": "n"}, "status": {"podIPs": [{"ip": "10.0.0.1"}]}}


@pytest.mark.parametrize(
    ("kind", "o", "field", "value"),
    [
        ("new Event", EVENT, "regarding.name", "p"),
        ("new Event", EVENT, "regarding.fieldPath", ""),
        ("new Event", EVENT, "reportingController", "kubelet"),
        ("Pod", BOUND, "spec.host", "n"),
        # It may be asked by, and is no Pod's: upstream has no value for it.
        ("Pod", BOUND, "status.podIPs", ""),
    ],
)
def test_what_a_field_is_asked_of(kind, o, field, value):
    assert ROWS[kind].field_value(o, field) == value
