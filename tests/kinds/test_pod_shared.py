"""Pods of one template are checked once, with the same result as one by one."""

import pytest

from k8slearn.controllers.daemon.placement import create_pod_template, pod_for
from k8slearn.kinds.pod import shared, strategy, validation
from k8slearn.kinds.pod.shared import Shared
from tests.support.helpers import daemon_set
from tests.support.manifests import POD, changed, stored

IN = {"key": "metadata.name", "operator": "In", "values": ["node1"]}
AFFINITIES = {
    "none": None,
    "one Node": [{"matchFields": [IN]}],
    "no Node": [{"matchFields": [{**IN, "values": []}]}],
    "no name": [{"matchFields": [{**IN, "values": ["Node 1"]}]}],
    "an empty name": [{"matchFields": [{**IN, "values": [""]}]}],
    "another field": [{"matchFields": [{**IN, "key": "metadata.uid"}]}],
    "labels": [{"matchExpressions": [{"key": "a b", "operator": "Exists"}]}],
    "no terms": [],
}
SPECS = {
    "sound": {},
    "blanks": {"containers": [{"name": "c", "image": " x "}]},
    "two wrongs": {"restartPolicy": "No", "containers": [{"name": "C", "image": ""}]},
    "no policy": {"restartPolicy": "No"},
    "gates and Node": {"nodeName": "n", "schedulingGates": [{"name": "a"}]},
}


def pod(spec, terms):
    body = {**POD["spec"], **SPECS[spec]}
    if AFFINITIES[terms] is not None:
        required = {"nodeSelectorTerms": AFFINITIES[terms]}
        field = "requiredDuringSchedulingIgnoredDuringExecution"
        body["affinity"] = {"nodeAffinity": {field: required}}
    metadata = {"name": "web", "namespace": "default"}
    return strategy.default({**POD, "metadata": metadata, "spec": body})


@pytest.mark.parametrize("terms", AFFINITIES)
@pytest.mark.parametrize("spec", SPECS)
def test_the_short_way_finds_what_the_long_way_finds(monkeypatch, spec, terms):
    found = pod(spec, terms)
    short = [list(validation.validate(found)) for _ in range(2)]
    monkeypatch.setattr(validation, "_is_sound", lambda spec: False)
    long = list(validation.validate(found))
    assert short == [long, long]
    assert bool(long) is (spec != "sound" or terms not in ("none", "one Node"))


def test_pods_of_one_template_are_looked_at_once(monkeypatch):
    looked = []

    def spec_rules(spec, path, **more):
        looked.append(spec)
        yield from ()

    monkeypatch.setattr(validation, "pod_spec", spec_rules)
    template = create_pod_template(stored(daemon_set()), "hash")
    for node in ("node1", "node2", "node3"):
        found = strategy.default(pod_for(template, node))
        assert list(validation.validate(found)) == []
    assert len(looked) == 1


def test_a_spec_of_other_parts_is_looked_at_anew():
    calls = []
    count = Shared(lambda spec: calls.append(spec) or len(calls))
    one = {"containers": [{"name": "c"}], "affinity": {"a": 1}}
    assert count(one) == count({**one, "affinity": {"b": 1}}) == 1
    assert count({**one, "containers": [{"name": "c"}]}) == 2
    assert count({**one, "nodeName": "n"}) == 3
    assert "affinity" not in calls[0]


def test_what_is_remembered_is_limited_and_its_parts_live():
    remembered = Shared(lambda spec: spec["containers"][0])
    for i in range(3 * shared.LIMIT):
        assert remembered({"containers": [i]}) == i
    assert len(remembered._known) <= shared.LIMIT


def test_a_default_keeps_the_parts_that_it_does_not_change():
    first, second = (strategy.default(dict(POD)) for _ in range(2))
    assert first["spec"]["containers"] is second["spec"]["containers"]
    image = changed(POD, "spec.containers.0.image", "nginx")
    assert strategy.default(image)["spec"] != first["spec"]
