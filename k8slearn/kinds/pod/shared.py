"""What Pods of one template have in common is worked out once.

A DaemonSet makes thousands of Pods whose specs hold the very same objects (containers, volumes, tolerations …), since
objects are shared and never changed in place; only the affinity says which Node each is for. So what was said of these
very objects stays true, and a Pod costs no more than a look at which objects it is made of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from k8slearn.apimachinery.objects import Object

T = TypeVar("T")
LIMIT = 64
"""How many sets of parts are remembered: a few templates are rolled out at a time, and all else is rare."""


class Shared(Generic[T]):
    """A pure function of a Pod's spec without its affinity, called once for specs of the very same parts."""

    def __init__(self, work: Callable[[Object], T]) -> None:
        self._work = work
        self._known: dict[int, tuple[Object, T]] = {}

    def __call__(self, spec: Object) -> T:
        """The function's value for this spec."""
        rest = spec.copy()
        rest.pop("affinity", None)
        key = id(rest.get("containers"))
        known = self._known.get(key)
        # Python compares the very same objects at a glance, so this takes long only where something differs.
        if known is None or known[0] != rest:
            if len(self._known) >= LIMIT:
                self._known.clear()
            # The parts are kept with what was said of them: as long as they live, no other list has this id.
            known = self._known[key] = rest, self._work(rest)
        return known[1]
