"""Every exercise of the course can be done and checked in the page; progress goes to JupyterLab's course and back."""

from __future__ import annotations

import json

import pytest

from k8slearn.course import progress
from k8slearn.course.exercise_words import exercise_words
from k8slearn.lesson import exercise_keys
from k8slearn.locale import page as words
from tests.browser.running_page import RunningPage, served
from tests.support import pyodide, site_pages
from tests.support.solutions import solution

pytestmark = pytest.mark.slow
KEPT = "localStorage.getItem('k8slearn-progress')"


@pytest.fixture(scope="module")
def lab(browser):
    pyodide.needed()
    with served(site_pages.pages()) as address:
        opened = RunningPage(browser, address)
        yield opened.open("run.html")
        opened.close()


def code_of(key):
    """The code for the page's cell: the reference solution, in Python."""
    own = exercise_words(key).without_kubectl
    return own or "\n".join(code for _, code in solution(key))


def do(lab, key):
    """Choose an exercise, run its solution in the cell and press 检查; what is replied."""
    about = exercise_words(key)
    choice = lab.page.locator(".k8s-page-choice select")
    option = choice.locator("option", has_text=about.title)
    choice.select_option(label=option.first.inner_text())
    card = lab.page.locator(".k8s-exercise")
    card.filter(has_text=about.title).wait_for()
    lab.has(".k8s-page-answer", words.ANSWER)
    assert (words.NO_KUBECTL in lab.text(".k8s-page-answer")) == bool(
        about.without_kubectl
    )
    lab.page.locator(".k8s-page-code textarea").fill(code_of(key))
    lab.click("page-run")
    lab.page.locator(".k8s-page-printed pre").wait_for()
    card.get_by_role("button", name="检查").click()
    reply = card.locator(".k8s-reply").filter(has_text="。")
    reply.wait_for()
    return reply.inner_text()


def test_every_exercise_is_done_checked_and_kept(lab, monkeypatch, tmp_path):
    replies = {key: do(lab, key) for key in exercise_keys()}
    assert {key: said for key, said in replies.items() if "✔" not in said} == {}
    kept = lab.page.evaluate(KEPT)
    done = {
        key
        for each in json.loads(kept)["lessons"].values()
        for key in each["exercises"]
    }
    assert done == {*exercise_keys()}
    # The file that is taken out is one of the course in JupyterLab, and its is one of the page.
    with lab.page.expect_download() as download:
        lab.click("page-out")
    monkeypatch.setenv(progress.PLACE, str(tmp_path / "progress.json"))
    progress.record("00_start", "questions", "from-jupyterlab")
    progress.take_in(download.value.path().read_text(encoding="utf-8"))
    assert {
        key for each in progress.done().values() for key in each["exercises"]
    } == done
    with lab.page.expect_file_chooser() as chooser:
        lab.click("page-in")
    chooser.value.set_files(tmp_path / "progress.json")
    lab.has(".k8s-page-said", words.TAKEN_IN)
    assert json.loads(lab.page.evaluate(KEPT))["lessons"] == progress.done()


# Answered in its lesson, and a day has gone by.
REVIEW = """
from datetime import date, timedelta
from k8slearn.course import progress, recall
progress.record("01_what_is_daemonset", "questions", "what-desired")
recall.today = lambda: date.today() + timedelta(days=1)
review()
"""


def run(lab, code):
    lab.page.locator(".k8s-page-code textarea").fill(code)
    lab.click("page-run")


def test_a_question_comes_back_below_the_cell_and_cards_are_downloaded(lab):
    run(lab, REVIEW)
    card = lab.page.locator(".k8s-page-below .k8s-live-card")
    card.locator("input[type=radio]").first.click()
    card.locator(".k8s-reply").filter(has_text="天后再问一次").wait_for()
    times = f"JSON.parse({KEPT}).reviews['what-desired'].times"
    lab.page.wait_for_function(f"() => {times} === 2")
    with lab.page.expect_download() as download:
        run(lab, 'review_cards("cards.tsv", "01")')
    text = download.value.path().read_text(encoding="utf-8")
    assert download.value.suggested_filename == "cards.tsv"
    assert text.startswith("#separator:tab\n")
