"""Pictures of a cluster, as a pure function of its objects."""

from k8slearn.view.animate import Animation, animate, record
from k8slearn.view.draw import Painter, draw_on
from k8slearn.view.picture import Picture, draw
from k8slearn.view.scene import Scene, scene_of
from k8slearn.view.story import scenes, told_scene

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
