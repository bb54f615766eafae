"""Objects merged, cut down and compared by their types' marks.

Kubernetes: sigs.k8s.io/structured-merge-diff/typed, merge.go, remove.go and compare.go
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import DEDUCED, ZEROS, Field, standing, struct
from k8slearn.apiserver.field_sets import (
    Fields,
    Path,
    Tree,
    below,
    is_member,
    stepped,
)
from k8slearn.apiserver.typed_values import (
    ABSENT,
    Untellable,
    element_step,
    elements,
    shape,
)

_EMPTY: tuple[Any, ...] = (None, {}, [])
_NOTHING = (*_EMPTY, ABSENT)


def merged(live: Any, applied: Any, slot: Field) -> Any:
    """What is live with what is applied merged into it. Go: mergingWalker"""
    if applied is ABSENT:
        return live
    if live is ABSENT:
        return applied
    form = shape(slot, live, applied)
    if form == "leaf" or live in _EMPTY:
        return applied
    if applied in _EMPTY:
        # Nothing is applied in there: what is live stays, even under an explicit null.
        return live
    if form == "list":
        return _merged_list(live, applied, slot)
    found = dict(live)
    for key, item in applied.items():
        inner = stepped(slot, f"f:{key}") or DEDUCED
        found[key] = merged(live.get(key, ABSENT), item, inner)
    return found


def _merged_list(live: list[Any], applied: list[Any], slot: Field) -> list[Any]:
    """The elements in the applied order, those that only the live list has in between.

    What both have is walked through side by side; a live element that is not applied comes where the live list has it.
    Go: mergingWalker.visitListItems
    """
    element = _element(slot)
    theirs = elements(live, slot)
    ours = {step: items[0] for step, items in elements(applied, slot).items()}
    found: list[Any] = []
    left = _LiveElements(live, slot, ours)
    shared = [step for step in ours if step in theirs]
    for step, item in ours.items():
        # The next of those that both have; what only the live list has before it comes first.
        upcoming = shared[0] if shared else ""
        found += left.until(step, upcoming)
        twins = theirs.get(step, [])
        # Of duplicates none is taken for the one that is meant.
        before = ABSENT
        if len(twins) == 1:
            before = twins[0]
        found.append(merged(before, item, element))
        if step == upcoming:
            shared.pop(0)
    return [*found, *left.rest()]


class _LiveElements:
    """The elements of a live list, one after the other, without those that are applied."""

    def __init__(self, live: list[Any], slot: Field, applied: Object) -> None:
        self.pairs = list(_steps(live, slot))
        self.applied = applied
        self.position = 0

    def until(self, step: str, upcoming: str) -> Iterator[Any]:
        """Those that come before an applied element is taken."""
        while self.position < len(self.pairs):
            present, item = self.pairs[self.position]
            if present == step:
                # Both lists are there: the two elements become one.
                self.position += 1
                return
            if present not in self.applied:
                yield item
            elif present == upcoming:
                # It waits for its turn in the applied order.
                return
            self.position += 1
            if present in self.applied and not upcoming:
                # All that both have is merged: upstream goes on with an applied one after each that it passes.
                return

    def rest(self) -> Iterator[Any]:
        """Those that come after all that is applied."""
        for present, item in self.pairs[self.position :]:
            if present not in self.applied:
                yield item


def _steps(items: list[Any], slot: Field) -> Iterator[tuple[str, Any]]:
    for item in items:
        try:
            yield element_step(item, slot), item
        except Untellable:
            continue


def _element(slot: Field) -> Field:
    if slot.type.element:
        return standing(slot.type.element)
    return DEDUCED


# Without -----------------------------------------------------------------------------------------------------------


def without(value: Any, gone: Tree, slot: Field) -> Any:
    """A copy of a struct, map or list without what a tree of steps leads to, null where nothing is left.

    Go: removingWalker
    """
    if not isinstance(value, dict | list):
        return value
    if shape(slot, value) == "leaf" or not value:
        return None
    if isinstance(value, list):
        return _list_without(value, gone, slot)
    left = {}
    for key, item in value.items():
        step = f"f:{key}"
        child = gone.get(step)
        if is_member(child):
            continue
        inner = stepped(slot, step) or DEDUCED
        rest = below(child)
        left[key] = without(item, rest, inner) if rest else item
    return left or None


def _list_without(items: list[Any], gone: Tree, slot: Field) -> Any:
    left = []
    for step, item in _steps(items, slot):
        child = gone.get(step)
        if is_member(child):
            continue
        rest = below(child)
        left.append(without(item, rest, _element(slot)) if rest else item)
    return left or None


# Compared ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Difference:
    """The paths that came, changed and went.

    `is_raw`: the new object has not been through Go's types, so what is not in it is not there.
    """

    is_raw: bool = False
    added: set[Path] = field(default_factory=set)
    modified: set[Path] = field(default_factory=set)
    removed: set[Path] = field(default_factory=set)

    @property
    def written(self) -> set[Path]:
        """What came or changed."""
        return self.added | self.modified

    def leave_out(self, ignored: Fields, parts: frozenset[str]) -> None:
        """Forget some paths of two steps at most, what lies in them, and in some fields at the top."""
        for found in (self.added, self.modified, self.removed):
            found -= {path for path in found if path[0] in parts or path[:2] in ignored}


def difference(old: Any, new: Any, slot: Field, *, is_raw: bool = False) -> Difference:
    """What is different between two objects. Go: compareWalker"""
    found = Difference(is_raw)
    _compare(found, old, new, slot, ())
    return found


def _compare(found: Difference, old: Any, new: Any, slot: Field, at: Path) -> None:
    # What is the very same object has not changed: most of it, since objects are never changed in place.
    if old is new:
        return
    form = shape(slot, old, new)
    if form == "leaf" or (old in _NOTHING and new in _NOTHING):
        _compare_leaf(found, old, new, slot, at)
        return
    if form == "list":
        _compare_lists(found, old, new, slot, at)
    else:
        _compare_entries(found, old, new, slot, at)
    if old is ABSENT:
        found.added.add(at)
    elif new is ABSENT:
        found.removed.add(at)


def _compare_leaf(found: Difference, old: Any, new: Any, slot: Field, at: Path) -> None:
    if old is new:
        return
    if old is ABSENT:
        found.added.add(at)
    elif new is ABSENT:
        found.removed.add(at)
    elif old != new:
        found.modified.add(at)


def _compare_entries(
    found: Difference, old: Any, new: Any, slot: Field, at: Path
) -> None:
    before = old if isinstance(old, dict) else {}
    after = new if isinstance(new, dict) else {}
    kind = slot.type
    fields = {}
    if kind.kind == "struct":
        fields = struct(kind.struct).fields
    entry = standing(kind.element) if kind.element else DEDUCED
    for key in before | after:
        left = before.get(key, ABSENT)
        right = after.get(key, ABSENT)
        # Mostly nothing has changed, and that is quickly seen.
        if left is right:
            continue
        inner = fields.get(key, entry)
        if fields and left is ABSENT and isinstance(old, dict):
            left = _unwritten(inner)
        elif fields and right is ABSENT and isinstance(new, dict) and not found.is_raw:
            right = _unwritten(inner)
        # Scalars are most of what there is.
        compare = _compare_leaf if inner.atomic else _compare
        compare(found, left, right, inner, (*at, f"f:{key}"))


def _unwritten(slot: Field) -> Any:
    """What Go's types hold in a struct's field that is not in an object here: it is there though nobody has set it."""
    if slot.by_value:
        return {}
    # A field is required where Go's tag has no `omitempty`.
    if slot.required:
        return ZEROS.get(slot.type.kind)
    return ABSENT


def _compare_lists(
    found: Difference, old: Any, new: Any, slot: Field, at: Path
) -> None:
    before = elements(_listed(old), slot)
    after = elements(_listed(new), slot)
    element = _element(slot)
    for step in before | after:
        path = (*at, step)
        left = before.get(step, [])
        right = after.get(step, [])
        one_left = ABSENT
        if len(left) == 1:
            one_left = left[0]
        one_right = ABSENT
        if len(right) == 1:
            one_right = right[0]
        is_repeated = len(left) > 1, len(right) > 1
        # Duplicates are compared as one whole, and what becomes of them is told of the whole.
        if is_repeated == (True, True):
            if left != right:
                found.modified.add(path)
            continue
        if one_left is not ABSENT or one_right is not ABSENT:
            _compare(found, one_left, one_right, element, path)
        if is_repeated == (True, False):
            found.removed.add(path)
        elif is_repeated == (False, True):
            found.added.add(path)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return []
