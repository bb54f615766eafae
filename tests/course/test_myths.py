"""Lesson 09: each claim is judged, then proven by a short cell, which also prints its numbers."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import Any

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from k8slearn.lesson import question, question_keys
from tests.support.store_outputs import course_notebook

LESSON = "09_myths"
CELLS = course_notebook(LESSON).cells
KEYS = [
    key
    for key in question_keys()
    if question(key).lesson == LESSON and key.startswith("myth-")
]
# Those that a cell proves; the others make up the fast round.
PROVEN = [
    key for key in KEYS if any(cell.source == f'predict("{key}")' for cell in CELLS)
]
VERDICTS = ("真", "假", "看情况")
ORIGIN = "> **这话哪里来的**："
TRY = "**改一个数再运行**"
NUMBER = re.compile(r"(?<![A-Za-z0-9.])\d+(?:\.\d+)*(?![A-Za-z0-9])")
LONGEST_PROOF = 8
DEMANDED = {
    "default": "OnDelete",
    "bypass": "不经过调度器",
    "cordon": "cordon",
    "drain": "drain",
    "kill-first": "先删掉旧 Pod",
    "both": "maxSurge",
    "selector": "selector",
    "undo": "版本 1",
    "node-deleted": "删掉一个 Node",
    "percent": "取整",
}


def steps(key: str) -> list[Any]:
    """The cells of a claim: its card, what to look at, the proof, the explanation."""
    at = next(i for i, cell in enumerate(CELLS) if cell.source == f'predict("{key}")')
    return list(CELLS[at : at + 4])


def verdict(key: str) -> str:
    return next(option.text for option in question(key).options if option.right)


def shown(cell: Any) -> str:
    """The code of a cell and what it printed."""
    texts = [
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    ]
    return "\n".join([cell.source, *texts])


def asserts(code: str) -> list[ast.Assert]:
    tree = ast.parse(TransformerManager().transform_cell(code))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(re.sub(r"`[^`]*`|\*\*|第 \d+ 课", "", text)))


def test_the_demanded_claims_and_at_least_ten_more_are_there() -> None:
    assert {
        key for key, words in DEMANDED.items() if words in question(f"myth-{key}").text
    } == set(DEMANDED)
    assert len(KEYS) >= len(DEMANDED) + 10


def test_the_same_answer_everywhere_fails() -> None:
    counts = Counter(map(verdict, KEYS))
    assert set(counts) == set(VERDICTS)
    assert max(counts.values()) < 0.6 * len(KEYS)


def test_the_summary_counts_the_verdicts_right() -> None:
    counts = Counter(map(verdict, KEYS))
    summary = next(cell.source for cell in CELLS if cell.source.startswith("## 小结"))
    said = f"{len(KEYS)} 句里，{counts['真']} 句真，{counts['假']} 句假，{counts['看情况']} 句看情况"
    assert said in summary
    assert f"对 {len(KEYS)} 句常听到的话" in CELLS[0].source


def test_at_least_twelve_claims_are_proven() -> None:
    assert len(PROVEN) >= 12


@pytest.mark.parametrize("key", KEYS)
def test_it_is_judged_true_false_or_depending(key: str) -> None:
    assert tuple(option.text for option in question(key).options) == VERDICTS


@pytest.mark.parametrize("key", PROVEN)
class TestClaim:
    def test_a_short_cell_with_an_assertion_about_the_cluster_proves_it(
        self, key: str
    ) -> None:
        kinds = [cell.cell_type for cell in steps(key)]
        assert kinds == ["code", "markdown", "code", "markdown"]
        proof = steps(key)[2].source
        assert len(proof.splitlines()) <= LONGEST_PROOF
        assert "start(" in proof or "Cluster(" in proof
        assert asserts(proof)
        assert all(
            any(isinstance(part, ast.Name) for part in ast.walk(node.test))
            for node in asserts(proof)
        )

    def test_the_explanation_has_the_verdict_and_the_origin(self, key: str) -> None:
        why, _, origin = steps(key)[3].source.partition(ORIGIN)
        assert why.startswith(f"**{verdict(key)}。** ")
        assert len(origin) > 20

    def test_each_number_that_is_said_stands_in_the_proof(self, key: str) -> None:
        _, look, proof, explained = steps(key)
        # What the learner is to try is no claim: its number is not in the stored proof.
        why = explained.source.partition(ORIGIN)[0].partition(TRY)[0]
        assert numbers(look.source + why) <= set(NUMBER.findall(shown(proof)))


def test_a_number_out_of_nowhere_is_found() -> None:
    assert numbers("等了 57 秒，`node7` 是 2.5，**3** 个 node4") == {"57", "2.5", "3"}
