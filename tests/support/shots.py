"""Screenshots of the browser's tests, for visual inspection."""

import os
from typing import Any

from tests.support.paths import ROOT

SHOTS = ROOT / ".screenshots"


def save(page: Any, name: str, **options: Any) -> None:
    """Save a screenshot, with playwright's options; not in CI, since each takes a second."""
    if not os.environ.get("CI"):
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", **options)
