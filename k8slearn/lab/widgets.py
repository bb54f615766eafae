"""Small makers of widgets; each gets a class `k8s-…` by which style sheet and tests find it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import ipywidgets as w

from k8slearn.lab import pages


def named(widget: Any, *classes: str) -> Any:
    """The widget, with its classes."""
    for name in classes:
        widget.add_class(f"k8s-{name}")
    return widget


def button(name: str, label: str, call: Callable[[], object], tip: str = "") -> Any:
    """A button that calls `call` when it is clicked."""
    made = named(w.Button(description=label, tooltip=tip or label), name)
    made.on_click(lambda _: call())
    return made


def _flex(width: str, least: int) -> str:
    """A widget without a width of its own takes what room there is."""
    return f"1 1 {least}px" if width == "auto" else f"0 0 {width}"


def field(name: str, hint: str = "", value: str = "", width: str = "auto") -> Any:
    """A line of text; its value changes when the learner leaves it or presses Enter."""
    layout = w.Layout(width=width, flex=_flex(width, 120))
    return named(
        w.Text(value=value, placeholder=hint, continuous_update=False, layout=layout),
        name,
    )


def choice(
    name: str, options: Sequence[Any] = (), value: Any = None, width: str = "auto"
) -> Any:
    """A drop-down list."""
    made = w.Dropdown(
        options=options,
        layout=w.Layout(width=width, flex=_flex(width, 110), max_width="330px"),
    )
    if value is not None:
        made.value = value
    return named(made, name)


def toggle(name: str, options: Sequence[str]) -> Any:
    """Buttons of which one is pressed."""
    return named(
        w.ToggleButtons(
            options=options, style=w.ToggleButtonsStyle(button_width="auto")
        ),
        name,
    )


def label(text: str) -> Any:
    """A word beside a widget."""
    return w.HTML(text)


def row(*children: Any) -> Any:
    """Widgets side by side, wrapped where there is no room."""
    return named(w.Box(list(children)), "row")


def card(name: str, title: str, first: Any, *children: Any) -> Any:
    """A framed group; a first row has the title at its left, anything else below it."""
    heading = w.HTML(pages.title(title))
    if "k8s-row" in first._dom_classes:
        first.children = (heading, *first.children)
        return named(w.VBox([first, *children]), "card", name)
    return named(w.VBox([heading, first, *children]), "card", name)


def page(name: str, html: str = "") -> Any:
    """A piece of HTML."""
    return named(w.HTML(html, layout=w.Layout(margin="0")), name)


def show_picture(image: Any, png: bytes) -> None:
    """Give an Image a PNG with its size (from its header), so that the page keeps its place until it is decoded."""
    width, height = struct.unpack(">II", png[16:24])
    with image.hold_sync():
        image.width, image.height, image.value = str(width), str(height), png


def offer(dropdown: Any, options: Iterable[Any]) -> None:
    """Give a drop-down list other options; what is chosen stays chosen if it is still there, else the first is."""
    wanted = tuple(options)
    if tuple(dropdown.options) == wanted:
        return
    chosen = dropdown.value
    values = [option[1] if isinstance(option, tuple) else option for option in wanted]
    with dropdown.hold_sync():
        dropdown.options = wanted
        if values:
            dropdown.value = chosen if chosen in values else values[0]
