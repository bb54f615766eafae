"""Widgets for a page in a browser, with the names and fields of ipywidgets as far as the course uses them.

Each holds its state here. The page (`page/run.js`) draws them with the classes that JupyterLab gives its own, so that
one style sheet serves both.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from k8slearn.toolkit.widget import PageLayout, Widget, hear, news, wire

__all__ = [
    "HTML",
    "Box",
    "Button",
    "Dropdown",
    "HBox",
    "Image",
    "IntSlider",
    "Layout",
    "RadioButtons",
    "Script",
    "Text",
    "Textarea",
    "ToggleButtons",
    "ToggleButtonsStyle",
    "VBox",
    "Widget",
    "hear",
    "news",
    "wire",
]


class PageBox(Widget):
    """A container that the style sheet arranges."""

    kind = "Box"
    FIELDS: ClassVar[Mapping[str, Any]] = {"children": ()}

    def __init__(self, children: Sequence[Widget] = (), **given: Any) -> None:
        super().__init__(children=tuple(children), **given)

    def assign(self, name: str, value: Any) -> None:
        """Set a field; children are kept as a tuple."""
        super().assign(name, tuple(value) if name == "children" else value)

    def on_page(self, name: str, value: Any) -> Any:
        """Children as a list of their ids."""
        if name == "children":
            return [child.id for child in value]
        return value


class PageHBox(PageBox):
    """A container with its children side by side."""

    kind = "HBox"


class PageVBox(PageBox):
    """A container with its children one below the other."""

    kind = "VBox"


class PageHTML(Widget):
    """A piece of HTML."""

    kind = "HTML"
    FIELDS: ClassVar[Mapping[str, Any]] = {"value": ""}

    def __init__(self, value: str = "", **given: Any) -> None:
        super().__init__(value=value, **given)


class PageImage(Widget):
    """A picture: `value` are its bytes in `format`."""

    kind = "Image"
    FIELDS: ClassVar[Mapping[str, Any]] = {
        "value": b"",
        "format": "png",
        "width": "",
        "height": "",
    }

    def on_page(self, name: str, value: Any) -> Any:
        """The bytes as a data URL."""
        if name != "value" or not value:
            return value or ""
        return f"data:image/{self.format};base64,{b64encode(value).decode()}"


class PageButton(Widget):
    """A button."""

    kind = "Button"
    FIELDS: ClassVar[Mapping[str, Any]] = {"button_style": ""}

    def on_click(self, call: Callable[[Any], object]) -> None:
        """Call `call` at each press."""
        self._observers.setdefault("click", []).append(call)

    def click(self) -> None:
        """Press it."""
        # A copy: a callback may register others.
        for call in tuple(self._observers.get("click", ())):
            call(self)

    def hear(self, what: str, value: Any) -> None:
        """Take in a press of the page."""
        # The press may have been on its way when the button was disabled.
        if what == "click" and not self.disabled:
            self.click()


class PageText(Widget):
    """A line of text."""

    kind = "Text"
    FIELDS: ClassVar[Mapping[str, Any]] = {"value": "", "placeholder": ""}


class PageTextarea(PageText):
    """Several lines of text."""

    kind = "Textarea"


class PageIntSlider(Widget):
    """An integer between `min` and `max`."""

    kind = "IntSlider"
    FIELDS: ClassVar[Mapping[str, Any]] = {"value": 0, "min": 0, "max": 100}

    def __init__(
        self, value: int = 0, min: int = 0, max: int = 100, **given: Any
    ) -> None:
        super().__init__(value=value, min=min, max=max, **given)

    def assign(self, name: str, value: Any) -> None:
        """Set a field; the value is kept between the ends."""
        if name == "value":
            value = sorted((self.min, value, self.max))[1]
        super().assign(name, value)
        # A playback that was cut short has fewer steps: the handle moves with its end.
        if name == "max" and self.value > value:
            super().assign("value", value)


class PageSelection(Widget):
    """A choice of one: `options` are labels or pairs (label, value); `index` is the chosen one, None for none."""

    FIELDS: ClassVar[Mapping[str, Any]] = {"options": (), "index": None, "value": None}
    empty = False

    def __init__(self, options: Sequence[Any] = (), **given: Any) -> None:
        value = given.pop("value", None)
        super().__init__(options=tuple(options), **given)
        # As in ipywidgets the first option is the default.
        first = 0 if self.options and not self.empty else None
        self._choose(first)
        if value is not None:
            self.value = value

    def labels(self) -> list[str]:
        """The labels of the options."""
        return [
            str(each[0] if isinstance(each, tuple) else each) for each in self.options
        ]

    def values(self) -> list[Any]:
        """The values of the options."""
        return [each[1] if isinstance(each, tuple) else each for each in self.options]

    def assign(self, name: str, value: Any) -> None:
        """Set a field; new options choose the first one; `value` and `index` follow each other."""
        if name == "options":
            super().assign("options", tuple(value))
            self._choose(0 if self.options and not self.empty else None)
        elif name == "index":
            self._choose(value)
        elif name == "value":
            self._choose(None if value is None else self.values().index(value))
        else:
            super().assign(name, value)

    def _choose(self, index: int | None) -> None:
        chosen = None if index is None else self.values()[index]
        # The parent's `assign`: this class' own would recurse.
        super().assign("index", index)
        super().assign("value", chosen)

    def on_page(self, name: str, value: Any) -> Any:
        """The options as labels: values may be any Python object."""
        if name == "options":
            return self.labels()
        if name == "value":
            return None
        return value


class PageDropdown(PageSelection):
    """A dropdown list."""

    kind = "Dropdown"


class PageToggleButtons(PageSelection):
    """A row of buttons, one of them pressed."""

    kind = "ToggleButtons"


class PageRadioButtons(PageSelection):
    """Radio buttons; none is chosen at first."""

    kind = "RadioButtons"
    empty = True


class PageScript(Widget):
    """An invisible widget whose script sets its values."""

    kind = "Script"

    def __init__(self, name: str, code: str, style: str = "", **values: Any) -> None:
        super().__init__()
        # The names of its values differ by script, so they are not in FIELDS.
        self._values |= {"code": code, "style_sheet": style, **values}
        self.tell("code", "style_sheet", *values)


def page_style(**_: Any) -> None:
    """A button's style, which is ignored: buttons are as wide as their labels."""


# The names of ipywidgets.
Layout = PageLayout
Box = PageBox
HBox = PageHBox
VBox = PageVBox
HTML = PageHTML
Image = PageImage
Button = PageButton
Text = PageText
Textarea = PageTextarea
IntSlider = PageIntSlider
Dropdown = PageDropdown
ToggleButtons = PageToggleButtons
RadioButtons = PageRadioButtons
Script = PageScript
ToggleButtonsStyle = page_style
