"""The tables that `kubectl get` prints and the YAML of one object, for the moment that is shown."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import yaml

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.tables import Table, table
from k8slearn.lab import text as words
from k8slearn.lab.commands import Place
from k8slearn.lab.playback import Moment
from k8slearn.lab.widgets import card, choice, page, row, toggle

KINDS = ("DaemonSet", "Pod", "ControllerRevision", "Event", "Node")
RESOURCES = {
    "DaemonSet": "ds",
    "Pod": "pods",
    "ControllerRevision": "controllerrevisions",
    "Event": "events",
}
YAML = "YAML"
MOST_ROWS = 200
Target = tuple[str, Place]
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class Records:
    """A card that shows one table or one object; only what is chosen is made."""

    def __init__(self, changed: Callable[..., Any]) -> None:
        self.kind = toggle("records-kind", (*KINDS, YAML))
        self.target = choice(
            "records-target",
            [(words.YAML_OF[kind], kind) for kind in words.YAML_OF],
            width="150px",
        )
        self.page = page("records-page")
        self.root = card(
            "records", words.CARD_RECORDS, row(self.kind, self.target), self.page
        )
        for widget in (self.kind, self.target):
            widget.observe(changed, "value")

    def fill(self, moment: Moment, targets: dict[str, Place | None]) -> None:
        """Show the moment; `targets` is what is chosen of each kind."""
        self.target.layout.display = None if self.kind.value == YAML else "none"
        if self.kind.value == YAML:
            self.page.value = yaml_page(
                moment, self.target.value, targets.get(self.target.value)
            )
        else:
            self.page.value = table_page(moment, self.kind.value)


def rows_of(reader: Reader, kind: str) -> list[Object]:
    """The objects of a kind as a table lists them: Events by their time, the others by name."""
    found = reader.list(kind)
    if kind == "Event":
        found = sorted(
            found,
            key=lambda o: str(
                o.get("lastTimestamp") or o["metadata"]["creationTimestamp"]
            ),
        )
    return found[-MOST_ROWS:] if kind == "Event" else found[:MOST_ROWS]


def table_page(moment: Moment, kind: str) -> str:
    """A table; the rows of what the last action wrote are marked."""
    objects = rows_of(moment, kind)
    wide = kind == "Pod"
    lines = str(
        _without_wide(table(kind, objects, moment.time, wide=wide))
    ).splitlines()
    touched = {
        name(change.object)
        for change in moment.changes
        if change.object["kind"] == kind
    }
    marks = ["", *("changed" if name(o) in touched else "" for o in objects)]
    flag = " -o wide" if wide else ""
    title = f"<code>kubectl get {RESOURCES.get(kind, kind.lower() + 's')}{flag}</code>"
    body = f'<div class="k8s-records-lines" tabindex="0" style="height: {height(len(objects) + 1)}">'
    return f"{title}{body}{_marked(zip(lines, marks, strict=False))}</div>"


def height(rows: int) -> str:
    """Room for so many rows: it grows by five at a time, so that a Pod more or less moves nothing."""
    return f"min(260px, {1.45 * 5 * -(-rows // 5) + 0.5:.2f}em)"


def _without_wide(found: Table) -> Table:
    """A Pod's columns up to its Node."""
    if "NOMINATED NODE" not in found.columns:
        return found
    end = found.columns.index("NOMINATED NODE")
    return Table(found.columns[:end], tuple(line[:end] for line in found.rows))


def text_of(o: Object | None) -> list[str]:
    """The lines of an object's YAML, without what kubectl hides."""
    if o is None:
        return []
    meta = {
        key: value for key, value in o["metadata"].items() if key != "managedFields"
    }
    dumped = yaml.dump(
        {**o, "metadata": meta},
        Dumper=_Dumper,
        sort_keys=True,
        allow_unicode=True,
        width=100,
    )
    return str(dumped).splitlines()


def yaml_page(moment: Moment, kind: str, place: Place | None) -> str:
    """The YAML of one object; what the last action changed is marked."""
    now = _find(moment, kind, place)
    if place is None or now is None:
        return (
            f'<span class="k8s-quiet-text">{words.NO_OBJECT.format(kind=kind)}</span>'
        )
    touched = any(
        c.object["kind"] == kind and name(c.object) == place.name
        for c in moment.changes
    )
    before = (
        text_of(_find(moment.before, kind, place))
        if touched and moment.before
        else None
    )
    title = f"<code>kubectl get {kind.lower()} {escape(place.name)} -o yaml</code>"
    lines = (
        differences(before, text_of(now))
        if before is not None
        else ((line, "") for line in text_of(now))
    )
    return f'{title}<div class="k8s-records-lines" tabindex="0">{_marked(lines)}</div>'


def _find(reader: Reader | None, kind: str, place: Place | None) -> Object | None:
    return reader.get(kind, place.name, place.namespace) if reader and place else None


def differences(before: list[str], now: list[str]) -> Iterator[tuple[str, str]]:
    """The lines of now and, where they stood, those that are gone, each with its mark."""
    for what, i, j, k, m in difflib.SequenceMatcher(
        None, before, now, autojunk=False
    ).get_opcodes():
        if what == "equal":
            yield from ((line, "") for line in now[k:m])
        else:
            yield from ((line, "gone") for line in before[i:j])
            yield from ((line, "changed") for line in now[k:m])


def _marked(lines: Any) -> str:
    signs = {"": "  ", "changed": "+ ", "gone": "− "}
    return "".join(
        f'<div class="{f"k8s-{mark}" if mark else ""}">{signs[mark]}{escape(line)}</div>'
        for line, mark in lines
    )
