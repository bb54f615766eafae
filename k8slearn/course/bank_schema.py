"""How a lesson's file must be: what is written there, and one sentence with file, line and field where it is not.

The shapes at the end are the schema. Each reads a node of the YAML and checks it on the way, so there is no second
walk, and no value is guessed: `yes`, `1.10` and `3` are texts as the teacher wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from k8slearn.locale import course as words

# A part of the bank as it is read: its fields by name.
Part = dict[str, Any]

# jsonschema, which JupyterLab brings along, would do it too, but takes 1.5 s to import in every learner's kernel
# (it loads the checkers of all formats that are installed), and its sentences are English.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What a check says by itself when an object is gone; it needs no sentence of the lesson's own.
GONE = "gone"


class LessonFileError(ValueError):
    """A lesson's file is not as it must be; the message is one Chinese sentence for its teacher."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file: the names of the fields that lead to it, and its line, from 1."""

    file: str
    fields: tuple[str, ...] = ()
    line: int = 1

    def inside(self, field: str, node: Node) -> Spot:
        """A field of what is here; `node` is where it begins."""
        line = node.start_mark.line + 1
        return Spot(self.file, (*self.fields, field), line)

    def error(self, problem: str, **facts: Any) -> LessonFileError:
        """The error to raise; `facts` fill the sentence's places."""
        field = ".".join(self.fields) or words.LESSON_FILE_ROOT
        sentence = words.LESSON_FILE_ERROR.format(
            file=self.file,
            line=self.line,
            field=field,
            problem=problem.format(**facts),
        )
        return LessonFileError(sentence)


Shape = Callable[[Node, Spot], Any]
Pairs = dict[str, tuple[Node, Spot]]


def read_lesson(text: str, file: str) -> Part:
    """What a lesson's file holds, as dicts, lists, texts and numbers. Raises LessonFileError."""
    start = Spot(file)
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, text, start) from None
    if node is None:
        raise start.error(words.FILE_EMPTY)
    lesson: Part = LESSON(node, start)
    return lesson


def _not_yaml(error: yaml.MarkedYAMLError, text: str, start: Spot) -> LessonFileError:
    mark = error.problem_mark
    number = mark.line if mark else 0
    lines = text.splitlines()
    # The mark may stand just behind the last line, where something was not closed.
    number = min(number, len(lines) - 1)
    spot = Spot(start.file, (), number + 1)
    if "\t" in lines[number]:
        return spot.error(words.FILE_TAB)
    return spot.error(words.FILE_NOT_YAML, found=error.problem or error.context)


# The kinds of values -----------------------------------------------------------------------------------------


def text(node: Node, spot: Spot) -> str:
    """Some text that is not empty."""
    if not isinstance(node, ScalarNode) or not node.value.strip():
        raise spot.error(words.WANTED_TEXT)
    return str(node.value)


def pattern(node: Node, spot: Spot) -> str:
    """A text with {places} that a check fills."""
    read = text(node, spot)
    try:
        list(Formatter().parse(read))
    except ValueError:
        raise spot.error(words.BRACES) from None
    return read


def number(node: Node, spot: Spot) -> int:
    """A whole number from 0."""
    if not isinstance(node, ScalarNode) or not node.value.isdecimal():
        raise spot.error(words.WANTED_NUMBER)
    return int(node.value)


def list_of(each: Shape, least: int = 0) -> Shape:
    """A list of at least so many values of one kind."""

    def read(node: Node, spot: Spot) -> list[Any]:
        if not isinstance(node, SequenceNode):
            raise spot.error(words.WANTED_LIST)
        if len(node.value) < least:
            raise spot.error(words.TOO_FEW, least=least, count=len(node.value))
        found = []
        for position, item in enumerate(node.value):
            inside = spot.inside(str(position), item)
            found.append(each(item, inside))
        return found

    return read


def named(each: Shape, least: int = 0) -> Shape:
    """Any names, at least so many, each with a value of one kind."""

    def read(node: Node, spot: Spot) -> Part:
        pairs = _pairs(node, spot)
        if len(pairs) < least:
            raise spot.error(words.TOO_FEW, least=least, count=len(pairs))
        found = {}
        for name, (value, inside) in pairs.items():
            found[name] = each(value, inside)
        return found

    return read


def fields(needed: Mapping[str, Shape], allowed: Mapping[str, Shape]) -> Shape:
    """The fields of this name: some must be there, some may, no others."""
    known = {**needed, **allowed}

    def read(node: Node, spot: Spot) -> Part:
        pairs = _pairs(node, spot)
        # Unknown before missing: a name that is misspelled is both, and this sentence shows the slip itself.
        for name, (_, inside) in pairs.items():
            if name not in known:
                listed = words.SEPARATOR.join(known)
                raise inside.error(words.FIELD_UNKNOWN, known=listed)
        for name in needed:
            if name not in pairs:
                raise spot.error(words.FIELD_MISSING, name=name)
        found = {}
        for name, (value, inside) in pairs.items():
            shape = known[name]
            found[name] = shape(value, inside)
        return found

    return read


def _pairs(node: Node, spot: Spot) -> Pairs:
    """The values of a mapping and where each stands, by name; YAML itself would let the last of two equals win."""
    if not isinstance(node, MappingNode):
        raise spot.error(words.WANTED_MAPPING)
    pairs: Pairs = {}
    for key, value in node.value:
        name = str(key.value)
        inside = spot.inside(name, key)
        if name in pairs:
            raise inside.error(words.FIELD_TWICE)
        pairs[name] = (value, inside)
    return pairs


def _spot_of(node: Node, spot: Spot, field: str) -> Spot:
    _, inside = _pairs(node, spot)[field]
    return inside


# The schema --------------------------------------------------------------------------------------------------


def _one_option(node: Node, spot: Spot) -> dict[str, str]:
    options: dict[str, str] = OPTIONS(node, spot)
    if len(options) != 1:
        raise spot.error(words.EXACTLY_ONE, count=len(options))
    return options


def _question(node: Node, spot: Spot) -> Part:
    read: Part = QUESTION(node, spot)
    count = len(read["wrong"])
    place = read.get("place", 0)
    if place > count:
        where = _spot_of(node, spot, "place")
        raise where.error(words.PLACE_TOO_LARGE, place=place, count=count)
    return read


def _wrong_answer(node: Node, spot: Spot) -> dict[str, str]:
    read: dict[str, str] = WRONG_ANSWER(node, spot)
    if ("python" in read) == ("kubectl" in read):
        raise spot.error(words.PYTHON_OR_KUBECTL)
    return read


def _exercise(node: Node, spot: Spot) -> Part:
    read: Part = EXERCISE(node, spot)
    known = [*read["refuse"], GONE]
    for position, answer in enumerate(read.get("wrong_answers", [])):
        told = answer["told"]
        if told not in known:
            answers, inside = _pairs(node, spot)["wrong_answers"]
            item = answers.value[position]
            inside = inside.inside(str(position), item)
            where = _spot_of(item, inside, "told")
            listed = words.SEPARATOR.join(known)
            raise where.error(words.NOT_REFUSED, told=told, known=listed)
    return read


# An option is its text with what is replied to it.
OPTIONS = named(text, least=1)
QUESTION = fields(
    {"text": text, "right": _one_option, "wrong": OPTIONS},
    # Where the right option stands among the others, counted from 0; without it, first. And what is said before
    # the question when it is asked away from its lesson.
    {"place": number, "setting": text},
)
WRONG_ANSWER = fields({"told": text}, {"python": text, "kubectl": text})
EXERCISE = fields(
    {
        "title": text,
        "task": text,
        "hints": list_of(text, least=1),
        "right": text,
        "refuse": named(pattern, least=1),
    },
    # A draft has none yet; tests/course/test_exercises.py asks for at least three.
    # Where the reference solution is written for kubectl: the same in Python, for a page, which has none.
    {"wrong_answers": list_of(_wrong_answer), "without_kubectl": text},
)
LESSON = fields(
    {"title": text},
    {"questions": named(_question), "exercises": named(_exercise)},
)
