"""The three kinds of patches, which never change their arguments."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.patch import apply_patch, json_patch, merge_patch, patched
from k8slearn.apiserver.admission import admit_create, admit_update
from k8slearn.parity.manifests import as_sent

FILEBEAT = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": {
        "name": "filebeat-ds",
        "labels": {"a": "1", "b": "2"},
        "finalizers": ["x.io/one"],
    },
    "spec": {
        "selector": {"matchLabels": {"app": "filebeat"}},
        "template": {
            "metadata": {"labels": {"app": "filebeat"}},
            "spec": {
                "containers": [
                    {
                        "name": "filebeat",
                        "image": "filebeat:1",
                        "env": [
                            {"name": "A", "value": "1"},
                            {"name": "B", "value": "2"},
                        ],
                        "ports": [
                            {"containerPort": 80, "name": "http"},
                            {"containerPort": 443},
                        ],
                        "volumeMounts": [{"name": "log", "mountPath": "/log"}],
                    },
                    {"name": "sidecar", "image": "sidecar:1"},
                ],
                "tolerations": [{"key": "a", "operator": "Exists"}],
                "volumes": [{"name": "log", "hostPath": {"path": "/var/log"}}],
            },
        },
    },
}


@pytest.fixture
def filebeat():
    stored = admit_create(
        copy.deepcopy(FILEBEAT), kind="DaemonSet", namespace="default"
    )
    return {
        **stored,
        "metadata": {**stored["metadata"], "uid": "u", "resourceVersion": "7"},
    }


def pod_patch(**spec):
    return {"spec": {"template": {"spec": spec}}}


def pod_spec(o):
    return o["spec"]["template"]["spec"]


def refusal(*arguments, **options):
    with pytest.raises(ApiError) as caught:
        apply_patch(*arguments, **options)
    return caught.value


def test_a_container_is_found_by_its_name(filebeat):
    patched = pod_spec(
        apply_patch(
            filebeat,
            pod_patch(containers=[{"name": "filebeat", "image": "filebeat:2"}]),
        )
    )
    assert [(c["name"], c["image"]) for c in patched["containers"]] == [
        ("filebeat", "filebeat:2"),
        ("sidecar", "sidecar:1"),
    ]
    assert patched["containers"][0]["env"] == pod_spec(filebeat)["containers"][0]["env"]


def test_ports_are_found_by_their_number_and_mounts_by_their_path(filebeat):
    change = {
        "name": "filebeat",
        "ports": [{"containerPort": 443, "name": "https"}],
        "volumeMounts": [{"mountPath": "/log", "name": "log", "readOnly": True}],
    }
    container = pod_spec(apply_patch(filebeat, pod_patch(containers=[change])))[
        "containers"
    ][0]
    assert {p["containerPort"]: p.get("name") for p in container["ports"]} == {
        80: "http",
        443: "https",
    }
    assert container["volumeMounts"] == [
        {"mountPath": "/log", "name": "log", "readOnly": True}
    ]


def test_tolerations_are_replaced_as_a_whole(filebeat):
    patched = apply_patch(filebeat, pod_patch(tolerations=[{"operator": "Exists"}]))
    assert pod_spec(patched)["tolerations"] == [{"operator": "Exists"}]


def test_delete_and_replace_directives(filebeat):
    env = [{"name": "A", "$patch": "delete"}, {"name": "C", "value": "3"}]
    patched = apply_patch(
        filebeat, pod_patch(containers=[{"name": "filebeat", "env": env}])
    )
    assert {v["name"] for v in pod_spec(patched)["containers"][0]["env"]} == {"B", "C"}
    whole = [{"$patch": "replace"}, {"name": "only", "image": "x"}]
    assert [
        c["name"]
        for c in pod_spec(apply_patch(filebeat, pod_patch(containers=whole)))[
            "containers"
        ]
    ] == ["only"]
    labels = {"metadata": {"labels": {"$patch": "replace", "c": "3"}}}
    assert apply_patch(filebeat, labels)["metadata"]["labels"] == {"c": "3"}


def test_set_element_order(filebeat):
    order = [{"name": "sidecar"}, {"name": "filebeat"}]
    patched = apply_patch(filebeat, pod_patch(**{"$setElementOrder/containers": order}))
    assert [c["name"] for c in pod_spec(patched)["containers"]] == [
        "sidecar",
        "filebeat",
    ]


def test_retain_keys(filebeat):
    change = {"name": "log", "$retainKeys": ["name", "emptyDir"], "emptyDir": {}}
    assert pod_spec(apply_patch(filebeat, pod_patch(volumes=[change])))["volumes"] == [
        {"name": "log", "emptyDir": {}}
    ]


def test_finalizers_are_merged_and_can_be_taken_out(filebeat):
    more = apply_patch(filebeat, {"metadata": {"finalizers": ["x.io/two"]}})
    assert set(more["metadata"]["finalizers"]) == {"x.io/one", "x.io/two"}
    fewer = apply_patch(
        more, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x.io/one"]}}
    )
    assert fewer["metadata"]["finalizers"] == ["x.io/two"]


def test_null_removes(filebeat):
    for kind in ("strategic", "merge"):
        assert apply_patch(filebeat, {"metadata": {"labels": {"a": None}}}, kind)[
            "metadata"
        ]["labels"] == {"b": "2"}


def test_a_merge_patch_replaces_lists(filebeat):
    patched = apply_patch(
        filebeat, pod_patch(containers=[{"name": "only", "image": "x"}]), "merge"
    )
    assert pod_spec(patched)["containers"] == [{"name": "only", "image": "x"}]


def test_json_patch_operations():
    old = {"a": [1, 2, 3], "b": {"c/d": 1}}
    operations = [
        {"op": "test", "path": "/a/0", "value": 1},
        {"op": "add", "path": "/a/1", "value": 9},
        {"op": "add", "path": "/a/-", "value": 4},
        {"op": "remove", "path": "/a/0"},
        {"op": "replace", "path": "/b/c~1d", "value": 2},
        {"op": "copy", "from": "/b", "path": "/e"},
        {"op": "move", "from": "/a", "path": "/f"},
    ]
    assert json_patch(old, operations) == {
        "b": {"c/d": 2},
        "e": {"c/d": 2},
        "f": [9, 2, 3, 4],
    }
    assert old == {"a": [1, 2, 3], "b": {"c/d": 1}}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/spec/nope"},
        {"op": "replace", "path": "/nope/deeper", "value": 1},
        {"op": "test", "path": "/kind", "value": "Pod"},
        {"op": "add", "path": "/nope/deeper", "value": 1},
        {"op": "add", "path": "/spec/template/spec/containers/9", "value": {}},
        {"op": "nonsense", "path": "/spec"},
    ],
)
def test_a_json_patch_that_does_not_fit(filebeat, operation):
    error = refusal(filebeat, [operation], "json")
    assert (error.code, error.message) == (
        422,
        "the server rejected our request due to an error in our request",
    )


def test_a_field_that_is_not_there_may_be_replaced(filebeat):
    operation = {"op": "replace", "path": "/spec/minReadySeconds", "value": 5}
    changed = apply_patch(filebeat, [operation], "json")
    assert changed["spec"]["minReadySeconds"] == 5


@pytest.mark.parametrize(
    ("type", "patch", "told"),
    [
        (
            "merge",
            '{"spec":{"foo":1,"foo":2,"minReadySeconds":1,"minReadySeconds":2}}',
            'duplicate field "spec.foo", duplicate field "spec.minReadySeconds", unknown field "spec.foo"',
        ),
        (
            "strategic",
            '{"spec":{"foo":1,"foo":2,"minReadySeconds":1,"minReadySeconds":2}}',
            'duplicate field "spec.foo", duplicate field "spec.minReadySeconds", unknown field "spec.foo"',
        ),
        (
            "json",
            '[{"op":"add","path":"/spec/minReadySeconds","value":1,"value":2,"x":3}]',
            'json patch duplicate field "[0].value", json patch unknown field "[0].x"',
        ),
        (
            "json",
            '[{"op":"add","path":"/metadata/labels","value":{"a":"1","a":"2"}}]',
            'json patch duplicate field "[0].value.a"',
        ),
    ],
)
def test_what_is_repeated_in_a_patch_is_told_before_what_is_unknown(
    filebeat, type, patch, told
):
    error = refusal(filebeat, patch, type)
    assert error.message.endswith(f"strict decoding error: {told}")
    warned = patched(filebeat, patch, type, strict="Warn")
    assert ", ".join(warned.strict) == told
    assert patched(filebeat, patch, type, strict="Ignore").error == ""


def test_strict_errors_of_a_body_come_as_they_stand_in_it():
    body = (
        '{"apiVersion":"apps/v1","kind":"DaemonSet","spec":{"x":1,"x":2,'
        '"minReadySeconds":1,"y":{},"minReadySeconds":2,"minReadySeconds":3}}'
    )
    with pytest.raises(ApiError) as caught:
        admit_create(body, kind="DaemonSet")
    assert caught.value.message.endswith(
        'unknown field "spec.x", unknown field "spec.y", duplicate field "spec.minReadySeconds"'
    )


def test_texts_are_read_and_refused_as_kubectl_showed(filebeat):
    assert (
        refusal(filebeat, '{"spec":', "merge").message
        == "error decoding patch: unexpected end of JSON input"
    )
    patched = apply_patch(
        filebeat, json.dumps({"spec": {"minReadySeconds": 5}}), "merge"
    )
    assert patched["spec"]["minReadySeconds"] == 5


def test_what_a_patch_makes_must_be_of_the_kind(filebeat):
    error = refusal(filebeat, {"spec": {"replicas": 3}})
    assert [(c.field, c.message) for c in error.causes] == [
        (
            "patch",
            'Invalid value: "map[spec:map[replicas:3]]": strict decoding error: unknown field "spec.replicas"',
        )
    ]
    assert (
        "cannot convert int64 to string"
        in refusal(filebeat, {"metadata": {"labels": {"a": 5}}}).message
    )
    assert (
        "json: cannot unmarshal"
        in refusal(filebeat, {"spec": {"minReadySeconds": "5"}}, "merge").message
    )


def test_selector_and_negative_number_are_refused_as_kubectl_showed(filebeat):
    with pytest.raises(ApiError) as caught:
        admit_update(
            apply_patch(
                filebeat, {"spec": {"selector": {"matchLabels": {"app": "x"}}}}
            ),
            filebeat,
        )
    assert [str(cause) for cause in caught.value.causes] == [
        'spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
        'spec.template.metadata.labels: Invalid value: {"app":"filebeat"}: `selector` does not match template `labels`',
    ]
    with pytest.raises(ApiError) as caught:
        admit_update(
            apply_patch(filebeat, {"spec": {"minReadySeconds": -5}}, "merge"), filebeat
        )
    assert caught.value.message.endswith(
        "Invalid value: -5: must be greater than or equal to 0"
    )


def test_an_unknown_kind_of_patch(filebeat):
    assert refusal(filebeat, {}, "apply").code == 415


def test_nobody_elses_object_is_touched(filebeat):
    before = copy.deepcopy(filebeat)
    patch = pod_patch(
        containers=[{"name": "filebeat", "env": [{"name": "A", "$patch": "delete"}]}]
    )
    sent = copy.deepcopy(patch)
    for kind in ("strategic", "merge"):
        apply_patch(filebeat, patch, kind, strict="Ignore")
    assert (filebeat, patch) == (before, sent)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=2), VALUES, max_size=4)


@given(OBJECTS, OBJECTS)
def test_a_merge_patch_applied_twice_changes_nothing_more(old, patch):
    once = merge_patch(old, patch)
    assert merge_patch(once, patch) == once


@given(OBJECTS)
def test_as_sent_only_reorders(value):
    assert as_sent(value) == value


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (
            {"image": "nginx"},
            "map: map[image:nginx] does not contain declared merge key: name",
        ),
        (
            {"$patch": "delete"},
            "map: map[$patch:delete] does not contain declared merge key: name",
        ),
        (
            {"name": "a", "$patch": "add"},
            "unknown patch type: add in map: map[$patch:add name:a]",
        ),
        (
            {"name": "a", "$patch": "merge"},
            "merging lists cannot yet be specified in the patch",
        ),
    ],
)
def test_a_directive_that_there_is_not_is_no_change(filebeat, found, message):
    error = refusal(filebeat, pod_patch(containers=[found]))
    assert (error.code, error.reason, error.message) == (500, "", message)


def test_a_map_has_two_directives(filebeat):
    error = refusal(filebeat, {"spec": {"$patch": "add"}})
    assert error.message == "unknown patch type: add in map: map[$patch:add]"
