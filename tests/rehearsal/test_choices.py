"""The limits that a rehearsal compares."""

import pytest

from k8slearn.rehearsal.choices import (
    Choice,
    RehearsalError,
    chosen,
    own_choice,
    parse_choice,
)
from tests.support.helpers import daemon_set, rolling


@pytest.mark.parametrize(
    "text, choice, name, of_40",
    [
        ("3", Choice(3), "maxUnavailable 3", 3),
        (" 10% ", Choice("10%"), "maxUnavailable 10%", 4),
        ("maxUnavailable=1%", Choice("1%"), "maxUnavailable 1%", 1),
        ("100%", Choice("100%"), "maxUnavailable 100%", 40),
        ("surge=2", Choice(0, 2), "maxSurge 2", 2),
        ("maxSurge=11%", Choice(0, "11%"), "maxSurge 11%", 5),
        ("on-delete", Choice(on_delete=True), "OnDelete", 1),
        ("OnDelete", Choice(on_delete=True), "OnDelete", 1),
    ],
)
def test_a_limit_is_read(text, choice, name, of_40):
    found = parse_choice(text)
    assert (found, found.name, found.number(40)) == (choice, name, of_40)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "101%", "3 %", "surge", "１"])
def test_what_is_no_limit_is_refused_with_what_would_be(text):
    with pytest.raises(RehearsalError, match="要写成个数"):
        parse_choice(text)


@pytest.mark.parametrize("text", ["0", "0%", "surge=0", "surge=0%"])
def test_two_zeros_could_replace_nothing(text):
    with pytest.raises(RehearsalError, match="不能都是 0"):
        parse_choice(text)


@pytest.mark.parametrize(
    "strategy, own",
    [
        (rolling(2), Choice(2)),
        (rolling("30%"), Choice("30%")),
        (rolling(0, 1), Choice(0, 1)),
        (rolling(1, "0%"), Choice(1)),
        ({"type": "OnDelete"}, Choice(on_delete=True)),
        ({}, Choice(1)),
    ],
)
def test_its_own_strategy_is_a_choice(strategy, own):
    assert own_choice(daemon_set(updateStrategy=strategy)) == own


def test_who_asks_for_nothing_gets_its_own_and_the_usual_each_number_once():
    def names(strategy, desired):
        found = chosen((), daemon_set(updateStrategy=strategy), desired)
        return [choice.name.removeprefix("maxUnavailable ") for choice in found]

    assert names(rolling(4), 40) == ["4", "1", "25%"]
    assert names(rolling(1), 8) == ["1", "25%"]
    assert names(rolling(0, 1), 40) == ["maxSurge 1", "1", "10%", "25%"]


def test_on_delete_asks_for_a_choice():
    with pytest.raises(RehearsalError, match="OnDelete"):
        chosen((), daemon_set(updateStrategy={"type": "OnDelete"}), 3)


def test_what_is_asked_for_twice_is_rehearsed_once():
    found = chosen(["1", 1, Choice(1), "surge=1"], daemon_set(), 3)
    assert found == [Choice(1), Choice(0, 1)]


def test_a_strategy_is_one_that_the_server_takes():
    assert Choice("10%").strategy() == rolling("10%", 0)
    assert Choice(0, 2).strategy() == rolling(0, 2)
    assert Choice(on_delete=True).strategy()["rollingUpdate"] is None
