"""Every visible character has a glyph, and matplotlib finds it without a warning."""

import ast
import json
import logging
from functools import cache
from pathlib import Path

import pytest
from matplotlib import get_data_path
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from k8slearn.view.fonts import FAMILY, advance, advances_path, font_path, register
from tests.support import make_advances
from tests.support.paths import ROOT

KINDS = ("k8slearn/**/*.py", "k8slearn/**/*.yaml", "notebooks/**/*.ipynb")
SOURCES = [path for kind in KINDS for path in ROOT.glob(kind)]


@cache
def known_characters() -> set[str]:
    fallback = Path(get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    return {
        chr(code)
        for path in (font_path(), fallback)
        for code in FT2Font(path).get_charmap()
    }


def strings_of_module(text: str) -> str:
    constants = (
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant)
    )
    return "".join(value for value in constants if isinstance(value, str))


def strings_of_notebook(text: str) -> str:
    return "".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


def visible_text(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    reader = {".ipynb": strings_of_notebook, ".py": strings_of_module}.get(path.suffix)
    return reader(text) if reader else text


def missing(text: str) -> set[str]:
    return {
        character
        for character in text
        if character.isprintable() and character not in known_characters()
    }


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_character_has_a_glyph(path):
    assert missing(visible_text(path)) == set()


def test_a_character_that_no_font_has_is_found():
    assert missing("守护进程\n ✔ 🚀 ᠠ") == {"🚀", "ᠠ"}


def draw(**style):
    figure = Figure(figsize=(2, 1))
    figure.text(0.1, 0.5, "节点 node1 ✔ → 就绪", fontfamily=list(register()), **style)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return bytes(canvas.buffer_rgba())


def test_chinese_is_drawn_without_a_warning(caplog, recwarn):
    with caplog.at_level(logging.WARNING):
        draw(), draw(weight="bold")
    assert [str(warning.message) for warning in recwarn] == []
    assert caplog.records == []


def test_the_font_is_ours_and_registered_once():
    from matplotlib.font_manager import fontManager

    register(), register()
    assert FT2Font(font_path()).family_name == FAMILY
    assert len([entry for entry in fontManager.ttflist if entry.name == FAMILY]) == 2


def test_letters_are_as_wide_as_the_fonts_say():
    assert advances_path().read_text(encoding="utf-8") == make_advances.text()
    both = make_advances.faces()
    seen = {
        char for path in SOURCES for char in visible_text(path) if char.isprintable()
    }
    for char in seen:
        measured = make_advances.measured(ord(char), both)
        assert measured is None or advance(char) == measured / 1000, char
