"""Removes generated parts of texts: hashes and suffixes of names."""

from __future__ import annotations

import re

from k8slearn.apimachinery.names import SAFE_CHARACTERS

_SAFE = f"[{SAFE_CHARACTERS}]"
_MINUTE = re.compile(r"-29\d{6}\b")
"""The suffix of a CronJob's Job: minutes since 1970, around the year 2026."""
_NAMES = (
    (_MINUTE, "-MINUTE"),
    (re.compile(rf"-{_SAFE}{{7,10}}-{_SAFE}{{5}}\b"), "-HASH-SUFFIX"),
    (re.compile(rf"-{_SAFE}{{7,10}}\b"), "-HASH"),
    (re.compile(rf"-{_SAFE}{{5}}\b"), "-SUFFIX"),
)


def without_names(text: str) -> str:
    """The text without generated parts of names."""
    for pattern, placeholder in _NAMES:
        text = pattern.sub(placeholder, text)
    return text


def without_minute(text: str) -> str:
    """The text without the minutes in the names of CronJobs' Jobs."""
    return _MINUTE.sub("-MINUTE", text)
