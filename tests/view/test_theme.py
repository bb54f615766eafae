"""Colours are distinct, readable, and kept by palettes."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from k8slearn.view.ink.painter import Painter
from k8slearn.view.png import encode
from k8slearn.view.theme import DARK, LIGHT, Theme, ink_on, look_of
from tests.support.scenes import (
    full_scene,
)


def test_revisions_differ_in_shape_and_number_and_not_only_in_colour() -> None:
    looks = [look_of(number) for number in range(1, 7)]
    assert (
        len({look.shape for look in looks}) == len({look.colour for look in looks}) == 6
    )


def luminance(colour: str) -> float:
    linear = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in linear
    ]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_can_be_read_on_their_ground(theme: Theme) -> None:
    for ink in (theme.ink, theme.quiet, theme.warn):
        assert (
            min(
                contrast(ink, ground)
                for ground in (theme.ground, theme.card, theme.pale)
            )
            >= 4.5
        )
    assert all(
        contrast(ink_on(look_of(n).colour), look_of(n).colour) >= 3.4
        for n in range(1, 7)
    )


def test_a_palette_keeps_the_colours_that_mean_something() -> None:
    painter = Painter(scale=1.5)
    pixels = painter.paint(full_scene(59))
    shown = np.asarray(
        Image.open(
            BytesIO(encode(pixels, colours=64, exact=painter.theme.colours()))
        ).convert("RGB")
    )
    for colour in painter.theme.colours():
        exact = np.round(np.array(colour) * 255)
        assert ((pixels == exact).all(axis=2) <= (shown == exact).all(axis=2)).all()
