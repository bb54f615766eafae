"""Validation of Endpoints and EndpointSlices.

Kubernetes: validation_test.go of pkg/apis/{core,discovery}/validation
"""

import pytest

from k8slearn.apiserver.admission import admit_update
from tests.support.manifests import admitted, changed, fields, refused, stored

PORT = {"name": "http", "port": 80, "protocol": "TCP"}


def endpoints(*subsets):
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": "web"},
        "subsets": list(subsets),
    }


def subset(ports=(PORT,), **address):
    return {"addresses": [{"ip": "10.0.0.1", **address}], "ports": list(ports)}


def piece(ports=(PORT,), **endpoint):
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": "web"},
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["10.0.0.1"], **endpoint}],
        "ports": list(ports),
    }


@pytest.mark.parametrize(
    ("o", "expected"),
    [
        (endpoints({"ports": [PORT]}), [("subsets[0]", "Required")]),
        (endpoints(subset(ip="here")), [("subsets[0].addresses[0].ip", "Invalid")]),
        (
            endpoints(subset(ip="127.0.0.1")),
            [("subsets[0].addresses[0].ip", "Invalid")],
        ),
        (
            endpoints(subset(hostname="a b", nodeName="a b")),
            [
                ("subsets[0].addresses[0].hostname", "Invalid"),
                ("subsets[0].addresses[0].nodeName", "Invalid"),
            ],
        ),
        (
            endpoints(subset([{**PORT, "name": ""}, {"port": 0, "protocol": "X"}])),
            [
                ("subsets[0].ports[0].name", "Required"),
                ("subsets[0].ports[1].name", "Required"),
                ("subsets[0].ports[1].port", "Invalid"),
                ("subsets[0].ports[1].protocol", "NotSupported"),
            ],
        ),
        (
            piece(addresses=["127.0.0.1"]),
            [("endpoints[0].addresses[0]", "Invalid")],
        ),
        (
            piece(hostname="a b", nodeName="a b"),
            [
                ("endpoints[0].nodeName", "Invalid"),
                ("endpoints[0].hostname", "Invalid"),
            ],
        ),
        (
            piece(hints={"forZones": [{"name": "a"}, {"name": "a"}]}),
            [("endpoints[0].hints.forZones[1].name", "Duplicate")],
        ),
        (
            piece(hints={"forNodes": [{"name": str(i)} for i in range(9)]}),
            [("endpoints[0].hints.forNodes", "TooMany")],
        ),
        (
            piece([PORT, {**PORT, "appProtocol": "a b"}]),
            [("ports[1].name", "Duplicate"), ("ports[1].appProtocol", "Invalid")],
        ),
    ],
)
def test_where_somebody_is_to_be_found(o, expected):
    assert fields(refused(o)) == expected


def test_what_is_right_is_taken_and_changed():
    admitted(endpoints(subset()))
    old = stored(piece())
    admit_update(changed(old, "endpoints.0.nodeName", "node1"), old)
