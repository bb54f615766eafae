"""Manifests are parsed like by Go's YAML and JSON: scalars, tabs, merged keys, numbers."""

import json

import pytest

from k8slearn import ApiError, Cluster
from k8slearn.apimachinery import manifests
from k8slearn.apimachinery.decode import JsonObject

HEAD = "apiVersion: v1\nkind: ConfigMap\n"

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
    # What no number holds.
    "1e400": "1e400",
    "9" * 5000: "9" * 5000,
    f"0x{'f' * 17}": f"0x{'f' * 17}",
    '"\\ud83d\\ude00"': "\U0001f600",
    '"\\ud83d"': "\ufffd",
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
    mixed = f"{text}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n"
    assert [o["metadata"]["name"] for o in manifests.objects(mixed)] == ["a", "c"]


# Where Go's YAML takes a tab for a blank, and what it reads there; "\t" as a value is looked at in `apply`.
TABS = {
    "a: x\t# said\nb:\t'y'\t\n": {"a": "x", "b": "y"},
    "a\t: x\ty \t z\t\n": {"a": "x\ty \t z"},
    "{\n\t'a': [1,\t2],\n\tb: z\t}\n": {"a": [1, 2], "b": "z"},
    "a: |-\t# said\n  x\n\n  \ty\n": {"a": "x\n\n\ty"},
    "a: >2-\t\n  x\n": {"a": "x"},
    "a: x\n   \ty\n": {"a": "x y"},
}
# Where it would be indentation, and the words for it.
NO_TABS = {
    "a: x\n\t\nb: y\n": "line 2: found a tab character that violates indentation",
    "a: 'x'\n\tb: y\n": "line 2: found character that cannot start any token",
    "a:\n-\tb\n": "line 2: found character that cannot start any token",
    "a: |\n\tx\n": "a tab character where an indentation space is expected",
    "a: |\n  x\n\ty\n": "a tab character where an indentation space is expected",
    "\ta: x\n": "yaml: found character that cannot start any token",
}


@pytest.mark.parametrize("text", TABS)
def test_a_tab_is_a_blank(text):
    assert manifests.load(text) == TABS[text]


@pytest.mark.parametrize("text", NO_TABS)
def test_a_tab_is_no_indentation(text):
    with pytest.raises(ApiError) as error:
        manifests.objects(text)
    assert "缩进里有 Tab" in error.value.message
    assert NO_TABS[text] in error.value.message


def test_json_that_is_indented_by_tabs_is_applied():
    text = '{\n\t"apiVersion": "v1",\n\t"kind": "ConfigMap",\n\t"metadata": {"name": "a"}\n}\n'
    assert Cluster().apply(text)["metadata"]["name"] == "a"


# Of a name that stands twice the last one counts, whoever brings it.
MERGED = {
    "{<<: {a: 1}, a: 2}": {"a": 2},
    "{a: 2, <<: {a: 1}}": {"a": 1},
    "{<<: {a: 1}, <<: {a: 2}}": {"a": 2},
    "{<<: [{a: 1, b: 1}, {a: 2, c: 2}]}": {"a": 1, "b": 1, "c": 2},
    "{<<: {<<: {a: 1}, b: 2}}": {"a": 1, "b": 2},
    '{"<<": {a: 1}}': {"<<": {"a": 1}},
    "{a: &x 1, b: &x 2, c: *x}": {"a": 1, "b": 2, "c": 2},
}


@pytest.mark.parametrize("text", MERGED)
def test_what_is_merged_stands_where_the_sign_stands(text):
    assert manifests.load(text) == MERGED[text]


# To kubectl a number is what a signed one of 64 bits holds, or a float; the server counts one bit more.
NUMBERS = {
    "9223372036854775807": (9223372036854775807, 9223372036854775807),
    "9223372036854775808": (9223372036854776000, 9223372036854775808),
    "-9223372036854775809": (-9223372036854776000, -9223372036854776000),
    "99999999999999999999": (100000000000000000000, 100000000000000000000),
    "1e20": (100000000000000000000, 100000000000000000000),
    "1e21": (1e21, 1e21),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_what_gos_json_makes_of_it(text):
    o = f"{HEAD}metadata: {{name: x}}\ndata: {{a: {text}}}\n"
    [sent] = manifests.objects(o)
    read = manifests.load(text)
    assert (sent["data"]["a"], read) == NUMBERS[text]
    assert type(read) is type(NUMBERS[text][1])
