"""The widgets that panels and cards are made of: ipywidgets where it is installed, else those of a page in a browser.

`w` is asked for as a name of this module, when the first widget is made: who shows nothing loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

__all__ = ["in_page", "page_theme", "script", "w"]


def __getattr__(name: str) -> Any:
    if name != "w":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    has_jupyter = find_spec("ipywidgets") is not None
    chosen = "ipywidgets" if has_jupyter else f"{__name__}.page"
    module = globals()["w"] = import_module(chosen)
    return module


def in_page() -> bool:
    """Are the widgets those of a page of ours?"""
    from k8slearn.toolkit import w

    # Only the page's widgets have a Script: that is how the two are told apart.
    return hasattr(w, "Script")


def page_theme(theme: str) -> str:
    """The theme of a picture on a page of ours is the page's own; JupyterLab's style sheet turns a light one dark."""
    if in_page() or theme != "auto":
        return theme
    return "light"


# anywidget reads a script when its class is made, so the widgets of one script share a class.
_scripts: dict[str, Any] = {}


def script(name: str, code: str, style: str = "", **values: Any) -> Any:
    """A widget that shows nothing: its script hears what widgets do not, and sets `values`, which can be observed."""
    from k8slearn.toolkit import w

    if in_page():
        return w.Script(name, code, style, **values)
    if name not in _scripts:
        # Here and not above: in a page there is neither.
        import anywidget
        import traitlets

        traits = {
            key: traitlets.Any(value).tag(sync=True) for key, value in values.items()
        }
        members = {"_esm": code, "_css": style, **traits}
        _scripts[name] = type(name, (anywidget.AnyWidget,), members)
    return _scripts[name]()
