"""Validation of the kinds around a Pod, where there is no record."""

import json
from base64 import b64encode

import pytest

from k8slearn.apimachinery import validation
from k8slearn.apimachinery.errors import ApiError
from k8slearn.apiserver.admission import admit_update
from tests.support.helpers import told
from tests.support.manifests import NODE, SERVICE, changed, refused, stored

BAD_KEY = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
    "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)


def update_refused(new, old, **options):
    with pytest.raises(ApiError) as caught:
        admit_update(new, old, **options)
    return told(caught.value)


def keyed(kind, **fields):
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "conf"}, **fields}


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("10.0.0.007", "must not have leading 0s"),
        ("::ffff:10.0.0.7", "must not be an IPv4-mapped IPv6 address"),
        (
            "fe80::1%eth0",
            "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
        ),
    ],
)
def test_an_address_is_written_in_one_way(address, message):
    assert validation.ip_address(address) == [message]
    assert not validation.ip_address("2001:DB8:0::7")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("10.0.0.0/08", "must not have leading 0s in IP or prefix length"),
        ("10.00.0.0/8", "must not have leading 0s in IP or prefix length"),
        ("::ffff:10.0.0.0/104", "must not have an IPv4-mapped IPv6 address"),
        ("10.0.0.7/8", "must not have bits set beyond the prefix length"),
        (
            "10.0.0.0/255.0.0.0",
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
        ),
    ],
)
def test_a_range_is_written_in_one_way(written, message):
    assert validation.cidr(written) == [message]
    assert not validation.cidr("10.0.0.0/8")


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
def test_a_change_may_not_bring_a_key_that_is_no_file_name(kind):
    old = stored(keyed(kind, data={"a": "YQ=="}))
    message = f'data[b/c]: Invalid value: "b/c": {BAD_KEY}'
    assert update_refused({**old, "data": {"b/c": "YQ=="}}, old) == [message]


@pytest.mark.parametrize(
    ("kind", "data", "messages"),
    [
        (
            "service-account-token",
            {},
            [
                "metadata.annotations[kubernetes.io/service-account.name]: Required value"
            ],
        ),
        ("ssh-auth", {"ssh-privatekey": ""}, ["data[ssh-privatekey]: Required value"]),
        (
            "basic-auth",
            {},
            ["data[username]: Required value", "data[password]: Required value"],
        ),
        (
            "dockerconfigjson",
            {".dockerconfigjson": b64encode(b"{auths").decode()},
            [
                'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": '
                "invalid character 'a' looking for beginning of object key string"
            ],
        ),
    ],
)
def test_a_secret_holds_what_its_reader_needs(kind, data, messages):
    secret = keyed("Secret", type=f"kubernetes.io/{kind}", data=data)
    assert told(refused(secret)) == messages


def test_a_config_map_that_is_too_long_is_so_as_a_whole():
    large = keyed("ConfigMap", data={"a": "a" * 1048577})
    assert told(refused(large)) == ["[]: Too long: may not be more than 1048576 bytes"]


def quota(*expressions, **spec):
    selector = {"matchExpressions": list(expressions)}
    spec = {"hard": {"pods": "1"}, "scopeSelector": selector, **spec}
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q"},
        "spec": spec,
    }


@pytest.mark.parametrize(
    ("o", "field", "words"),
    [
        (
            quota({"scopeName": "BestEffort", "operator": "In", "values": ["x"]}),
            ".operator",
            "must be 'Exists' when",
        ),
        (
            quota({"scopeName": "PriorityClass", "operator": "In"}),
            ".values",
            "must be at least one value",
        ),
        (
            quota(
                {"scopeName": "PriorityClass", "operator": "Exists", "values": ["x"]}
            ),
            ".values",
            "must be no value when `operator` is 'Exist' or 'DoesNotExist'",
        ),
        (
            quota(
                *(
                    {"scopeName": scope, "operator": "Exists"}
                    for scope in ("Terminating", "NotTerminating")
                )
            ),
            "",
            "conflicting scopes",
        ),
        (
            quota({"scopeName": "BestEffort", "operator": "Exists"}, hard={"cpu": "1"}),
            "",
            '{"MatchExpressions":[{"ScopeName":"BestEffort","Operator":"Exists","Values":null}]}: unsupported scope',
        ),
    ],
)
def test_the_scopes_that_a_quota_selects_by_go_together(o, field, words):
    (message,) = told(refused(o))
    assert message.startswith(f"spec.scopeSelector.matchExpressions{field}: ")
    assert words in message


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("0.0.0.0", "may not be unspecified (0.0.0.0)"),
        ("127.0.0.9", "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        ("fe80::9", "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
        (
            "224.0.0.9",
            "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
        ),
    ],
)
def test_an_external_address_leads_somewhere(address, words):
    service = changed(SERVICE, "spec.externalIPs", [address])
    assert told(refused(service)) == [
        f'spec.externalIPs[0]: Invalid value: "{address}": {words}'
    ]
    other = stored(changed(SERVICE, "spec.externalIPs", ["1.2.3.4"]))
    # What passed by the rules of another time may stay.
    old = changed(other, "spec.externalIPs", ["1.2.3.04"])
    assert admit_update(old, old)["spec"]["externalIPs"] == ["1.2.3.04"]


def test_a_node_has_one_range_a_family():
    node = changed(NODE, "spec", {"podCIDRs": ["10.0.0.0/24", "10.0.1.0/24"]})
    ranges = json.dumps(node["spec"]["podCIDRs"], separators=(",", ":"))
    words = "may specify no more than one CIDR for each IP family"
    assert told(refused(node)) == [f"spec.podCIDRs: Invalid value: {ranges}: {words}"]


def test_the_range_of_a_node_is_given_once():
    old = stored(changed(NODE, "spec", {"podCIDR": "10.0.0.0/24"}))
    assert old["spec"]["podCIDRs"] == ["10.0.0.0/24"]
    new = changed(old, "spec.podCIDR", "10.1.0.0/24")
    why = 'node updates may not change podCIDR except from "" to valid'
    assert update_refused(new, old) == [f"spec.podCIDRs: Forbidden: {why}"]


def test_the_phase_of_a_namespace_follows_from_its_deletion():
    old = stored({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})
    new = {**old, "status": {"phase": "Terminating"}}
    words = "may only be 'Active' if `deletionTimestamp` is empty"
    assert update_refused(new, old, status=True) == [
        f'status.Phase: Invalid value: "Terminating": {words}'
    ]
