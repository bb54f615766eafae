"""Everyday mistakes in YAML get a sentence with their line; what kubectl would do with the rest is done."""

import json

import pytest

from k8slearn import ApiError, Cluster
from k8slearn.apimachinery import manifests
from k8slearn.apimachinery.decode import JsonObject
from tests.support.stopwatch import timed

HEAD = "apiVersion: v1\nkind: ConfigMap\n"
MAP = f"{HEAD}metadata: {{name: x}}\n"
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
MERGES = "a0: &a0 {x: 1, y: 2}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 10)
)

# What is applied, the line that is told ("" for none), a piece of the sentence, a piece of kubectl's own.
MISTAKES = {
    "plain text": ("just text\n", "1", "不是一个对象", "invalid object to validate"),
    "list": ("- a\n- b\n", "1", "不是一个对象", "invalid object to validate"),
    "number": ("---\n3\n", "2", "不是一个对象", "invalid object to validate"),
    "nothing": ("", "", "什么也没有", "no objects passed to apply"),
    "comments": ("# a\n---\n---\n", "", "什么也没有", "no objects passed to apply"),
    "no kind": ("a: b\n", "1", "kind", "Object 'Kind' is missing in"),
    "second document": (f"{MAP}---\na: b\n", "5", "kind", "'Kind' is missing"),
    "kind a list": (f"kind: []\n{MAP[15:]}", "", "", ""),
    "empty metadata": (f"{HEAD}metadata:\n", "1", "没有 name", "may not be empty"),
    "no metadata": (HEAD, "1", "没有 name", "resource name may not be empty"),
    "metadata a list": (f"{HEAD}metadata: [a]\n", "1", "metadata", ""),
    "metadata a text": (f"{HEAD}metadata: a\n", "1", "metadata", ""),
    "name a number": (f"{HEAD}metadata: {{name: 5}}\n", "1", "metadata.name", ""),
    "generateName": (
        f"{HEAD}metadata: {{generateName: a-}}\n",
        "1",
        "apply",
        "from a-:",
    ),
    "labels a list": (f"{HEAD}metadata: {{name: x, labels: [a]}}\n", "1", "labels", ""),
    "annotations": (f"{HEAD}metadata: {{name: x, annotations: 3}}\n", "1", "annot", ""),
    "apiVersion": ("apiVersion: 1\nkind: ConfigMap\n", "1", "apiVersion", ""),
    "repeated key": (f"{MAP}data: {{a: b}}\ndata: {{}}\n", "5", "两次", "already set"),
    "tab": (f"{HEAD}\tmetadata: {{name: x}}\n", "3", "Tab", "line 3"),
    "bracket": (f"{MAP}data: [\n", "5", "括号", "line 5"),
    "two colons": ("a: b: c\n", "1", "冒号", "mapping values are not allowed"),
    "quote": ('a: "b\n', "2", "引号", "line 2"),
    "unknown anchor": ("a: *b\n", "1", "引用", "undefined alias"),
    "contains itself": (
        f"{MAP}data: &a {{a: *a}}\n",
        "4",
        "引用",
        "excessive aliasing",
    ),
    "bomb": (BOMB, "", "引用", "excessive aliasing"),
    "bomb of merges": (MERGES, "", "引用", "excessive aliasing"),
    "infinite": (f"{MAP}data: {{a: .inf}}\n", "4", "JSON", "json: unsupported value"),
    "long hex": (
        f"{MAP}data: {{a: 0x{'f' * 9999}}}\n",
        "4",
        "JSON",
        "unsupported value",
    ),
    "empty key": (f"{MAP}~: b\n", "4", "名字", "unsupported map key"),
    "key a list": (f"{MAP}? [a]\n: b\n", "4", "名字", "invalid map key"),
    "pairs": (f"{MAP}data: !!pairs [a: b]\n", "4", "标记", "not in JSON"),
    "binary": (f"{MAP}data: !!binary é\n", "4", "base64", ""),
    "timestamp": (f"{MAP}data: !!timestamp 2020-01-01\n", "4", "标记", "not in JSON"),
    "python": (f"{MAP}data: !!python/name:os.system\n", "4", "标记", ""),
    "deep": ("[" * 9999, "", "太深", "exceeded max depth"),
    "control": ("a: \x01\n", "1", "控制字符", ""),
    "items": ("apiVersion: v1\nkind: List\nitems: {}\n", "1", "items", ""),
    "an item": ("apiVersion: v1\nkind: List\nitems: [a]\n", "1", "对象", "string"),
}
MISTAKES["kind a list"] = (
    "kind: []\napiVersion: v1\nmetadata: {name: x}\n",
    "1",
    "kind",
    "Object 'Kind' is missing in '{\"kind\":[],",
)


def refused(text):
    with pytest.raises(ApiError) as error:
        Cluster().apply(text)
    return error.value


@pytest.mark.parametrize(
    ("text", "line", "sentence", "told"), MISTAKES.values(), ids=MISTAKES
)
def test_a_mistake_is_one_sentence_with_its_line(text, line, sentence, told):
    error, seconds = timed(lambda: refused(text))
    assert seconds < 2
    message = error.message
    assert error.code == 400 and len(message) < 400
    assert sentence in message and told in message
    assert message.startswith(f"第 {line} 行") or not line
    assert error._render_traceback_() == [message]


@pytest.mark.parametrize(
    "manifest", [3, None, [], {1}, {"a": {1}}, {"kind": float("nan")}, [[]], object()]
)
def test_no_manifest_at_all_is_a_sentence_too(manifest):
    with pytest.raises(ApiError, match=r"[\u4e00-\u9fff]"):
        Cluster().apply(manifest)


def test_what_the_server_refuses_it_says_itself():
    for text in (
        f"{MAP}data: {{a: 5}}\n",
        f"{MAP}data: 2020-01-01\n",
        f"{MAP}data: {{a: {'9' * 5000}}}\n",
        "apiVersion: v9\nkind: ConfigMap\nmetadata: {name: x}\n",
        "kind: ConfigMap\nmetadata: {name: x}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{image: a}]}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [3]}\n",
    ):
        cluster = Cluster()
        with pytest.raises(ApiError):
            cluster.apply(text)


def test_keys_and_dates_become_texts_as_kubectl_makes_them():
    made = Cluster().apply(
        f"{HEAD}metadata: {{name: x, labels: {{1: a, true: b, 1.5: c}}}}\n"
        'data: {d: 2020-01-01, t: 1:30, n: "1", when: 2001-12-14t21:59:43.10-05:00}\n'
    )
    assert made["metadata"]["labels"] == {"1": "a", "true": "b", "1.5": "c"}
    assert made["data"]["d"] == "2020-01-01" and made["data"]["t"] == "1:30"


def test_a_dict_with_numbers_as_keys_is_taken_like_its_yaml():
    o = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "x", "labels": {1: "a"}},
    }
    assert Cluster().apply(o)["metadata"]["labels"] == {"1": "a"}


@pytest.mark.parametrize(
    "text", [f"\ufeff{MAP}", MAP.replace("\n", "\r\n"), MAP.encode()]
)
def test_a_mark_at_the_beginning_and_the_line_ends_of_windows_do_no_harm(text):
    assert Cluster().apply(text)["metadata"]["name"] == "x"


def test_lists_are_taken_apart():
    items = [
        json.loads(
            json.dumps(
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": n}}
            )
        )
        for n in "ab"
    ]
    inner = {"apiVersion": "v1", "kind": "ConfigMapList", "items": items}
    whole = {"apiVersion": "v1", "kind": "List", "items": [inner, inner["items"][0]]}
    made = Cluster().apply(json.dumps(whole))
    assert [o["metadata"]["name"] for o in made] == ["a", "b", "a"]


def test_references_are_expanded_and_a_key_after_a_merge_may_be_said_again():
    text = f"{MAP}data: &d {{a: b, c: d}}\nbinaryData: {{}}\nimmutable: false\n---\n"
    text += "apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: z}\n"
    text += "data: {<<: {a: one, e: f}, a: two}\n"
    _, second = Cluster().apply(text)
    assert second["data"] == {"a": "two", "e": "f"}


def test_both_doors_read_the_same():
    text = "labels: &l {1: a, on: b}\nselector: *l\nday: 2020-01-01\n"
    read = manifests.load(text)
    assert read == {
        "labels": {"1": "a", "true": "b"},
        "selector": {"1": "a", "true": "b"},
        "day": "2020-01-01",
    }
    read = manifests.load(
        "a: !!set {b}\nc: !!binary aGk=\nd: 99999999999999999999999\n"
    )
    assert read == {"a": {"b": None}, "c": "hi", "d": 1e23}
    assert manifests.load("a: 1\na: 2\n").duplicates == {"a"}


@pytest.mark.parametrize(
    "text", [BOMB, MERGES, "~: a", "a: !!omap {b: c}", "[" * 9999, "a: .nan"]
)
def test_the_server_says_it_in_its_own_words(text):
    with pytest.raises(ApiError, match=r"^error decoding YAML: ") as refused:
        manifests.load(text)
    assert refused.value.code == 400 and refused.value.message.isascii()


def test_an_element_without_its_key_is_for_the_server_to_refuse():
    cluster = Cluster()
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [%s]}\n"
    cluster.apply(pod % "{name: a, image: b}")
    for element in ("{image: b}", "3", "[]"):
        with pytest.raises(ApiError):
            cluster.apply(pod % element)


# Scalars as Go's YAML has them; what it reads is what JSON says of it.
SCALARS = {
    "2026-11-26": "2026-11-26",
    "12:30:00": "12:30:00",
    "=": "=",
    "0o17": 15,
    "0777": 511,
    "08": 8,
    "1e3": 1000,
    "1e": "1e",
    "1e+3": 1000,
    "1.0": 1,
    "1_000": 1000,
    "y": True,
    "n": False,
    "on": True,
    "Off": False,
    "yep": "yep",
    "!x y": "y",
    "!x [1, y]": [1, True],
    "!x {a: 08}": {"a": 8},
    "~": None,
}


@pytest.mark.parametrize("text", SCALARS)
def test_scalars_are_what_they_are_to_go(text):
    found = manifests.load(f"a: {text}\n")["a"]
    assert found == SCALARS[text] and type(found) in (type(SCALARS[text]), JsonObject)  # fmt: skip


def test_keys_are_texts():
    found = manifests.load("{1: a, y: b, 1.5: c, true: d, 0x10: e}")
    assert sorted(found) == ["1", "1.5", "16", "true"]


def test_json_documents_stand_one_after_the_other():
    text = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}})  # fmt: skip
    both = text + "\n" + text.replace('"a"', '"b"') + " "
    assert [o["metadata"]["name"] for o in manifests.objects(both)] == ["a", "b"]
    broken = f"{text}\n{{"
    with pytest.raises(ApiError, match="2"):
        manifests.objects(broken)
