"""Compares two records of a kubelet scenario by the rules that came with the records.

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

# Seconds: the kubelet lists the runtime once a second, and the recording machine was busy.
SLACK = 1.3
# Seconds: shorter states may have been written together with the next one.
SHORT = 1.5
# Seconds of tolerance for a row that some of the recordings lack.
UNSTABLE = 2.0
# Shares of the elapsed time: each back-off has a jitter of 0 to 50 %, a probe a phase.
BACK_OFF_SHARE = 0.4
PROBE_SHARE = 0.15
JITTER = 1.5
BACK_OFF = {"BackOff"}
FAILING = {"Unhealthy", "Failed", "FailedCreatePodSandBox"}
# A Pod created after this share of the recording may be missing on the other side.
LATE_SHARE = 0.7
# The message of a probe at the moment of its container's end, which is random.
CHANCE = "container is not running"
NOTES = ("t", "r", "unstable")
PARTS = ("pods", "daemonsets", "nodes")


@dataclass(frozen=True, slots=True)
class TrackMoment:
    """A value of a track, its time, and its earliest and latest time in all recordings."""

    time: float
    value: Value
    earliest: float
    latest: float


# The value of a track before its first one.
NOT_YET: Value = (None,)
Track = list[TrackMoment]
Pair = tuple[TrackMoment, TrackMoment]


def filled(record: Record) -> Record:
    """The record with complete rows: in the file a row has only its changes, null for removed values."""
    found = {**record}
    for part in PARTS:
        if part in record:
            found[part] = _with_full_rows(record[part])
    others = record.get("alternatives", ())
    found["alternatives"] = [_with_full_rows(pods) for pods in others]
    return found


def _with_full_rows(part: Mapping[str, Record]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for name, about in part.items():
        full = _full_rows(about["rows"])
        found[name] = {**about, "rows": full}
    return found


def _full_rows(rows: Iterable[Record]) -> list[Record]:
    now: Record = {}
    full: list[Record] = []
    for row in rows:
        notes: Record = {}
        for key, value in row.items():
            if key in NOTES:
                # Notes apply to their own row only.
                notes[key] = value
            elif value is None:
                now.pop(key, None)
            else:
                now[key] = value
        full.append(now | notes)
    return full


def tracks(rows: Iterable[Record]) -> dict[str, Track]:
    """The tracks of a Pod's rows by name, without repeated values."""
    found: dict[str, Track] = {}
    for row in rows:
        time = row["t"]
        earliest, latest = row.get("r", (time, time))
        if row.get("unstable"):
            earliest -= UNSTABLE
            latest += UNSTABLE
        for name, value in _values(row):
            track = found.setdefault(name, [])
            before = track[-1].value if track else NOT_YET
            if before != value:
                moment = TrackMoment(time, value, earliest, latest)
                track.append(moment)
    return found


def _values(row: Record) -> Iterable[tuple[str, Value]]:
    """(track, value) of a row."""
    yield "phase", (row.get("phase"), row.get("reason"), row.get("message"))
    yield "deleting", (row.get("deleting"),)
    if row.get("gone"):
        yield "gone", (True,)
    for kind, *about in row.get("conditions", ()):
        # Status and reason; messages are compared elsewhere.
        yield f"condition {kind}", tuple(about[:2])
    for part in ("init", "containers"):
        for container in row.get(part, ()):
            yield from _container(part, container)


def _container(part: str, container: Record) -> Iterable[tuple[str, Value]]:
    name = f"{part} {container['name']}"
    kind, *about = container["state"] or ["none"]
    reason = about[0] if about else ""
    exit_code = about[1] if kind == "terminated" else None
    yield name, (kind, reason, exit_code, container["restarts"])
    yield f"{name} ready", (container["ready"],)
    yield f"{name} started", (bool(container["started"]),)
    last = container.get("last")
    if last:
        yield f"{name} last", tuple(last[:3])


@dataclass(frozen=True)
class Alignment:
    """Two tracks to align, the second at which the recordings end, and the tolerance as a share of the elapsed time."""

    one: Track
    other: Track
    end: float
    share: float

    def pairs(self) -> tuple[Pair, ...] | None:
        """The largest possible list of pairs of equal values, None if the tracks cannot be aligned."""

        @cache
        def best(i: int, j: int, last: Value | None) -> tuple[Pair, ...] | None:
            """The most pairs of values from index i of one and j of the other on; `last` is the last paired value."""
            one_left = i < len(self.one)
            other_left = j < len(self.other)
            if not one_left and not other_left:
                return ()
            ways: list[tuple[Pair, ...] | None] = []
            if one_left and other_left and self.one[i].value == self.other[j].value:
                following = best(i + 1, j + 1, self.one[i].value)
                if following is not None:
                    pair = self.one[i], self.other[j]
                    ways.append((pair, *following))
            if one_left and self.may_miss(self.one, i, last):
                ways.append(best(i + 1, j, last))
            if other_left and self.may_miss(self.other, j, last):
                ways.append(best(i, j + 1, last))
            possible = [way for way in ways if way is not None]
            return max(possible, key=len, default=None)

        return best(0, 0, None)

    def may_miss(self, track: Track, index: int, last: Value | None) -> bool:
        """Whether the other side may lack this value: it repeats the last one, comes at the end or was short."""
        moment = track[index]
        if moment.value == last:
            return True
        if moment.time + tolerance(moment, self.share) >= self.end:
            return True
        if index + 1 == len(track):
            return False
        following = track[index + 1]
        return following.time - moment.time < SHORT


def align(one: Track, other: Track, end: float, share: float) -> list[Pair] | None:
    """The largest possible list of pairs of equal values of two tracks; None if they cannot be aligned.

    A value may be missing on either side if it was short, if it only repeats that of the last pair, or if the recording
    may have ended before it.
    """
    found = Alignment(one, other, end, share).pairs()
    if found is None:
        return None
    return list(found)


def tolerance(moment: TrackMoment, share: float) -> float:
    """The tolerance for a value's time in seconds; `share` is that of the elapsed time."""
    return SLACK + share * moment.time


def share_of(pod: Record) -> float:
    """The share of the time passed by which a Pod's times may be off where chance had a part in them."""
    reasons = {event["reason"] for event in pod.get("events", ())}
    if reasons & BACK_OFF:
        return BACK_OFF_SHARE
    if reasons & FAILING:
        return PROBE_SHARE
    return 0.0


def compare(reference: Record, candidate: Record) -> list[Difference]:
    """(where, expected, got) for each difference between two filled records of one scenario."""
    found: list[Difference] = []
    end = reference["secs"]
    for name, pod in reference["pods"].items():
        other = candidate["pods"].get(name)
        if other is not None:
            found += compare_pod(name, pod, other, end)
            continue
        rows = pod["rows"]
        if rows and rows[0]["t"] < LATE_SHARE * end:
            found.append((f"{name}: absent", rows[0]["t"], None))
    return found


def compare_pod(name: str, pod: Record, other: Record, end: float) -> list[Difference]:
    """The tracks of one Pod that differ, and the Events that only one side has."""
    found: list[Difference] = []
    share = share_of(pod)
    expected = tracks(pod["rows"])
    got = tracks(other["rows"])
    for key in sorted(expected.keys() | got.keys()):
        where = f"{name}: {key}"
        one = expected.get(key, [])
        two = got.get(key, [])
        found += compare_track(where, one, two, end, share)
    return found + compare_events(name, pod, other, end, share)


def compare_track(
    where: str, one: Track, two: Track, end: float, share: float
) -> list[Difference]:
    """The difference between two tracks: another order of values, or the first that comes at another time."""
    pairs = align(one, two, end, share)
    if pairs is None:
        return [(f"{where}: values", told(one), told(two))]
    if share == BACK_OFF_SHARE:
        found = compare_steps(where, pairs)
        if found:
            return found
    for expected, got in pairs:
        more = tolerance(expected, share)
        earliest = expected.earliest - more
        latest = expected.latest + more
        if not earliest <= got.time <= latest:
            value = words_of(expected.value)
            between = f"{earliest:.1f} to {latest:.1f} s"
            return [(f"{where}: time of {value}", between, f"{got.time:.1f} s")]
    return []


def compare_steps(where: str, pairs: Iterable[Pair]) -> list[Difference]:
    """The first back-off that is not of the recorded length, from the end of a container to its next start.

    The rules that came with the records tolerate 40 % of the elapsed time, and so also steps of half the length. But
    the jitter of a step is 0 to 50 %, so the lengths of two recordings never differ by more.
    """
    ended: Pair | None = None
    for expected, got in pairs:
        if len(expected.value) != 4:
            # Only a container's state has four parts (`_container`).
            continue
        kind, _, _, restarts = expected.value
        if kind == "terminated":
            ended = expected, got
        elif kind == "running" and ended and restarts == ended[0].value[3] + 1:
            length = expected.time - ended[0].time
            other = got.time - ended[1].time
            shorter, longer = sorted((length, other))
            # Twice the slack: each end of the step was seen when the runtime was listed.
            if longer > shorter * JITTER + 2 * SLACK:
                step = f"{where}: back-off before restart {restarts}"
                return [(step, f"{length:.1f} s", f"{other:.1f} s")]
    return []


def told(track: Track) -> list[str]:
    """A track on one line a value."""
    return [f"{moment.time:.1f} {words_of(moment.value)}" for moment in track]


def words_of(value: Value) -> str:
    """A value of a track as text, without what is empty."""
    told = [str(part) for part in value if part not in (None, "")]
    return " ".join(told) or "-"


def compare_events(
    name: str, pod: Record, other: Record, end: float, share: float
) -> list[Difference]:
    """The Events that one side alone has, unless it came so late that the other's recording had ended."""
    found: list[Difference] = []
    expected = _first_times(pod)
    got = _first_times(other)
    for event in sorted(expected.keys() ^ got.keys()):
        message = event[2]
        if CHANCE in message:
            continue
        is_missing = event in expected
        time = expected[event] if is_missing else got[event]
        if time + SLACK + share * time >= end:
            continue
        words = " ".join(event)
        line = f"{time:.1f} {words}"
        if is_missing:
            found.append((f"{name}: event", line, None))
        else:
            found.append((f"{name}: event", None, line))
    return found


def _first_times(pod: Record) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    for event in pod.get("events", ()):
        sort = event["type"], event["reason"], event["message"]
        found[sort] = event["t"]
    return found


def nearest(reference: Record, candidate: Record) -> list[Difference]:
    """The differences from the recording, or from the one of its alternatives that is nearest to the candidate."""
    best = compare(reference, candidate)
    for pods in reference.get("alternatives", ()):
        alternative = {**reference, "pods": pods}
        found = compare(alternative, candidate)
        best = min(best, found, key=len)
    return best
