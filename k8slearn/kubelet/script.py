"""What a container does, as a script of a few words: it runs, ends, logs, grows, answers probes.

A word is `name` or `name=value`; they are parted by blanks. `msg=`, `log=` and `log-every=` take the rest of the
line or up to a `;`. Pure functions of the text, the container's age and what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import START, Object, annotations_of
from k8slearn.locale import kubelet as words
from k8slearn.mistakes import WrongValueError

ANNOTATION = "k8slearn/behaviour"
PLAY = "play.example/"
NEVER = float("inf")
# What the recorded runtime gives a container that says nothing of it.
MEMORY = 10 * 2**20
DISK = 2**20
CPU = 1
TERM_SECONDS = 0.1
OOM = "oom"
RUN = "\0run "
"""What begins a line that is the output of a program, whose arguments follow as JSON: whoever shows the log runs it."""
DATE = "\0date"
"""A line that is the moment when it is written, as `date` writes it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One life of a container: it ends by itself `after` so many seconds with `code`."""

    code: int = 0
    after: float = NEVER
    oom: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """When something holds, in seconds since the container's start."""

    since: float = 0.0
    until: float = NEVER

    def holds(self, age: float) -> bool:
        """Whether it holds at that age."""
        return self.since <= age < self.until

    def changes_after(self, age: float) -> float:
        """The age at which it next changes."""
        return min((at for at in (self.since, self.until) if at > age), default=NEVER)


NO_TIME = Span(NEVER, NEVER)


@dataclass(frozen=True, slots=True)
class Script:
    """The words, understood. `runs`: the first start does the first, all after the last the last."""

    runs: tuple[Run, ...] = (Run(),)
    term_after: float = TERM_SECONDS
    term_code: int = 0
    error: str = ""
    message: str = ""
    last_line: str = ""
    lines: tuple[tuple[float, str], ...] = ()
    every: tuple[float, str] | None = None
    memory: int = MEMORY
    disk: int = DISK
    cpu: int = CPU
    leak: tuple[int, float] | None = None
    fill: tuple[str, int] | None = None
    ready: Span = Span()
    alive: Span = Span()
    listens: int = 0
    is_known: bool = False
    files: tuple[tuple[str, Span], ...] = ()
    awaits: str = ""
    """`namespace/name` of a Service: when that is there, it ends well."""

    def run(self, starts: int) -> Run:
        """What the container does at its start number `starts`, counted from 0."""
        return self.runs[min(starts, len(self.runs) - 1)]

    @property
    def filled(self) -> int:
        """Bytes that it writes into a volume."""
        return self.fill[1] if self.fill else 0

    @property
    def writes(self) -> bool:
        """Whether the script says what is logged, be it nothing."""
        return bool(self.is_known or self.lines or self.every or self.last_line)

    def lines_since(self, start: float) -> list[tuple[float, str]]:
        """Its lines with their moments, where it began at one."""
        moments = [(start + age, text) for age, text in self.lines]
        return [(at, line_at(text, at)) for at, text in moments]

    def memory_at(self, age: float) -> int:
        """Bytes in use at that age."""
        if self.leak is None:
            return self.memory
        amount, seconds = self.leak
        return self.memory + amount * int(age // seconds)

    def age_at(self, memory: int) -> float:
        """The age at which it first uses more than so many bytes."""
        if self.memory > memory:
            return 0.0
        if self.leak is None or not self.leak[0]:
            return NEVER
        amount, seconds = self.leak
        return ((memory - self.memory) // amount + 1) * seconds


def line_at(text: str, now: float) -> str:
    """A line as it is written at a moment of a Node's clock."""
    if text != DATE:
        return text
    moment = START + timedelta(seconds=int(now))
    return f"{moment:%a %b %e %H:%M:%S UTC %Y}"


def container_words(pod: Object, container: Object) -> str:
    """What the Pod itself says of a container: its annotation, or its arguments where its image is one of a play."""
    text = annotations_of(pod).get(ANNOTATION)
    if text is not None:
        return annotated(text, container["name"])
    if container.get("image", "").startswith(PLAY):
        return " ".join(container.get("args") or ())
    return ""


def annotated(text: str, container: str) -> str:
    """The words for one container: `NAME: words` lines are for that one, others for all that have no line."""
    general: list[str] = []
    own: list[str] = []
    for line in text.splitlines():
        line, _, _ = line.partition("#")
        found = re.match(r"\s*([a-z0-9][-a-z0-9]*):\s+(.*)", line + " ")
        if found is None:
            general.append(line.strip())
        elif found.group(1) == container:
            own.append(found.group(2).strip())
    return ";".join(own or [line for line in general if line])


def parse_script(text: str) -> Script:
    """The script that a text stands for. Raises ValueError with the word that nobody knows."""
    script = Script()
    for part in text.split(";"):
        rest = part.strip()
        while rest:
            word, _, after = rest.partition(" ")
            if word.startswith(("msg=", "log=", "log@", "log-every=")):
                word = rest
                after = ""
            script = _with_word(script, word.strip())
            rest = after.strip()
    return script


def _with_word(script: Script, word: str) -> Script:
    name, given, value = word.partition("=")
    if name.startswith("log@"):
        line = (float(name.removeprefix("log@")), value)
        return replace(script, lines=(*script.lines, line))
    read = _WORDS.get(name)
    if read is None:
        raise WrongValueError(
            words.UNKNOWN_WORD.format(word=word, known=", ".join(_WORDS))
        )
    try:
        return read(script, value if given else "")
    except (ValueError, quantity.QuantityError):
        raise WrongValueError(words.BAD_WORD.format(word=word)) from None


def _run_of(text: str) -> Run:
    if text == "run":
        return Run()
    code, _, after = text.partition("@")
    seconds = float(after or 0)
    if code == OOM:
        return Run(137, seconds, oom=True)
    return Run(int(code), seconds)


def _exit(script: Script, value: str) -> Script:
    return replace(script, runs=(_run_of(value),))


def _seq(script: Script, value: str) -> Script:
    return replace(script, runs=tuple(_run_of(one) for one in value.split(",")))


def _term(script: Script, value: str) -> Script:
    if value == "never":
        return replace(script, term_after=NEVER)
    seconds, _, code = value.partition("/")
    return replace(script, term_after=float(seconds), term_code=int(code or 0))


def _leak(script: Script, value: str) -> Script:
    amount, _, seconds = value.partition("/")
    return replace(script, leak=(_bytes(amount), max(float(seconds or 1), 0.1)))


def _fill(script: Script, value: str) -> Script:
    path, _, amount = value.partition(":")
    return replace(script, fill=(path, _bytes(amount)))


def _every(script: Script, value: str) -> Script:
    seconds, _, line = value.partition(":")
    return replace(script, every=(max(float(seconds), 0.1), line))


def _window(value: str) -> Span:
    if value == "no":
        return NO_TIME
    kind, _, seconds = value.partition("-")
    if kind == "after":
        return Span(since=float(seconds))
    if kind == "until":
        return Span(until=float(seconds))
    raise ValueError(value)


def _bytes(text: str) -> int:
    return int(quantity.parse(text).value)


def _milli(text: str) -> int:
    return int(quantity.parse(text).value * 1000)


Reading = Callable[[Script, str], Script]


def _said(**changes: Any) -> Reading:
    """A word without a value."""

    def read(script: Script, value: str) -> Script:
        return replace(script, **changes)

    return read


def _given(field: str, parse: Callable[[str], Any]) -> Reading:
    """A word whose value is one field of the script."""

    def read(script: Script, value: str) -> Script:
        return replace(script, **{field: parse(value)})

    return read


_WORDS: dict[str, Reading] = {
    "run": _said(runs=(Run(),)),
    "exit": _exit,
    "seq": _seq,
    "term": _term,
    "start-error": _said(error="start"),
    "create-error": _said(error="create"),
    "msg": _given("message", str),
    "log": _given("last_line", str),
    "log-every": _every,
    "mem": _given("memory", _bytes),
    "disk": _given("disk", _bytes),
    "cpu": _given("cpu", _milli),
    "leak": _leak,
    "fill": _fill,
    "ready": _given("ready", _window),
    "alive": _given("alive", _window),
    "listen": _given("listens", int),
}
