"""The course's web pages in a real browser, opened as files: animations, search, and no requests to other servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as NeverSo
from playwright.sync_api import expect

from tests.browser.notebook import SLOW_MS
from tests.support import shots, site_pages

# A page that is loaded has come to rest after that time.
SETTLED_MS = 10_000
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
    shots.save(page, f"site_{name}_{page.viewport_size['width']}")


def fits(page: Any) -> bool:
    """Is there nothing to scroll sideways?"""
    fitting = "document.documentElement.scrollWidth <= window.innerWidth"
    try:
        page.wait_for_function(fitting, timeout=SETTLED_MS)
    except NeverSo:
        return False
    return True


def test_the_front_page_leads_to_a_lesson(page: Any) -> None:
    show(page, "index.html")
    assert fits(page)
    shoot(page, "front")
    page.locator("article a", has_text="04 ·").first.click()
    page.wait_for_url("**/04_update_strategy.html")


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
        timeout=SLOW_MS,
    )
    shoot(page, "animation")


def test_search_finds_a_chinese_word(page: Any) -> None:
    show(page, "search.html?q=污点")
    found = page.locator("#search-results li a[href*='01_what_is_daemonset']")
    found.first.wait_for()
    shoot(page, "search")


def test_an_option_unfolds_its_reply(page: Any) -> None:
    show(page, "01_what_is_daemonset.html")
    option = page.locator(".k8s-predict details").first
    expect(option.locator("p")).to_be_hidden()
    option.locator("summary").click()
    expect(option.locator("p")).to_be_visible()
    shoot(page, "question")


def test_it_can_be_dark(page: Any) -> None:
    page.emulate_media(color_scheme="dark")
    show(page, "01_what_is_daemonset.html")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    exercise = page.locator(".k8s-exercise").first
    exercise.scroll_into_view_if_needed()
    around = exercise.locator("xpath=..")
    expect(around).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    shoot(page, "dark")


AXE = """
async (rules) => (await axe.run(document, { resultTypes: ['violations'], ...rules })).violations
  .filter((each) => ['serious', 'critical'].includes(each.impact))
  .map((each) => [each.id, each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))])
"""
UNFOLD = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
# Colours are all that another theme changes.
CONTRAST = {"runOnly": ["color-contrast"]}
# Without transitions of colours between the themes.
STILL = "* { transition: none !important; }"
SMALLEST = """
() => [...document.querySelectorAll('.k8s-wide :is(img, canvas)')].filter((each) => each.offsetWidth)
  .map((each) => each.getBoundingClientRect().width)
"""


def test_on_a_telephone_pictures_can_be_read(browser: Any, axe: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    show(page, "08_clinic.html")
    assert fits(page)
    widths = page.evaluate(SMALLEST)
    # Drawn 900 wide; their smallest letters are 11.5 high.
    assert widths and min(widths) * 11.5 / 900 >= 10
    page.evaluate(axe)
    assert page.evaluate(AXE, {}) == []
    shoot(page, "telephone")
    page.close()


@pytest.mark.slow
def test_axe_finds_nothing_serious_on_any_page(browser: Any, axe: str) -> None:
    names = {path.name for path in site_pages.pages().glob("*.html")}
    assert len(names) > 20
    assert _serious(browser, axe, sorted(names)) == {}


def _serious(browser: Any, axe: str, names: Iterable[str]) -> dict[str, Any]:
    """The serious findings of axe by page and theme, with animations paused."""
    page = browser.new_page(
        locale="zh-CN", color_scheme="light", reduced_motion="reduce"
    )
    found = {}
    for name in names:
        show(page, name)
        page.evaluate(axe)
        page.add_style_tag(content=STILL)
        # Folded parts are checked too.
        page.evaluate(UNFOLD)
        for theme, rules in (("light", {}), ("dark", CONTRAST)):
            page.emulate_media(color_scheme=theme)
            _wait_for_theme(page, theme)
            if serious := page.evaluate(AXE, rules):
                found[name, theme] = serious
        page.emulate_media(color_scheme="light")
    page.close()
    return found


def _wait_for_theme(page: Any, theme: str) -> None:
    """The theme of Sphinx' pages follows by script; the lab's own page has none but its style sheet."""
    page.wait_for_function(
        "theme => (document.documentElement.dataset.theme ?? theme) === theme",
        arg=theme,
    )


CUT_OFF = """
() => [...document.querySelectorAll('.bd-article :is(pre, table, .cell_output, .k8s-card, img)')]
  .filter(each => each.offsetWidth && (each.getBoundingClientRect().right > innerWidth + 1
                  || (each.matches('pre') && each.scrollWidth > each.clientWidth + 1)))
  .map(each => each.outerHTML.slice(0, 120))
"""
SHEET = (720, 1000)  # A4 without its margins


@pytest.mark.parametrize("page", [NARROW], indirect=True)
def test_no_page_is_wider_than_its_screen_nor_cut_off_on_paper(page: Any) -> None:
    """Each is loaded once: that takes longer than all that is asked of it."""
    other = {}
    for path in sorted(site_pages.pages().glob("[0-9]*.html")):
        page.emulate_media(media="screen")
        _resize(page, NARROW)
        show(page, path.name)
        found = [NARROW] if not fits(page) else []
        _resize(page, WIDE)
        found += [WIDE] if not fits(page) else []
        page.emulate_media(media="print")
        _resize(page, SHEET)
        found += page.evaluate(CUT_OFF)
        if found:
            other[path.name] = found
    shoot(page, "print")
    assert other == {}


def _resize(page: Any, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
