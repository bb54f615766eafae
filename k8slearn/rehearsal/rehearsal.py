"""A rehearsal for its user: printed as text, and as a page, a picture, JSON, and clusters for a lab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.rehearsal.as_json import as_json
from k8slearn.rehearsal.choices import Choice, parse_choice
from k8slearn.rehearsal.page import html
from k8slearn.rehearsal.picture import picture
from k8slearn.rehearsal.results import Facts, Findings
from k8slearn.rehearsal.text import text


class Rehearsal(Findings):
    """The findings with their output formats; `begun` makes a cluster on which the change was just made."""

    def __init__(
        self,
        facts: Facts,
        asked: tuple[Choice, ...],
        begun: Callable[[Choice], Cluster],
    ) -> None:
        super().__init__(facts, asked)
        self.begun = begun

    def __str__(self) -> str:
        return text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.html(whole=False)

    def html(self, *, whole: bool = True) -> str:
        """A self-contained HTML page; without `whole`, a fragment for another page."""
        return html(self, whole=whole)

    def svg(self, theme: str = "auto") -> str:
        """The picture: Nodes away over time, one strip for each choice."""
        return picture(self, theme)

    def json(self) -> Object:
        """The findings as plain JSON, in the shape that `as_json` describes."""
        return as_json(self)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file; returns its path."""
        target = Path(path)
        target.write_text(self.html(), encoding="utf-8")
        return target

    def cluster(self, limit: str | Choice = "") -> Cluster:
        """A cluster on which the change has just been made with this limit; by default the first one.

        `Lab(rehearsal.cluster("3"))` opens a lab on it. Raises RehearsalError for an invalid limit.
        """
        choice = limit or self.asked[0]
        return self.begun(
            choice if isinstance(choice, Choice) else parse_choice(choice)
        )
