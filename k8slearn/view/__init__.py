"""Pictures of a cluster, as a pure function of its objects: scene → plan → ink.

Importing this package loads no matplotlib: names that need it are imported on first use (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from k8slearn.view.animation import Animation, animate, record
    from k8slearn.view.ink.painter import Painter, draw_on
    from k8slearn.view.picture import Picture, draw
    from k8slearn.view.scene import Scene, scene_of
    from k8slearn.view.story import scenes, told_scene

_MODULES = {
    "Animation": "animation",
    "animate": "animation",
    "record": "animation",
    "Painter": "ink.painter",
    "draw_on": "ink.painter",
    "Picture": "picture",
    "draw": "picture",
    "Scene": "scene",
    "scene_of": "scene",
    "scenes": "story",
    "told_scene": "story",
}

__all__ = [
    "Animation",
    "Painter",
    "Picture",
    "Scene",
    "animate",
    "draw",
    "draw_on",
    "record",
    "scene_of",
    "scenes",
    "told_scene",
]


def __getattr__(name: str) -> Any:
    # No module here may have one of these names: once imported, it would shadow the name.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_MODULES[name]}")
    return getattr(module, name)
