"""The base of the page's widgets: fields that can be observed, CSS classes, a layout, and the wire to the page.

Changes go to the page as one JSON text; the page sends back what was pressed or entered.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, ClassVar
from weakref import WeakValueDictionary

Observer = Callable[[Any], object]

_numbers = count(1)
# Widgets by id. Weak, so that widgets go with their card; a press that comes too late finds none.
_widgets: WeakValueDictionary[str, Widget] = WeakValueDictionary()
# Changed widgets by id, with the names of their changed fields; held strongly until they are sent.
_changed: dict[str, tuple[Widget, set[str]]] = {}


class Wire:
    """The connection to the page: `send` takes a JSON text; without it nothing is sent."""

    def __init__(self) -> None:
        self.send: Callable[[str], object] | None = None
        self._due = False

    def soon(self) -> None:
        """Send once the running callback has ended: one text for all its changes."""
        if self.send is not None and not self._due:
            # One click changes dozens of fields, and the page is laid out anew with each text.
            self._due = True
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Send all changes now."""
        self._due = False
        if self.send is not None and _changed:
            self.send(news())


wire = Wire()


def news() -> str:
    """All changes since the last call, as JSON: the new state of each changed widget."""
    told = []
    # The order does not matter: the page makes all new widgets before it fills one (`show` in run.js).
    while _changed:
        _, (widget, names) = _changed.popitem()
        told.append({"id": widget.id, "kind": widget.kind, **widget.state(names)})
    return json.dumps(told, ensure_ascii=False)


def hear(text: str) -> None:
    """Take in a message of the page, as JSON: the widget's id, what was done to it, and the value."""
    told = json.loads(text)
    widget = _widgets.get(told["id"])
    if widget is not None:
        widget.hear(told["what"], told.get("value"))


class PageLayout:
    """A widget's layout; each attribute is a CSS property, with _ for -."""

    def __init__(self, owner: Widget | None = None, **rules: Any) -> None:
        # Not by __setattr__, which takes every name for a CSS property.
        self.__dict__["_owner"] = owner
        self.__dict__["rules"] = {key: rule for key, rule in rules.items() if rule}

    def __setattr__(self, name: str, rule: Any) -> None:
        if self.rules.get(name) == rule:
            return
        self.rules[name] = rule
        if self._owner is not None:
            self._owner.tell("layout")

    def __getattr__(self, name: str) -> Any:
        # Special names (`copy` looks for __deepcopy__) are no CSS properties.
        if name.startswith("_"):
            raise AttributeError(name)
        return self.__dict__["rules"].get(name)

    def css(self) -> str:
        """The layout as the text of a style attribute."""
        rules = [
            f"{name.replace('_', '-')}:{rule}"
            for name, rule in self.rules.items()
            if rule
        ]
        return ";".join(rules)


class Widget:
    """A widget; FIELDS are its fields with their initial values."""

    kind: ClassVar[str] = "Widget"
    FIELDS: ClassVar[Mapping[str, Any]] = {}
    COMMON: ClassVar[Mapping[str, Any]] = {
        "description": "",
        "tooltip": "",
        "disabled": False,
        "closed": False,
    }

    def __init__(self, **given: Any) -> None:
        self.id = str(next(_numbers))
        self._observers: dict[str, list[Observer]] = {}
        self._values = {**self.COMMON, **self.FIELDS}
        self._dom_classes: tuple[str, ...] = ()
        layout = given.pop("layout", None)
        rules = layout.rules if isinstance(layout, PageLayout) else layout or {}
        self.layout = PageLayout(self, **rules)
        _widgets[self.id] = self
        for name, value in given.items():
            if name in self._values:
                self._values[name] = value
        self.tell(*self._values, "classes", "layout")

    def __getattr__(self, name: str) -> Any:
        # Before __init__ has set it, `self._values` would recurse into this method.
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"{type(self).__name__} has no {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__.get("_values", ()):
            self.assign(name, value)
        else:
            object.__setattr__(self, name, value)

    def assign(self, name: str, value: Any) -> None:
        """Set a field, and notify the page and the observers."""
        old = self._values[name]
        # No change, no notification: this ends the recursion of two widgets that follow each other.
        if old == value:
            return
        self._values[name] = value
        self.tell(name)
        self.notify(name, old, value)

    def tell(self, *names: str) -> None:
        """Mark these fields as changed, to be sent to the page."""
        _changed.setdefault(self.id, (self, set()))[1].update(names)
        wire.soon()

    def notify(self, name: str, old: Any, new: Any) -> None:
        """Call the observers of a field."""
        # The form of traitlets, so that observers work with both toolkits.
        change = {"name": name, "old": old, "new": new, "owner": self}
        for observer in tuple(self._observers.get(name, ())):
            observer(change)

    def observe(self, observer: Observer, names: str | Sequence[str]) -> None:
        """Call `observer` with each change of a field."""
        for name in [names] if isinstance(names, str) else names:
            self._observers.setdefault(name, []).append(observer)

    def add_class(self, name: str) -> Widget:
        """Add a CSS class."""
        if name not in self._dom_classes:
            self._dom_classes += (name,)
            self.tell("classes")
        return self

    def remove_class(self, name: str) -> Widget:
        """Remove a CSS class."""
        if name in self._dom_classes:
            self._dom_classes = tuple(
                each for each in self._dom_classes if each != name
            )
            self.tell("classes")
        return self

    @contextmanager
    def hold_sync(self) -> Iterator[None]:
        """Does nothing: changes are sent together in any case. Part of the interface of ipywidgets."""
        yield

    def state(self, names: set[str]) -> dict[str, Any]:
        """The values of these fields, in the form for the page."""
        told: dict[str, Any] = {}
        for name in sorted(names):
            if name == "classes":
                told[name] = list(self._dom_classes)
            elif name == "layout":
                told[name] = self.layout.css()
            else:
                told[name] = self.on_page(name, self._values[name])
        return told

    def on_page(self, name: str, value: Any) -> Any:
        """A field's value in the form for the page."""
        return value

    def hear(self, what: str, value: Any) -> None:
        """Take in a field's new value from the page."""
        if what in self._values:
            self.assign(what, value)

    def close(self) -> None:
        """Remove it from the page."""
        self.assign("closed", True)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {}
