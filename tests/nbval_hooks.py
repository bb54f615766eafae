"""A pytest plugin for the notebooks: which outputs are not compared (pictures and pages; their text is)."""

from typing import Any

NOT_COMPARED = ("image/svg+xml", "image/gif", "image/webp", "text/html", "application/javascript")


def pytest_collectstart(collector: Any) -> None:
    """Widen nbval's list of skipped output types on each notebook."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += NOT_COMPARED
