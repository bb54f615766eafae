"""The update strategies that a rehearsal compares: maxUnavailable, maxSurge, or OnDelete."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from k8slearn.apimachinery.objects import Object, percent_or_number
from k8slearn.controllers.daemon.decide import update_strategy
from k8slearn.locale import rehearsal as words
from k8slearn.mistakes import WrongValueError

Amount = int | str
"""A number of Nodes, or a percentage of them as Kubernetes writes it."""

_AMOUNT = re.compile(r"\d{1,6}|(?:\d|[1-9]\d|100)%", re.ASCII)
_SURGE = ("surge=", "maxSurge=")
_UNAVAILABLE = "maxUnavailable="
ZEROS = ("0", "0%")
ON_DELETE = ("on-delete", "OnDelete")
# The defaults: the most careful limit, and two that are usual for large clusters.
USUAL = ("1", "10%", "25%")


class RehearsalError(WrongValueError):
    """What was asked for cannot be rehearsed; the message says why, and what is possible."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One updateStrategy. One of the two limits is 0, as the API server demands."""

    max_unavailable: Amount = 0
    max_surge: Amount = 0
    on_delete: bool = False

    @property
    def name(self) -> str:
        """The choice as a manifest words it: `maxUnavailable 3`."""
        if self.on_delete:
            return "OnDelete"
        if self.max_surge:
            return f"maxSurge {self.max_surge}"
        return f"maxUnavailable {self.max_unavailable}"

    def number(self, desired: int) -> int:
        """The limit as a number of Nodes out of `desired`; 1 for OnDelete, where Pods are deleted one by one."""
        if self.on_delete:
            return 1
        return percent_or_number(self.max_surge or self.max_unavailable, desired)

    def strategy(self) -> Object:
        """spec.updateStrategy, as a patch writes it."""
        if self.on_delete:
            return {"type": "OnDelete", "rollingUpdate": None}
        limits = {"maxUnavailable": self.max_unavailable, "maxSurge": self.max_surge}
        return {"type": "RollingUpdate", "rollingUpdate": limits}


def parse_choice(text: str) -> Choice:
    """`3`, `10%`, `surge=2` or `on-delete`. Raises RehearsalError."""
    text = text.strip()
    if text in ON_DELETE:
        return Choice(on_delete=True)
    for beginning in _SURGE:
        if text.startswith(beginning):
            return Choice(max_surge=_amount(text.removeprefix(beginning), text))
    return Choice(max_unavailable=_amount(text.removeprefix(_UNAVAILABLE), text))


def asked_for(
    max_unavailable: str = "",
    surge: str = "",
    on_delete: bool = False,
    limits: str = "",
) -> list[Choice]:
    """The choices for the options of the command, each a comma-separated list. Raises RehearsalError.

    `max_unavailable` and `surge` are the two fields of a strategy, one of which must be 0; `limits` are separate
    strategies to compare.
    """
    unavailable = [each for each in _parts(max_unavailable) if each not in ZEROS]
    surges = [each for each in _parts(surge) if each not in ZEROS]
    if unavailable and surges:
        example = ",".join([*unavailable, *[_SURGE[0] + each for each in surges]])
        raise RehearsalError(words.ERRORS["both_set"].format(example=example))
    if (max_unavailable or surge) and not (unavailable or surges):
        raise RehearsalError(words.ERRORS["both_zero"].format(given=ZEROS[0]))
    found = [parse_choice(each) for each in unavailable]
    found += [parse_choice(_SURGE[0] + each) for each in surges]
    found += [parse_choice(each) for each in _parts(limits)]
    if on_delete:
        found.append(Choice(on_delete=True))
    return found


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    return [part for part in parts if part]


def _amount(text: str, given: str) -> Amount:
    if not _AMOUNT.fullmatch(text):
        raise RehearsalError(words.ERRORS["no_limit"].format(given=given))
    amount: Amount = text if text.endswith("%") else int(text)
    # Kubernetes: pkg/apis/apps/validation, ValidateRollingUpdateDaemonSet refuses two zeros.
    if amount in (0, "0%"):
        raise RehearsalError(words.ERRORS["both_zero"].format(given=given))
    return amount


def own_choice(daemon_set: Object) -> Choice:
    """The strategy that the DaemonSet has now."""
    if update_strategy(daemon_set) == "OnDelete":
        return Choice(on_delete=True)
    strategy = daemon_set["spec"].get("updateStrategy") or {}
    rolling = strategy.get("rollingUpdate") or {}
    surge = rolling.get("maxSurge") or 0
    if surge not in (0, "0", "0%"):
        return Choice(max_surge=surge)
    return Choice(max_unavailable=rolling.get("maxUnavailable") or 1)


def usual_choices(daemon_set: Object, desired: int) -> list[Choice]:
    """Its own strategy and the usual ones, without repeated numbers of Nodes. Raises RehearsalError for OnDelete."""
    own = own_choice(daemon_set)
    if own.on_delete:
        # Nothing happens by itself then: the user has to choose to delete Pods or to change the strategy.
        raise RehearsalError(words.ERRORS["on_delete"])
    found = [own]
    numbers = set()
    if not own.max_surge:
        numbers.add(own.number(desired))
    for choice in map(parse_choice, USUAL):
        if choice.number(desired) not in numbers:
            numbers.add(choice.number(desired))
            found.append(choice)
    return found


def chosen(
    asked: Iterable[str | int | Choice], daemon_set: Object, desired: int
) -> list[Choice]:
    """The choices asked for, in their order and without duplicates; the usual ones where none was."""
    found: list[Choice] = []
    for each in asked:
        choice = each if isinstance(each, Choice) else parse_choice(str(each))
        if choice not in found:
            found.append(choice)
    return found or usual_choices(daemon_set, desired)
