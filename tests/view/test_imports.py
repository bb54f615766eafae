"""Scenes and plans need no library that draws, shows or serves."""

from __future__ import annotations

import subprocess
import sys

import pytest

PURE = (
    "k8slearn.view",
    "k8slearn.view.scene",
    "k8slearn.view.narrate",
    "k8slearn.view.story",
    "k8slearn.view.plan",
    "k8slearn.view.plan.relations",
    "k8slearn.view.plan.traffic_marks",
    "k8slearn.view.theme",
)
HEAVY = ("matplotlib", "ipywidgets", "tornado")


@pytest.mark.parametrize("module", PURE)
def test_importing_it_loads_nothing_that_draws(module: str) -> None:
    code = f"import sys, {module}; print(*[m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_every_name_of_the_door_is_there() -> None:
    from k8slearn import view

    assert [name for name in view.__all__ if not hasattr(view, name)] == []
