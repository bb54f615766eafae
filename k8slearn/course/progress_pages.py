"""How far the learner has come, as a page; and at the end of the course a list of what was actually checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from k8slearn.course import progress
from k8slearn.course.bank import lessons
from k8slearn.course.exercise import exercise_words

WORDS = {
    "title": "我的进度",
    "all": "全部",
    "exercises": "练习",
    "questions": "题目",
    "counts": "练习 {exercises[0]}/{exercises[1]}　题目 {questions[0]}/{questions[1]}",
    "guesses": "实验室里的预测：猜对 {right} 次，共 {asked} 次。",
    "next": "下一步：",
    "next_exercise": "{lesson}，练习「{title}」",
    "next_questions": "{lesson}，还有 {count} 道题目",
    "finished": "都做完了。certificate() 列出检查过的每一件事。",
    "kept": "记在 {path} 里。里面只有做对了哪些题，没有别的；想从头来，删掉它就行。",
    "not_kept": "现在不记进度：环境变量 K8SLEARN_PROGRESS 是空的。",
    "certificate": "学习记录：Kubernetes DaemonSet",
    "day": "最后一次记录：{day}",
    "checked": "检查过的练习",
    "none": "还没有。",
    "answered": "答过的题目",
    "missing": "还缺的",
    "nothing_missing": "什么也不缺：{exercises} 道练习、{questions} 道题目都做完了。",
    "no_exam": (
        "这不是考试，没有人监考：练习可以重做，参考答案就在旁边，题目答错了可以再选。"
        "列出来的每一道练习，都由 check() 看过这台机器上那个模型集群的状态：它确实是要求的样子。"
        "除此以外，什么也不证明。"
    ),
    "left_exercises": "练习：{titles}",
    "left_questions": "题目：{count} 道",
}
GREEN, BLUE, GREY = "#009E73", "#0072B2", "var(--jp-layout-color3, #ccc)"
SHEET = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>'
    "<style>body {{ max-width: 45em; margin: 2em auto; padding: 0 1em; font-family: sans-serif }}"
    " li {{ break-inside: avoid }}</style>{body}</html>"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A lesson: what it asks for and what is done of it, as keys in the order of the lesson."""

    lesson: str
    title: str
    exercises: tuple[str, ...]
    questions: tuple[str, ...]
    done: frozenset[str]

    def count(self, keys: tuple[str, ...]) -> tuple[int, int]:
        """How many are done, of how many."""
        return sum(key in self.done for key in keys), len(keys)

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """The counts of both sections."""
        return {
            "exercises": self.count(self.exercises),
            "questions": self.count(self.questions),
        }

    def left(self, keys: tuple[str, ...]) -> list[str]:
        """Those that are not done."""
        return [key for key in keys if key not in self.done]

    @property
    def name(self) -> str:
        """The lesson's number and title."""
        return f"{self.lesson.partition('_')[0]} {self.title}"


def rows() -> list[Row]:
    """The lessons that ask for something, with what is done; keys that the course no longer has do not count."""
    done = progress.done()
    return [
        _row(lesson, words, done.get(lesson, {}))
        for lesson, words in lessons().items()
        if _asks(words)
    ]


def total(counted: list[Row]) -> dict[str, tuple[int, int]]:
    """The counts of all lessons together."""
    pairs = {
        section: [row.counts[section] for row in counted]
        for section in progress.SECTIONS
    }
    return {
        section: (sum(a for a, _ in found), sum(b for _, b in found))
        for section, found in pairs.items()
    }


class Page:
    """Text and HTML of what `lines` and `html` return at the moment it is shown."""

    def __init__(
        self, lines: Callable[[], Iterator[str]], html: Callable[[], str]
    ) -> None:
        self._lines, self._html = lines, html

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return self._html()

    def save(self, path: str | Path) -> Path:
        """Write a page of its own that a browser can print."""
        target = Path(path)
        target.write_text(
            SHEET.format(title=WORDS["certificate"], body=self._html()),
            encoding="utf-8",
        )
        return target


def progress_page() -> Page:
    """A bar for each lesson, and what is next."""
    return Page(_progress_lines, _progress_html)


def certificate() -> Page:
    """What was actually checked, and what is missing; `save("….html")` makes a page to print."""
    return Page(_certificate_lines, _certificate_html)


def _asks(words: Any) -> bool:
    return bool(words.get("exercises") or words.get("questions"))


def _row(lesson: str, words: Any, done: dict[str, list[str]]) -> Row:
    exercises, questions = (
        tuple(words.get("exercises", {})),
        tuple(words.get("questions", {})),
    )
    keys = frozenset(done.get("exercises", [])) & {*exercises} | frozenset(
        done.get("questions", [])
    ) & {*questions}
    return Row(lesson, words["title"], exercises, questions, keys)


def _progress_lines() -> Iterator[str]:
    found = rows()
    yield f"{WORDS['title']}　{WORDS['counts'].format(**total(found))}"
    for row in found:
        yield f"{_text_bar(row.counts)} {row.name}　{WORDS['counts'].format(**row.counts)}"
    if progress.guesses().asked:
        yield _guesses()
    yield _next(found)[1]
    yield _where()


def _progress_html() -> str:
    found = rows()
    table = "".join(
        _bar_row(f'<a href="{row.lesson}.ipynb">{escape(row.name)}</a>', row.counts)
        for row in found
    )
    table += _bar_row(f"<b>{WORDS['all']}</b>", total(found))
    lesson, told = _next(found)
    told = f'<a href="{lesson}.ipynb">{escape(told)}</a>' if lesson else escape(told)
    guessed = f"<p>{_guesses()}</p>" if progress.guesses().asked else ""
    style = "border-collapse:collapse;line-height:1.6;margin:0"
    small = f'<p style="font-size:12px;opacity:.75">{escape(_where())}</p>'
    return f'<div><b>{WORDS["title"]}</b><table style="{style}">{table}</table>{guessed}<p>{told}</p>{small}</div>'


def _bar_row(name: str, counts: dict[str, tuple[int, int]]) -> str:
    cell = "padding:2px 12px 2px 0;text-align:left;border:0"
    bars = "".join(
        f'<td style="{cell};white-space:nowrap">{WORDS[section]} {_bar(*counts[section], colour)} '
        f"{counts[section][0]}/{counts[section][1]}</td>"
        for section, colour in (("exercises", GREEN), ("questions", BLUE))
    )
    return f'<tr style="background:none"><td style="{cell}">{name}</td>{bars}</tr>'


def _bar(done: int, asked: int, colour: str) -> str:
    outer = f"display:inline-block;width:110px;height:10px;border-radius:5px;background:{GREY};overflow:hidden"
    inner = (
        f"display:block;height:10px;width:{_share(done, asked):.0%};background:{colour}"
    )
    return f'<span style="{outer}"><span style="{inner}"></span></span>'


def _text_bar(counts: dict[str, tuple[int, int]]) -> str:
    done, asked = (sum(pair[at] for pair in counts.values()) for at in (0, 1))
    full = int(10 * _share(done, asked))
    return "[" + "#" * full + "." * (10 - full) + "]"


def _share(done: int, asked: int) -> float:
    return done / asked if asked else 1.0


def _next(found: list[Row]) -> tuple[str, str]:
    """The lesson to go to, and what to say of it; exercises before questions."""
    for row in found:
        if keys := row.left(row.exercises):
            title = exercise_words(keys[0]).title
            return row.lesson, WORDS["next"] + WORDS["next_exercise"].format(
                lesson=row.name, title=title
            )
        if keys := row.left(row.questions):
            return row.lesson, WORDS["next"] + WORDS["next_questions"].format(
                lesson=row.name, count=len(keys)
            )
    return "", WORDS["finished"]


def _guesses() -> str:
    counted = progress.guesses()
    return WORDS["guesses"].format(right=counted.right, asked=counted.asked)


def _where() -> str:
    place = progress.path()
    return WORDS["kept"].format(path=place.name) if place else WORDS["not_kept"]


def _certificate_parts() -> Iterator[tuple[str, list[str]]]:
    """Headings and the lines under each."""
    found = rows()
    checked = [key for row in found for key in row.exercises if key in row.done]
    yield WORDS["checked"], [_checked(key) for key in checked] or [WORDS["none"]]
    yield (
        WORDS["answered"],
        [line for row in found for line in _answered(row)] or [WORDS["none"]],
    )
    yield WORDS["missing"], [*filter(None, map(_left, found))] or [_all_done(found)]


def _answered(row: Row) -> Iterator[str]:
    done, asked = row.counts["questions"]
    if done:
        yield f"{row.name}　{done}/{asked}"


def _checked(key: str) -> str:
    words = exercise_words(key)
    return f"{words.title}：{' '.join(words.right.split())}"


def _left(row: Row) -> str:
    titles = "".join(
        f"「{exercise_words(key).title}」" for key in row.left(row.exercises)
    )
    parts = [WORDS["left_exercises"].format(titles=titles)] if titles else []
    if keys := row.left(row.questions):
        parts.append(WORDS["left_questions"].format(count=len(keys)))
    return f"{row.name}　{'；'.join(parts)}" if parts else ""


def _all_done(found: list[Row]) -> str:
    counts = total(found)
    return WORDS["nothing_missing"].format(
        exercises=counts["exercises"][1], questions=counts["questions"][1]
    )


def _day() -> list[str]:
    day = progress.last_day()
    return [WORDS["day"].format(day=day)] if day else []


def _certificate_lines() -> Iterator[str]:
    yield from [WORDS["certificate"], *_day()]
    for heading, lines in _certificate_parts():
        yield from ["", heading, *(f"  - {line}" for line in lines)]
    yield from ["", WORDS["no_exam"]]


def _certificate_html() -> str:
    parts = "".join(
        f"<p><b>{heading}</b></p><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
        for heading, lines in _certificate_parts()
    )
    day = "".join(f"<p>{line}</p>" for line in _day())
    style = (
        f"border:2px solid {GREEN};border-radius:8px;padding:8px 20px;line-height:1.6"
    )
    heading = f'<p style="font-size:20px"><b>{WORDS["certificate"]}</b></p>'
    return f'<div style="{style}">{heading}{day}{parts}<p>{WORDS["no_exam"]}</p></div>'
