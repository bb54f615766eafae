"""Small makers of widgets, and walks over them; each gets a class `k8s-…` by which style sheet and tests find it."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from k8slearn.lab import render
from k8slearn.locale import lab as words
from k8slearn.toolkit import w


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
    if width == "auto":
        return f"1 1 {least}px"
    return f"0 0 {width}"


def field(name: str, hint: str = "", value: str = "", width: str = "auto") -> Any:
    """A line of text; its value changes when the learner leaves it or presses Enter."""
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
    """Buttons of which one is pressed."""
    style = w.ToggleButtonsStyle(button_width="auto")
    said = words.NAMES[name]
    made = w.ToggleButtons(options=options, style=style, description=said)
    return named(made, name, "unseen")


def label(text: str) -> Any:
    """A word beside a widget."""
    return w.HTML(text)


def row(*children: Any) -> Any:
    """Widgets side by side, wrapped where there is no room."""
    return named(w.Box(list(children)), "row")


def card(name: str, title: str, first: Any, *children: Any) -> Any:
    """A framed group; a first row has the title at its left, anything else below it."""
    heading = w.HTML(render.title(title))
    if "k8s-row" in first._dom_classes:
        first.children = (heading, *first.children)
        return named(w.VBox([first, *children]), "card", name)
    return named(w.VBox([heading, first, *children]), "card", name)


def page(name: str, html: str = "") -> Any:
    """A piece of HTML."""
    return named(w.HTML(html, layout=w.Layout(margin="0")), name)


def show_picture(image: Any, png: bytes) -> None:
    """Give an Image a PNG or an SVG with its size, so that the page keeps its place until it is decoded."""
    with image.hold_sync():
        if png.startswith(b"<svg"):
            head = png[: png.index(b">")].decode()
            width, height = re.findall(r' (?:width|height)="([\d.]+)"', head)
            image.format = "svg+xml"
        else:
            # A PNG begins with 8 bytes of signature and 8 of its first chunk's length and name.
            width, height = struct.unpack(">II", png[16:24])
            image.format = "png"
        image.width = str(width)
        image.height = str(height)
        image.value = png


def offer(dropdown: Any, options: Iterable[Any]) -> None:
    """Give a drop-down list other options; what is chosen stays chosen if it is still there, else the first is."""
    offered = tuple(options)
    if tuple(dropdown.options) == offered:
        return
    chosen = dropdown.value
    values = [option[1] if isinstance(option, tuple) else option for option in offered]
    # Setting the options chooses the first; held back, the browser never sees that.
    with dropdown.hold_sync():
        dropdown.options = offered
        if values:
            dropdown.value = chosen if chosen in values else values[0]


def set_class(widget: Any, name: str, present: bool) -> None:
    """Give a widget a class, or take it away."""
    change = widget.add_class if present else widget.remove_class
    change(f"k8s-{name}")


def set_visible(widget: Any, visible: bool) -> None:
    """Show a widget, or take it off the screen with the room that it has."""
    widget.layout.display = None if visible else "none"


def close_widgets(root: Any) -> None:
    """Close a widget with all that is in it."""
    for child in getattr(root, "children", ()):
        close_widgets(child)
    root.close()


def hide(root: Any, names: Sequence[str]) -> None:
    """Take the widgets of these names off the screen."""
    for child in getattr(root, "children", ()):
        if any(f"k8s-{name}" in child._dom_classes for name in names):
            set_visible(child, False)
        hide(child, names)
