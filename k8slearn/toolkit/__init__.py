"""The widgets of panels and cards: ipywidgets where it is installed, else our own for a page in a browser.

The name `w` of this module imports them on first use, so that nothing is loaded before a widget is made.
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
    """Are the widgets our own for a page?"""
    from k8slearn.toolkit import w

    # Only our own widgets have a Script.
    return hasattr(w, "Script")


def page_theme(theme: str) -> str:
    """The theme for pictures: "auto" on a page of ours; in JupyterLab `theme`, which its style sheet turns dark."""
    if in_page() or theme != "auto":
        return theme
    return "light"


# anywidget reads a script when a class is made, so all widgets of one script share a class.
_scripts: dict[str, Any] = {}


def script(name: str, code: str, style: str = "", **values: Any) -> Any:
    """An invisible widget that runs a script in the browser; the script sets `values`, which can be observed."""
    from k8slearn.toolkit import w

    if in_page():
        return w.Script(name, code, style, **values)
    if name not in _scripts:
        # Imported here: a page has neither.
        import anywidget
        import traitlets

        traits = {
            key: traitlets.Any(value).tag(sync=True) for key, value in values.items()
        }
        members = {"_esm": code, "_css": style, **traits}
        _scripts[name] = type(name, (anywidget.AnyWidget,), members)
    return _scripts[name]()
