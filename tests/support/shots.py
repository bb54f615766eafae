"""Pictures of what the browser's tests have on the screen, for somebody to look at."""

import os
from typing import Any

from tests.support.paths import ROOT

SHOTS = ROOT / ".screenshots"


def save(page: Any, name: str, **options: Any) -> None:
    """Save what a page shows, with playwright's options; not in CI, where nobody looks and each takes a second."""
    if not os.environ.get("CI"):
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", **options)
