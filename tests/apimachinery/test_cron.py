"""Cron schedules: the moments that they mean, and the errors for invalid ones."""

from datetime import UTC, datetime, timedelta

import pytest

from k8slearn.apimachinery.cron import BadSchedule, parse

# A Thursday.
START = datetime(2026, 1, 1, 0, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("* * * * *", "2026-01-01T00:01"),
        ("*/15 * * * *", "2026-01-01T00:15"),
        ("5/20 * * * *", "2026-01-01T00:05"),
        ("0 3 * * *", "2026-01-01T03:00"),
        ("30 9-17 * * mon-fri", "2026-01-01T09:30"),
        ("0 0 * * SUN", "2026-01-04T00:00"),
        ("0 0 1 mar *", "2026-03-01T00:00"),
        # Two days that say something: one of them is enough.
        ("0 0 13 * 5", "2026-01-02T00:00"),
        ("0 0 29 2 *", "2028-02-29T00:00"),
        ("@hourly", "2026-01-01T01:00"),
        ("@weekly", "2026-01-04T00:00"),
    ],
)
def test_the_next_moment(text, moment):
    assert parse(text).after(START).isoformat().startswith(moment)


def test_each_moment_is_meant_once():
    schedule, found = parse("*/20 * * * *"), [START]
    for _ in range(4):
        found.append(schedule.after(found[-1]))
    assert [each.minute for each in found[1:]] == [20, 40, 0, 20]


def test_no_day_at_all_and_every_so_often():
    assert parse("0 0 30 2 *").after(START) is None
    assert parse("@every 1h30m").after(START) == START + timedelta(hours=1, minutes=30)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("every day", "expected exactly 5 fields, found 2: [every day]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
        ("@daly", "unrecognized descriptor: @daly"),
        ("@every x", "failed to parse duration @every x"),
        ("", "empty spec string"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(text, words):
    with pytest.raises(BadSchedule) as refused:
        parse(text)
    assert str(refused.value) == words
