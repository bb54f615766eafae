"""How long an option says: `--timeout=5m`, `--since=1h30m`. Go: time.ParseDuration"""

from __future__ import annotations

import re

from k8slearn.apimachinery.gotime import duration_complaint
from k8slearn.page.kubectl.options import Invocation, RefusedError

_SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}


def duration(asked: Invocation, option: str, command: str) -> float | None:
    """In seconds, None where it is not given. Raises RefusedError."""
    written = asked.options.get(option)
    if written is None:
        return None
    complaint = duration_complaint(written)
    if complaint:
        raise RefusedError(
            f'error: invalid argument "{written}" for "--{option}" flag: {complaint}',
            f"See 'kubectl {command} --help' for usage.",
        )
    parts = re.findall(r"([\d.]+)([a-zµ]+)", written)
    # What is left is a microsecond, which Go writes in three ways.
    total = sum(float(number) * _SECONDS.get(unit, 1e-6) for number, unit in parts)
    return -total if written.startswith("-") else total
