"""Jinja2 environments for templates of pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def templates_of(package: str) -> Environment:
    """The environment of the folder `templates` of a package, with escaping on."""
    # Imported here, since Jinja2 is only needed where a page is written.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,  # a misspelled name is an error, not a gap
        trim_blocks=True,
        lstrip_blocks=True,
    )
