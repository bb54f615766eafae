"""Two records of one kubelet scenario side by side, by the rules that came with the records.

A kubelet may write two changes at once or one after the other, so rows are not compared one by one: each Pod is cut
into tracks (its phase, each condition, each container, whether it is deleted), and the values of a track are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from k8slearn.parity.decisions import Difference
from k8slearn.parity.reference import Record

Value = tuple[Any, ...]

# The runtime is listed once a second, and the recording machine was busy.
SLACK = 1.3
# What lasted less may have been written together with what followed.
SHORT = 1.5
# A row that one of the recordings did not have at all.
UNSTABLE = 2.0
# Of the time passed: each back-off has a jitter of 0 to 50 %, a probe its phase.
BACK_OFF_SHARE, PROBE_SHARE = 0.4, 0.15
JITTER = 1.5
BACK_OFF = {"BackOff"}
FAILING = {"Unhealthy", "Failed", "FailedCreatePodSandBox"}
# A Pod that comes so late in the recording may not have come yet on the other side.
LATE_SHARE = 0.7
# A probe that met its container's end: chance, and the recordings have it by chance.
CHANCE = "container is not running"
NOTES = ("t", "r", "unstable")
PARTS = ("pods", "daemonsets", "nodes")


@dataclass(frozen=True, slots=True)
class TrackMoment:
    """A value of a track, when it began, and when at the earliest and latest in all recordings."""

    time: float
    value: Value
    earliest: float
    latest: float


# A track begins with the first thing that there is to say.
NOT_YET: Value = (None,)
Track = list[TrackMoment]
Pair = tuple[TrackMoment, TrackMoment]


def filled(record: Record) -> Record:
    """The record with every row in full: as written, a row has only what it changes, null where something went."""
    found = {**record}
    for part in PARTS:
        if part in record:
            found[part] = _filled_part(record[part])
    others = record.get("alternatives", ())
    return found | {"alternatives": [_filled_part(pods) for pods in others]}


def _filled_part(part: Mapping[str, Record]) -> dict[str, Record]:
    return {
        name: {**about, "rows": _filled_rows(about["rows"])}
        for name, about in part.items()
    }


def _filled_rows(rows: Iterable[Record]) -> list[Record]:
    now: Record = {}
    full: list[Record] = []
    for row in rows:
        now = {**now, **{key: row[key] for key in row if key not in NOTES}}
        now = {key: now[key] for key in now if now[key] is not None}
        full.append(now | {note: row[note] for note in NOTES if note in row})
    return full


def tracks(rows: Iterable[Record]) -> dict[str, Track]:
    """The tracks of a Pod's rows by name; a value that stays as it was is not told again."""
    found: dict[str, Track] = {}
    for row in rows:
        time = row["t"]
        earliest, latest = row.get("r", (time, time))
        if row.get("unstable"):
            earliest, latest = earliest - UNSTABLE, latest + UNSTABLE
        for name, value in _values(row):
            track = found.setdefault(name, [])
            before = track[-1].value if track else NOT_YET
            if before != value:
                track.append(TrackMoment(time, value, earliest, latest))
    return found


def _values(row: Record) -> Iterable[tuple[str, Value]]:
    """What one row says to each of its tracks."""
    yield "phase", (row.get("phase"), row.get("reason"), row.get("message"))
    yield "deleting", (row.get("deleting"),)
    if row.get("gone"):
        yield "gone", (True,)
    for kind, *rest in row.get("conditions", ()):
        yield f"condition {kind}", tuple(rest[:2])
    for part in ("init", "containers"):
        for container in row.get(part, ()):
            yield from _container(f"{part} {container['name']}", container)


def _container(name: str, container: Record) -> Iterable[tuple[str, Value]]:
    kind, *rest = container["state"] or ["none"]
    reason = rest[0] if rest else ""
    exit_code = rest[1] if kind == "terminated" else None
    yield name, (kind, reason, exit_code, container["restarts"])
    yield f"{name} ready", (container["ready"],)
    yield f"{name} started", (bool(container["started"]),)
    if container.get("last"):
        yield f"{name} last", tuple(container["last"][:3])


def align(one: Track, other: Track, end: float, share: float) -> list[Pair] | None:
    """The equal values of two tracks in pairs, as many as possible; None when the two cannot be the same story.

    A value may be missing on either side when it was short, when it only repeats the last pair's, or when the
    recording may have ended before it.
    """

    def may_miss(track: Track, place: int, last: Value | None) -> bool:
        moment = track[place]
        if moment.value == last or moment.time + tolerance(moment, share) >= end:
            return True
        following = place + 1
        return following < len(track) and track[following].time - moment.time < SHORT

    @cache
    def rest(i: int, j: int, last: Value | None) -> tuple[Pair, ...] | None:
        if i == len(one) and j == len(other):
            return ()
        ways: list[tuple[Pair, ...] | None] = []
        if i < len(one) and j < len(other) and one[i].value == other[j].value:
            after = rest(i + 1, j + 1, one[i].value)
            ways.append(None if after is None else ((one[i], other[j]), *after))
        if i < len(one) and may_miss(one, i, last):
            ways.append(rest(i + 1, j, last))
        if j < len(other) and may_miss(other, j, last):
            ways.append(rest(i, j + 1, last))
        possible = [way for way in ways if way is not None]
        return max(possible, key=len, default=None)

    found = rest(0, 0, None)
    return None if found is None else list(found)


def tolerance(moment: TrackMoment, share: float) -> float:
    """How many seconds a value may be off; `share` is that of the time passed."""
    return SLACK + share * moment.time


def share_of(pod: Record) -> float:
    """Which share of the time passed a Pod's times may be off, for what chance had a part in."""
    reasons = {event["reason"] for event in pod.get("events", ())}
    if reasons & BACK_OFF:
        return BACK_OFF_SHARE
    return PROBE_SHARE if reasons & FAILING else 0.0


def compare(reference: Record, candidate: Record) -> list[Difference]:
    """(where, expected, got) for each difference between two filled records of one scenario."""
    found: list[Difference] = []
    end = reference["secs"]
    for name, pod in reference["pods"].items():
        other = candidate["pods"].get(name)
        if other is not None:
            found += compare_pod(name, pod, other, end)
        elif pod["rows"] and pod["rows"][0]["t"] < LATE_SHARE * end:
            found.append((f"{name}: absent", pod["rows"][0]["t"], None))
    return found


def compare_pod(name: str, pod: Record, other: Record, end: float) -> list[Difference]:
    """The tracks of one Pod that differ, and the Events that only one side has."""
    found: list[Difference] = []
    share = share_of(pod)
    ours, theirs = tracks(pod["rows"]), tracks(other["rows"])
    for key in sorted(ours.keys() | theirs.keys()):
        one, two = ours.get(key, []), theirs.get(key, [])
        found += compare_track(f"{name}: {key}", one, two, end, share)
    return found + compare_events(name, pod, other, end, share)


def compare_track(
    where: str, one: Track, two: Track, end: float, share: float
) -> list[Difference]:
    """The difference between two tracks: another order of values, or the first that comes at another time."""
    pairs = align(one, two, end, share)
    if pairs is None:
        return [(f"{where}: values", told(one), told(two))]
    if share == BACK_OFF_SHARE and (found := compare_steps(where, pairs)):
        return found
    for expected, got in pairs:
        more = tolerance(expected, share)
        earliest, latest = expected.earliest - more, expected.latest + more
        if not earliest <= got.time <= latest:
            between = f"{earliest:.1f} to {latest:.1f} s"
            value = words_of(expected.value)
            return [(f"{where}: time of {value}", between, f"{got.time:.1f} s")]
    return []


def compare_steps(where: str, pairs: Iterable[Pair]) -> list[Difference]:
    """The first back-off that is not of the recorded length, from the end of a container to its next start.

    The rules that came with the records forgive 40 % of all the time passed, and so a step that is half as long; but
    each step is drawn anew between its length and half as much again, so two of them are never further apart.
    """
    ended: Pair | None = None
    for expected, got in pairs:
        kind, *_, restarts = expected.value if len(expected.value) == 4 else ("", 0)
        if kind == "terminated":
            ended = expected, got
        elif kind == "running" and ended and restarts == ended[0].value[3] + 1:
            lengths = expected.time - ended[0].time, got.time - ended[1].time
            if max(lengths) > min(lengths) * JITTER + 2 * SLACK:
                step = f"{where}: back-off before restart {restarts}"
                return [(step, f"{lengths[0]:.1f} s", f"{lengths[1]:.1f} s")]
    return []


def told(track: Track) -> list[str]:
    """A track on one line a value."""
    return [f"{moment.time:.1f} {words_of(moment.value)}" for moment in track]


def words_of(value: Value) -> str:
    """A value of a track as text, without what is empty."""
    return " ".join(str(part) for part in value if part not in (None, "")) or "-"


def compare_events(
    name: str, pod: Record, other: Record, end: float, share: float
) -> list[Difference]:
    """The Events that one side alone has, unless it came so late that the other's recording had ended."""
    found: list[Difference] = []
    ours, theirs = _first_times(pod), _first_times(other)
    for event in sorted(ours.keys() ^ theirs.keys()):
        if CHANCE in event[2]:
            continue
        time = ours[event] if event in ours else theirs[event]
        if time + SLACK + share * time < end:
            line = f"{time:.1f} {' '.join(event)}"
            sides = (line, None) if event in ours else (None, line)
            found.append((f"{name}: event", *sides))
    return found


def _first_times(pod: Record) -> dict[tuple[str, str, str], float]:
    return {
        (event["type"], event["reason"], event["message"]): event["t"]
        for event in pod.get("events", ())
    }


def nearest(reference: Record, candidate: Record) -> list[Difference]:
    """The differences from the recording, or from the one of its alternatives that is nearest to the candidate."""
    takes = [reference["pods"], *reference.get("alternatives", ())]
    found = [compare({**reference, "pods": pods}, candidate) for pods in takes]
    return min(found, key=len)
