"""More situations like in `test_field_situations`: the scheduler's messages, warnings, YAML, single facts."""

import pytest

from tests.support.go_client import made, pod
from tests.support.situations import (
    CORE,
    PODS,
    SETS,
    collector,
    daemon_set,
    warned,
    why,
)

ROWS = []
row = collector(ROWS)


# 9. The scheduler's words ------------------------------------------------------------------------------------------


NOWHERE = "0/3 nodes are available: "
USELESS = (
    " no new claims to deallocate, preemption: 0/3 nodes are available:"
    " 3 Preemption is not helpful for scheduling."
)


def unscheduled(go, o):
    go.make(PODS, o)
    go.cluster.run(2)
    (condition,) = go.get(f"{PODS}/{o['metadata']['name']}")["status"]["conditions"]
    return condition["message"]


# More than any Node has, which no victim can help. Kubernetes: noderesources/fit.go, Unresolvable
@row(9, NOWHERE + "3 Insufficient cpu." + USELESS)
def too_large(go):
    o = pod("n1")
    o["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "1k"}}
    return unscheduled(go, o)


@row(9, NOWHERE + "3 node(s) didn't match Pod's node affinity/selector." + USELESS)
def no_such_node(go):
    return unscheduled(go, pod("n2", nodeSelector={"no": "where"}))


@row(9, NOWHERE + "3 node(s) had untolerated taint(s)." + USELESS)
def tainted(go):
    for node in ("node1", "node2", "node3"):
        patch = {
            "spec": {"taints": [{"key": "k", "value": "v", "effect": "NoSchedule"}]}
        }
        go.change(f"/api/v1/nodes/{node}", patch, "strategic")
    found = unscheduled(go, pod("n3"))
    for node in ("node1", "node2", "node3"):
        go.change(f"/api/v1/nodes/{node}", {"spec": {"taints": None}}, "merge")
    return found


@row(9, NOWHERE + 'persistentvolumeclaim "ghost" not found. not found')
def claim_of_a_ghost(go):
    volume = {"name": "v", "persistentVolumeClaim": {"claimName": "ghost"}}
    return unscheduled(go, pod("n4", volumes=[volume]))


@row(
    9,
    NOWHERE
    + (
        "3 node(s) didn't match pod topology spread constraints (missing "
        "required label)."
    )
    + USELESS,
)
def spread_over_nothing(go):
    constraint = {
        "maxSkew": 1,
        "topologyKey": "zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {},
    }
    return unscheduled(go, pod("n5", topologySpreadConstraints=[constraint]))


# 10. Warnings ------------------------------------------------------------------------------------------------------


@row(
    10,
    [
        (
            "spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-"
            'pod]: non-functional in v1.16+; use the "priorityClassName" field '
            "instead"
        )
    ],
)
def critical_annotation(go):
    o = daemon_set("w1")
    o["spec"]["template"]["metadata"]["annotations"] = {
        "scheduler.alpha.kubernetes.io/critical-pod": ""
    }
    return warned(go, SETS, o)


@row(
    10,
    [
        (
            'spec.containers[0].env[1]: hides previous definition of "A", which'
            " may be dropped when using apply"
        )
    ],
)
def hidden_entry(go):
    o = pod("w2")
    o["spec"]["containers"][0]["env"] = [
        {"name": "A", "value": "1"},
        {"name": "A", "value": "2"},
    ]
    return warned(go, PODS, o)


@row(
    10,
    [
        (
            "spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by "
            "default in v1.33+"
        )
    ],
)
def dead_volume(go):
    volume = {"name": "g", "gitRepo": {"repository": "https://a.example.com"}}
    found = warned(go, PODS, pod("w3", volumes=[volume]))
    return [text for text in found if "gitRepo" in text][:1]


@row(
    10,
    [
        (
            "spec.containers[0].resources.requests[memory]: fractional byte "
            'value "100m" is invalid, must be an integer'
        )
    ],
)
def part_of_a_byte(go):
    o = pod("w4")
    o["spec"]["containers"][0]["resources"] = {"requests": {"memory": "100m"}}
    return warned(go, PODS, o)


@row(
    10,
    [
        (
            "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key:"
            " beta.kubernetes.io/arch is deprecated since v1.14; use "
            '"kubernetes.io/arch" instead'
        )
    ],
)
def old_label_in_affinity(go):
    term = {
        "matchExpressions": [{"key": "beta.kubernetes.io/arch", "operator": "Exists"}]
    }
    affinity = {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [term]
            }
        }
    }
    return warned(go, SETS, daemon_set("w5", affinity=affinity))


# 11. YAML in Python ------------------------------------------------------------------------------------------------


def map_of(go, text):
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map\n"
    return go.cluster.apply(head + text).get("data")


@row(11, {"a": "yes it is", "b": "12:30:45"})
def texts_stay_texts(go):
    return map_of(go, 'data:\n  a: "yes it is"\n  b: "12:30:45"\n')


@row(11, {"8": "a", "true": "b"})
def keys_become_texts(go):
    return map_of(go, "data:\n  8: a\n  true: b\n")


@row(11, {"a": "1", "b": "1"})
def anchors_are_followed(go):
    return map_of(go, 'data:\n  a: &x "1"\n  b: *x\n')


@row(11, {"script": "a\nb\n"})
def blocks_keep_their_lines(go):
    return map_of(go, "data:\n  script: |\n    a\n    b\n")


@row(11, 493)
def octal_is_a_number(go):
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: octal}\nspec:\n  containers: [{name: c, image: i}]\n"
        "  volumes: [{name: v, configMap: {name: m, defaultMode: 0755}}]\n"
    )
    return go.cluster.apply(text)["spec"]["volumes"][0]["configMap"]["defaultMode"]


# 12. Single facts --------------------------------------------------------------------------------------------------


@row(12, (404, 'namespaces "nowhere" not found'))
def namespace_first(go):
    o = daemon_set("q1")
    o["spec"]["selector"] = {}
    return why(go, "/apis/apps/v1/namespaces/nowhere/daemonsets", o)


@row(12, (409, 'daemonsets.apps "q2" already exists'))
def made_twice(go):
    go.make(SETS, daemon_set("q2"))
    return why(go, SETS, daemon_set("q2"))


@row(
    12,
    (
        400,
        (
            "the namespace of the provided object does not match the namespace "
            "sent on the request"
        ),
    ),
)
def of_another_namespace(go):
    o = daemon_set("q3")
    o["metadata"]["namespace"] = "kube-system"
    return why(go, SETS, o)


@row(
    12,
    (
        422,
        (
            "spec.ports[0].nodePort: Invalid value: 20: provided port is not in"
            " the valid range. The range of valid ports is 30000-32767"
        ),
    ),
)
def port_out_of_range(go):
    body = {"type": "NodePort", "ports": [{"port": 80, "nodePort": 20}]}
    return why(go, f"{CORE}/services", made("v1", "Service", "q4", spec=body))


@row(12, ["IfNotPresent", "Always", "IfNotPresent", "Always"])
def when_images_are_pulled(go):
    images = ("a:1", "a", "a@sha256:" + "0" * 64, "a:latest")
    found = []
    for number, image in enumerate(images):
        o = pod(f"q5-{number}")
        o["spec"]["containers"][0]["image"] = image
        found.append(go.make(PODS, o)["spec"]["containers"][0]["imagePullPolicy"])
    return found


@pytest.mark.parametrize(("play", "expected"), ROWS)
def test_the_situation_is_as_it_is_with_a_real_one(go, play, expected):
    assert play(go) == expected
