"""Available Pods and failed requests against time, one line a strategy; no two lines differ by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from k8slearn.view.draw import DPI, encode
from k8slearn.view.fonts import register
from k8slearn.view.layout import WIDTH
from k8slearn.view.theme import BLUE, GREEN, ORANGE, PINK, RED, SKY, THEMES, Theme

HEIGHT = 470
COLOURS = (BLUE, RED, GREEN, PINK, ORANGE, SKY)
DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 2)))
SIGNS = ("o", "s", "D", "^", "v", "P")
WORDS = {
    "available": "可用的 Pod",
    "failed": "失败的请求（累计）",
    "time": "更新开始后的秒数",
    "desired": "期望 {count}",
    "title": "哪种策略让服务断得最少？",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of the picture: at each time (seconds) the available and ready Pods and the requests failed so far."""

    name: str
    times: tuple[float, ...]
    available: tuple[int, ...]
    ready: tuple[int, ...]
    failed: tuple[int, ...]
    desired: int = 0


def availability_png(
    traces: Sequence[Trace], theme: str = "light", scale: float = 1.5
) -> bytes:
    """The picture of some strategies as PNG; times are cut where the last of them has come to rest."""
    look = THEMES[theme]
    with rc_context(
        {"font.family": list(register()), "axes.unicode_minus": False, "font.size": 10}
    ):
        figure = Figure(
            figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI * scale, facecolor=look.ground
        )
        canvas = FigureCanvasAgg(figure)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        figure.subplots_adjust(
            left=0.075, right=0.97, top=0.82, bottom=0.105, hspace=0.16
        )
        figure.text(0.075, 0.95, WORDS["title"], color=look.ink, fontsize=14)
        _lines(above, traces, "available", look)
        _lines(below, traces, "failed", look)
        _desired(above, traces, look)
        below.set_xlabel(WORDS["time"], color=look.quiet)
        _legend(figure, traces, look)
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        return encode(pixels[:, :, :3].copy(), colours=64, exact=look.colours())


def _lines(axes: Axes, traces: Sequence[Trace], what: str, theme: Theme) -> None:
    """One step line a strategy, with signs where it can be told from the others."""
    axes.set_facecolor(theme.card)
    for number, trace in enumerate(traces):
        values = getattr(trace, what)
        every = max(len(values) // 8, 1)
        signs: dict[str, Any] = {
            "marker": _sign(number),
            "markevery": (number * every // 5, every),
        }
        axes.step(
            trace.times,
            values,
            where="post",
            clip_on=False,
            **signs,
            **_pen(number, theme),
        )
    axes.set_ylabel(WORDS[what], color=theme.quiet)
    axes.set_ylim(bottom=0)
    axes.set_ymargin(0.1)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.grid(axis="y", color=theme.line, linewidth=0.6)
    axes.tick_params(colors=theme.quiet, length=0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(theme.line)


def _sign(number: int) -> str:
    return SIGNS[number % len(SIGNS)]


def _pen(number: int, theme: Theme) -> dict[str, Any]:
    colour = theme.edge(COLOURS[number % len(COLOURS)])
    return {
        "color": colour,
        "linestyle": DASHES[number % len(DASHES)],
        "linewidth": 1.8,
        "markersize": 5,
    }


def _desired(axes: Axes, traces: Sequence[Trace], theme: Theme) -> None:
    """How many there should be, and a little room above."""
    wanted = max((trace.desired for trace in traces), default=0)
    top = max([wanted, *(max(trace.available, default=0) for trace in traces)])
    axes.set_ylim(0, top * 1.14 or 1)
    axes.axhline(wanted, color=theme.quiet, linewidth=0.8, linestyle=(0, (2, 3)))
    axes.annotate(
        WORDS["desired"].format(count=wanted),
        (1, wanted),
        (0, 4),
        color=theme.quiet,
        fontsize=9,
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="right",
    )


def _legend(figure: Figure, traces: Sequence[Trace], theme: Theme) -> None:
    handles = [
        Line2D([], [], label=trace.name, marker=_sign(number), **_pen(number, theme))
        for number, trace in enumerate(traces)
    ]
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.066, 0.935),
        ncols=3,
        frameon=False,
        labelcolor=theme.ink,
        handlelength=3.2,
        columnspacing=1.4,
    )
