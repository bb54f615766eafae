"""Histories of managers who share an object by server-side apply: values, owners, conflicts and their order."""

import json
from pathlib import Path

import pytest
import yaml

from k8slearn.apimachinery.client_side_apply import LAST_APPLIED
from k8slearn.apiserver.field_sets import in_order, shown
from k8slearn.apiserver.managed_fields import owners_of
from k8slearn.cluster import Cluster
from tests.support.api_client import Client

HISTORIES = yaml.safe_load(
    Path(__file__).with_name("apply_histories.yaml").read_text(encoding="utf-8")
)
TEMPLATE = ".spec.template.spec"
PATHS = {
    "ConfigMap": ("v1", "/api/v1/namespaces/default/configmaps"),
    "Service": ("v1", "/api/v1/namespaces/default/services"),
    "DaemonSet": ("apps/v1", "/apis/apps/v1/namespaces/default/daemonsets"),
}
VERBS = ("apply", "create", "update", "merge", "strategic", "json")


def whole(kind, part, *, identified=True):
    """The whole body for the part in a step."""
    if not isinstance(part, dict):
        return part
    body = {
        key: value for key, value in part.items() if key not in ("pod", "base", "last")
    }
    if "pod" in part:
        body["spec"] = {**body.get("spec", {}), "template": {"spec": part["pod"]}}
    if identified:
        body = {"apiVersion": PATHS[kind][0], "kind": kind, **body}
        body["metadata"] = {"name": "x", **body.get("metadata", {})}
    if kind == "DaemonSet" and part.get("base"):
        labels = {"app": "x"}
        body["spec"]["selector"] = {"matchLabels": labels}
        body["spec"]["template"]["metadata"] = {"labels": labels}
    if part.get("last"):
        notes = {LAST_APPLIED: json.dumps(body)}
        body["metadata"]["annotations"] = notes
    return body


def done(client, kind, step):
    """The answer to a step."""
    (verb,) = [verb for verb in VERBS if verb in step]
    part, path = step[verb], PATHS[kind][1]
    query = {"fieldManager": step["by"]}
    if step.get("force"):
        query["force"] = "true"
    if step.get("dry"):
        query["dryRun"] = "All"
    if verb == "create":
        if kind == "DaemonSet":
            part = {
                "pod": {"containers": [{"name": "c", "image": "i:1"}]},
                "base": True,
                **part,
            }
        return client.call("POST", path, whole(kind, part), **query)
    address = f"{path}/x"
    if "sub" in step:
        address += f"/{step['sub']}"
    if verb == "update":
        return client.call("PUT", address, whole(kind, part), **query)
    body = whole(kind, part, identified=verb == "apply")
    return client.patch(address, body, verb, **query)


def at(o, path):
    """The value at a path; elements of a list are told by their names, where that is all that is asked for."""
    for step in path.replace("~", TEMPLATE[1:]).split("."):
        if o is None:
            return None
        o = o[int(step)] if isinstance(o, list) else o.get(step)
    if isinstance(o, list) and o and isinstance(o[0], dict):
        return [item["name"] for item in o]
    return o


def told(owner):
    found = owner.manager if owner.operation == "Apply" else f"{owner.manager}/Update"
    if owner.subresource:
        found += "/" * (1 + (owner.operation == "Apply")) + owner.subresource
    return found


def owned(o):
    """The fields that each manager owns, in the notation of a history."""
    found = {}
    for owner, fields in owners_of(o).items():
        paths = [shown(path).replace(TEMPLATE, "~") for path in in_order(fields.paths)]
        found[told(owner)] = paths
    return found


def conflicts(status):
    """The conflicts, by manager and field, in the notation of a history."""
    found = []
    for cause in status["details"]["causes"]:
        who = cause["message"].removeprefix("conflict with ")
        name, _, rest = who[1:].partition('"')
        if " using " in rest:
            name += "/Update"
        if "with subresource" in rest:
            name += "//" + rest.split('"')[1]
        found.append(f"{name} {cause['field'].replace(TEMPLATE, '~')}")
    return found


def check_refusal(step, code, answer):
    if "conflicts" in step:
        assert (code, answer.get("reason")) == (409, "Conflict"), answer
        assert conflicts(answer) == step["conflicts"]
        # What is told in one sentence says the same in the same order.
        places = [
            line.replace("~", TEMPLATE).split(" ", 1)[1] for line in step["conflicts"]
        ]
        positions = [answer["message"].index(place) for place in places]
        assert positions == sorted(positions)
        return
    assert [code, answer["message"]] == step["error"]


def check_object(step, o, version):
    for path, value in step.get("gives", {}).items():
        assert at(o, path) == value, path
    for who, paths in step.get("owns", {}).items():
        assert owned(o).get(who, []) == paths, who
    if "quiet" in step:
        assert (o["metadata"]["resourceVersion"] == version) is step["quiet"]
    for entry in o["metadata"].get("managedFields", ()):
        expected = step.get("times", {}).get(entry["manager"])
        assert expected is None or ("time" in entry) is expected
    if "last" in step:
        assert step["last"] in o["metadata"]["annotations"][LAST_APPLIED].replace(
            " ", ""
        )


@pytest.mark.parametrize("history", HISTORIES, ids=lambda h: h["rule"][:60])
def test_a_history(history):
    kind = history.get("kind", "ConfigMap")
    client = Client(Cluster())
    for step in history["steps"]:
        # So that what is written at two times can be told apart.
        client.cluster.run(1)
        before = client.cluster.store.get(kind, "x", "default")
        code, answer = done(client, kind, step)
        if "conflicts" in step or "error" in step:
            check_refusal(step, code, answer)
            answer = client.call("GET", f"{PATHS[kind][1]}/x")[1]
        else:
            assert code in (200, 201), answer
        check_object(step, answer, before and before["metadata"]["resourceVersion"])


def test_there_are_enough_of_them_and_each_has_its_own_rule():
    rules = [history["rule"] for history in HISTORIES]
    assert len(set(rules)) == len(rules) >= 60
    assert all(rule.endswith(".") for rule in rules)
