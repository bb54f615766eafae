"""Errors of the caller: a notebook shows the sentence that says what to do, and no traceback through our code."""

from __future__ import annotations


class CallersMistake(Exception):
    """Shown by its sentence alone."""

    def _render_traceback_(self) -> list[str]:
        """What IPython prints."""
        return [str(self)]


class WrongValueError(CallersMistake, ValueError):
    """A value that cannot be; the message says what can."""


class UnknownNameError(CallersMistake, KeyError):
    """A name that there is not; the message lists those that there are."""

    def __str__(self) -> str:
        # KeyError puts its message in quotes, as if it were the name.
        return str(self.args[0])
