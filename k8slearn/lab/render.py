"""Explanations as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from k8slearn.explain import Explanation, Sentence
from k8slearn.explain.sentences import MARKS

CLASSES = {True: "k8s-yes", False: "k8s-no", None: "k8s-so"}
STYLE = """
.k8s-told-why { margin: 2px 0 6px; font-size: 13px; line-height: 1.5; }
.k8s-told-why p { margin: 0; }
.k8s-told-why b { font-weight: 500; }
.k8s-reason { padding-left: 1.5em; text-indent: -1.1em; overflow-wrap: anywhere; }
.k8s-reason i { font-style: normal; display: inline-block; width: 1.1em; text-indent: 0; }
.k8s-reason.k8s-yes i { color: #009E73; }
.k8s-reason.k8s-no i { color: var(--jp-error-color1, #b84700); }
.k8s-reason.k8s-so, .k8s-reason.k8s-so i { color: var(--jp-ui-font-color2, #666); }
"""


def reasons_html(reasons: Iterable[Sentence]) -> str:
    """One line a reason; for, against and remarks differ by sign as well as by colour."""
    return "".join(
        f'<div class="k8s-reason {CLASSES[reason.holds]}"><i>{MARKS[reason.holds]}</i>{escape(reason.text)}</div>'
        for reason in reasons
    )


def explained(told: Explanation) -> str:
    """The answer first, then its reasons."""
    head = f"<p><b>{escape(told.about)}</b>：{escape(told.answer)}</p>"
    return f'<div class="k8s-told-why">{head}{reasons_html(told.reasons)}</div>'
