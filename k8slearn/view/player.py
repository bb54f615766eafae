"""The HTML of an animation: the APNG, and controls that a script enables."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from k8slearn.locale import view as words
from k8slearn.view.plan.geometry import WIDTH
from k8slearn.view.theme import DARK_FILTER, PLAYER_BORDER, PLAYER_BUTTON

_BUTTON = (
    "font:inherit;color:inherit;padding:3px 12px;border-radius:5px;cursor:pointer;"
    f"background:{PLAYER_BUTTON};border:1px solid {PLAYER_BORDER}"
)
# Two lines high, so that the picture does not move when a caption has two lines.
_CAPTION = "align-items:flex-end;min-height:3em;line-height:1.5;font-size:15px"
_DARK = (
    '<style>[data-jp-theme-light="false"] .k8s-player :is(img, canvas) '
    f"{{filter:{DARK_FILTER}}}</style>"
)
_SPEEDS = ("0.25", "0.5", "1", "2", "4")
_BUTTONS = (("first", "|◀"), ("back", "◀"), ("play", "▶"), ("next", "▶|"))


@cache
def _script() -> str:
    return (files("k8slearn.view") / "player.js").read_text(encoding="utf-8")


def _button(name: str, sign: str) -> str:
    label = words.PLAYER[name]
    return f'<button type="button" data-k8s="{name}" style="{_BUTTON}" title="{label}">{sign} {label}</button>'


def _controls() -> str:
    """Buttons, slider, speed and the number of the frame; hidden until the script runs."""
    speeds = ""
    for speed in _SPEEDS:
        selected = " selected" if speed == "1" else ""
        speeds += f'<option value="{speed}"{selected}>{speed}×</option>'
    buttons = "".join(_button(name, sign) for name, sign in _BUTTONS)
    return (
        '<div data-k8s="controls" style="display:none;flex-wrap:wrap;gap:8px;align-items:center;margin-top:6px">'
        f"{buttons}"
        f'<input data-k8s="slider" type="range" min="0" value="0" style="flex:1;min-width:120px" '
        f'aria-label="{words.PLAYER["slider"]}">'
        '<span data-k8s="frame" style="min-width:7em;text-align:right"></span>'
        f'<label>{words.PLAYER["speed"]} <select data-k8s="speed" style="{_BUTTON}">{speeds}</select></label></div>'
    )


def _caption_list(captions: Sequence[str]) -> str:
    """The captions as a list to unfold, from which the script reads them."""
    items = "".join(f"<li>{escape(caption)}</li>" for caption in captions)
    summary = f"<summary>{words.PLAYER['told']}</summary>"
    return (
        f'<details style="margin-top:6px">{summary}<ol start="0">{items}</ol></details>'
    )


def page(apng: bytes, description: str, captions: Sequence[str]) -> str:
    """HTML with the animation; without scripts it plays by itself and has no controls."""
    source = b64encode(apng).decode()
    # The script reads the texts that it changes from these attributes.
    named = ("play", "pause", "frame")
    names = " ".join(f'data-{name}="{escape(words.PLAYER[name])}"' for name in named)
    return (
        f'<div class="k8s-player" tabindex="0" {names} style="max-width:{WIDTH}px;font-size:13px">'
        f'<div data-k8s="caption" aria-live="polite" style="display:none;{_CAPTION}"></div>'
        f'<img src="data:image/png;base64,{source}" alt="{escape(description)}" '
        f'style="display:block;width:100%;max-width:{WIDTH}px;height:auto;border-radius:6px">'
        f"{_controls()}{_caption_list(captions)}{_DARK}<script>{_script()}</script></div>"
    )


def document(body: str, title: str) -> str:
    """A standalone page with an animation."""
    style = (
        f"body{{max-width:{WIDTH}px;margin:24px auto;padding:0 12px;line-height:1.5;"
        "font-family:system-ui,'Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif}"
    )
    return (
        f'<!doctype html><html lang="{words.LANGUAGE}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>'
        f"<body>{body}</body></html>"
    )
