"""The card of traffic: requests to the daemon Pods now, failures since a mark, and a comparison of strategies."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from random import Random
from typing import Any, ClassVar

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object
from k8slearn.explain import outlook
from k8slearn.lab import render
from k8slearn.lab.availability import availability
from k8slearn.lab.cards import Panel
from k8slearn.lab.commands import next_image
from k8slearn.lab.strategies import compare_strategies
from k8slearn.lab.traffic import port_of, round_of_requests, services_of
from k8slearn.lab.view_model import ViewModel, find
from k8slearn.lab.widgets import (
    button,
    card,
    choice,
    field,
    label,
    named,
    page,
    row,
    set_visible,
    show_picture,
)
from k8slearn.locale import lab as words
from k8slearn.network import Delivery
from k8slearn.toolkit import w
from k8slearn.view.ink import has_matplotlib
from k8slearn.view.talks import summary

# The number that fits below the picture; most failures have the same reason.
SHOWN_FAILURES = 4


class TrafficCard:
    """Three questions about traffic; all is computed on a click."""

    STYLE: ClassVar[str] = """
.k8s-lab .k8s-traffic-image { max-width: 420px; }
.k8s-traffic-lines { overflow-x: auto; margin: 4px 0; font-size: 13px; line-height: 1.5; }
.k8s-traffic-lines p { margin: 0; }
.k8s-traffic-lines table { border-collapse: collapse; font-size: 12px; margin: 0 0 4px; }
.k8s-traffic-lines :is(th, td) { padding: 1px 14px 1px 0; text-align: right; white-space: nowrap; font-weight: 400; }
.k8s-traffic-lines :is(th, td):first-child { text-align: left; }
.k8s-traffic-lines th { color: var(--jp-ui-font-color2, #666); border-bottom: 1px solid var(--jp-border-color2, #ddd); }
.k8s-traffic img { width: 100%; max-width: 900px; height: auto; border-radius: 8px; }
"""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._since: int | None = None
        patterns = [(title, key) for key, title in words.PATTERNS.items()]
        self.pattern = choice("traffic-pattern", patterns, width="150px")
        self.image = field("traffic-image")
        self.told = page("traffic-told")
        hidden = w.Image(format="png", layout=w.Layout(display="none"))
        self.picture = named(hidden, "traffic-picture", "follows-theme")
        parts = [*self._rows(), self.told, self.picture]
        self.root = card("traffic", words.TABS["traffic"], *parts)

    def _rows(self) -> list[Any]:
        send_tip = words.TRAFFIC_SEND_TIP
        count_tip = words.TRAFFIC_COUNT_TIP
        send = button("traffic-send", words.TRAFFIC_SEND, self.send, send_tip)
        mark = button("traffic-mark", words.TRAFFIC_MARK, self.mark)
        count = button("traffic-count", words.TRAFFIC_COUNT, self.count, count_tip)
        compare = button(
            "traffic-compare",
            words.TRAFFIC_COMPARE,
            self.compare,
            words.TRAFFIC_COMPARE_TIP,
        )
        return [
            row(label(words.NAMES["traffic-pattern"]), self.pattern, send, mark, count),
            row(label(words.TRAFFIC_IMAGE), self.image, compare),
        ]

    def refresh(self, model: ViewModel) -> None:
        """Fill in the next image for the comparison; the rest is computed on a click."""
        if model.daemon_set is None:
            return
        present = image_of(model.daemon_set)
        if self.image.value in ("", present):
            self.image.value = next_image(present)

    # What a learner asks -------------------------------------------------------------------

    def send(self) -> None:
        """Send one request from each Node, and show them as an animation."""
        moment = self._panel.model.moment
        daemon_set = find(moment, "DaemonSet", self._panel.selection.daemon_set)
        if daemon_set is None:
            return self._tell(words.CREATE_FIRST)
        pattern = self.pattern.value
        with self._panel.cluster.lock:
            reader = moment.reader
            nodes = outlook(reader, daemon_set, moment.time).nodes.values()
            # Seeded by the revision, so that the same moment gives the same requests.
            chance = Random(moment.revision)
            rounds = round_of_requests(reader, daemon_set, nodes, chance)
            if pattern not in rounds:
                why = lacking(reader, daemon_set, pattern)
                return self._tell(words.TRAFFIC_NOT_OFFERED.format(why=why))
        trips = rounds[pattern]
        if not trips:
            return self._tell(words.TRAFFIC_NOBODY)
        lines = [summary(trips), *_failures(trips)]
        self._tell("\n".join(lines), self._moving(reader, trips))

    def _moving(self, reader: Reader, trips: Sequence[Delivery]) -> bytes:
        """The animation of the requests; b"" where matplotlib is missing."""
        if not has_matplotlib():
            return b""
        # Imported here: matplotlib takes a second to load, and may be missing.
        from k8slearn.view.traffic import animate_traffic

        return animate_traffic(reader, trips).png

    def mark(self) -> None:
        """Set the mark to count from."""
        self._panel.to_now()
        cluster = self._panel.cluster
        self._since = cluster.store.revision
        time = cluster.now - cluster.began
        self._tell(words.TRAFFIC_MARKED.format(time=time))

    def count(self) -> None:
        """Show the failures since the mark, or since the beginning."""
        key = self._panel.selection.daemon_set
        if key is None:
            return self._tell(words.CREATE_FIRST)
        cluster = self._panel.cluster
        since = self._since or beginning(cluster)
        self._tell(str(availability(cluster, since, daemon_set=key.name)))

    def compare(self) -> None:
        """Show a comparison of strategies, made on forks of the present."""
        key = self._panel.selection.daemon_set
        image = self.image.value.strip()
        if key is None:
            return self._tell(words.CREATE_FIRST)
        self._panel.to_now()
        with self._panel.cluster.lock:
            twin = self._panel.cluster.fork()
        try:
            compared = compare_strategies(twin, image, daemon_set=key.name)
        except ApiError as error:
            return self._tell(words.TRAFFIC_REFUSED.format(message=error.message))
        table = table_html(compared.table)
        drawn = compared.png() if has_matplotlib() else b""
        self._tell("\n".join(compared.notes), drawn, table)

    def _tell(self, text: str, png: bytes = b"", table: str = "") -> None:
        lines = render.paragraphs(text.splitlines())
        self.told.value = f'<div class="k8s-traffic-lines">{table}{lines}</div>'
        if png:
            show_picture(self.picture, png)
        set_visible(self.picture, bool(png))


def _failures(trips: Sequence[Delivery]) -> list[str]:
    """The distinct failures in words."""
    failed = [trip for trip in trips if not trip.ok]
    lines = [
        words.TRAFFIC_FAILED.format(target=trip.target, why=trip.why) for trip in failed
    ]
    return list(dict.fromkeys(lines))[:SHOWN_FAILURES]


def table_html(table: Sequence[Sequence[str]]) -> str:
    """A table as HTML; the first row has the headings."""
    heads, *rows = table
    body = "".join([_row_html("td", row) for row in rows])
    head = _row_html("th", heads)
    return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


def _row_html(tag: str, cells: Sequence[str]) -> str:
    inner = "".join([f"<{tag}>{escape(cell)}</{tag}>" for cell in cells])
    return f"<tr>{inner}</tr>"


def image_of(daemon_set: Object) -> str:
    """The image of the first container."""
    return str(daemon_set["spec"]["template"]["spec"]["containers"][0]["image"])


def beginning(cluster: Any) -> int:
    """The revision at which the first DaemonSet was created."""
    for change in cluster.store.log.changes:
        if change.object["kind"] == "DaemonSet":
            return int(change.revision)
    return 0


def lacking(reader: Reader, daemon_set: Object, pattern: str) -> str:
    """Why a pattern cannot be tried."""
    if pattern == "node":
        return words.TRAFFIC_NO_HOST_PORT
    has_service = pattern in services_of(reader, daemon_set)
    if has_service and not port_of(daemon_set, "containerPort"):
        return words.TRAFFIC_NO_PORT
    return words.TRAFFIC_NO_SERVICE
