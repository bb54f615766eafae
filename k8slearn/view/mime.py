"""What goes with a picture in a notebook."""

from __future__ import annotations

from typing import Any

from k8slearn.view.plan.geometry import WIDTH


def png_metadata(alt: str) -> dict[str, Any]:
    """The width at which a PNG is sharp, and its words for who cannot see it."""
    # `alt` is where IPython's own Image puts it and pages made of notebooks look for it.
    return {"image/png": {"width": WIDTH, "alt": " ".join(alt.split())}}
