"""How a refusal shows what somebody has changed that is to stay."""

from __future__ import annotations

import json
from difflib import unified_diff
from typing import Any


def difference(old: Any, new: Any) -> str:
    """The lines that differ. Kubernetes prints its Go structs here; we print the JSON."""
    before, after = (
        json.dumps(value, indent=2, sort_keys=True).splitlines() for value in (old, new)
    )
    # The first three lines name files and the place in them.
    lines = list(unified_diff(before, after, lineterm="", n=2))[3:]
    return "\n".join(lines) + "\n"
