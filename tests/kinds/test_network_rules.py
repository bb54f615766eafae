"""Validation of Ingresses, IngressClasses and NetworkPolicies.

Kubernetes: pkg/apis/networking/validation/validation_test.go
"""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import Client

GROUP = "/apis/networking.k8s.io/v1"
PATHS = {
    "Ingress": f"{GROUP}/namespaces/default/ingresses",
    "IngressClass": f"{GROUP}/ingressclasses",
    "NetworkPolicy": f"{GROUP}/namespaces/default/networkpolicies",
}
SERVICE = {"service": {"name": "s", "port": {"number": 80}}}


@pytest.fixture(scope="module")
def client():
    return Client(Cluster(1, kubelet="instant"))


def http(path="/", kind="Prefix", backend=None, **rule):
    one = {"path": path, "pathType": kind, "backend": backend or SERVICE}
    return {"rules": [{"http": {"paths": [one]}, **rule}]}


def peers(*found):
    return {"podSelector": {}, "ingress": [{"from": list(found)}]}


def ports(*found):
    return {"podSelector": {}, "egress": [{"ports": list(found)}]}


def block(cidr, *besides):
    return {"ipBlock": {"cidr": cidr, "except": list(besides)}}


AT = "spec.rules[0].http.paths[0]"
FROM = "spec.ingress[0].from[0]"
PORT = "spec.egress[0].ports[0]"
REFUSED = [
    (
        "Ingress",
        {},
        "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified",
    ),
    (
        "Ingress",
        {"rules": []},
        "spec: Invalid value: []: either `defaultBackend` or `rules` must be specified",
    ),
    (
        "Ingress",
        {"defaultBackend": {}},
        'spec.defaultBackend: Invalid value: "": resource or service backend is required',
    ),
    (
        "Ingress",
        {"rules": [{"host": "a.b", "http": {"paths": []}}]},
        "spec.rules[0].http.paths: Required value",
    ),
    (
        "Ingress",
        http("a"),
        f'{AT}.path: Invalid value: "a": must be an absolute path',
    ),
    (
        "Ingress",
        http("/a/../b"),
        f"""{AT}.path: Invalid value: "/a/../b": must not contain '/../'""",
    ),
    (
        "Ingress",
        http("/a/.."),
        f"""{AT}.path: Invalid value: "/a/..": cannot end with '/..'""",
    ),
    ("Ingress", http("", "ImplementationSpecific"), None),
    (
        "Ingress",
        http("/", "Regex"),
        f'{AT}.pathType: Unsupported value: "Regex": supported values: '
        '"Exact", "ImplementationSpecific", "Prefix"',
    ),
    (
        "Ingress",
        http(backend={"service": {"name": "s"}}),
        f"{AT}.backend: Required value: port name or number is required",
    ),
    (
        "Ingress",
        http(backend={"service": {"name": "s", "port": {"name": "a", "number": 1}}}),
        f'{AT}.backend: Invalid value: "": cannot set both port name & port number',
    ),
    (
        "Ingress",
        http(backend={"service": {"port": {"number": 1}}}),
        f"{AT}.backend.service.name: Required value",
    ),
    (
        "Ingress",
        http(host="1.2.3.4"),
        'spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ),
    ("Ingress", http(host="*.example.com"), None),
    (
        "Ingress",
        http(host="a.*.com"),
        'spec.rules[0].host: Invalid value: "a.*.com": a wildcard DNS-1123 subdomain must',
    ),
    (
        "Ingress",
        {**http(), "tls": [{"hosts": ["A"], "secretName": "s"}]},
        'spec.tls[0].hosts[0]: Invalid value: "A": a lowercase RFC 1123 subdomain must',
    ),
    ("IngressClass", {}, "spec.controller: Required value"),
    (
        "IngressClass",
        {"controller": "nginx"},
        'spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")',
    ),
    (
        "IngressClass",
        {
            "controller": "a.io/b",
            "parameters": {"kind": "K", "name": "n", "scope": "Namespace"},
        },
        "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
    ),
    ("IngressClass", {"controller": "a.io/b"}, None),
    (
        "NetworkPolicy",
        peers({}),
        f"{FROM}: Required value: must specify a peer",
    ),
    (
        "NetworkPolicy",
        peers(block("10.0.0.1/8")),
        f'{FROM}.ipBlock.cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
    ),
    (
        "NetworkPolicy",
        peers(block("10.0.0.0/8", "11.0.0.0/16")),
        f'{FROM}.ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
    ),
    ("NetworkPolicy", peers(block("10.0.0.0/8", "10.1.0.0/16")), None),
    (
        "NetworkPolicy",
        peers({**block("10.0.0.0/8"), "podSelector": {}}),
        f"{FROM}: Forbidden: may not specify both ipBlock and another peer",
    ),
    (
        "NetworkPolicy",
        ports({"port": 80, "endPort": 79}),
        f"{PORT}.endPort: Invalid value: 79: must be greater than or equal to `port`",
    ),
    (
        "NetworkPolicy",
        ports({"port": "http", "endPort": 79}),
        f"{PORT}.endPort: Invalid value: 79: may not be specified when `port` is non-numeric",
    ),
    (
        "NetworkPolicy",
        ports({"protocol": "ICMP"}),
        f'{PORT}.protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"',
    ),
    (
        "NetworkPolicy",
        {"podSelector": {}, "policyTypes": ["ingress"]},
        'spec.policyTypes[0]: Unsupported value: "ingress": supported values: "Ingress", "Egress"',
    ),
]


@pytest.mark.parametrize(("kind", "spec", "why"), REFUSED)
def test_a_new_object(client, kind, spec, why):
    o = {"metadata": {"name": "x"}, "spec": spec}
    code, found = client.call("POST", PATHS[kind], o, dryRun="All")
    if why is None:
        assert code == 201, found
    else:
        assert code == 422
        start = f'{kind}.networking.k8s.io "x" is invalid: '
        assert found["message"].removeprefix(start).startswith(why)


def test_a_class_in_two_places_has_to_be_the_same(client):
    metadata = {"name": "x", "annotations": {"kubernetes.io/ingress.class": "a"}}
    o = {"metadata": metadata, "spec": {**http(), "ingressClassName": "b"}}
    code, found = client.call("POST", PATHS["Ingress"], o, dryRun="All")
    assert code == 422
    assert found["message"].endswith(
        'annotations.kubernetes.io/ingress.class: Invalid value: "a": '
        "must match `ingressClassName` when both are specified"
    )


def test_the_controller_of_a_class_stays(client):
    o = {"metadata": {"name": "c"}, "spec": {"controller": "a.io/b"}}
    client.post(PATHS["IngressClass"], o)
    other = {"spec": {"controller": "a.io/c"}}
    code, found = client.patch(f"{PATHS['IngressClass']}/c", other, "merge")
    assert code == 422
    assert found["message"].endswith(
        'spec.controller: Invalid value: "a.io/c": field is immutable'
    )
