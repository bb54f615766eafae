"""The words of a kubectl line: its command, its arguments, and the options that stand among them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from k8slearn.locale import page as words

# What a short option stands for.
_SHORT = {
    "A": "all-namespaces",
    "L": "label-columns",
    "f": "filename",
    "l": "selector",
    "n": "namespace",
    "o": "output",
    "p": "patch",
    "w": "watch",
}
# Some commands have other words for the same letter.
_SHORT_OF = {
    "exec": {"c": "container", "i": "stdin", "t": "tty"},
    "set": {"c": "container"},
    "logs": {"c": "container", "f": "follow", "p": "previous"},
}
# Options that stand alone; each other one is followed by its value.
_SWITCHES = frozenset(
    (
        "all",
        "all-containers",
        "all-namespaces",
        "all-pods",
        "delete-emptydir-data",
        "follow",
        "force-conflicts",
        "force",
        "global-default",
        "ignore-daemonsets",
        "ignore-not-found",
        "no-headers",
        "now",
        "overwrite",
        "prefix",
        "previous",
        "server-side",
        "show-events",
        "show-labels",
        "show-managed-fields",
        "stdin",
        "timestamps",
        "tty",
        "wait",
        "watch",
    )
)
# A cell's answer is one picture of one moment: nothing waits in it, and whoever says so is right.
_NO_DIFFERENCE = {"wait": "false", "watch": "false"}
# Options that go on until somebody has seen enough.
_ENDLESS = ("watch", "follow")


class Unended(str):
    """Text after which no new line begins, as a template prints it."""

    __slots__ = ()


class Aside(str):
    """What is told beside the answer: no filter of the line's sees it."""

    __slots__ = ()


class RefusedError(Exception):
    """A line that is not carried out; `lines` say why."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a line asks for: its arguments in their order, its options by their long names, and what it is given.

    `command` stands behind `--`: what is to run in a container. Of an option that stands twice the last one counts,
    except where `every` is asked for.
    """

    verb: str
    arguments: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)
    stdin: str = ""
    command: tuple[str, ...] = ()
    repeated: dict[str, list[str]] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        """The Namespace that is meant."""
        return self.options.get("namespace", "default")

    def has(self, switch: str) -> bool:
        """Whether an option that stands alone was given, and not as `--switch=false`."""
        return self.options.get(switch, "false") != "false"

    def every(self, option: str) -> list[str]:
        """All values that an option was given."""
        return self.repeated.get(option, [])

    def manager(self, usual: str) -> str:
        """In whose name a change is signed."""
        return self.options.get("field-manager", usual)

    def number(self, name: str, command: str) -> int | None:
        """The number that an option gives, None where it is not given. Raises RefusedError."""
        value = self.options.get(name)
        if value is None:
            return None
        if not re.fullmatch(r"[+-]?\d{1,18}", value):
            said = f'parsing "{value}": invalid syntax'
            raise RefusedError(
                f'error: invalid argument "{value}" for "--{name}" flag: strconv.ParseInt: {said}',
                f"See 'kubectl {command} --help' for usage.",
            )
        return int(value)

    def subcommand(self, known: Collection[str]) -> tuple[str, ...]:
        """The arguments, of which the first is one of these. Raises RefusedError for another one, or none."""
        given = self.arguments or ("",)
        if given[0] not in known:
            raise RefusedError(
                words.KUBECTL_SUBCOMMAND.format(
                    verb=self.verb, command=given[0], known="、".join(known)
                )
            )
        return given

    def only(self, *known: str) -> None:
        """Raises RefusedError for an option that this command does not have here."""
        self._refuse_others({*known, "namespace"})

    def _refuse_others(self, known: Collection[str]) -> None:
        for name, value in self.options.items():
            if name not in known and _NO_DIFFERENCE.get(name) != value:
                if name in _ENDLESS:
                    raise RefusedError(words.KUBECTL_NO_WATCH.format(option=name))
                raise RefusedError(
                    words.KUBECTL_NO_OPTION.format(verb=self.verb, option=name)
                )


def invocation_of(words_of_line: tuple[str, ...], stdin: str = "") -> Invocation:
    """What the words ask for. Raises RefusedError."""
    arguments: list[str] = []
    options: dict[str, str] = {}
    repeated: dict[str, list[str]] = {}
    rest = list(words_of_line)
    while rest:
        word = rest.pop(0)
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            arguments.append(word)
            continue
        verb = arguments[0] if arguments else ""
        name, value = _option(word, {**_SHORT, **_SHORT_OF.get(verb, {})})
        if value is None:
            value = "true" if name in _SWITCHES else _value(name, rest)
        options[name] = value
        repeated.setdefault(name, []).append(value)
    if not arguments:
        raise RefusedError(words.KUBECTL_NO_VERB)
    return Invocation(
        verb=arguments[0],
        arguments=tuple(arguments[1:]),
        options=options,
        stdin=stdin,
        command=tuple(rest),
        repeated=repeated,
    )


def _option(word: str, short: Mapping[str, str]) -> tuple[str, str | None]:
    """Its long name, and what is written to it in the same word."""
    if word.startswith("--"):
        name, sign, value = word[2:].partition("=")
        return name, value if sign else None
    name = short.get(word[1], word[1])
    value = word[2:].removeprefix("=")
    return name, value or None


def _value(name: str, rest: list[str]) -> str:
    if not rest:
        raise RefusedError(f"error: flag needs an argument: --{name}")
    return rest.pop(0)
