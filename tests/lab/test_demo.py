"""The three big buttons: what each does, its message when it cannot, and that the rest of the lab is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from k8slearn.lab.demo import BAD, DAEMON_SET, MOST, Demo
from k8slearn.lesson import demo
from k8slearn.locale import lab as words
from tests.support.lab_panel import within


@pytest.fixture
def shown() -> Iterator[Demo]:
    made = Demo(scale=1)
    # Time is moved by the test, not by a thread.
    made.lab.held = True
    yield made
    made.close()


def click(shown: Demo, name: str) -> None:
    for widget in within(shown.widget):
        if f"k8s-{name}" in getattr(widget, "_dom_classes", ()):
            widget.click()
            return
    raise LookupError(name)


def status(shown: Demo) -> Any:
    return shown.cluster.get("DaemonSet", DAEMON_SET)["status"]


def test_it_begins_with_eight_machines_that_run(shown: Demo) -> None:
    assert status(shown)["numberReady"] == 8
    assert "期望 8，就绪 8" in repr(shown)


def test_a_machine_that_is_added_gets_a_pod(shown: Demo) -> None:
    click(shown, "demo-add")
    shown.cluster.run_until_quiet()
    assert status(shown)["numberReady"] == 9


def test_a_machine_that_is_unplugged_is_gone_and_its_pod_is_cleared_away(
    shown: Demo,
) -> None:
    click(shown, "demo-unplug")
    shown.cluster.run(70)
    assert len(shown.cluster.list("Node")) == 7
    assert len(shown.cluster.list("Pod")) == 7


def test_a_bad_image_stops_at_the_first_pod_and_the_button_takes_it_back(
    shown: Demo,
) -> None:
    assert shown.image.description == words.DEMO_BAD
    click(shown, "demo-image")
    shown.cluster.run(300)
    images = [p["spec"]["containers"][0]["image"] for p in shown.cluster.list("Pod")]
    assert (images.count(BAD), status(shown)["numberReady"]) == (1, 7)
    assert shown.image.description == words.DEMO_GOOD
    click(shown, "demo-image")
    shown.cluster.run_until_quiet()
    assert status(shown)["numberReady"] == 8
    assert shown.image.description == words.DEMO_BAD


def test_too_few_and_too_many_are_refused_in_words(shown: Demo) -> None:
    while len(shown.cluster.list("Node")) > 1:
        click(shown, "demo-unplug")
    click(shown, "demo-unplug")
    assert words.DEMO_LAST in shown.lab.message.value
    for _ in range(MOST):
        click(shown, "demo-add")
    assert words.DEMO_FULL in shown.lab.message.value
    assert len(shown.cluster.list("Node")) == MOST


def test_a_click_lets_time_run(shown: Demo) -> None:
    shown.lab.held = False
    click(shown, "demo-add")
    shown.lab._player.pause()
    assert shown.lab.commands[0] == words.BY_MACHINE


def test_kubectl_talks_to_it() -> None:
    made = demo(kubectl=True)
    try:
        assert made.server.running
    finally:
        made.server.stop()
        made.close()
