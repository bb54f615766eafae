"""Validation of statuses.

Kubernetes: validation_test.go of pkg/apis/{core,networking,policy,autoscaling}/validation
"""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import Client
from tests.support.manifests import SERVICE, admitted, refused

NAMESPACED = "{}/namespaces/default/{}/x"
PATHS = {
    "Service": NAMESPACED.format("/api/v1", "services"),
    "ResourceQuota": NAMESPACED.format("/api/v1", "resourcequotas"),
    "Ingress": NAMESPACED.format("/apis/networking.k8s.io/v1", "ingresses"),
    "PodDisruptionBudget": NAMESPACED.format("/apis/policy/v1", "poddisruptionbudgets"),
}
BACKEND = {"service": {"name": "web", "port": {"number": 80}}}
SPECS = {
    "Service": {"type": "LoadBalancer", "ports": [{"port": 80}]},
    "ResourceQuota": {"hard": {"pods": "3"}},
    "Ingress": {"defaultBackend": BACKEND},
    "PodDisruptionBudget": {"minAvailable": 1},
}
INGRESS = "status.loadBalancer.ingress[0]"
NO_ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
CONDITION = {
    "type": "DisruptionAllowed",
    "status": "True",
    "reason": "Enough",
    "lastTransitionTime": "2026-01-01T00:00:00Z",
}
AT = "status.conditions[0]"


def balanced(**entry):
    return {"loadBalancer": {"ingress": [entry]}}


@pytest.fixture(scope="module")
def client():
    client = Client(Cluster(1, kubelet="instant"))
    for kind, path in PATHS.items():
        o = {"metadata": {"name": "x"}, "spec": SPECS[kind]}
        client.post(path.removesuffix("/x"), o)
    return client


CASES = [
    (
        "Service",
        balanced(ip="here"),
        f'{INGRESS}.ip: Invalid value: "here": {NO_ADDRESS}',
    ),
    (
        "Ingress",
        balanced(ip="here"),
        f'{INGRESS}.ip: Invalid value: "here": {NO_ADDRESS}',
    ),
    (
        "Service",
        balanced(hostname="1.2.3.4"),
        f'{INGRESS}.hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ),
    (
        "Service",
        balanced(hostname="a.b", ipMode="VIP"),
        f"{INGRESS}.ipMode: Forbidden: may not be specified when `ip` is not set",
    ),
    (
        "Service",
        balanced(ip="1.2.3.4", ipMode="Any"),
        f'{INGRESS}.ipMode: Unsupported value: "Any": supported values: "Proxy", "VIP"',
    ),
    (
        "PodDisruptionBudget",
        {"disruptionsAllowed": -1},
        "status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0",
    ),
    (
        "PodDisruptionBudget",
        {"conditions": [{**CONDITION, "status": "Yes"}]},
        f'{AT}.status: Unsupported value: "Yes": supported values: "False", "True", "Unknown"',
    ),
    (
        "PodDisruptionBudget",
        {"conditions": [{**CONDITION, "lastTransitionTime": None}]},
        f"{AT}.lastTransitionTime: Required value: must be set",
    ),
    (
        "ResourceQuota",
        {"used": {"pods": "-1"}},
        'status.used[pods]: Invalid value: "-1": must be greater than or equal to 0',
    ),
]


@pytest.mark.parametrize(("kind", "status", "why"), CASES)
def test_a_status_is_refused(client, kind, status, why):
    code, found = client.patch(f"{PATHS[kind]}/status", {"status": status}, "merge")
    assert (code, found["message"].partition(" is invalid: ")[2]) == (422, why)


def test_only_a_balancer_s_service_has_a_balancer_s_address(client):
    path = PATHS["Service"].replace("/x", "/plain")
    client.post(
        path.removesuffix("/plain"),
        {"metadata": {"name": "plain"}, "spec": {"ports": [{"port": 80}]}},
    )
    status = {"status": balanced(ip="1.2.3.4")}
    code, found = client.patch(f"{path}/status", status, "merge")
    assert code == 422
    assert found["message"].endswith(
        "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"
    )


def test_a_balancer_s_address_is_taken(client):
    status = {"status": balanced(ip="1.2.3.4")}
    assert client.patch(f"{PATHS['Service']}/status", status, "merge")[0] == 200


def noted(kind="ClusterIP", **notes):
    spec = {**SERVICE["spec"], "type": kind}
    return {**SERVICE, "metadata": {"name": "x", "annotations": notes}, "spec": spec}


RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
MODE = "service.kubernetes.io/topology-mode"
HINTS = "service.kubernetes.io/topology-aware-hints"


@pytest.mark.parametrize(
    ("service", "messages"),
    [
        (
            noted(**{RANGES: "10.0.0.0/8"}),
            ["Forbidden: may only be used when `type` is 'LoadBalancer'"],
        ),
        (
            noted("LoadBalancer", **{RANGES: "10.0.0.0/8, x"}),
            [
                'Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
            ],
        ),
        (
            noted(**{MODE: "Auto", HINTS: "Disabled"}),
            [
                f'Invalid value: "Auto": must match annotations[{HINTS}] when both are specified'
            ],
        ),
    ],
)
def test_what_is_noted_on_a_service_is_held_to_rules(service, messages):
    assert [cause.message for cause in refused(service).causes] == messages


def test_notes_that_agree_are_taken():
    admitted(noted("LoadBalancer", **{RANGES: " 10.0.0.0/8, 192.0.2.0/24 "}))
    admitted(noted(**{MODE: "Auto", HINTS: "Auto"}))


def test_a_namespace_keeps_the_finalizers_that_it_is_made_with(client):
    spaces = "/api/v1/namespaces"
    o = {"metadata": {"name": "kept"}, "spec": {"finalizers": ["example.com/a"]}}
    found = client.post(spaces, o)
    assert found["spec"]["finalizers"] == ["example.com/a", "kubernetes"]
    found["spec"]["finalizers"] = ["a"]
    code, status = client.call("PUT", f"{spaces}/kept/finalize", found)
    assert code == 422
    assert "spec.finalizers[0]: Invalid value" in status["message"]
