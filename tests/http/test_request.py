"""A request is parsed once, into one value."""

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.http.negotiation import TABLE
from k8slearn.http.request import parse
from k8slearn.http.types import Request
from tests.support.api_client import DAEMON_SETS, PODS


def parsed(method, path, query="", body=b"", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return parse(Request(method, path, query, named, body))


@pytest.mark.parametrize(
    ("method", "path", "query", "verb", "about"),
    [
        ("GET", PODS, "", "list", ("default", "", "")),
        ("GET", "/api/v1/pods", "watch=1", "watch", ("", "", "")),
        ("GET", "/api/v1/watch/pods", "", "watch", ("", "", "")),
        (
            "GET",
            "/apis/apps/v1/watch/namespaces/a/daemonsets/x",
            "timeoutSeconds=1",
            "watch",
            ("a", "x", ""),
        ),
        ("GET", f"{PODS}/x", "", "get", ("default", "x", "")),
        ("HEAD", f"{PODS}/x/status", "watch=1", "get", ("default", "x", "status")),
        ("GET", "/api/v1/namespaces/x", "", "get", ("", "x", "")),
        ("GET", "/api/v1/namespaces/x/status", "", "get", ("", "x", "status")),
        ("POST", PODS, "", "create", ("default", "", "")),
        ("POST", f"{PODS}/x/eviction", "", "create", ("default", "x", "eviction")),
        ("PUT", f"{PODS}/x", "", "update", ("default", "x", "")),
        ("DELETE", f"{PODS}/x", "", "delete", ("default", "x", "")),
        ("DELETE", PODS, "", "deletecollection", ("default", "", "")),
    ],
)
def test_method_and_path_say_what_is_to_be_done(method, path, query, verb, about):
    info = parsed(method, path, query)
    assert (info.verb, (info.namespace, info.name, info.subresource)) == (verb, about)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/v2/pods", 404),
        ("GET", "/api/v1/pods/x", 404),
        ("GET", "/api/v1/namespaces/x/nodes", 404),
        ("GET", f"{PODS}/x/nothing", 404),
        ("PUT", PODS, 405),
        ("POST", f"{PODS}/x", 405),
        ("DELETE", f"{PODS}/x/status", 405),
        ("POST", "/apis/apps/v1/namespaces/default/gadgets", 404),
        ("POST", "/api/v1/componentstatuses", 405),
        ("POST", "/api/v1/pods", 405),
        ("DELETE", "/apis/apps/v1/daemonsets", 405),
    ],
)
def test_what_there_is_not_is_refused_before_anything_else_is_read(method, path, code):
    with pytest.raises(ApiError) as refused:
        parsed(method, path, "dryRun=never&limit=x", b"[", accept="text/html")
    assert refused.value.code == code


def test_a_list_knows_what_it_selects():
    query = "labelSelector=app%3Dweb&fieldSelector=spec.nodeName%3Dn1&limit=5&resourceVersion=7"
    options = parsed("GET", PODS, query).list_options
    (requirement,) = options.labels["matchExpressions"]
    assert (requirement["key"], requirement["values"]) == ("app", ["web"])
    assert [(term.field, term.value) for term in options.fields] == [
        ("spec.nodeName", "n1")
    ]
    assert (options.limit, options.version, options.exact) == (5, 7, True)


def test_a_write_knows_who_signs_it_and_what_its_body_is():
    query = "dryRun=All&fieldValidation=Strict"
    table = "application/json;as=Table;v=v1;g=meta.k8s.io"
    info = parsed(
        "PATCH",
        f"{DAEMON_SETS}/web",
        query,
        b"{}",
        accept=table,
        content_type="application/merge-patch+json; charset=utf-8",
        user_agent="kubectl/v1.36.2 (linux)",
    )
    options = info.write_options
    assert (options.dry_run, options.field_validation) == (True, "Strict")
    assert (info.patch_type, info.body, info.shape.form) == ("merge", b"{}", TABLE)
    assert (info.by.component, info.by.manager) == ("user", "kubectl")


def test_how_to_delete_stands_in_the_body_or_else_in_the_query():
    path, query = f"{PODS}/x", "gracePeriodSeconds=3&propagationPolicy=Orphan"
    options = parsed("DELETE", path, query).delete_options
    assert (options.grace, options.propagation) == (3, "Orphan")
    body = b'{"gracePeriodSeconds": -1, "preconditions": {"uid": "u"}}'
    options = parsed("DELETE", path, query, body).delete_options
    assert (options.grace, options.propagation, options.uid) == (1, None, "u")
