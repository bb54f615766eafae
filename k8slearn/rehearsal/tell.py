"""The sentences and table cells about a rehearsal, shared by text, page and picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from k8slearn.locale import rehearsal as words
from k8slearn.rehearsal.results import (
    Blockage,
    Cost,
    Facts,
    Findings,
    Rehearsed,
    Suggestion,
)
from k8slearn.rehearsal.spans import range_text, seconds_text

# Longer lists of names are cut off with a count.
MOST_NAMES = 6


class Paragraphs(NamedTuple):
    """A heading and the sentences under it."""

    title: str
    lines: tuple[str, ...]


def title(facts: Facts) -> str:
    """The title: what is rehearsed."""
    return words.TITLE.format(daemon_set=facts.daemon_set)


def opening(facts: Facts) -> list[str]:
    """The first sentences: what changes, on how many Nodes, and that nothing was sent anywhere."""
    told = []
    for container, before, after in facts.images:
        key = "image"
        if not after:
            key = "no_image"
        elif not before:
            key = "new_image"
        about = {"container": container, "before": before, "after": after}
        told.append(words.OPENING[key].format(**about))
    if not facts.changed:
        told.append(words.OPENING["unchanged"])
    elif not facts.images:
        told.append(words.OPENING["template"])
    key = "zones" if facts.zones else "nodes"
    told.append(
        words.OPENING[key].format(
            nodes=facts.nodes,
            zones=facts.zones,
        )
    )
    if facts.silent:
        names = few(facts.silent)
        told.append(words.OPENING["silent"].format(nodes=names))
    if facts.away_before:
        names = few(facts.away_before)
        count = len(facts.away_before)
        told.append(
            words.OPENING["away"].format(
                count=count,
                nodes=names,
            )
        )
    told.append(words.OPENING["nothing_sent"])
    return told


def few(names: Sequence[str]) -> str:
    """The first MOST_NAMES names, with their count where there are more."""
    told = words.COMMA.join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return told
    return words.AND_MORE.format(
        names=told,
        count=len(names),
    )


def name_of(result: Rehearsed) -> str:
    """The choice, with a percentage as a number of Nodes."""
    choice = result.choice
    if "%" in choice.name:
        return words.PERCENT.format(
            name=choice.name,
            count=result.number,
        )
    return choice.name


def cells(result: Rehearsed) -> tuple[str, ...]:
    """A choice's row of the table; `words.COLUMNS` are the headings."""
    usual = seconds_text(result.usual)
    if not (result.complete or result.goes_round):
        usual = words.STOPS_AFTER.format(time=usual)
    return (
        name_of(result),
        duration(result),
        usual,
        words.COUNT.format(count=result.most_away),
        zone_cell(result),
        cost_cell(result.bad_image),
        cost_cell(result.never_ready),
    )


def zone_cell(result: Rehearsed) -> str:
    """How many Nodes of one zone were away at a time, and how many might be in another order."""
    zone, count = result.most_in_one_zone
    if not zone:
        return words.DASH
    worst = result.worst_in_one_zone
    key = "worst" if worst > count else "zone"
    return words.IN_ZONE[key].format(
        count=count,
        zone=zone,
        worst=worst,
    )


def cost_cell(cost: Cost | None) -> str:
    """How many Nodes a version that cannot run leaves without a Pod, and how soon that is undone."""
    if cost is None:
        return words.DASH
    if not cost.away:
        return words.COST["none"]
    if cost.undo is None:
        return words.COST["stays"].format(count=cost.away)
    return words.COST["away"].format(
        count=cost.away,
        undo=seconds_text(cost.undo),
    )


def duration(result: Rehearsed) -> str:
    """How long it takes, or that it does not complete."""
    key = "by_hand" if result.choice.on_delete else "done"
    if not result.complete:
        key = "all_but" if result.goes_round else "stuck"
    return words.DURATIONS[key].format(
        replaced=result.replaced,
        desired=result.desired,
        time=range_text(result.quick, result.slow),
    )


def advice(made: Findings) -> Paragraphs:
    """Which limit to choose: the quickest and the gentlest of those that complete."""
    lines = []
    if made.interrupted:
        names = [each.name for each in made.asked[len(made.results) :]]
        lines.append(words.INTERRUPTED.format(left=words.COMMA.join(names)))
    done = [each for each in made.results if each.complete]
    stuck = []
    for result in made.results:
        if result.goes_round:
            lines.append(_completes_elsewhere(result))
        elif not result.complete:
            stuck.append(result)
    if stuck:
        others = len(stuck) < len(made.results)
        lines.insert(0, _who_is_stuck(stuck, others))
    if done and made.facts.changed:
        lines += _compared(done)
        lines += _time_away(done)
    return Paragraphs(words.SECTIONS["advice"], tuple(lines))


def _completes_elsewhere(result: Rehearsed) -> str:
    """The sentence that it completes on all other Nodes."""
    nodes = [each.node for each in result.stuck]
    return words.ADVICE["all_but"].format(
        name=name_of(result),
        nodes=few(nodes) or words.DASH,
        time=range_text(result.quick, result.slow),
    )


def _who_is_stuck(stuck: Sequence[Rehearsed], others: bool) -> str:
    nodes = sorted({each.node for result in stuck for each in result.stuck})
    names = words.COMMA.join([name_of(each) for each in stuck])
    key = "some_stuck" if others else "all_stuck"
    if len(stuck) == 1 and not others:
        key = "it_is_stuck"
    return words.ADVICE[key].format(
        names=names,
        nodes=few(nodes) or words.DASH,
    )


def _compared(done: Sequence[Rehearsed]) -> list[str]:
    quickest = min(done, key=lambda each: (each.slow, each.most_away))
    gentlest = min(done, key=lambda each: (each.most_away, each.slow))
    if quickest is gentlest:
        key = "only" if len(done) == 1 else "both"
        return [_advice_sentence(key, quickest)]
    return [
        _advice_sentence("quickest", quickest),
        _advice_sentence("gentlest", gentlest),
    ]


def _time_away(done: Sequence[Rehearsed]) -> list[str]:
    """How long one Node is away: the same for each limit, except with a surge."""
    for result in done:
        node, longest = result.longest
        if node:
            about = {"usual": seconds_text(result.spell), "node": node}
            return [words.SPELL.format(**about, longest=seconds_text(longest))]
    return []


def _advice_sentence(key: str, result: Rehearsed) -> str:
    told = words.ADVICE[key].format(
        name=name_of(result),
        time=range_text(result.quick, result.slow),
    )
    risk = "nobody" if not result.most_away else "away"
    bad = result.bad_image.away if result.bad_image is not None else 0
    return told + words.RISK[risk].format(
        away=result.most_away,
        bad=bad,
    )


def standstills(made: Findings) -> list[Paragraphs]:
    """For each choice that stands still: where, why, and how many Nodes wait."""
    found = []
    for result in made.results:
        if result.standstill is not None:
            heading = words.SECTIONS["stuck"].format(name=name_of(result))
            lines = _where(result, result.standstill)
            found.append(Paragraphs(heading, tuple(lines)))
    return found


def _where(result: Rehearsed, stands: Blockage) -> list[str]:
    lines = []
    for each in stands.stuck:
        key = "in_zone" if each.zone else "node"
        where = words.WHERE[key].format(
            node=each.node,
            zone=each.zone,
        )
        why = _in_one_line(each.reasons)
        lines.append(
            words.WHERE["why"].format(
                where=where,
                why=why,
            )
        )
    # In another order of Nodes more or fewer may wait behind.
    if result.replaced and stands.held_up:
        lines.append(words.WHERE["order"])
    if stands.held_up:
        why = _in_one_line(stands.round)
        told = words.WHERE["behind"].format(
            count=stands.held_up,
            why=why,
        )
        lines.append(told)
    for remedy in stands.remedies:
        lines.append(_remedy(remedy))
        # One line for each command, to be copied.
        lines += remedy.kubectl.splitlines()
    return lines


def _remedy(remedy: Suggestion) -> str:
    """A remedy in words: the change, its result on a fork, and its side effects."""
    told = [remedy.text, remedy.proof, *remedy.effects]
    return words.WHERE["remedy"].format(remedy=_in_one_line(told))


def is_command(line: str) -> bool:
    """Whether a line is a command for a terminal."""
    return line.startswith("kubectl ")


def _in_one_line(sentences: Sequence[str]) -> str:
    bare = [sentence.removesuffix(words.STOP) for sentence in sentences]
    return words.SEMICOLON.join(bare)


def sources(facts: Facts) -> Paragraphs:
    """Where the seconds come from, how many draws there are and why, and what the dump lacks."""
    lines = [each.sentence for each in facts.basis]
    lines.append(
        words.DRAWS.format(
            count=facts.draws,
            between=facts.draws - 2,
        )
    )
    lines.append(words.NOT_MODELLED)
    lines += facts.notes
    return Paragraphs(words.SECTIONS["sources"], tuple(lines))


def columns(made: Findings) -> tuple[str, ...]:
    """The headings for `cells`."""
    return words.COLUMNS
