"""Texts for learners are plain Chinese with the official terms, without forbidden words."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.store_outputs import read_notebook
from tests.support.words import faults, files, own_words, pending, words


@pytest.mark.parametrize("name", sorted(files()))
def test_no_word_that_is_out(name: str) -> None:
    found = faults(name)
    if name in pending():
        assert found, f"{name} is mended: take it off `pending` in words.yaml"
        pytest.skip(f"{name} is not mended yet: {len(found)} places")
    assert not found, "\n".join(found)


def test_only_files_that_there_are_wait() -> None:
    assert set(pending()) <= set(files())


@pytest.mark.parametrize("name", sorted(name for name in files() if ".ipynb" in name))
def test_where_something_is_to_be_looked_at_something_is_shown(name: str) -> None:
    if name in pending():
        pytest.skip(f"{name} is not mended yet")
    cells = read_notebook(ROOT / "notebooks" / name).cells
    for cell, following in pairwise(cells):
        if cell.cell_type == "markdown" and "看什么" in cell.source:
            shown = following.cell_type == "code" and following.outputs
            assert shown, f"nothing is shown after {cell.id}: {cell.source[:60]}"


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("没有写容忍，所以不去。", True),
        ("污点没有被容忍。", False),
        ("它容忍这个污点。", False),
        ("加一条容忍度", False),
        ("这个节点", True),
        ("节点亲和性", False),
        ("五分钟", False),
        ("钟快了", True),
        ("不合条件", True),
        ("不符合条件", False),
        ("下面这格", True),
        ("单元格", False),
        ("对账一次", False),
        ("「引号」", True),
    ],
)
def test_a_word_is_found_where_it_is_out(text: str, out: bool) -> None:
    assert any(list(word.found(text)) for word in words()) == out


def test_what_others_wrote_is_not_looked_at(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "[将 Pod 指派给节点](https://kubernetes.io/x) {official: 节点, zh: 甲}",
        encoding="utf-8",
    )
    assert "节点" not in own_words(page)
    assert "甲" in own_words(page)
