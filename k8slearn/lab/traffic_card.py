"""Traffic: requests to the daemon Pods at this moment, what has failed since a mark, and strategies side by side."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as w

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object
from k8slearn.explain import outlook
from k8slearn.lab.availability import availability
from k8slearn.lab.commands import next_image
from k8slearn.lab.probes import (
    PATTERNS,
    Moment,
    port_of,
    round_of_requests,
    services_of,
)
from k8slearn.lab.strategies import compare_strategies
from k8slearn.lab.widgets import (
    button,
    card,
    choice,
    field,
    label,
    named,
    page,
    row,
    show_picture,
)
from k8slearn.network import Delivery
from k8slearn.view.traffic import animate_traffic, summary

if TYPE_CHECKING:
    from k8slearn.lab.playback import Moment as Shown

WORDS = {
    "title": "流量",
    "pattern": "怎么访问",
    "send": "发一轮请求",
    "send_tip": "每个 Node 一次，看包怎么走、谁回答",
    "mark": "从现在开始数",
    "count": "数到现在",
    "count_tip": "每 0.5 秒一轮，按模拟时间，从记录里算",
    "compare": "比较策略",
    "compare_tip": "从这一刻分出几个集群，各用一种策略换成这个镜像",
    "image": "换成镜像",
    "none": "还没有 DaemonSet：先创建一个。",
    "not_offered": "这个 DaemonSet 现在不能这样访问：{why}",
    "no_host_port": "模板里没有 hostPort",
    "no_port": "容器没有写 containerPort",
    "no_service": "没有这样的 Service 指向它的 Pod",
    "nobody": "没有一个 Node 该有它的 Pod，所以没有请求可发。",
    "refused": "API server 拒绝了：{message}",
    "marked": "从 {time:.1f} s 开始数。改点什么，让时间走，再按“数到现在”。",
    "failed": "✘ {trip}",
}
SHOWN_FAILURES = 4


class TrafficCard:
    """Three questions on traffic; everything is worked out on a click, nothing at a redraw."""

    STYLE: ClassVar[str] = """
.k8s-traffic-lines { overflow-x: auto; margin: 4px 0; font-size: 13px; line-height: 1.5; }
.k8s-traffic-lines p { margin: 0; }
.k8s-traffic-lines table { border-collapse: collapse; font-size: 12px; margin: 0 0 4px; }
.k8s-traffic-lines :is(th, td) { padding: 1px 14px 1px 0; text-align: right; white-space: nowrap; font-weight: 400; }
.k8s-traffic-lines :is(th, td):first-child { text-align: left; }
.k8s-traffic-lines th { color: var(--jp-ui-font-color2, #666); border-bottom: 1px solid var(--jp-border-color2, #ddd); }
.k8s-traffic img { width: 100%; max-width: 900px; height: auto; border-radius: 8px; }
"""

    def __init__(self, lab: Any) -> None:
        self._lab = lab
        self._since: int | None = None
        self.pattern = choice(
            "traffic-pattern",
            [(title, key) for key, title in PATTERNS.items()],
            width="150px",
        )
        self.image = field("traffic-image")
        self.told = page("traffic-told")
        self.picture = named(
            w.Image(format="png", layout=w.Layout(display="none")),
            "traffic-picture",
            "follows-theme",
        )
        self.root = card(
            "traffic", WORDS["title"], *self._rows(), self.told, self.picture
        )

    def _rows(self) -> list[Any]:
        send = button("traffic-send", WORDS["send"], self.send, WORDS["send_tip"])
        mark = button("traffic-mark", WORDS["mark"], self.mark)
        count = button("traffic-count", WORDS["count"], self.count, WORDS["count_tip"])
        compare = button(
            "traffic-compare", WORDS["compare"], self.compare, WORDS["compare_tip"]
        )
        return [
            row(label(WORDS["pattern"]), self.pattern, send, mark, count),
            row(label(WORDS["image"]), self.image, compare),
        ]

    def refresh(self, moment: Shown) -> None:
        """Offer another image for the comparison; the rest waits for a click."""
        daemon_set = self._daemon_set()
        if daemon_set is not None and self.image.value in ("", image_of(daemon_set)):
            self.image.value = next_image(image_of(daemon_set))

    def _daemon_set(self) -> Object | None:
        place = self._lab.daemon_set
        found: Object | None = place and self._lab.moment.get(
            "DaemonSet", place.name, place.namespace
        )
        if found is None:
            return None
        return found

    # What a learner asks ---------------------------------------------------------------------------------------

    def send(self) -> None:
        """One request a Node, as moving pictures."""
        daemon_set = self._daemon_set()
        if daemon_set is None:
            return self._tell(WORDS["none"])
        with self._lab.cluster.lock:
            shown = self._lab.moment
            moment = Moment(shown)
            nodes = list(outlook(moment, daemon_set, shown.time).nodes.values())
            trips = round_of_requests(
                moment, daemon_set, nodes, Random(shown.revision)
            ).get(self.pattern.value)
            if trips is None:
                return self._tell(
                    WORDS["not_offered"].format(
                        why=lacking(moment, daemon_set, self.pattern.value)
                    )
                )
        if not trips:
            return self._tell(WORDS["nobody"])
        failures = [
            WORDS["failed"].format(trip=f"{trip.target}：{trip.why}")
            for trip in trips
            if not trip.ok
        ]
        lines = [summary(trips), *dict.fromkeys(failures)][: SHOWN_FAILURES + 1]
        self._tell("\n".join(lines), moving(moment, trips))

    def mark(self) -> None:
        """Count from here."""
        self._lab.to_now()
        self._since = self._lab.cluster.store.revision
        self._tell(WORDS["marked"].format(time=self._lab.cluster.now))

    def count(self) -> None:
        """What has failed since the mark, or since the beginning."""
        place = self._lab.daemon_set
        if place is None:
            return self._tell(WORDS["none"])
        cluster = self._lab.cluster
        found = availability(
            cluster, self._since or beginning(cluster), daemon_set=place.name
        )
        self._tell(str(found))

    def compare(self) -> None:
        """Strategies side by side, from forks of the present."""
        place = self._lab.daemon_set
        if place is None:
            return self._tell(WORDS["none"])
        self._lab.to_now()
        with self._lab.cluster.lock:
            twin = self._lab.cluster.fork()
        try:
            found = compare_strategies(
                twin, self.image.value.strip(), daemon_set=place.name
            )
        except ApiError as error:
            return self._tell(WORDS["refused"].format(message=error.message))
        self._tell("\n".join(found.notes), found.png(), table_html(found.table))

    def _tell(self, text: str, png: bytes = b"", table: str = "") -> None:
        lines = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())
        self.told.value = f'<div class="k8s-traffic-lines">{table}{lines}</div>'
        if png:
            show_picture(self.picture, png)
        self.picture.layout.display = None if png else "none"


def table_html(table: list[list[str]]) -> str:
    """Rows of cells, heads first."""
    head, *rows = (
        "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
        for tag, row in _tagged(table)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"


def _tagged(table: list[list[str]]) -> Iterator[tuple[str, list[str]]]:
    return (("td" if number else "th", row) for number, row in enumerate(table))


def image_of(daemon_set: Object) -> str:
    """The image of the first container."""
    return str(daemon_set["spec"]["template"]["spec"]["containers"][0]["image"])


def beginning(cluster: Any) -> int:
    """The revision at which the first DaemonSet was there."""
    changes = cluster.store.log.changes
    return next(
        (change.revision for change in changes if change.object["kind"] == "DaemonSet"),
        0,
    )


def lacking(moment: Moment, daemon_set: Object, pattern: str) -> str:
    """Why a pattern is not offered."""
    if pattern == "node":
        return WORDS["no_host_port"]
    has_service = pattern in services_of(moment, daemon_set)
    return (
        WORDS["no_port"]
        if has_service and not port_of(daemon_set, "containerPort")
        else WORDS["no_service"]
    )


def moving(moment: Moment, trips: list[Delivery]) -> bytes:
    """The requests one after another, as an animated PNG."""
    return animate_traffic(moment, trips).png
