"""A shell that somebody types into: a line at a time, each a command that the container knows.

Where there is a terminal, what is typed is echoed here, as the terminal's other end does it on a Node.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from k8slearn.apimachinery.errors import ApiError
from k8slearn.containers.commands import Result, run
from k8slearn.containers.inside import Inside

PROMPT = "/ # "
END_OF_FILE = "\x04"
INTERRUPT = "\x03"
ESCAPE = "\x1b"
ERASE = ("\x7f", "\b")
INTERRUPTED = 130
WRONG_LINE = 2
"""What a shell leaves with for a line that it cannot read."""


class Output(NamedTuple):
    """What goes to the client's two streams."""

    out: str = ""
    error: str = ""


class Shell:
    """One shell; `code` is its exit code once it has ended, `look` tells what its container finds at the moment."""

    prompt = PROMPT

    def __init__(self, look: Callable[[], Inside], *, terminal: bool) -> None:
        self.code: int | None = None
        self._look = look
        self._terminal = terminal
        self._line = ""
        self._last = 0
        self._in_escape = False

    def begin(self) -> Output:
        """What it shows before anything is typed."""
        return Output(self.prompt if self._terminal else "")

    def feed(self, text: str) -> Output:
        """Take what was typed."""
        out = ""
        error = ""
        for char in text:
            if self.code is not None:
                break
            shown = self._typed(char) if self._terminal else self._read(char)
            out = out + shown.out
            error = error + shown.error
        return Output(out, error)

    def end_of_input(self) -> Output:
        """Nothing more will be typed: the last line may lack its end."""
        shown = self._run() if self._line else Output()
        if self.code is None:
            self.code = self._last
        return shown

    def _read(self, char: str) -> Output:
        if char == "\n":
            return self._run()
        self._line += char
        return Output()

    def _typed(self, char: str) -> Output:
        """One key at a terminal, and what it does to the screen."""
        if self._in_escape or char == ESCAPE:
            # An arrow or the like, which ends with a letter or a tilde: there is no history to walk.
            self._in_escape = not (char.isalpha() or char == "~")
            return Output()
        if char in "\r\n":
            return self._entered()
        if char == INTERRUPT:
            self._line = ""
            return self._interrupted()
        if char == END_OF_FILE:
            if not self._line:
                self.code = self._last
            return Output()
        if char in ERASE:
            had = self._line
            self._line = self._line[:-1]
            return Output("\b \b" if had else "")
        self._line += char
        return Output(char)

    def _interrupted(self) -> Output:
        return Output(f"^C\r\n{self.prompt}")

    def _entered(self) -> Output:
        shown = self._run()
        text = (shown.out + shown.error).replace("\n", "\r\n")
        after = self.prompt if self.code is None else ""
        return Output(f"\r\n{text}{after}")

    def _run(self) -> Output:
        line = self._line.strip()
        self._line = ""
        words = line.split()
        if not words or line.startswith("#"):
            return Output()
        if words[0] == "exit":
            given = ""
            if len(words) > 1:
                given = words[1]
            self.code = int(given) % 256 if given.isdigit() else self._last
            return Output()
        result = self._result(line)
        self._last = result.code
        return Output(result.out, result.error)

    def _result(self, line: str) -> Result:
        try:
            return run(self._look(), ["sh", "-c", line])
        except ApiError as error:
            return Result(error=f"{error.message}\n", code=WRONG_LINE)


class Copying(Shell):
    """`cat` without a file: what comes in goes out, at a terminal line by line."""

    prompt = ""

    def feed(self, text: str) -> Output:
        """Take what was typed, or piped: that may be long."""
        return super().feed(text) if self._terminal else Output(text)

    def _interrupted(self) -> Output:
        self.code = INTERRUPTED
        return Output("^C\r\n")

    def _run(self) -> Output:
        line = self._line
        self._line = ""
        return Output(f"{line}\n")
