"""Large YAML texts, as `yaml_loader` reads them, many times faster: libyaml's events, and no nodes in between.

A tool writes such a text, so it has neither references nor tags nor keys that stand twice. Where one has, this gives
up and `yaml_loader` reads all of it, with its bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from yaml.nodes import ScalarNode

from k8slearn.apimachinery.yaml_loader import ManifestLoader

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Without libyaml, as in a browser, the same events come from Python."""
_TAG = "tag:yaml.org,2002:"
_PLAIN = f"{_TAG}str"


class _Unusual(Exception):
    """Something that only `yaml_loader` knows how to read."""


class _Key:
    """Stands for the key that an object waits for."""


_NO_KEY = _Key()


def documents(text: str) -> Iterator[Any]:
    """The documents of a text. Raises yaml.YAMLError, ValueError and RecursionError as `yaml_loader` does."""
    try:
        found = list(_Building(text).documents())
    except _Unusual:
        found = _slowly(text)
    yield from found


def _slowly(text: str) -> list[Any]:
    loader = ManifestLoader(text)
    found = []
    while loader.check_node():
        node = loader.get_node()
        if node is not None:
            found.append(loader.construct_document(node))
    return found


class _Building:
    """One text on its way to objects. It keeps a stack of its own, so depth costs no recursion."""

    def __init__(self, text: str) -> None:
        self.parser = _Parser(text)
        # Half of a dump are the same few words: each is worked out once, and stands in memory once.
        self.known: dict[str, Any] = {}
        self.texts: dict[str, str] = {}
        self.reader: Any = ManifestLoader("")

    def documents(self) -> Iterator[Any]:
        """Each document as an object."""
        parser = self.parser
        while not parser.check_event(yaml.StreamEndEvent):
            event = parser.get_event()
            if isinstance(event, yaml.DocumentStartEvent):
                yield self._value(parser.get_event())

    def _value(self, first: Any) -> Any:
        stack: list[tuple[Any, Any]] = []
        parser = self.parser
        event = first
        place: Any = None
        key: Any = _NO_KEY
        while True:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                if event.anchor or event.tag:
                    raise _Unusual
                value = self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if event.anchor or event.tag:
                    raise _Unusual
                stack.append((place, key))
                place = {} if kind is yaml.MappingStartEvent else []
                key = _NO_KEY
                event = parser.get_event()
                continue
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                value = place
                place, key = stack.pop()
            else:
                # A reference: what it stands for may be huge.
                raise _Unusual
            if place is None:
                return value
            if type(place) is list:
                place.append(value)
            elif key is _NO_KEY:
                # Of a plain key that is a number or a truth value JSON makes a text: seldom enough.
                if type(value) is not str or value == "<<" or value in place:
                    raise _Unusual
                key = value
            else:
                place[key] = value
                key = _NO_KEY
            event = parser.get_event()

    def _scalar(self, event: Any) -> Any:
        text = event.value
        if event.style:
            # Quoted or a block: it is a text whatever it looks like.
            return self.texts.setdefault(text, text)
        if text in self.known:
            return self.known[text]
        value = self._plain(text)
        self.known[text] = value
        return value

    def _plain(self, text: str) -> Any:
        tag = self.reader.resolve(ScalarNode, text, (True, False))
        if tag == _PLAIN:
            return self.texts.setdefault(text, text)
        if tag == f"{_TAG}merge":
            raise _Unusual
        return self.reader.construct_object(ScalarNode(tag, text))
