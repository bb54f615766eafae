"""The mimebundles of pictures: pixels, and HTML that follows the page's theme."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import Any

from k8slearn.view.plan.geometry import WIDTH
from k8slearn.view.theme import DARK_FILTER, LIGHT

# The prefix of a CSS class for pictures, followed by the theme.
STILL = "k8s-still-"
_FOLLOWS = (
    f'<style>[data-jp-theme-light="false"] .{STILL}{LIGHT.name} '
    f"{{filter:{DARK_FILTER}}}</style>"
)


class StillPicture:
    """A still picture for notebooks, as `png` or, without matplotlib, as `svg`.

    `title` is its name in one line, `alt` its text alternative.
    """

    def __init__(
        self,
        title: str,
        alt: str,
        theme: str = LIGHT.name,
        *,
        png: bytes = b"",
        svg: str = "",
    ) -> None:
        self.title = title
        self.alt = alt
        self.theme = theme
        self.png = png
        self.svg = svg

    def __repr__(self) -> str:
        return self.title

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        if not self.png:
            # Not image/svg+xml: that is shown as an image, which cannot ask how the page looks.
            return {"text/html": self.svg, "text/plain": self.title}, {}
        return still_bundle(self.png, self.alt, self.title, self.theme)


def still_bundle(
    png: bytes, alt: str, plain: str, theme: str = LIGHT.name
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The mimebundle of a still picture; a light one becomes dark in JupyterLab's dark theme.

    The HTML is needed since an image/png cannot follow the theme, and JupyterLab drops its text alternative.
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
    """The metadata of an image/png: its width on the page, and its text alternative."""
    # `alt` is where IPython's Image puts it and where Sphinx looks for it.
    return {"image/png": {"width": WIDTH, "alt": _line(alt)}}


def _line(text: str) -> str:
    return " ".join(text.split())
