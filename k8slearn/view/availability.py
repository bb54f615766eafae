"""Draws available Pods and failed requests over time, one line for each strategy, told apart not by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from k8slearn.locale import view as words
from k8slearn.view.fonts import register
from k8slearn.view.ink.artists import DPI
from k8slearn.view.ink.painter import pixels_of
from k8slearn.view.plan.geometry import WIDTH
from k8slearn.view.png import encode
from k8slearn.view.theme import STRATEGY_COLOURS, THEMES, Theme
from k8slearn.view.trace import Trace

_HEIGHT = 470
# Pixels for each of the page: sharp enough on good screens, and small enough for a notebook.
_SCALE = 1.5
DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 2)))
SIGNS = ("o", "s", "D", "^", "v", "P")
# Markers on a line.
_SIGNS_A_LINE = 8
# Markers of successive lines are shifted by a fifth of their distance, so that those of equal
# lines do not cover each other.
_OFFSET = 5
_COLOURS = 64


def availability_png(
    traces: Sequence[Trace],
    theme: str = "light",
) -> bytes:
    """The picture of some strategies as PNG; it ends where the last of them is at rest."""
    look = THEMES[theme]
    family = list(register())
    # No number is negative, so the font need not have the Unicode minus sign.
    font: Any = {"font.family": family, "font.size": 10, "axes.unicode_minus": False}
    with rc_context(font):
        size = WIDTH / DPI, _HEIGHT / DPI
        figure = Figure(figsize=size, dpi=DPI * _SCALE, facecolor=look.ground)
        canvas = FigureCanvasAgg(figure)
        _draw(figure, traces, look)
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = pixels_of(canvas)[:, :, :3].copy()
    return encode(pixels, colours=_COLOURS, exact=look.colours())


def _draw(figure: Figure, traces: Sequence[Trace], theme: Theme) -> None:
    """Draw available Pods above and failed requests below; the upper plot is larger, since its steps matter most."""
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    figure.subplots_adjust(left=0.075, right=0.97, top=0.82, bottom=0.105, hspace=0.16)
    figure.text(0.075, 0.95, words.AVAILABILITY, color=theme.ink, fontsize=14)
    _lines(above, traces, "available", theme)
    _lines(below, traces, "failed", theme)
    _desired(above, traces, theme)
    below.set_xlabel(words.AVAILABILITY_TIME, color=theme.quiet)
    _legend(figure, traces, theme)


def _lines(
    axes: Axes,
    traces: Sequence[Trace],
    field: str,
    theme: Theme,
) -> None:
    """Draw one step line for each strategy, with shifted markers."""
    axes.set_facecolor(theme.card)
    for number, trace in enumerate(traces):
        values = getattr(trace, field)
        every = max(len(values) // _SIGNS_A_LINE, 1)
        pen = _pen(number, theme)
        pen["markevery"] = (number * every // _OFFSET, every)
        # Steps: a number of Pods is constant until it changes.
        axes.step(trace.times, values, where="post", clip_on=False, **pen)
    axes.set_ylabel(words.AVAILABILITY_AXES[field], color=theme.quiet)
    axes.set_ylim(bottom=0)
    axes.set_ymargin(0.1)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.grid(axis="y", color=theme.line, linewidth=0.6)
    axes.tick_params(colors=theme.quiet, length=0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(theme.line)


def _pen(number: int, theme: Theme) -> dict[str, Any]:
    """Colour, dashes and marker of strategy `number`; they repeat after six."""
    colour = STRATEGY_COLOURS[number % len(STRATEGY_COLOURS)]
    return {
        "color": theme.edge(colour),
        "linestyle": DASHES[number % len(DASHES)],
        "marker": SIGNS[number % len(SIGNS)],
        "linewidth": 1.8,
        "markersize": 5,
    }


def _desired(axes: Axes, traces: Sequence[Trace], theme: Theme) -> None:
    """Draw the desired number, and leave a little room above."""
    desired = max((trace.desired for trace in traces), default=0)
    most = max((max(trace.available, default=0) for trace in traces), default=0)
    axes.set_ylim(0, max(desired, most) * 1.14 or 1)
    axes.axhline(desired, color=theme.quiet, linewidth=0.8, linestyle=(0, (2, 3)))
    axes.annotate(
        words.AVAILABILITY_DESIRED.format(count=desired),
        (1, desired),
        (0, 4),
        color=theme.quiet,
        fontsize=9,
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="right",
    )


def _legend(figure: Figure, traces: Sequence[Trace], theme: Theme) -> None:
    """Draw the legend with three strategies a line, since their names are long."""
    handles = []
    for number, trace in enumerate(traces):
        handles.append(Line2D([], [], label=trace.name, **_pen(number, theme)))
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
