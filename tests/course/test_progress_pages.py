"""The progress page says what is done and what is next; the certificate lists only what was checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from k8slearn.course import progress
from k8slearn.course.bank import entries, lessons
from k8slearn.course.exercise_words import exercise_words
from k8slearn.lesson import certificate, exercise_keys, progress_page, question_keys

FIRST = exercise_keys()[0]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a learner who has done everything, made once since each entry rewrites the file."""
    kept = tmp_path_factory.mktemp("all") / "progress.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("K8SLEARN_PROGRESS", str(kept))
        for section in progress.SECTIONS:
            for key, (lesson, _) in entries(section).items():
                progress.record(lesson, section, key)
    return kept.read_bytes()


def line_of(page: object, start: str) -> str:
    return next(line for line in str(page).splitlines() if start in line)


def test_a_beginner_is_sent_to_the_first_exercise(place: Path) -> None:
    shown = str(progress_page())
    assert f"练习 0/{len(exercise_keys())}" in shown
    assert f"题目 0/{len(question_keys())}" in shown
    assert exercise_words(FIRST).title in line_of(shown, "下一步")
    assert not place.exists(), "looking is not doing"


def test_every_lesson_has_a_bar(place: Path) -> None:
    html = progress_page()._repr_html_()
    for lesson, words in lessons().items():
        assert f'href="{lesson}.ipynb"' in html
        assert words["title"] in str(progress_page())


def test_what_is_done_fills_the_bar_and_moves_on(place: Path) -> None:
    lesson = exercise_words(FIRST).lesson
    name = lessons()[lesson]["title"]
    for key in lessons()[lesson].get("exercises", {}):
        progress.record(lesson, "exercises", key)
    assert "[..........]" not in line_of(progress_page(), name)
    assert "width:100%" in progress_page()._repr_html_()
    assert "道题目" in line_of(progress_page(), "下一步")
    for key in lessons()[lesson]["questions"]:
        progress.record(lesson, "questions", key)
    assert line_of(progress_page(), name).startswith("[##########]")
    assert name not in line_of(progress_page(), "下一步")


def test_what_the_course_no_longer_asks_does_not_count(place: Path) -> None:
    progress.record("00_start", "exercises", "long-gone")
    progress.record("no_such_lesson", "exercises", "long-gone-too")
    assert f"练习 0/{len(exercise_keys())}" in str(progress_page())


def test_an_exercise_that_moved_to_another_lesson_stays_done(place: Path) -> None:
    progress.record("08b_clinic", "exercises", "clinic-clock")
    assert exercise_words("clinic-clock").lesson == "08c_clinic"
    assert "练习 1/" in line_of(progress_page(), lessons()["08c_clinic"]["title"])
    assert exercise_words("clinic-clock").title in str(certificate())


def test_where_nothing_is_kept_the_pages_say_so_and_are_always_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("K8SLEARN_PROGRESS", "")
    progress.record("00_start", "questions", question_keys()[0])
    assert "现在不记进度" in str(progress_page())
    assert str(certificate()) == str(certificate())
    assert not re.search(r"\d{4}-\d\d-\d\d", str(certificate()))


def test_the_page_looks_anew_each_time_it_is_shown(place: Path) -> None:
    page = progress_page()
    before = repr(page)
    progress.record(exercise_words(FIRST).lesson, "exercises", FIRST)
    assert repr(page) != before


def test_the_certificate_lists_only_what_was_checked_with_the_day(place: Path) -> None:
    progress.record(exercise_words(FIRST).lesson, "exercises", FIRST)
    checked, _, missing = str(certificate()).partition("还缺的")
    first, second = (exercise_words(key) for key in exercise_keys()[:2])
    assert first.title in checked and " ".join(first.right.split()) in checked
    assert second.title in missing and second.title not in checked
    assert progress.last_day() in checked
    assert "不是考试" in missing


def test_the_whole_course_done_lacks_nothing(place: Path, everything: bytes) -> None:
    place.write_bytes(everything)
    shown = str(certificate())
    assert all(exercise_words(key).title in shown for key in exercise_keys())
    assert "什么也不缺" in shown
    assert "certificate()" in str(progress_page())
    assert certificate()._repr_html_().count("<li>") >= len(exercise_keys())


def test_it_can_be_saved_as_a_page_to_print(
    place: Path, tmp_path: Path, everything: bytes
) -> None:
    place.write_bytes(everything)
    saved = certificate().save(tmp_path / "record.html").read_text(encoding="utf-8")
    assert saved.startswith("<!doctype html>") and saved.endswith("</html>")
    assert exercise_words(FIRST).title in saved
    assert "http" not in saved


def test_predictions_made_in_labs_are_counted_beside_the_rest(place: Path) -> None:
    for right in (True, False, True):
        progress.guess(right)
    progress.record("00_start", "questions", question_keys()[0])
    assert progress.guesses() == progress.Guesses(right=2, asked=3)
    assert progress.done() == {"00_start": {"questions": [question_keys()[0]]}}
    assert "猜对 2 次，共 3 次" in str(progress_page())
    assert "猜对 2 次，共 3 次" in progress_page()._repr_html_()


@pytest.mark.parametrize("counted", ["[]", '{"right": "many"}'])
def test_broken_counts_are_put_aside_like_a_broken_file(
    place: Path, counted: str
) -> None:
    place.write_text(f'{{"version": 1, "lessons": {{}}, "predictions": {counted}}}')
    assert progress.guesses() == progress.Guesses()
    assert place.with_name("progress.json.broken").exists()
