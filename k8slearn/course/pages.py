"""What a notebook shows: pages made from `templates/`, which escape whatever is put into them, and widgets."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from k8slearn.locale import course as words

if TYPE_CHECKING:
    from jinja2 import Environment

# Okabe and Ito's colours, which those see apart who do not see red and green apart.
GREEN, RED, BLUE = "#009E73", "#D55E00", "#0072B2"
# The edge of a reply: right, wrong, neither (JupyterLab's own grey, which follows its theme).
EDGES = {True: GREEN, False: RED, None: "var(--jp-border-color1, #999)"}
LETTERS = "ABCDEF"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("k8slearn.course"),
        autoescape=True,
        undefined=StrictUndefined,  # a misspelled name is an error, not a gap
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(words=words, green=GREEN, red=RED, blue=BLUE, letters=LETTERS)
    return made


def render(template: str, **values: Any) -> str:
    """The HTML of `templates/<template>.html`, filled with `values`."""
    return _environment().get_template(f"{template}.html").render(values)


def reply(text: str, right: bool | None, verdict: str = "") -> str:
    """What is answered to the learner, as HTML; the colour of its edge says the same as its first word."""
    return render("reply", text=text, verdict=verdict, edge=EDGES[right])


def mimebundle(widget: Any, text: str, html: str) -> Any:
    """What a notebook stores of a widget: its view; `html` and `text` for where no widget runs."""
    bundle = widget._repr_mimebundle_()
    data = bundle
    if isinstance(bundle, tuple):
        data = bundle[0]
    data["text/plain"] = text
    data["text/html"] = html
    return bundle
