"""Helpers to make widgets and to walk over them. Each widget gets a CSS class `k8s-…` for style sheet and tests."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from k8slearn.lab import render
from k8slearn.locale import lab as words
from k8slearn.toolkit import w


def named(widget: Any, *classes: str) -> Any:
    """Add the classes `k8s-…` to a widget and return it."""
    for name in classes:
        widget.add_class(f"k8s-{name}")
    return widget


def button(name: str, label: str, call: Callable[[], object], tip: str = "") -> Any:
    """A button that calls `call` when it is clicked."""
    made = named(w.Button(description=label, tooltip=tip or label), name)
    made.on_click(lambda _: call())
    return made


def _flex(width: str, least: int) -> str:
    """The CSS `flex` for a width; "auto" takes the remaining room, at least `least` pixels."""
    if width == "auto":
        return f"1 1 {least}px"
    return f"0 0 {width}"


def field(name: str, hint: str = "", value: str = "", width: str = "auto") -> Any:
    """A text field; its value changes when the learner leaves it or presses Enter."""
    made = w.Text(
        description=words.NAMES[name],
        value=value,
        placeholder=hint,
        continuous_update=False,
        layout=w.Layout(width=width, flex=_flex(width, 120)),
    )
    return named(made, name, "unseen")


def choice(
    name: str, options: Sequence[Any] = (), value: Any = None, width: str = "auto"
) -> Any:
    """A drop-down list."""
    layout = w.Layout(
        width=width,
        flex=_flex(width, 110),
        max_width="330px",
    )
    said = words.NAMES[name]
    made = w.Dropdown(options=options, layout=layout, description=said)
    if value is not None:
        made.value = value
    return named(made, name, "unseen")


def toggle(name: str, options: Sequence[Any]) -> Any:
    """A row of buttons, one of them pressed."""
    style = w.ToggleButtonsStyle(button_width="auto")
    said = words.NAMES[name]
    made = w.ToggleButtons(options=options, style=style, description=said)
    return named(made, name, "unseen")


def label(text: str) -> Any:
    """A label beside a widget."""
    return w.HTML(text)


def row(*children: Any) -> Any:
    """Widgets side by side, wrapped where the room ends."""
    return named(w.Box(list(children)), "row")


def card(name: str, title: str, first: Any, *children: Any) -> Any:
    """A framed group with a title, left of `first` if that is a row, else above it."""
    heading = w.HTML(render.title(title))
    if "k8s-row" in first._dom_classes:
        first.children = (heading, *first.children)
        return named(w.VBox([first, *children]), "card", name)
    return named(w.VBox([heading, first, *children]), "card", name)


def page(name: str, html: str = "") -> Any:
    """A widget with HTML."""
    return named(w.HTML(html, layout=w.Layout(margin="0")), name)


def show_picture(image: Any, png: bytes) -> None:
    """Set an Image to a PNG or SVG with its size, so that the page keeps its room until it is decoded."""
    with image.hold_sync():
        if png.startswith(b"<svg"):
            head = png[: png.index(b">")].decode()
            width, height = re.findall(r' (?:width|height)="([\d.]+)"', head)
            image.format = "svg+xml"
        else:
            # A PNG begins with a signature of 8 bytes, then 8 of the first chunk's length and name.
            width, height = struct.unpack(">II", png[16:24])
            image.format = "png"
        image.width = str(width)
        image.height = str(height)
        image.value = png


def offer(dropdown: Any, options: Iterable[Any]) -> None:
    """Set the options of a dropdown; the choice is kept if it is still offered, else it is the first."""
    offered = tuple(options)
    if tuple(dropdown.options) == offered:
        return
    chosen = dropdown.value
    values = [option[1] if isinstance(option, tuple) else option for option in offered]
    # hold_sync: setting the options chooses the first one, which the browser must not show.
    with dropdown.hold_sync():
        dropdown.options = offered
        if values:
            dropdown.value = chosen if chosen in values else values[0]


def set_class(widget: Any, name: str, present: bool) -> None:
    """Add a class to a widget, or remove it."""
    change = widget.add_class if present else widget.remove_class
    change(f"k8s-{name}")


def set_visible(widget: Any, visible: bool) -> None:
    """Show a widget, or hide it together with its room."""
    widget.layout.display = None if visible else "none"


def close_widgets(root: Any) -> None:
    """Close a widget and all widgets in it."""
    for child in getattr(root, "children", ()):
        close_widgets(child)
    root.close()


def hide(root: Any, names: Sequence[str]) -> None:
    """Hide the widgets of these names."""
    for child in getattr(root, "children", ()):
        if any(f"k8s-{name}" in child._dom_classes for name in names):
            set_visible(child, False)
        hide(child, names)
