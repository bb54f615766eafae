"""The content of the page: situations, links, exercises, a cell of Python, and kept progress."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from k8slearn.course import progress, recall
from k8slearn.launch import browser_lab
from k8slearn.lesson import exercise_keys
from k8slearn.locale import page as words
from k8slearn.page import situation
from k8slearn.page.situation import World, written
from k8slearn.page.stage import PageStage
from k8slearn.view.ink import panel
from tests.support.lonely import WITHOUT_HEAVY


@pytest.fixture
def effects(monkeypatch, tmp_path):
    monkeypatch.setenv(progress.PLACE, str(tmp_path / "progress.json"))
    return []


@pytest.fixture
def staged(effects, monkeypatch):
    made = []
    # As on the page, where nothing draws pixels; to draw them is also most of the work.
    monkeypatch.setattr(panel, "has_matplotlib", lambda: False)

    def stage(*about):
        made.append(
            PageStage(lambda name, value: effects.append((name, value)), *about)
        )
        return made[-1]

    yield stage
    for each in made:
        each.lab.close()


def choose(stage, wanted):
    stage.choice.value = wanted
    return stage.begun


def test_a_moment_is_shared_and_opened_anew(staged, effects):
    stage = staged()
    stage.lab.nodes.add()
    stage.lab.pause()
    stage.lab.until_quiet()
    stage.lab.update.image.value = "nginx:not-there"
    stage.lab.update.set_image()
    stage.lab.pause()
    stage.lab.until_quiet()
    stage.lab.go_to(stage.lab.playback.number - 4)
    stage.lab.select_node("node2")
    stage.share()
    (_, link) = effects[-1]
    again = staged(f"#{link}")
    for mine, theirs in ((stage.lab, again.lab),):
        mine.refresh()
        assert theirs.held
        assert theirs.model.scene == mine.model.scene
        assert theirs.playback.number == mine.playback.number
        assert theirs.selection.node == "node2"
    again.share()
    assert effects[-1] == ("copy", link)


# Everything in the panel that changes or moves something; what only shows (tabs, tables) changes no cluster.
PRESSED = (
    *("node-add", "node-add-many", "node-remove", "label", "taint", "cordon"),
    *("image-set", "pod-delete", "pod-fail", "pod-break", "preset-2", "fault-make"),
    *("fault-mend", "step", "next-pod", "until-quiet", "back", "first", "now"),
    *("branch", "close-branch", "predict-ask", "traffic-send"),
)


def widgets_of(root):
    yield root
    for child in getattr(root, "children", ()):
        yield from widgets_of(child)


def press_at_random(stage, chance, times):
    """Choose and press whatever is there."""
    lab = stage.lab
    lab.pause()
    for _ in range(times):
        lab.refresh()
        parts = [*widgets_of(lab.widget)]
        lists = [part for part in parts if hasattr(part, "options")]
        chosen = chance.choice(lists)
        if chosen.options:
            chosen.index = chance.randrange(len(chosen.options))
        wanted = f"k8s-{chance.choice(PRESSED)}"
        buttons = [
            part
            for part in parts
            if wanted in getattr(part, "_dom_classes", ()) and hasattr(part, "click")
        ]
        if buttons and not buttons[-1].disabled:
            buttons[-1].click()
    lab.pause()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_pressed_the_link_leads_to_the_same_moment(staged, effects, seed):
    stage = staged()
    press_at_random(stage, Random(seed), 20)
    stage.lab.refresh()
    stage.share()
    (_, link) = effects[-1]
    again = staged(f"#{link}")
    assert again.said.value == ""
    assert again.lab.model.scene == stage.lab.model.scene
    assert again.situation == stage.situation
    assert (again.lab.branched is None) == (stage.lab.branched is None)
    again.share()
    assert effects[-1] == ("copy", link)


def test_a_broken_link_says_so_and_begins_afresh(staged):
    stage = staged("#lab=abc")
    assert words.BAD_LINK in stage.said.value
    assert len(stage.begun.cluster.list("Node")) == 3


def test_a_link_that_says_nothing_takes_nothing_away(staged, effects):
    stage = staged()
    stage.lab.nodes.add()
    shown, link = stage.begun, stage.situation
    for broken, why in (
        ("#lab=abc", words.BAD_LINK),
        (f"#{written(link)[:-4]}", words.BAD_LINK),
        (f"#{written(replace(link, world=World(exercise='gone')))}", words.BAD_LINK),
    ):
        stage.open(broken)
        assert why in stage.said.value
        assert stage.begun is shown
    stage.open(f"#{written(replace(link, mark=7))}")
    assert words.NOT_THE_SAME in stage.said.value
    assert len(stage.begun.cluster.list("Node")) == 4


def test_a_link_that_would_be_cut_is_not_made(staged, effects, monkeypatch):
    stage = staged()
    stage.lab.nodes.add()
    stage.share()
    assert [name for name, _ in effects] == ["copy"]
    monkeypatch.setattr(situation, "LONGEST", len(effects[0][1]) - 1)
    stage.share()
    assert len(effects) == 1
    assert words.TOO_LONG.format(count=1) in stage.said.value
    monkeypatch.setattr(situation, "LONGEST", 8_000)
    # Links that cannot be opened are not made either.
    monkeypatch.setattr(situation, "MOST_NODES_EVER", 3)
    stage.share()
    assert len(effects) == 1


def test_an_exercise_is_done_and_kept(staged, effects):
    stage = staged()
    key = exercise_keys()[0]
    begun = choose(stage, World(exercise=key))
    assert begun.task.card.widget in stage._place.children
    stage.code.value = (
        "cluster.add_node()\ncluster.run_until_quiet()\nprint(task.check())"
    )
    stage.run()
    assert "✔" in stage.printed.value
    stage.keep_progress()
    assert json.loads(effects[-1][1])["lessons"]["00_start"]["exercises"] == [key]
    stage.keep_progress()
    assert len(effects) == 1


def test_where_the_reference_solution_is_said(staged):
    stage = staged()
    for key, by_kubectl in (("update-rescue", True), ("update-no-gap", False)):
        choose(stage, World(exercise=key))
        (said,) = (
            part.value
            for part in stage._place.children
            if "page-answer" in str(part._dom_classes)
        )
        assert 'href="04' in said
        assert (words.NO_KUBECTL in said) == by_kubectl
        assert ("cluster.set_image(" in said) == by_kubectl


def test_code_of_ones_own_makes_no_link(staged, effects):
    stage = staged()
    stage.code.value = "1 / 0"
    stage.run()
    assert "ZeroDivisionError" in stage.printed.value
    stage.share()
    assert effects == [] and words.NOT_SHARED in stage.said.value
    choose(stage, World(12))
    stage.share()
    assert effects[0][0] == "copy"


def test_what_the_cell_printed_goes_with_the_cluster_that_it_was_about(staged):
    stage = staged()
    stage.code.value = "cluster.table('pods')"
    stage.run()
    assert "filebeat-ds-" in stage.printed.value
    choose(stage, World(exercise="what-only-ssd"))
    assert stage.printed.value == ""
    assert stage.code.value == "cluster.table('pods')"


def test_progress_is_taken_in_and_out(staged, effects):
    stage = staged()
    file = {"version": 1, "lessons": {"01_daemonset": {"exercises": ["a"]}}}
    stage.take_in(json.dumps(file))
    assert progress.done() == file["lessons"]
    assert effects[-1][0] == "keep"
    for wrong in ("", "{}", "[" * 10**5):
        stage.take_in(wrong)
        assert words.NOT_TAKEN_IN in stage.said.value
    stage._take_out()
    assert effects[-1] == ("download", str(progress.path()))


def test_the_lesson_of_the_page_has_its_exercises_first(staged):
    first = staged("", "05_placement").choice.options[3][0]
    assert first.startswith("第 05 课")


LONELY = (
    WITHOUT_HEAVY
    + f"HEAVY += {tuple(name.removesuffix('.py') for name in browser_lab.NOT_FOR_PAGES)}\n"
    + """
import asyncio, json
# It asks the platform for the folder of its zones, before that is another one.
import zoneinfo
sys.platform = "emscripten"

async def main():
    from k8slearn.page import hear, start
    state = {}
    def send(text):
        for each in json.loads(text):
            state.setdefault(each["id"], {}).update(each)
    effects = []
    root = start(send, lambda name, value: effects.append((name, value)))
    def one(name):
        return next(each for each in state.values() if f"k8s-{name}" in each.get("classes", ()))
    def html(name):
        return one(name)["value"]
    assert state[root]["children"] and "<svg" not in html("head-page")
    assert one("picture")["value"].startswith("data:image/svg+xml;base64,")
    assert one("timeline")["value"].startswith("data:image/svg+xml;base64,")
    hear(json.dumps({"id": one("node-add")["id"], "what": "click"}))
    for _ in range(200):
        await asyncio.sleep(0.05)
        if "期望 <i>4" in html("head-page"):
            break
    assert "期望 <i>4" in html("head-page"), html("head-page")
    assert "kubelet" in html("kubectl")
    time = "back", "step", "until-quiet"
    for name in (*time, "traffic-send", "traffic-compare", "fault-make", "predict-ask", "branch"):
        hear(json.dumps({"id": one(name)["id"], "what": "click"}))
        await asyncio.sleep(0.1)
    hear(json.dumps({"id": one("page-share")["id"], "what": "click"}))
    assert effects[0][0] == "copy"
    assert not set(HEAVY) & set(sys.modules)

asyncio.run(main())
"""
)


def test_the_whole_panel_runs_on_nothing_but_python(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LONELY],
        capture_output=True,
        text=True,
        env={"PATH": "", progress.PLACE: "", "PYTHONPATH": ":".join(sys.path)},
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_questions_that_come_back_are_answered_below_the_cell(
    staged, effects, monkeypatch
):
    progress.record("01_what_is_daemonset", "questions", "what-desired")
    monkeypatch.setattr(recall, "today", lambda: date.today() + timedelta(days=1))
    stage = staged()
    stage.code.value = "review()"
    stage.run()
    [shown] = stage._below.children
    card = shown.children[1]
    radio = next(child for child in card.children if hasattr(child, "options"))
    radio.index = 0
    stage.keep_progress()
    name, kept = effects[-1]
    assert name == "keep"
    assert json.loads(kept)["reviews"]["what-desired"]["times"] == 2
    stage.code.value = "1"
    stage.run()
    assert stage._below.children == ()


def test_a_file_that_was_written_is_the_browsers_to_keep(
    staged, effects, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    stage = staged()
    stage.code.value = 'review_cards("cards.tsv")'
    stage.run()
    assert effects[-1] == ("download", "cards.tsv")
    assert (tmp_path / "cards.tsv").is_file()
