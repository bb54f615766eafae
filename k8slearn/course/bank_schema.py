"""The schema of a lesson's file, and its parser, whose errors name file, line and field in one sentence.

The shapes at the end are the schema. Each parses and checks a node of the YAML at once. Types are not guessed: `yes`,
`1.10` and `3` are texts as the teacher wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from k8slearn.locale import course as words

# A parsed part of the bank: its fields by name.
Part = dict[str, Any]

# jsonschema, which JupyterLab requires, would do too, but takes 1.5 s to import in every learner's kernel
# (it loads the checkers of all formats that are installed), and its sentences are English.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# The message of a missing object, for which a lesson needs no sentence of its own.
GONE = "gone"


class LessonFileError(ValueError):
    """A lesson's file does not match the schema; the message is one Chinese sentence for the teacher."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file: the names of the fields that lead to it, and its line, from 1."""

    file: str
    fields: tuple[str, ...] = ()
    line: int = 1

    def inside(self, field: str, node: Node) -> Spot:
        """The spot of a field of this one; `node` is its value."""
        line = node.start_mark.line + 1
        return Spot(self.file, (*self.fields, field), line)

    def error(self, problem: str, **facts: Any) -> LessonFileError:
        """The error to raise here; `facts` fill the placeholders of the sentence `problem`."""
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
    """Parse a lesson's file into dicts, lists, strings and ints. Raises LessonFileError."""
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
    # For an unclosed bracket the mark may be just after the last line.
    number = min(number, len(lines) - 1)
    spot = Spot(start.file, (), number + 1)
    if "\t" in lines[number]:
        return spot.error(words.FILE_TAB)
    return spot.error(words.FILE_NOT_YAML, found=error.problem or error.context)


# The kinds of values -----------------------------------------------------------------------------------------


def text(node: Node, spot: Spot) -> str:
    """A string that is not empty."""
    if not isinstance(node, ScalarNode) or not node.value.strip():
        raise spot.error(words.WANTED_TEXT)
    return str(node.value)


def pattern(node: Node, spot: Spot) -> str:
    """A string with {placeholders} that a check fills."""
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
    """A shape: a list of at least `least` values of shape `each`."""

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
    """A shape: a mapping of at least `least` names to values of shape `each`."""

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
    """A shape: a mapping with all of the `needed` fields, any of the `allowed` ones and no others."""
    known = {**needed, **allowed}

    def read(node: Node, spot: Spot) -> Part:
        pairs = _pairs(node, spot)
        # Unknown before missing: a misspelled name is both, and this message shows the typo.
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
    """The value and spot of each name in a mapping; duplicate names, of which YAML takes the last, are an error."""
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


# The text of each option, with the reply to it.
OPTIONS = named(text, least=1)
QUESTION = fields(
    {"text": text, "right": _one_option, "wrong": OPTIONS},
    # "place" is the index of the right option among the others, 0 by default; "setting" is put before the
    # question where it is asked outside its lesson.
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
    # Drafts may lack "wrong_answers"; tests/course/test_exercises.py asks for at least three.
    # "without_kubectl" is a solution in Python for pages, where the lesson gives one for kubectl.
    {"wrong_answers": list_of(_wrong_answer), "without_kubectl": text},
)
LESSON = fields(
    {"title": text},
    {"questions": named(_question), "exercises": named(_exercise)},
)
