"""Words a write as a line, and a step as a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from k8slearn.apimachinery.log import Change, Failure
from k8slearn.apimachinery.objects import namespace
from k8slearn.kinds.pod.state import get_target_node_name
from k8slearn.locale import view as words
from k8slearn.view.change_clauses import BY_KIND, other_clause
from k8slearn.view.ownership import Numbers, revision_mark
from k8slearn.view.scene import chip_of

# Clauses of writes that merely follow from others, the most informative first: a step with
# nothing else is described by the first of these.
BOOKKEEPING = (
    "daemonset-status",
    "workload-status",
    "pod-creating",
    "other-changed",
    "warning",
    "event",
)
WARNINGS = (
    "warning",
    "pod-failed",
    "pod-problem",
    "pod-exited",
    "pod-evicted-by-kubelet",
)


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary of a write: a key of `words.CLAUSES` and the values for its placeholders."""

    clause: str
    name: str
    node: str = ""
    revision: int = 0
    detail: str = ""
    kind: str = ""

    @property
    def is_bookkeeping(self) -> bool:
        """Whether the write merely follows from another one."""
        return self.clause in BOOKKEEPING


@dataclass(frozen=True, slots=True)
class EventLine:
    """A line of the event stream; `time` is in simulated seconds, `minor` means bookkeeping."""

    revision: int
    time: float
    chip: str
    actor: str
    text: str
    warning: bool = False
    minor: bool = False


def summary_of(change: Change, numbers: Numbers | None = None) -> Summary | None:
    """The summary of a write; None for one that is not mentioned.

    `numbers` are the revisions by namespace and hash; without them the text names no revisions.
    """
    o = change.object
    clause, detail = BY_KIND.get(o["kind"], other_clause)(change)
    if not clause:
        return None
    own_name = o["metadata"]["name"]
    if o["kind"] != "Pod":
        return Summary(clause, own_name, detail=detail, kind=o["kind"])
    revision = 0
    if numbers:
        revision = numbers.get((namespace(o), revision_mark(o)), 0)
    return Summary(
        clause=clause,
        name=own_name,
        node=get_target_node_name(o),
        revision=revision,
        detail=detail,
    )


def say(summaries: Sequence[Summary]) -> str:
    """A phrase for summaries with the same clause and detail."""
    first = summaries[0]
    # Dicts as ordered sets: each name once, in the order of the writes.
    nodes: dict[str, None] = {}
    names: dict[str, None] = {}
    revisions: set[int] = set()
    for summary in summaries:
        nodes[summary.node or words.NOWHERE] = None
        names[summary.name] = None
        if summary.revision:
            revisions.add(summary.revision)
    where = words.join(list(nodes), unit=words.NODES)
    return _clause(first, where, words.join(list(names)), revisions)


def _clause(first: Summary, nodes: str, names: str, revisions: Collection[int]) -> str:
    told = ""
    if revisions:
        numbers = words.LIST_COMMA.join(map(str, sorted(revisions)))
        told = words.REVISION.format(number=numbers)
    return words.CLAUSES[first.clause].format(
        nodes=nodes,
        names=names,
        revision=told,
        detail=first.detail,
        kind=first.kind,
    )


def sentence_of(changes: Iterable[Change], numbers: Numbers | None = None) -> str:
    """The sentence about a step: the component, then its writes by clause, without bookkeeping unless it is all."""
    return told_sentence([(c.actor, summary_of(c, numbers)) for c in changes])


def told_sentence(step: Iterable[tuple[str, Summary | None]]) -> str:
    """The sentence about a step from (actor, summary) of each of its writes."""
    told = [(actor, summary) for actor, summary in step if summary is not None]
    if not told:
        return ""
    news = [pair for pair in told if not pair[1].is_bookkeeping]
    if not news:
        news = [min(told, key=lambda pair: BOOKKEEPING.index(pair[1].clause))]
    clauses: dict[tuple[str, str], list[Summary]] = {}
    for _, summary in news:
        clauses.setdefault((summary.clause, summary.detail), []).append(summary)
    said = words.CLAUSE_JOIN.join(map(say, clauses.values()))
    sentence = words.glue(actor_name(news[0][0]), said)
    # A detail may be an Event's message, which may end with a full stop.
    return sentence.rstrip(".") + words.FULL_STOP


def actor_name(actor: str) -> str:
    """The name of an actor in the learner's language, or else as in the log."""
    return words.ACTORS.get(actor, actor)


def line_of(change: Change, numbers: Numbers | None = None) -> EventLine | None:
    """One write as a line of the event stream, or None."""
    return told_line(change, summary_of(change, numbers))


def told_failures(failures: Iterable[Failure]) -> list[Failure]:
    """The failures without repetitions."""
    told: dict[tuple[str, str, str], Failure] = {}
    for failure in failures:
        key = failure.component, failure.subject, failure.error
        told.setdefault(key, failure)
    return list(told.values())


def failure_text(failure: Failure) -> str:
    """A failure as a sentence without its subject."""
    if not failure.subject:
        return words.FAILED.format(error=failure.error)
    return words.FAILED_AT.format(error=failure.error, subject=failure.subject)


def failure_line(failure: Failure) -> EventLine:
    """A failure as a line of the event stream."""
    return EventLine(
        revision=failure.revision,
        time=failure.time,
        chip=chip_of(failure.component),
        actor=words.SHORT_ACTORS.get(failure.component, failure.component),
        text=failure_text(failure),
        warning=True,
    )


def told_line(change: Change, summary: Summary | None) -> EventLine | None:
    """The line for a write with its summary."""
    if summary is None or summary.clause == "event":
        return None
    # The same as `say` for one summary, but faster: it is called for every write.
    revisions = [summary.revision] if summary.revision else []
    text = _clause(summary, summary.node or words.NOWHERE, summary.name, revisions)
    if summary.node:
        text = words.LINE_OF_POD.format(clause=text, pod=summary.name)
    return EventLine(
        revision=change.revision,
        time=change.time,
        chip=chip_of(change.actor),
        actor=words.SHORT_ACTORS.get(change.actor, change.actor),
        text=text,
        warning=summary.clause in WARNINGS,
        minor=summary.clause in BOOKKEEPING,
    )
