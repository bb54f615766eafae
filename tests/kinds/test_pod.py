"""Defaults of the API server for a new object."""

import pytest

from k8slearn import ApiError, Cluster
from k8slearn.kinds.pod.strategy import qos_class
from k8slearn.kinds.pod_template.requirements import pod_amounts
from tests.support.manifests import CONTAINER

ENOUGH = {"cpu": "1", "memory": "1Gi"}
SAME = {"resources": {"requests": ENOUGH, "limits": ENOUGH}}
STORE = {"resources": {"requests": {"ephemeral-storage": "1Gi"}}}
NOTHING = {"resources": {"requests": {"cpu": "0"}}}

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p", "namespace": "default"},
    "spec": {"containers": [{"name": "c", "image": "x"}]},
}


def created(**spec):
    return Cluster().create({**POD, "spec": {**POD["spec"], **spec}})


def test_a_pod_may_stay_five_minutes_on_a_node_that_fails():
    tolerated = {
        t["key"]: t.get("tolerationSeconds") for t in created()["spec"]["tolerations"]
    }
    assert tolerated == {
        "node.kubernetes.io/not-ready": 300,
        "node.kubernetes.io/unreachable": 300,
    }


def test_a_pod_that_tolerates_everything_gets_no_limit():
    own = [{"operator": "Exists"}]
    assert created(tolerations=own)["spec"]["tolerations"] == own


def test_priority_follows_the_class():
    assert created()["spec"]["priority"] == 0
    assert (
        created(priorityClassName="system-node-critical")["spec"]["priority"]
        == 2000001000
    )


def test_an_unknown_priority_class_is_refused():
    with pytest.raises(
        ApiError,
        match='pods "p" is forbidden: no PriorityClass with name gold was found',
    ):
        created(priorityClassName="gold")


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({}, "BestEffort"),
        ({"requests": {"cpu": "1"}}, "Burstable"),
        (
            {
                "requests": {"cpu": "1", "memory": "1Gi"},
                "limits": {"cpu": "1", "memory": "1Gi"},
            },
            "Guaranteed",
        ),
        (
            {
                "requests": {"cpu": "1", "memory": "1Gi"},
                "limits": {"cpu": "2", "memory": "1Gi"},
            },
            "Burstable",
        ),
    ],
)
def test_quality_of_service(resources, expected):
    assert qos_class({"containers": [{"resources": resources}]}) == expected


KEYED = {
    "topologyKey": "kubernetes.io/hostname",
    "labelSelector": {"matchLabels": {"app": "web"}},
    "matchLabelKeys": ["version", "absent"],
}
VERSION = {"key": "version", "operator": "In", "values": ["2"]}


def test_label_keys_become_expressions_of_a_new_pod_once():
    cluster = Cluster(1)
    term = {**KEYED, "mismatchLabelKeys": ["tenant"]}
    spread = {**KEYED, "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
    affinity = {
        "podAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 1, "podAffinityTerm": term}
            ]
        },
        "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]},
    }
    spec = {
        **POD["spec"],
        "affinity": affinity,
        "topologySpreadConstraints": [spread],
    }
    marks = {"app": "web", "version": "2", "tenant": "a"}
    made = cluster.create(
        {**POD, "metadata": {"name": "p", "labels": marks}, "spec": spec}
    )
    written = cluster.update(
        {**made, "metadata": {**made["metadata"], "annotations": {"a": "b"}}}
    )
    found = written["spec"]
    other = {"key": "tenant", "operator": "NotIn", "values": ["a"]}
    expressions = [
        found["affinity"]["podAffinity"][
            "preferredDuringSchedulingIgnoredDuringExecution"
        ][0]["podAffinityTerm"],
        found["affinity"]["podAntiAffinity"][
            "requiredDuringSchedulingIgnoredDuringExecution"
        ][0],
        found["topologySpreadConstraints"][0],
    ]
    assert [each["labelSelector"]["matchExpressions"] for each in expressions] == [
        [VERSION, other],
        [VERSION, other],
        [VERSION],
    ]


@pytest.mark.parametrize(("version", "node"), [("1", "node1"), ("2", None)])
def test_pods_of_another_version_are_no_foes(version, node):
    cluster = Cluster(1)
    cluster.create(
        {**POD, "metadata": {"name": "old", "labels": {"app": "web", "version": "2"}}}
    )
    rule = {"requiredDuringSchedulingIgnoredDuringExecution": [KEYED]}
    spec = {**POD["spec"], "affinity": {"podAntiAffinity": rule}}
    cluster.create(
        {
            **POD,
            "metadata": {"name": "new", "labels": {"app": "web", "version": version}},
            "spec": spec,
        }
    )
    cluster.run(5)
    assert cluster.get("Pod", "new")["spec"].get("nodeName") == node


def test_a_key_that_the_selector_names_already_is_refused():
    own = {"matchExpressions": [VERSION]}
    rule = {
        "requiredDuringSchedulingIgnoredDuringExecution": [
            {**KEYED, "labelSelector": own}
        ]
    }
    spec = {**POD["spec"], "affinity": {"podAffinity": rule}}
    with pytest.raises(
        ApiError, match="exists in both matchLabelKeys and labelSelector"
    ):
        Cluster().create(
            {**POD, "metadata": {"name": "p", "labels": {"version": "2"}}, "spec": spec}
        )


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"containers": [SAME], "initContainers": [{}]}, "Burstable"),
        ({"containers": [STORE]}, "BestEffort"),
        ({"containers": [NOTHING]}, "BestEffort"),
        ({"containers": [{}], **SAME}, "Guaranteed"),
        ({"containers": [SAME], "resources": {"limits": {"cpu": "1"}}}, "Burstable"),
    ],
)
def test_quality_of_all_containers_or_of_the_pod_itself(spec, expected):
    assert qos_class(spec) == expected


def test_a_pod_that_may_use_so_much_asks_for_what_its_containers_do():
    whole = {"limits": {"cpu": "4", "memory": "1Gi"}}
    asking = [
        {**CONTAINER, "resources": {"requests": {"cpu": "1"}}},
        {**CONTAINER, "name": "two", "resources": {"limits": {"cpu": "500m"}}},
    ]
    made = created(resources=whole, containers=asking)
    assert made["spec"]["resources"]["requests"] == {"cpu": "1500m", "memory": "1Gi"}
    assert pod_amounts(made, "limits") == whole["limits"]


def test_a_refused_daemon_pod_is_told_in_an_event(filebeat):
    cluster = Cluster(2)
    filebeat["spec"]["template"]["spec"]["priorityClassName"] = "gold"
    cluster.create(filebeat)
    cluster.run(1)
    messages = [
        e["message"] for e in cluster.list("Event") if e["reason"] == "FailedCreate"
    ]
    assert messages
    assert all(
        m.startswith('Error creating: pods "filebeat-ds-" is forbidden')
        for m in messages
    )


@pytest.fixture
def filebeat():
    from yaml import safe_load

    from k8slearn.lesson import manifest

    return safe_load(manifest("filebeat-ds"))
