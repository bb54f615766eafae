"""A rehearsal as a self-contained HTML page: text, table and picture in one file, for light and dark."""

from __future__ import annotations

from k8slearn.locale import rehearsal as words
from k8slearn.rehearsal import tell
from k8slearn.rehearsal.picture import PHONE, picture
from k8slearn.rehearsal.results import Findings
from k8slearn.toolkit.templates import templates_of


def html(made: Findings, *, whole: bool) -> str:
    """The `whole` page, or only the part that goes into a notebook."""
    from markupsafe import Markup  # comes with Jinja2

    # The SVG is escaped already.
    wide = Markup(picture(made))
    narrow = Markup(picture(made, width=PHONE))
    template = templates_of("k8slearn.rehearsal").get_template(
        "page.html" if whole else "body.html"
    )
    return template.render(
        words=words,
        is_command=tell.is_command,
        title=tell.title(made.facts),
        opening=tell.opening(made.facts),
        columns=tell.columns(made),
        rows=[tell.cells(each) for each in made.results],
        complete=[each.complete for each in made.results],
        advice=tell.advice(made),
        standstills=tell.standstills(made),
        sources=tell.sources(made.facts),
        wide=wide if made.results else "",
        narrow=narrow if made.results else "",
    )
