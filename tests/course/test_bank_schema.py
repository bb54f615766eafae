"""A teacher's slip in a lesson's file is one Chinese sentence with file, line and field."""

from __future__ import annotations

import pytest

from k8slearn.course.bank import lessons
from k8slearn.course.bank_schema import LessonFileError, read_lesson

FILE = "lesson_30_ours.yaml"
GOOD = """\
title: 我们的课
questions:
  ours-which:
    text: 哪一个？
    place: 1
    right:
      这一个: 对，因为这样。
    wrong:
      那一个: 不对，因为那样。
      都不是: 也不对。
exercises:
  ours-new-image:
    title: 换上新镜像
    task: |
      把镜像换掉。
      不要重建。
    hints:
      - 看看模板。
    right: 换好了。
    refuse:
      rebuilt: 【误区】不用重建。
      old-pods: "还有 Pod 用着 {images}。"
    wrong_answers:
      - python: pass
        told: old-pods
"""
# What was written, what is typed instead, the line, the field, and what the sentence must hold.
SLIPS = {
    "right is missing": (
        "    right: 换好了。\n",
        "",
        (12, "exercises.ours-new-image", "缺少 right"),
    ),
    "a question without its text": (
        "    text: 哪一个？\n",
        "",
        (3, "questions.ours-which", "缺少 text"),
    ),
    "hints are no list": (
        "    hints:\n      - 看看模板。",
        "    hints: 看看模板。",
        (17, "exercises.ours-new-image.hints", "要写成列表"),
    ),
    "an unknown field": (
        "    hints:",
        "    hint:",
        (17, "exercises.ours-new-image.hint", "不认识的一栏"),
    ),
    "a tab": (
        "    hints:\n      - 看看",
        "    hints:\n\t  - 看看",
        (18, "整个文件", "Tab"),
    ),
    "the same key twice": (
        "exercises:\n",
        "exercises:\n  ours-new-image: {}\n",
        (13, "exercises.ours-new-image", "写了两次"),
    ),
    "nothing at all": (GOOD, "# 以后再写\n", (1, "整个文件", "空的")),
    "a place that there is not": (
        "place: 1",
        "place: 3",
        (5, "questions.ours-which.place", "最大写 2"),
    ),
    "a place that is no number": (
        "place: 1",
        "place: 第二",
        (5, "questions.ours-which.place", "整数"),
    ),
    "two right options": (
        "      这一个: 对，因为这样。\n",
        "      这一个: 对，因为这样。\n      另一个: 也对。\n",
        (6, "questions.ours-which.right", "正好要有一条，现在有 2 条"),
    ),
    "no wrong option": (
        "      那一个: 不对，因为那样。\n      都不是: 也不对。\n",
        "      {}\n",
        (8, "questions.ours-which.wrong", "至少要有 1 条，现在有 0 条"),
    ),
    "a Chinese colon": (
        "    right: 换好了。",
        "    right：换好了。",
        (20, "整个文件", "冒号是不是写成了"),
    ),
    "an option without its reply": (
        "      那一个: 不对，因为那样。",
        "      那一个:",
        (9, "questions.ours-which.wrong.那一个", "一段文字"),
    ),
    "a brace that stays open": (
        "{images}",
        "{images",
        (22, "exercises.ours-new-image.refuse.old-pods", "花括号"),
    ),
    "told what is never refused": (
        "told: old-pods",
        "told: old-pod",
        (
            25,
            "exercises.ours-new-image.wrong_answers.0.told",
            "refuse 里没有叫 'old-pod' 的一句；现有：rebuilt、old-pods、gone",
        ),
    ),
    "a wrong answer in no language": (
        "      - python: pass\n        told",
        "      - told",
        (24, "exercises.ours-new-image.wrong_answers.0", "只写一个"),
    ),
    "a list where names are needed": (
        "    refuse:\n      rebuilt: 【误区】不用重建。\n      old-pods:",
        "    refuse:\n      - rebuilt\n      -",
        (20, "exercises.ours-new-image.refuse", "名字: 内容"),
    ),
}


def test_a_good_file_is_read_as_it_is_written() -> None:
    read = read_lesson(GOOD, FILE)
    assert read["questions"]["ours-which"]["place"] == 1
    assert read["exercises"]["ours-new-image"]["task"] == "把镜像换掉。\n不要重建。\n"


def test_what_looks_like_another_type_is_text() -> None:
    read = read_lesson(GOOD.replace("right: 换好了。", "right: yes"), FILE)
    assert read["exercises"]["ours-new-image"]["right"] == "yes"


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_one_sentence_with_file_line_and_field(slip: str) -> None:
    written, typed, (line, field, problem) = SLIPS[slip]
    assert GOOD.count(written) == 1
    with pytest.raises(LessonFileError) as caught:
        read_lesson(GOOD.replace(written, typed), FILE)
    said = str(caught.value)
    assert said.startswith(f"{FILE} 第 {line} 行，{field}：")
    assert problem in said
    assert said.endswith(("。", "？")) and "\n" not in said


def test_no_key_stands_in_two_lessons() -> None:
    for section in ("questions", "exercises"):
        keys = [key for words in lessons().values() for key in words.get(section, {})]
        assert len(keys) == len(set(keys))
