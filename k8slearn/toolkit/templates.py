"""The pages' templates: Jinja2, set up in one way for all who write pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def templates_of(package: str) -> Environment:
    """The templates in the folder `templates` of a package; all that is put into them is escaped."""
    # Only who writes a page waits for Jinja2.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,  # a misspelled name is an error, not a gap
        trim_blocks=True,
        lstrip_blocks=True,
    )
