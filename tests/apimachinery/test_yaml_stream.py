"""The parser for large texts agrees with `yaml_loader`, to which it leaves unusual ones."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from k8slearn.apimachinery import yaml_stream
from k8slearn.apimachinery.yaml_loader import ManifestLoader
from k8slearn.apimachinery.yaml_stream import documents
from k8slearn.manifests import manifest, manifest_names

SCALARS = (
    "1 01 0o17 0x1f 1_000 1.5 1e3 8.0 .5 -3 +4 1:30 yes no On off y n true False null ~ = 2026-01-01 a 'a' \"1\" '' "
    "2026-10-05T08:30:00Z 18446744073709551615 99999999999999999999"
)
UNUSUAL = (
    "a: &x 1\nb: *x\n",
    "a: !!str 1\n",
    "<<: {a: 1}\nb: 2\n",
    "1: a\ntrue: b\n",
    "a: !mine {b: 1}\n",
)


def slowly(text: str) -> list[Any]:
    return list(yaml.load_all(text, ManifestLoader))


@pytest.mark.parametrize("text", [f"a: {scalar}\n" for scalar in SCALARS.split()])
def test_a_scalar_means_the_same(text: str) -> None:
    [[found], [wanted]] = list(documents(text)), slowly(text)
    assert found == wanted
    assert type(found["a"]) is type(wanted["a"])


@pytest.mark.parametrize("name", manifest_names())
def test_the_courses_manifests_are_the_same(name: str) -> None:
    assert list(documents(manifest(name))) == slowly(manifest(name))


@pytest.mark.parametrize("text", UNUSUAL)
def test_what_is_unusual_is_read_by_the_other(text: str) -> None:
    with pytest.raises(yaml_stream._Unusual):
        list(yaml_stream._Building(text).documents())
    assert list(documents(text)) == slowly(text)


def test_of_a_key_that_stands_twice_the_last_one_counts() -> None:
    assert list(documents("a: 1\na: 2\n")) == [{"a": 2}]


def test_depth_costs_no_recursion() -> None:
    [found] = documents("[" * 900 + "]" * 900)
    for _ in range(899):
        [found] = found
    assert found == []


def test_a_bomb_of_references_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for number in range(1, 9):
        before = f"*a{number - 1}"
        lines.append(f"a{number}: &a{number} [{', '.join([before] * 9)}]")
    with pytest.raises(yaml.YAMLError, match="aliasing"):
        list(documents("\n".join(lines)))


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=40, deadline=None)
@given(PLAIN)
def test_whatever_a_tool_writes_is_read_alike(value: Any) -> None:
    text = yaml.safe_dump({"a": value}, allow_unicode=True)
    assert list(documents(text)) == slowly(text)
