"""Helpers for situations taken from users' files and reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.go_client import made, template

CORE = "/api/v1/namespaces/default"
APPS = "/apis/apps/v1/namespaces/default"
PODS = f"{CORE}/pods"
SETS = f"{APPS}/daemonsets"


def collector(rows: list[Any]) -> Callable[[int, Any], Any]:
    """A decorator that registers a situation in `rows`, by its root cause and its expected result."""

    def row(cause: int, expected: Any) -> Any:
        def register(play: Any) -> Any:
            name = f"{cause}-{play.__name__}"
            rows.append(pytest.param(play, expected, id=name))
            return play

        return register

    return row


def picked(o, *paths):
    """The values at some paths, None for missing ones."""
    found = []
    for path in paths:
        value = o
        for step in path.split("."):
            if isinstance(value, list):
                value = value[int(step)] if int(step) < len(value) else None
            else:
                value = (value or {}).get(step)
        found.append(value)
    return found


def daemon_set(name, **spec):
    labels = {"app": name}
    body = template(name, **spec)
    body["metadata"]["labels"] = labels
    selector = {"matchLabels": labels}
    return made(
        "apps/v1", "DaemonSet", name, spec={"selector": selector, "template": body}
    )


def why(go, path, o, **query):
    """(code, first cause or message) of a refusal."""
    code, status = go.call("POST", path, o, **query)
    causes = (status.get("details") or {}).get("causes")
    if code == 422 and causes:
        return code, f"{causes[0]['field']}: {causes[0]['message']}"
    return code, status.get("message", "taken")


def warned(go, path, o):
    answer = go.ask("POST", path, o)
    assert answer.code == 201, answer.body
    return answer.warnings
