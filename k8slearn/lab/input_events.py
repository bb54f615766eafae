"""A widget whose script reports clicks on the panel's pictures and handles its keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from k8slearn.toolkit import script

WIDE = "wide"


@cache
def _code() -> str:
    return (files("k8slearn.lab") / "input_events.js").read_text(encoding="utf-8")


def input_events(
    touched: Callable[[str, float, float], Any], sized: Callable[[str], Any]
) -> Any:
    """A widget that calls `touched` for each click on a picture of its panel, and `sized` when its room changes.

    Its value `touch` is [picture or timeline, fraction of its width, of its height, serial number]; `room` is wide,
    narrow or slim.
    """
    made = script("InputEvents", _code(), touch=[], room=WIDE)
    made.add_class("k8s-ears")
    made.observe(lambda change: touched(*change["new"][:3]), "touch")
    made.observe(lambda change: sized(change["new"]), "room")
    return made
