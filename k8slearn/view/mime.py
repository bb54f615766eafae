"""What a picture is to a notebook: its pixels, and HTML that follows the page's theme."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import Any

from k8slearn.view.plan.geometry import WIDTH
from k8slearn.view.theme import DARK_FILTER, LIGHT

# With the theme behind it, the class of a picture whose pixels stand beside its HTML.
STILL = "k8s-still-"
_FOLLOWS = (
    f'<style>[data-jp-theme-light="false"] .{STILL}{LIGHT.name} '
    f"{{filter:{DARK_FILTER}}}</style>"
)


def still_bundle(
    png: bytes, alt: str, plain: str, theme: str = LIGHT.name
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A picture that does not move: a light one is dark in JupyterLab's dark theme.

    An image/png knows nothing of the page; JupyterLab also shows it without its words.
    """
    data = {"text/html": _html(png, alt, theme), "image/png": png, "text/plain": plain}
    return data, png_metadata(alt)


def _html(png: bytes, alt: str, theme: str) -> str:
    source = b64encode(png).decode()
    return (
        f'<img class="{STILL}{theme}" src="data:image/png;base64,{source}" '
        f'alt="{escape(_line(alt))}" width="{WIDTH}" style="border-radius:6px">{_FOLLOWS}'
    )


def png_metadata(alt: str) -> dict[str, Any]:
    """The width at which a PNG is sharp, and its words for who cannot see it."""
    # `alt` is where IPython's own Image puts it and pages made of notebooks look for it.
    return {"image/png": {"width": WIDTH, "alt": _line(alt)}}


def _line(text: str) -> str:
    return " ".join(text.split())
