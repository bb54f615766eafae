"""What a notebook shows: pages made from `templates/`, which escape whatever is put into them, and widgets."""

from __future__ import annotations

from typing import Any

from k8slearn.locale import course as words
from k8slearn.toolkit.templates import templates_of

# Okabe and Ito's colours, which those see apart who do not see red and green apart.
GREEN, RED, BLUE = "#009E73", "#D55E00", "#0072B2"
# The edge of a reply: right, wrong, neither (JupyterLab's own grey, which follows its theme).
EDGES = {True: GREEN, False: RED, None: "var(--jp-border-color1, #999)"}
LETTERS = "ABCDEF"
# What every page may name.
COMMON = {"words": words, "green": GREEN, "red": RED, "blue": BLUE, "letters": LETTERS}


def render(template: str, **values: Any) -> str:
    """The HTML of `templates/<template>.html`, filled with `values`."""
    found = templates_of("k8slearn.course").get_template(f"{template}.html")
    return found.render({**COMMON, **values})


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
