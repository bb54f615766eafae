"""Questions and exercises in a real JupyterLab: by keyboard, with a screen reader, and with folded outputs."""

from __future__ import annotations

import nbformat
import pytest

from k8slearn.lesson import question
from tests.browser.server import SCRATCH
from tests.support import stored

ASK = "from k8slearn.lesson import *\npredict('what-leave')"
WIDE_TABLE = f"""
from IPython.display import Markdown
Markdown("| a | b |\\n| --- | --- |\\n| `{"x" * 150}` | b |")
"""
TOO_WIDE = """
() => [...document.querySelectorAll('.jp-RenderedMarkdown table')]
  .map(table => table.scrollWidth - table.closest('.jp-RenderedMarkdown').clientWidth)
"""
LONG_LINE = "print('ControllerRevision ' * 20)"
# Words that begin on one line and end on the next.
TORN = """
() => { const text = document.querySelector('.jp-OutputArea-output pre').firstChild, torn = [];
        for (const word of text.data.matchAll(/\\S+/g)) {
          const range = document.createRange();
          range.setStart(text, word.index);
          range.setEnd(text, word.index + word[0].length);
          if (range.getClientRects().length > 1) torn.push(word.index); }
        return torn; }
"""
FOLDED = ".jp-OutputPlaceholder"
CELLS = "() => window.notebook.content.widgets.length"
RUN_FIRST = """
async () => { window.notebook.content.activeCellIndex = 0;
              await window.jupyterapp.commands.execute('notebook:run-cell'); }
"""
RUN_CODE = """
async code => { await window.notebook.sessionContext.session.kernel.requestExecute({code}).done; }
"""
AXE = """
async () => (await axe.run('.k8s-live-card')).violations
  .filter(each => ['serious', 'critical'].includes(each.impact))
  .map(each => [each.id, each.nodes.map(node => node.html.slice(0, 120))])
"""
ACTIVE = "index => window.notebook.content.activeCellIndex === index"
# Headless browsers hide scroll bars: elements whose content is larger than their box would have one.
WITH_BARS = """
() => [...document.querySelectorAll('.k8s-live-card, .k8s-live-card *')]
  .filter(each => ['auto', 'scroll'].includes(getComputedStyle(each).overflowX))
  .filter(each => each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight)
  .map(each => each.className)
"""
FOCUS = "() => document.activeElement.innerText"


@pytest.fixture
def cards(open_once):
    """A prediction, a quiz and an exercise."""
    quiz, exercise = "quiz('what-desired')", "exercise('start-third-node')"
    notebook = open_once("94_cards.ipynb", ASK, quiz, exercise, WIDE_TABLE)
    notebook.page.locator(".k8s-exercise button").first.wait_for()
    return notebook


def chosen(notebook, card):
    return notebook.page.locator(f".{card} input[type=radio]").evaluate_all(
        "all => all.findIndex(each => each.checked)"
    )


def wait_for_choice(notebook, card, index):
    notebook.wait_until(lambda: chosen(notebook, card) == index)


def test_letters_numbers_and_arrows_choose_and_no_cell_comes_or_goes(cards):
    before = cards.page.evaluate(CELLS)
    cards.page.locator(".k8s-predict input").first.focus()
    keyboard = cards.page.keyboard
    for key, index in (("b", 1), ("D", 3), ("d", 3), ("1", 0), ("a", 0)):
        keyboard.press(key)
        wait_for_choice(cards, "k8s-predict", index)
    for key, index in (("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1)):
        keyboard.press(key)
        last = cards.page.locator(".k8s-predict input[type=radio]").count() - 1
        wait_for_choice(cards, "k8s-predict", last if index < 0 else index)
    for key in ("x", "m", "y", "Shift+M", "ArrowRight"):
        keyboard.press(key)
    cards.page.wait_for_timeout(300)
    assert cards.page.evaluate(CELLS) == before
    assert cards.errors == []


def test_a_click_on_the_cards_text_gives_it_the_keys(cards):
    before = cards.page.evaluate(CELLS)
    for card in ("k8s-predict", "k8s-quiz"):
        cards.page.locator(f".{card} .k8s-asked").click()
        cards.page.keyboard.press("b")
        wait_for_choice(cards, card, 1)
    cards.page.locator(".k8s-exercise button").first.focus()
    for key in "bxddaa":  # cut, delete, insert: commands of JupyterLab
        cards.page.keyboard.press(key)
    cards.page.wait_for_timeout(300)
    assert cards.page.evaluate(CELLS) == before


def test_a_prediction_and_an_exercise_are_done_by_keyboard_alone(cards):
    cards.page.locator(".k8s-predict input").first.focus()
    cards.page.keyboard.press("c")
    wait_for_choice(cards, "k8s-predict", 2)
    cards.page.locator(".k8s-predict .k8s-reply", has_text="记下了：C").wait_for()
    cards.page.keyboard.press("Tab")
    assert cards.page.evaluate(FOCUS).strip() == "对答案"
    cards.page.keyboard.press("Shift+Tab")
    cards.page.keyboard.press("Enter")
    answered = cards.page.locator(".k8s-predict .k8s-reply b")
    answered.first.wait_for()
    cards.page.locator(".k8s-exercise button").first.focus()
    cards.page.keyboard.press("Space")
    cards.page.locator(".k8s-exercise .k8s-reply", has_text="还差一点").wait_for()
    cards.page.keyboard.press("Tab")
    cards.page.keyboard.press("Enter")
    cards.page.locator(".k8s-exercise .k8s-reply", has_text="提示 1").wait_for()
    assert cards.errors == []


def test_shift_enter_in_a_card_goes_on_and_makes_no_card_anew(cards):
    look = "k8s-predict"
    cards.page.locator(f".{look} input").first.focus()
    cards.page.keyboard.press("b")
    wait_for_choice(cards, look, 1)
    for card, cell in ((look, 1), ("k8s-exercise", 3)):
        cards.page.locator(f".{card} button").first.focus()
        cards.page.keyboard.press("Shift+Enter")
        cards.page.wait_for_function(ACTIVE, arg=cell)
    assert chosen(cards, look) == 1
    cards.page.keyboard.press("Shift+Enter")  # which runs the cell that it has come to
    cards.page.wait_for_function(ACTIVE, arg=4)
    assert cards.errors == []


def test_a_table_with_a_long_word_in_code_is_no_wider_than_the_page(cards):
    cards.page.locator(".jp-RenderedMarkdown table").wait_for()
    [more] = cards.page.evaluate(TOO_WIDE)
    assert more <= 0


def test_a_long_line_of_output_is_broken_between_words(lesson, scratch_notebook):
    notebook = lesson(scratch_notebook(LONG_LINE))
    notebook.run_all_cells()
    notebook.page.locator(".jp-OutputArea-output pre").wait_for()
    assert notebook.page.evaluate(TORN) == []


def test_each_part_has_a_name_and_the_focus_is_seen(cards):
    asked = question("what-leave").text
    cards.page.get_by_role("radiogroup", name=asked).wait_for()
    option = cards.page.locator(".k8s-quiz").get_by_role("radio").first
    cards.page.keyboard.press(
        "Tab"
    )  # the browser shows the focus only after the use of keys
    option.focus()
    outline = "e => getComputedStyle(e).outlineStyle"
    assert option.evaluate(outline) == "solid"
    # A reply in each of the three, and what still differs in the exercise.
    for part in (".k8s-reply", ".k8s-differences"):
        told = cards.page.locator(f".k8s-live-card {part}")
        spoken = cards.page.locator(f".k8s-live-card {part}[role=status]")
        cards.wait_until(lambda t=told, s=spoken: 0 < t.count() == s.count())


def write_folded(folder):
    """A notebook as it is stored: a prediction, two cells that give it away, a heading, one more cell."""
    sources = [ASK, "'secret 1'", "'secret 2'", None, "'open'"]
    cells = []
    for source in sources:
        if source is None:
            cells.append(nbformat.v4.new_markdown_cell("## Next"))
            continue
        shown = nbformat.v4.new_output(
            "execute_result", {"text/plain": source}, execution_count=1
        )
        cells.append(nbformat.v4.new_code_cell(source, outputs=[shown]))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    stored.prepare(notebook)
    nbformat.write(notebook, folder / SCRATCH)


def test_what_gives_a_prediction_away_is_folded_until_it_is_answered(
    lesson, jupyterlab
):
    write_folded(jupyterlab.folder)
    notebook = lesson(SCRATCH)
    outputs = notebook.page.locator(".jp-OutputArea-output")
    outputs.get_by_text("open").first.wait_for()
    assert notebook.page.locator(FOLDED).count() == 2
    # Not the first line of it either, which JupyterLab writes beside the three dots.
    assert [
        each.strip() for each in notebook.page.locator(FOLDED).all_inner_texts()
    ] == ["", ""]
    notebook.page.evaluate(RUN_FIRST)
    notebook.page.locator(".k8s-predict input").first.wait_for()
    notebook.page.locator(".k8s-predict input").first.focus()
    notebook.page.keyboard.press("b")
    wait_for_choice(notebook, "k8s-predict", 1)
    assert notebook.page.locator(FOLDED).count() == 2
    notebook.page.keyboard.press("Enter")
    notebook.wait_until(lambda: notebook.page.locator(FOLDED).count() == 0)
    outputs.get_by_text("secret 2").first.wait_for()
    assert notebook.errors == []


def test_running_a_folded_cell_opens_it(lesson, jupyterlab):
    write_folded(jupyterlab.folder)
    notebook = lesson(SCRATCH)
    notebook.page.locator(FOLDED).first.wait_for()
    notebook.run_all_cells()
    notebook.wait_until(lambda: notebook.page.locator(FOLDED).count() == 0)


@pytest.fixture
def exercise_card(open_once):
    """An exercise with its goal beside what is there."""
    notebook = open_once(
        "93_exercise.ipynb",
        "from k8slearn.lesson import *\ntask = exercise('update-one-node')\ntask",
        "1 + 1",
    )
    notebook.page.locator(".k8s-goal-side img").nth(1).wait_for()
    return notebook


def in_kernel(notebook, code):
    notebook.page.evaluate(RUN_CODE, code)


def test_the_goal_stands_beside_what_is_there_and_is_drawn_anew(exercise_card):
    page = exercise_card.page
    told, now = page.locator(".k8s-differences"), ".k8s-goal-side img"
    told.get_by_text("node2").first.wait_for()
    boxes = [each.bounding_box() for each in page.locator(now).all()]
    assert abs(boxes[0]["y"] - boxes[1]["y"]) < 2
    assert boxes[1]["x"] >= boxes[0]["x"] + boxes[0]["width"]
    assert page.evaluate(WITH_BARS) == []
    before = page.locator(now).first.get_attribute("src")
    in_kernel(
        exercise_card,
        "task.cluster.set_strategy('filebeat-ds', 'OnDelete');"
        "task.cluster.set_image('filebeat-ds', 'ikubernetes/filebeat:5.6.8-alpine');"
        "task.cluster.delete('Pod', next(p['metadata']['name'] for p in task.cluster.list('Pod')"
        " if p['spec']['nodeName'] == 'node2'))",
    )
    page.locator(".k8s-exercise button").first.focus()
    page.keyboard.press("Enter")
    told.get_by_text("检查通过了").wait_for()
    assert page.locator(now).first.get_attribute("src") != before
    assert exercise_card.errors == []


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_serious_in_the_cards(cards, axe, theme):
    page = cards.page
    cards.set_theme(f"JupyterLab {theme}")
    page.locator(".k8s-exercise button").first.click()
    page.locator(".k8s-exercise .k8s-reply", has_text="还差一点").wait_for()
    page.locator(".k8s-quiz input").first.focus()
    page.keyboard.press("a")
    page.locator(".k8s-quiz .k8s-reply b").wait_for()
    page.locator(".k8s-predict input").first.focus()
    page.keyboard.press("a")
    page.locator(".k8s-predict .k8s-reply", has_text="记下了").wait_for()
    page.keyboard.press("Enter")
    page.locator(".k8s-predict .k8s-reply b").wait_for()
    page.locator(".k8s-predict .k8s-keys", has_text="Enter").wait_for()
    page.evaluate(axe)
    cards.screenshot(f"cards-{theme.lower()}")
    assert page.evaluate(AXE) == []
    alternative = page.locator(".k8s-goal-side img").evaluate_all(
        "all => all.map(each => each.alt)"
    )
    assert "现在" in alternative[0] and "目标" in alternative[1]
