"""The course's web pages in a real browser, opened as files: they play, they search, they ask nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import site_pages
from tests.support.paths import ROOT

SHOTS = ROOT / ".screenshots"
WIDE, NARROW = (1440, 900), (420, 860)


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, height = request.param
    opened = browser.new_page(
        viewport={"width": width, "height": height}, locale="zh-CN"
    )
    opened.asked_elsewhere = []
    opened.on("request", lambda asked: _note(opened.asked_elsewhere, asked.url))
    yield opened
    assert opened.asked_elsewhere == []
    opened.close()


def _note(elsewhere: list[str], url: str) -> None:
    if not url.startswith(("file:", "data:")):
        elsewhere.append(url)


def show(page: Any, name: str) -> None:
    page.goto(f"{site_pages.pages().as_uri()}/{name}")
    page.wait_for_load_state("load")


def shoot(page: Any, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"site_{name}_{page.viewport_size['width']}.png")


def fits(page: Any) -> bool:
    """Is there nothing to scroll sideways?"""
    return bool(
        page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    )


def test_the_front_page_leads_to_a_lesson(page: Any) -> None:
    show(page, "index.html")
    assert fits(page)
    shoot(page, "front")
    page.locator("article a", has_text="04 ·").first.click()
    page.wait_for_url("**/04_update_strategy.html")


def test_no_page_is_wider_than_the_screen(page: Any) -> None:
    names = sorted(path.name for path in site_pages.pages().glob("[0-9]*.html"))
    too_wide = [name for name in names if show(page, name) or not fits(page)]
    assert too_wide == []


def test_an_animation_plays(page: Any) -> None:
    show(page, "04_update_strategy.html")
    assert fits(page)
    player = page.locator(".k8s-player").first
    player.scroll_into_view_if_needed()
    frame = player.locator("[data-k8s=frame]")
    first = frame.inner_text()
    page.wait_for_function(
        "([e, t]) => e.innerText !== t",
        arg=[frame.element_handle(), first],
        timeout=15_000,
    )
    shoot(page, "animation")


def test_search_finds_a_chinese_word(page: Any) -> None:
    show(page, "search.html?q=污点")
    page.locator("#search-results li a").first.wait_for()
    page.wait_for_timeout(500)
    found = page.locator("#search-results li a").evaluate_all(
        "links => links.map(link => link.href)"
    )
    names = {
        link.rpartition("/")[2].partition("#")[0].partition(".")[0] for link in found
    }
    assert "01_what_is_daemonset" in names
    shoot(page, "search")


def test_an_option_unfolds_its_reply(page: Any) -> None:
    show(page, "01_what_is_daemonset.html")
    option = page.locator(".k8s-predict details").first
    assert not option.locator("p").is_visible()
    option.locator("summary").click()
    assert option.locator("p").is_visible()
    shoot(page, "question")


def test_it_can_be_dark(page: Any) -> None:
    page.emulate_media(color_scheme="dark")
    show(page, "01_what_is_daemonset.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    exercise = page.locator(".k8s-exercise").first
    exercise.scroll_into_view_if_needed()
    behind = "e => getComputedStyle(e).backgroundColor"
    assert (
        exercise.evaluate_handle("e => e.parentElement").evaluate(behind)
        == "rgba(0, 0, 0, 0)"
    )
    shoot(page, "dark")
