"""The paths of printer columns: `.spec.size`, `.spec.ports[0].name`, `.status.conditions[?(@.type=="Ready")].status`.

Kubernetes: client-go util/jsonpath, as far as printer columns go.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

# A field, a field in brackets, a place in a list, all of it, or what meets a condition.
_STEP = re.compile(
    r"\.(?P<field>(?:[^.\[\]\\]|\\.)+)"
    r"|\['(?P<quoted>[^']+)'\]"
    r"|\[(?P<place>-?\d+)\]"
    r"|\[(?P<all>\*)\]"
    r"|\[\?\(@\.(?P<key>[\w.]+)\s*==\s*['\"]?(?P<value>[^'\")]*)['\"]?\)\]"
)


@lru_cache(maxsize=512)
def _steps(path: str) -> tuple[dict[str, str], ...]:
    found = []
    for match in _STEP.finditer(path):
        given = {name: text for name, text in match.groupdict().items() if text}
        found.append(given)
    return tuple(found)


def find(o: Any, path: str) -> list[Any]:
    """All values at a path."""
    found = [o]
    for step in _steps(path):
        found = [value for each in found for value in _next(each, step)]
    return found


def _next(value: Any, step: dict[str, str]) -> list[Any]:
    field = step.get("field") or step.get("quoted")
    if field:
        name = field.replace("\\.", ".")
        is_there = isinstance(value, dict) and name in value
        if is_there:
            return [value[name]]
        return []
    if not isinstance(value, list):
        return []
    if "place" in step:
        place = int(step["place"])
        return value[place : place + 1 or None]
    if "all" in step:
        return value
    return [each for each in value if _meets(each, step)]


def _meets(item: Any, step: dict[str, str]) -> bool:
    found = item
    for name in step["key"].split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return str(found) == step.get("value", "")
