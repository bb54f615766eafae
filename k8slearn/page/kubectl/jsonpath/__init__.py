"""Templates of `-o jsonpath=…`: `{range .items[*]}{.metadata.name}{"\\n"}{end}`.

The paths of a table's columns (`k8slearn.kinds.jsonpath`) are a small part of this. Kubernetes: client-go util/jsonpath
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.gotext import go_json, go_plain, go_quote, go_syntax
from k8slearn.page.kubectl.jsonpath.parsing import Template, TemplateError, parse
from k8slearn.page.kubectl.jsonpath.values import found
from k8slearn.page.kubectl.options import RefusedError

__all__ = ["Template", "filled", "template"]


def template(written: str) -> Template:
    """Raises RefusedError for what is no template."""
    try:
        return parse(written)
    except TemplateError as error:
        said = f"error: error parsing jsonpath {written}, {error}"
        raise RefusedError(said) from None


def filled(written: str, value: Any) -> str:
    """A template with the values that it asks for. Raises RefusedError."""
    try:
        results = list(found(template(written), value))
    except TemplateError as error:
        raise RefusedError(*_told(written, value, str(error))) from None
    return "".join(" ".join(map(_text, values)) for values in results)


def _text(value: Any) -> str:
    """Kubernetes: PrintResults, evalToText"""
    if isinstance(value, (dict, list)):
        return go_json(value, in_order=False)
    return go_plain(value)


def _told(written: str, value: Any, why: str) -> tuple[str, ...]:
    """Kubernetes: cli-runtime/pkg/printers/jsonpath.go, PrintObj"""
    return (
        f"error: error executing jsonpath {go_quote(written)}: Error executing template: {why}. "
        "Printing more information for debugging the template:",
        "\ttemplate was:",
        f"\t\t{written}",
        "\tobject given to jsonpath engine was:",
        f"\t\t{go_syntax(value)}",
        "",
        "",
    )
