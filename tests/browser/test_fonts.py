"""On a machine without any Chinese font no letter of the course is an empty box."""

from __future__ import annotations

import os
import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import pytest

from k8slearn.view.fonts import FAMILY
from tests.browser.notebook import SLOW_MS, NotebookPage
from tests.browser.running_page import RunningPage, served
from tests.support import chromium, shots, site_pages

CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
# Latin alone, the same for every machine.
LATIN = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
# By the element whose own words they are.
MARK = """
() => [...document.querySelectorAll('body *')].flatMap(each => {
    const own = [...each.childNodes].filter(child => child.nodeType === 3).map(child => child.data).join('');
    if (!/[\\u2e80-\\u9fff]/.test(own) || !each.getClientRects().length) return [];
    each.dataset.chinese = '';
    return [own];
})
"""
FONTS = "<fontconfig><dir>{latin}</dir><cachedir>{folder}/cache</cachedir></fontconfig>"


@pytest.fixture(scope="module")
def bare(
    playwright: Any, chromium_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """A Chromium to which no Chinese font is known."""
    folder = tmp_path_factory.mktemp("fonts")
    config = folder / "fonts.conf"
    config.write_text(FONTS.format(latin=LATIN, folder=folder))
    launched = playwright.chromium.launch(
        executable_path=chromium_path,
        args=chromium.arguments(),
        env=os.environ | {"FONTCONFIG_FILE": str(config)},
    )
    yield launched
    launched.close()


def fonts_by_text(page: Any) -> list[tuple[str, dict[str, int]]]:
    """Each text on the page that has Chinese in it, with how many of its letters are drawn with which font."""
    texts = page.evaluate(MARK)
    asked = page.context.new_cdp_session(page)
    asked.send("DOM.enable")
    asked.send("CSS.enable")
    root = {**asked.send("DOM.getDocument")["root"], "selector": "[data-chinese]"}
    options = {name: root[name] for name in ("nodeId", "selector")}
    nodes = asked.send("DOM.querySelectorAll", options)["nodeIds"]
    found = [
        asked.send("CSS.getPlatformFontsForNode", {"nodeId": node}) for node in nodes
    ]
    asked.detach()
    counted = [
        {font["familyName"]: font["glyphCount"] for font in each["fonts"]}
        for each in found
    ]
    # What is folded away is not drawn.
    return [each for each in zip(texts, counted, strict=True) if each[1]]


def boxes(page: Any) -> list[str]:
    """The texts of a page with Chinese characters that are not drawn with our font."""
    return [
        text
        for text, fonts in fonts_by_text(page)
        if fonts.get(FAMILY, 0) < len(CHINESE.findall(text))
    ]


def test_the_machine_has_none(bare: Any) -> None:
    page = bare.new_page()
    page.set_content("<p>中文</p>")
    assert boxes(page) == ["中文"]


@pytest.mark.slow
def test_a_lesson_in_jupyterlab(bare: Any, jupyterlab: Any) -> None:
    page = bare.new_page(locale="zh-CN")
    page.set_default_timeout(SLOW_MS)
    notebook = NotebookPage(page, jupyterlab).open("04_update_strategy.ipynb")
    assert len(fonts_by_text(page)) > 50
    assert boxes(page) == []
    shots.save(page, "fonts_jupyterlab")
    notebook.close()


@pytest.mark.slow
def test_the_lab_in_a_page(bare: Any) -> None:
    with served(site_pages.pages()) as address:
        lab = RunningPage(bare, address).open("run.html")
        assert len(fonts_by_text(lab.page)) > 50
        picture = lab.page.locator(".k8s-lab img.k8s-picture").first
        drawn = b64decode(picture.get_attribute("src").partition(",")[2]).decode()
        assert f'font-family: "{FAMILY}"; src: url("data:' in drawn
        lab.page.locator(".k8s-page-code textarea").fill('print("中文")')
        lab.page.get_by_role("button", name="运行这个单元格").click()
        lab.has(".k8s-page pre", "中文")
        assert boxes(lab.page) == []
        shots.save(lab.page, "fonts_page")
        lab.close()
