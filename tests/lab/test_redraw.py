"""The cost of a redraw: everything is computed once, so few functions of the package are called."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import k8slearn
from k8slearn import Lab
from k8slearn.explain import Outlooks
from k8slearn.view.scene import Scene
from tests.support.fakes import NEWER_IMAGE
from tests.support.lab_panel import BUTTONS, busy_cluster, find

PACKAGE = str(Path(k8slearn.__file__).parent)
MOST_CALLS = 900
# Of the clicks that let many actions happen: each write is worth a line, and so it is worded.
MOST_CALLS_A_WRITE = 10
ONE_ACTION = [button for button in BUTTONS if button != "until-quiet"]
STEPS = 20


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A panel over three Nodes; nothing but the test redraws it."""
    made = Lab(busy_cluster(), scale=1)
    made.held = True
    made._watcher.end()
    # A last redraw may be going on, which must not be counted.
    made._watcher.join()
    made.refresh()
    yield made
    made.close()


def calls(action: Callable[[], Any]) -> list[str]:
    """The calls of functions of the package during the context; each turn of a generator counts."""
    called = []

    def count(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(PACKAGE):
            called.append(code.co_name)

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return called


@pytest.mark.parametrize("button", [*ONE_ACTION, "first"])
def test_the_redraw_after_a_click_calls_little(lab, button):
    if button in ("play", "step", "next-pod"):
        lab.cluster.set_image("filebeat-ds", NEWER_IMAGE)
        lab.refresh()
    find(lab, button).click()
    assert len(calls(lab.refresh)) <= MOST_CALLS


@pytest.mark.parametrize("button", ["step", "next-pod", "back"])
def test_no_step_of_a_rollout_calls_much(lab, button):
    lab.cluster.set_image("filebeat-ds", NEWER_IMAGE)
    lab.refresh()
    if button == "back":
        find(lab, "until-quiet").click()
        lab.refresh()
    for _ in range(STEPS):
        find(lab, button).click()
        assert len(calls(lab.refresh)) <= MOST_CALLS


def test_what_is_told_of_many_writes_costs_little_for_each(lab):
    lab.cluster.set_image("filebeat-ds", NEWER_IMAGE)
    lab.refresh()
    before = lab.cluster.store.revision
    find(lab, "until-quiet").click()
    writes = lab.cluster.store.revision - before
    assert writes > 30
    assert len(calls(lab.refresh)) <= MOST_CALLS + MOST_CALLS_A_WRITE * writes


def test_each_thing_is_computed_once(lab, monkeypatch):
    made = {"scene": 0, "outlook": 0}

    def counting(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            made[what] += 1
            return function(*args, **options)

        return call

    monkeypatch.setattr(Scene, "__init__", counting("scene", Scene.__init__))
    work_out = counting("outlook", Outlooks._work_out)
    monkeypatch.setattr(Outlooks, "_work_out", work_out)
    lab.cluster.set_image("filebeat-ds", NEWER_IMAGE)
    lab.refresh()
    assert made == {"scene": 1, "outlook": 1}
