"""The card of `kubectl get` tables, and of the YAML of one object, for the moment shown."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import ClassVar

import yaml

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.tables import Table, table
from k8slearn.lab import render
from k8slearn.lab.cards import Commandable
from k8slearn.lab.commands import ObjectKey
from k8slearn.lab.playback import ShownMoment
from k8slearn.lab.view_model import ViewModel, find
from k8slearn.lab.widgets import card, choice, page, row, set_visible, toggle
from k8slearn.locale import lab as words

KINDS = ("DaemonSet", "Pod", "ControllerRevision", "Event", "Node")
# The names for `kubectl get`: kubectl's short names where there are any.
RESOURCES = {
    "DaemonSet": "ds",
    "Pod": "pods",
    "ControllerRevision": "controllerrevisions",
    "Event": "events",
    "Node": "nodes",
    "Deployment": "deploy",
    "ReplicaSet": "rs",
    "StatefulSet": "sts",
    "Job": "jobs",
    "CronJob": "cj",
}
# Kinds with a button only while they have objects: the card is narrow, and most lessons have none.
WHERE_THERE = tuple(kind for kind in RESOURCES if kind not in KINDS)
YAML = "YAML"
# More rows would only make every redraw slow.
MOST_ROWS = 200
# The height of a line in em, and the step in rows by which the card grows; as in STYLE below.
LINE_HEIGHT = 1.45
ROWS_AT_ONCE = 5
SIGNS = {"": "  ", "changed": "+ ", "gone": "− "}
# libyaml's dumper is ten times as fast, but not always installed.
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class TablesCard:
    """One table, or the YAML of one object; only the chosen one is made."""

    STYLE: ClassVar[str] = """
.k8s-records-lines { height: 260px; overflow: auto; white-space: pre; font-size: 12px;
  line-height: 1.45; font-family: var(--jp-code-font-family, monospace); margin-top: 4px; }
.k8s-records-lines .k8s-changed { background: rgba(0, 158, 115, 0.18); }
.k8s-records-lines .k8s-gone { background: rgba(213, 94, 0, 0.16); text-decoration: line-through; }
"""

    def __init__(self, panel: Commandable) -> None:
        self.kind = toggle("records-kind", (*KINDS, YAML))
        objects = [(said, kind) for kind, said in words.YAML_OF.items()]
        self.target = choice("records-target", objects, width="150px")
        self.page = page("records-page")
        head = row(self.kind, self.target)
        self.root = card("records", words.CARD_TABLES, head, self.page)
        for widget in (self.kind, self.target):
            widget.observe(lambda _: panel.wake(), "value")

    def refresh(self, model: ViewModel) -> None:
        """Show this moment."""
        self._offer(model.moment.reader)
        is_yaml = self.kind.value == YAML
        set_visible(self.target, is_yaml)
        if is_yaml:
            kind = self.target.value
            key = model.selection.of_kind(kind)
            self.page.value = yaml_page(model.moment, kind, key)
        else:
            self.page.value = table_page(model.moment, self.kind.value)

    def _offer(self, reader: Reader) -> None:
        """Offer a button for each kind that has objects; the choice is kept."""
        there = tuple(kind for kind in WHERE_THERE if reader.list(kind))
        options = (*KINDS, *there, YAML)
        if options == tuple(self.kind.options):
            return
        chosen = self.kind.value
        self.kind.options = options
        self.kind.value = chosen if chosen in options else KINDS[0]


# Tables --------------------------------------------------------------------------------


def rows_of(reader: Reader, kind: str) -> list[Object]:
    """The objects of a kind in the order of a table: Events by time, others by name."""
    objects = reader.list(kind)
    if kind == "Event":
        return sorted(objects, key=_event_time)[-MOST_ROWS:]
    return objects[:MOST_ROWS]


def _event_time(event: Object) -> str:
    time = event.get("lastTimestamp") or event["metadata"]["creationTimestamp"]
    return str(time)


def table_page(moment: ShownMoment, kind: str) -> str:
    """A table as HTML, with the rows that the last action wrote marked."""
    count = len(moment.reader.list(kind))
    objects = rows_of(moment.reader, kind)
    wide = kind == "Pod"
    made = _without_wide(table(BY_KIND[kind], objects, moment.time, wide=wide))
    flag = " -o wide" if wide else ""
    # -A adds the column of namespaces.
    if any(namespace(o) not in ("", "default") for o in objects):
        flag += " -A"
        made = _with_namespaces(made, objects)
    heads, *lines = str(made).splitlines()
    written = _names_written(moment, kind)
    marked = [(heads, "")]
    for o, line in zip(objects, lines, strict=False):
        marked.append((line, "changed" if name(o) in written else ""))
    title = f"<code>kubectl get {RESOURCES[kind]}{flag}</code>"
    if count > len(objects):
        title += words.MORE_ROWS.format(count=count, shown=len(objects))
    return title + _lines(marked, f' style="height: {height(len(objects) + 1)}"')


def height(rows: int) -> str:
    """The CSS height for a number of rows; it grows in steps of five, so that one Pod more moves nothing."""
    steps = -(-rows // ROWS_AT_ONCE)
    # Half an em for a scroll bar.
    return f"min(260px, {LINE_HEIGHT * ROWS_AT_ONCE * steps + 0.5:.2f}em)"


def _without_wide(made: Table) -> Table:
    """The columns up to the Node: the two after it are empty in the lessons, and the card is narrow."""
    if "NOMINATED NODE" not in made.columns:
        return made
    end = made.columns.index("NOMINATED NODE")
    return Table(made.columns[:end], tuple([line[:end] for line in made.rows]))


def _with_namespaces(made: Table, objects: Sequence[Object]) -> Table:
    """The table with a first column of namespaces, as of `kubectl get -A`."""
    rows = []
    for o, line in zip(objects, made.rows, strict=True):
        rows.append((namespace(o), *line))
    return Table(("NAMESPACE", *made.columns), tuple(rows))


def _names_written(moment: ShownMoment, kind: str) -> list[str]:
    """The names of the objects of a kind that the last action wrote."""
    objects = [change.object for change in moment.changes]
    return [name(o) for o in objects if o["kind"] == kind]


# YAML ----------------------------------------------------------------------------------


def text_of(o: Object | None) -> list[str]:
    """The lines of an object's YAML, without the managedFields that kubectl hides."""
    if o is None:
        return []
    meta = {**o["metadata"]}
    meta.pop("managedFields", None)
    shown = {**o, "metadata": meta}
    # As wide as the card, so that long strings are not wrapped twice.
    dumped = yaml.dump(
        shown, Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=100
    )
    return str(dumped).splitlines()


def yaml_page(moment: ShownMoment, kind: str, key: ObjectKey | None) -> str:
    """The YAML of one object as HTML, with the last action's changes marked."""
    now = find(moment, kind, key)
    if key is None or now is None:
        return render.quiet_text(words.NO_OBJECT.format(kind=kind))
    if key.name in _names_written(moment, kind) and moment.before:
        before = text_of(moment.before.get(kind, key.name, key.namespace))
        marked = list(differences(before, text_of(now)))
    else:
        marked = [(line, "") for line in text_of(now)]
    line = f"kubectl get {kind.lower()} {escape(key.name)} -o yaml"
    return f"<code>{line}</code>{_lines(marked)}"


def differences(before: list[str], now: list[str]) -> Iterator[tuple[str, str]]:
    """(mark, line) of a diff: the present lines, and the removed ones in their places."""
    # autojunk would ignore lines that are frequent in a long YAML.
    matcher = difflib.SequenceMatcher(None, before, now, autojunk=False)
    for what, i, j, k, m in matcher.get_opcodes():
        mark = "" if what == "equal" else "changed"
        if mark:
            for line in before[i:j]:
                yield line, "gone"
        for line in now[k:m]:
            yield line, mark


def _lines(marked: Iterable[tuple[str, str]], style: str = "") -> str:
    """Lines with their marks as HTML, in a box that scrolls."""
    made = []
    for line, mark in marked:
        colour = f"k8s-{mark}" if mark else ""
        made.append(f'<div class="{colour}">{SIGNS[mark]}{escape(line)}</div>')
    body = "".join(made)
    return f'<div class="k8s-records-lines" tabindex="0"{style}>{body}</div>'
