"""Objects of a watch come whole at each write; what did not change is kept once."""

from __future__ import annotations

from typing import Any


def shared(new: Any, old: Any) -> Any:
    """`new`, built of the parts of `old` that are equal to its own."""
    if new == old:
        return old
    if isinstance(new, dict) and isinstance(old, dict):
        return {field: shared(part, old.get(field)) for field, part in new.items()}
    if isinstance(new, list) and isinstance(old, list):
        # By place: a list of an object hardly ever changes its order.
        count = min(len(new), len(old))
        parts = [shared(new[place], old[place]) for place in range(count)]
        return parts + new[count:]
    return new
