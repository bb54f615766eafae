"""A Sphinx extension: search that finds Chinese words without a dictionary, by pairs of characters.

Sphinx' own search in Chinese needs a dictionary of words for the pages and takes the query as one word; so a query of
two words finds nothing. Here both are cut the same way: 滚动更新 into 滚动, 动更, 更新, all of which a page must have.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

WORDS = re.compile(r"[\u3400-\u9fff]+|[A-Za-z0-9_]+")
SPLIT_QUERY = r"""
var splitQuery = (query) =>
  (query.match(/[\u3400-\u9fff]+|[A-Za-z0-9_]+/g) || []).flatMap((run) =>
    run.length < 3 || run[0] < "\u3400" ? [run] : [...run.slice(1)].map((second, at) => run[at] + second));
"""


class PairsOfCharacters(SearchEnglish):
    """Splits Chinese text into pairs of characters and single ones; English is treated as by Sphinx."""

    lang = "zh"
    js_splitter_code = SPLIT_QUERY

    def split(self, text: str) -> list[str]:
        """The terms of a text, for the index."""
        return [term for run in WORDS.findall(text) for term in terms(run)]


def terms(run: str) -> list[str]:
    """The terms of a run: a word as it is; for Chinese each character and each pair of neighbours."""
    if run.isascii():
        return [run]
    return [*run, *(first + second for first, second in pairwise(run))]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the search; Sphinx calls this."""
    app.add_search_language(PairsOfCharacters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
