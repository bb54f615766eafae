"""Common mistakes in YAML get a sentence with their line; all else is done as by kubectl."""

import json

import pytest

from k8slearn import ApiError, Cluster
from k8slearn.apimachinery import manifests
from k8slearn.apimachinery.client_side_apply import LAST_APPLIED
from k8slearn.apimachinery.manifest_text import RepeatedKeyWarning
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
    "no kind": ("a: b\n", "1", "kind", "[apiVersion not set, kind not set]"),
    "no version": ("kind: a\n", "1", "apiVersion", "data: apiVersion not set"),
    "empty kind": ("apiVersion: v1\nkind: ''\n", "1", "kind", "'Kind' is missing in"),
    "version": (
        "apiVersion: a/b/c\nkind: d\n",
        "1",
        "斜线",
        "GroupVersion string: a/b/c",
    ),
    "second document": (f"{MAP}---\na: b\n", "5", "kind", "kind not set"),
    "kind a list": (f"kind: []\n{MAP[15:]}", "", "", ""),
    "empty metadata": (f"{HEAD}metadata:\n", "1", "没有 name", "may not be empty"),
    "no metadata": (HEAD, "1", "没有 name", "resource name may not be empty"),
    "metadata a list": (f"{HEAD}metadata: [a]\n", "1", "metadata", ""),
    "metadata a text": (f"{HEAD}metadata: a\n", "1", "metadata", ""),
    "name a number": (
        f"{HEAD}metadata: {{name: 5}}\n",
        "1",
        "metadata.name 要",
        "cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type",
    ),
    "name n": (f"{HEAD}metadata: {{name: n}}\n", "1", "metadata.name 要", "bool into"),
    "generateName": (
        f"{HEAD}metadata: {{generateName: a-}}\n",
        "1",
        "apply",
        "from a-:",
    ),
    "labels a list": (
        f"{HEAD}metadata: {{name: x, labels: [a]}}\n",
        "1",
        "labels",
        "map[string]string",
    ),
    "annotations": (f"{HEAD}metadata: {{name: x, annotations: 3}}\n", "1", "annot", ""),
    "apiVersion": ("apiVersion: 1\nkind: ConfigMap\n", "1", "apiVersion", ""),
    "separator": (f"{MAP}--- {{a: b}}\n", "4", "---", "document separator: {a: b}"),
    "merged": (f"{MAP}data:\n  <<: 3\n", "5", "<<", "yaml: map merge requires map or"),
    "tab": (f"{HEAD}\tmetadata: {{name: x}}\n", "3", "Tab", "line 3"),
    "bracket": (
        f"{MAP}data: [\n",
        "5",
        "括号",
        "line 4: did not find expected node content",
    ),
    "two colons": (
        "a: b: c\n",
        "1",
        "冒号",
        "yaml: mapping values are not allowed in this context",
    ),
    "indented list": (
        f"{MAP}data:\n  - [a]\n  c: d\n",
        "6",
        "对不齐",
        "line 5: did not find expected '-'",
    ),
    "indented": (
        f"{MAP}data:\n    a: b\n  c: d\n",
        "6",
        "对不齐",
        "line 5: did not find expected key",
    ),
    "at": (
        f"{MAP}data: @x\n",
        "4",
        "YAML",
        "line 4: found character that cannot start",
    ),
    "quote": ('a: "b\n', "2", "引号", "line 2"),
    "unknown anchor": ("a: *b\n", "1", "引用", "yaml: unknown anchor 'b' referenced"),
    "contains itself": (
        f"{MAP}data: &a {{a: *a}}\n",
        "4",
        "引用",
        "yaml: anchor 'a' value contains itself",
    ),
    "bomb": (BOMB, "", "引用", "excessive aliasing"),
    "bomb of merges": (MERGES, "", "引用", "excessive aliasing"),
    "infinite": (
        f"{MAP}data: {{a: -.inf}}\n",
        "4",
        "JSON",
        "JSON: json: unsupported value: -Inf",
    ),
    "indented by 0": (
        f"{MAP}data: |0\n",
        "4",
        "YAML",
        "an indentation indicator equal to 0",
    ),
    "list in a value": (
        f"{MAP}data: - a\n",
        "4",
        "YAML",
        "block sequence entries are not allowed in this context",
    ),
    "question": (
        f"{MAP}data: ? a\n",
        "4",
        "YAML",
        "mapping keys are not allowed in this context",
    ),
    "empty key": (f"{MAP}~: b\n", "4", "名字", "unsupported map key"),
    "key a list": (f"{MAP}? [a]\n: b\n", "4", "名字", "invalid map key"),
    "pairs": (f"{MAP}data: !!pairs [a: b]\n", "4", "标记", "not in JSON"),
    "binary": (f"{MAP}data: !!binary é\n", "4", "base64", ""),
    "timestamp": (f"{MAP}data: !!timestamp 2020-01-01\n", "4", "标记", "not in JSON"),
    "python": (f"{MAP}data: !!python/name:os.system\n", "4", "标记", ""),
    "deep": ("[" * 9999, "", "太深", "exceeded max depth"),
    "control": ("a: \x01\n", "1", "控制字符", "yaml: control characters are"),
    "items": ("apiVersion: v1\nkind: List\nitems: {}\n", "1", "items", ""),
    "an item": (
        "apiVersion: v1\nkind: List\nitems: [a]\n",
        "1",
        "对象",
        "invalid object",
    ),
}
MISTAKES["kind a list"] = (
    "kind: []\napiVersion: v1\nmetadata: {name: x}\n",
    "1",
    "kind",
    "error validating data: kind isn't string type",
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


def config_map(named):
    return f"{HEAD}metadata: {{name: {named}}}\n"


def item(kind):
    return f"- {{apiVersion: v1, kind: {kind}, metadata: {{name: a}}}}\n"


POD = 'pod in version "v1" cannot be handled as a Pod: no kind "pod" is registered for version "v1" in scheme'
GHOST = 'no matches for kind "Ghost"'
UNKNOWN = "apiVersion: v1\nkind: Ghost\nmetadata: {name: x}\n"
LIST = "apiVersion: v1\nkind: List\nitems:\n"
A_LIST = f"{HEAD.replace('Map', 'MapList')}items: [{{metadata: {{name: a}}}}]\n"
# What is applied, which objects are there afterwards, and the first words of what is said.
PARTS = {
    "unknown kind first": ([UNKNOWN, config_map("a")], "a", GHOST),
    "refused by the server": ([config_map("A"), config_map("a")], "a", 'ConfigMap "A" is invalid'),
    "without a name": ([config_map("a"), f"{HEAD}metadata: {{}}\n", config_map("b")], "ab", "第 5 行：metadata 里"),
    "generated": ([f"{HEAD}metadata: {{generateName: x-}}\n", config_map("b")], "b", "第 1 行：apply 不能"),
    "no YAML": ([config_map("a"), "a: b: c\n", config_map("b")], "a", "第 5 行"),
    "no kind": ([config_map("a"), "a: b\n", config_map("b")], "a", "第 5 行：没有写 kind"),
    "two of them": ([UNKNOWN, config_map("a"), config_map("B")], "a", f'{GHOST} in version "v1"\nConfigMap "B" is'),
    "small letters": ([UNKNOWN.replace("Ghost", "pod"), config_map("a")], "a", POD),
    "in a list": ([LIST + item("Ghost") + item("ConfigMap")], "a", GHOST),
    "no object in a list": ([LIST + item("ConfigMap") + "- x\n"], "", "第 1 行：这不是"),
    "objects of the list's kind": ([A_LIST], "a", ""),
    "a mark in the middle": ([config_map("a"), "\ufeff" + config_map("b")], "ab", ""),
    "behind an end": ([config_map("a") + "...\n" + config_map("b")], "a", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", PARTS)
def test_what_can_be_applied_is_as_kubectl_does(case):
    pieces, there, said = PARTS[case]
    cluster = Cluster()
    message = ""
    try:
        cluster.apply("---\n".join(pieces))
    except ApiError as error:
        message = error.message
    assert message.startswith(said) and bool(message) == bool(said)
    names = [o["metadata"]["name"] for o in cluster.list("ConfigMap", "default")]
    assert "".join(n for n in names if n != "kube-root-ca.crt") == there


def test_of_a_key_that_stands_twice_the_last_one_counts_and_a_sentence_says_so():
    text = f"{MAP}data:\n  a: one\n  a: two\n"
    with pytest.warns(RepeatedKeyWarning, match="a 写了两次") as told:
        made = Cluster().apply(text)
    assert made["data"] == {"a": "two"}
    assert told[0].lineno == 6


def test_what_says_null_is_not_created():
    text = f"{HEAD}metadata: {{name: a, labels: {{x: }}, creationTimestamp: null}}\ndata: {{b: , c: d}}\nstatus: null\n"
    made = Cluster().apply(text)
    assert made["data"] == {"c": "d"}
    assert "labels" not in made["metadata"]
    # What was applied tells it as it was written.
    told = made["metadata"]["annotations"][LAST_APPLIED]
    assert '"data":{"b":null,"c":"d"}' in told
