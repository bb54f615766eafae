"""The solutions that stand folded away behind the exercises in the lessons."""

from __future__ import annotations

import re
from functools import cache

from k8slearn.course.exercise_words import exercise_words
from tests.support.paths import ROOT
from tests.support.store_outputs import read_notebook

SOLUTION = re.compile(
    r"<details>\s*<summary>参考答案</summary>(.*?)</details>", re.DOTALL
)
FENCE = re.compile(r"^ *```(python|bash)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


@cache
def solution(key: str) -> tuple[tuple[str, str], ...]:
    """The fenced pieces, as language and code, of the reference solution that follows an exercise in its lesson."""
    notebook = read_notebook(ROOT / "notebooks" / f"{exercise_words(key).lesson}.ipynb")
    begun = False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            begun = begun or f'exercise("{key}"' in cell.source
            continue
        folded = SOLUTION.search(cell.source)
        if begun and folded:
            return tuple(FENCE.findall(folded[1]))
    return ()
