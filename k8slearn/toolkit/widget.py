"""What all widgets of a page have: fields that are observed, classes, a layout, and the wire to the page.

What has changed goes to the page as one JSON text, and the page says what was pressed.
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
# Weak, so that a card that is gone takes its widgets along; a press that comes too late finds none.
_widgets: WeakValueDictionary[str, Widget] = WeakValueDictionary()
# By their ids, with the names of what has changed; held strongly until the page knows.
_changed: dict[str, tuple[Widget, set[str]]] = {}


class Wire:
    """What leads to the page: `send` takes a JSON text; nothing is sent before somebody listens."""

    def __init__(self) -> None:
        self.send: Callable[[str], object] | None = None
        self._due = False

    def soon(self) -> None:
        """Send when what is being done is done: one text for all of it."""
        if self.send is not None and not self._due:
            # One click changes dozens of fields, and each text means that the page lays itself out anew.
            self._due = True
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Send what has changed."""
        self._due = False
        if self.send is not None and _changed:
            self.send(news())


wire = Wire()


def news() -> str:
    """What has changed since the last time, as JSON: the new state of each widget."""
    told = []
    # In any order: the page makes all that are new before it fills one (`show` in run.js).
    while _changed:
        _, (widget, names) = _changed.popitem()
        told.append({"id": widget.id, "kind": widget.kind, **widget.state(names)})
    return json.dumps(told, ensure_ascii=False)


def hear(text: str) -> None:
    """What the page says: which widget, what was done to it, and the value."""
    told = json.loads(text)
    widget = _widgets.get(told["id"])
    if widget is not None:
        widget.hear(told["what"], told.get("value"))


class PageLayout:
    """The place that a widget takes; each name is one of CSS, with _ for -."""

    def __init__(self, owner: Widget | None = None, **rules: Any) -> None:
        # Past __setattr__, to which every name is a rule of CSS.
        self.__dict__["_owner"] = owner
        self.__dict__["rules"] = {key: rule for key, rule in rules.items() if rule}

    def __setattr__(self, name: str, rule: Any) -> None:
        if self.rules.get(name) == rule:
            return
        self.rules[name] = rule
        if self._owner is not None:
            self._owner.tell("layout")

    def __getattr__(self, name: str) -> Any:
        # Python's own questions (`copy` asks for __deepcopy__) are no rules.
        if name.startswith("_"):
            raise AttributeError(name)
        return self.__dict__["rules"].get(name)

    def css(self) -> str:
        """As a style sheet says it."""
        rules = [
            f"{name.replace('_', '-')}:{rule}"
            for name, rule in self.rules.items()
            if rule
        ]
        return ";".join(rules)


class Widget:
    """Its fields are those of FIELDS, each with the value that it has at first."""

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
        # Asked before __init__ has set them, `self._values` would lead here again, for ever.
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
        """Change a field, and tell the page and whoever observes it."""
        old = self._values[name]
        # What stays is no news: two widgets that follow each other come to rest here.
        if old == value:
            return
        self._values[name] = value
        self.tell(name)
        self.notify(name, old, value)

    def tell(self, *names: str) -> None:
        """These are news for the page."""
        _changed.setdefault(self.id, (self, set()))[1].update(names)
        wire.soon()

    def notify(self, name: str, old: Any, new: Any) -> None:
        """Tell the observers."""
        # As traitlets words it: the same observers serve both toolkits.
        change = {"name": name, "old": old, "new": new, "owner": self}
        for observer in tuple(self._observers.get(name, ())):
            observer(change)

    def observe(self, observer: Observer, names: str | Sequence[str]) -> None:
        """Call `observer` with each change of a field."""
        for name in [names] if isinstance(names, str) else names:
            self._observers.setdefault(name, []).append(observer)

    def add_class(self, name: str) -> Widget:
        """Give it a class of the style sheet."""
        if name not in self._dom_classes:
            self._dom_classes += (name,)
            self.tell("classes")
        return self

    def remove_class(self, name: str) -> Widget:
        """Take the class away."""
        if name in self._dom_classes:
            self._dom_classes = tuple(
                each for each in self._dom_classes if each != name
            )
            self.tell("classes")
        return self

    @contextmanager
    def hold_sync(self) -> Iterator[None]:
        """Nothing is sent before the turn is over anyhow."""
        yield

    def state(self, names: set[str]) -> dict[str, Any]:
        """These fields as the page takes them."""
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
        """A field's value as the page takes it."""
        return value

    def hear(self, what: str, value: Any) -> None:
        """The page says that a field was changed there."""
        if what in self._values:
            self.assign(what, value)

    def close(self) -> None:
        """Take it off the page."""
        self.assign("closed", True)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {}
