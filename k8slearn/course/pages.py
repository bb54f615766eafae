"""HTML for notebooks, made from `templates/` with escaping on, and the mimebundles of widgets."""

from __future__ import annotations

from typing import Any

from k8slearn.locale import course as words
from k8slearn.toolkit.templates import templates_of

# Okabe and Ito's colours, which can be told apart with red-green colour blindness.
GREEN, RED, BLUE = "#009E73", "#D55E00", "#0072B2"
# The edge of a reply: right, wrong, neither (JupyterLab's own grey, which follows its theme).
EDGES = {True: GREEN, False: RED, None: "var(--jp-border-color1, #999)"}
LETTERS = "ABCDEF"
# Variables of every template.
COMMON = {"words": words, "green": GREEN, "red": RED, "blue": BLUE, "letters": LETTERS}


def render(template: str, **values: Any) -> str:
    """The HTML of `templates/<template>.html`, filled with `values`."""
    found = templates_of("k8slearn.course").get_template(f"{template}.html")
    return found.render({**COMMON, **values})


def reply(text: str, right: bool | None, verdict: str = "") -> str:
    """A reply to the learner as HTML; the colour of its edge and its first word show whether it was right."""
    return render("reply", text=text, verdict=verdict, edge=EDGES[right])


def mimebundle(widget: Any, text: str, html: str) -> Any:
    """The mimebundle of a widget: its view, and `html` and `text` for viewers without widgets."""
    bundle = widget._repr_mimebundle_()
    data = bundle
    if isinstance(bundle, tuple):
        data = bundle[0]
    data["text/plain"] = text
    data["text/html"] = html
    return bundle
