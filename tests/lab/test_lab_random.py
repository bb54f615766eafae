"""Two thousand clicks in any order: no control throws, and in the end the panel shows what the store holds."""

from __future__ import annotations

import logging
import random
from typing import Any

import ipywidgets as w
import pytest
from traitlets import TraitError

from k8slearn import Lab
from tests.support.fakes import IMAGE, NEWER_IMAGE
from tests.support.lab_panel import busy_cluster, find, node_names, within

CLICKS = 2000
TEXTS = [
    "disk=ssd",
    "disk-",
    "zone=a",
    "a=b:NoSchedule",
    "a-",
    "x:NoExecute",
    "0",
    "1",
    "30%",
    IMAGE,
    NEWER_IMAGE,
    "",
    "=",
]
FAILED = ("画面更新失败", "没有做成")
MOST_NODES = 12


def controls(lab: Lab) -> list[Any]:
    """Everything that can be used now, but for the files and the comparison, which take seconds."""
    kinds = (
        w.Button,
        w.Text,
        w.IntText,
        w.FloatText,
        w.BoundedIntText,
        w.Dropdown,
        w.ToggleButtons,
        w.IntSlider,
    )
    more = (
        w.SelectMultiple,
        w.RadioButtons,
        w.Checkbox,
        w.ToggleButton,
        w.FloatSlider,
        w.TagsInput,
    )
    found = [
        widget
        for widget in within(lab.widget)
        if isinstance(widget, (*kinds, *more)) and not widget.disabled
    ]
    slow = {
        "k8s-traffic-compare",
        *(f"k8s-save-{ending}" for ending in ("html", "gif", "webp", "svg", "png")),
    }
    return [widget for widget in found if not slow & set(widget._dom_classes)]


def choose(widget: Any, rng: random.Random) -> None:
    """Choose one of the options, unless the panel's thread changes them at that moment."""
    offered = widget.options
    try:
        widget.index = rng.randrange(len(offered))
    except (ValueError, TraitError):
        if widget.options == offered:
            raise


def use(widget: Any, rng: random.Random) -> None:
    """Click a control, or give it another value."""
    if isinstance(widget, w.Button):
        widget.click()
    elif isinstance(widget, w.SelectMultiple):
        widget.index = tuple(
            i for i in range(len(widget.options)) if rng.random() < 0.3
        )
    elif isinstance(widget, (w.Dropdown, w.ToggleButtons, w.RadioButtons)):
        if widget.options:
            choose(widget, rng)
    elif isinstance(widget, w.Text):
        widget.value = rng.choice(TEXTS)
    elif isinstance(widget, (w.Checkbox, w.ToggleButton)):
        widget.value = not widget.value
    elif isinstance(widget, w.IntSlider):
        widget.value = rng.randint(widget.min, widget.max)


@pytest.mark.slow
def test_2000_random_clicks_never_throw_and_the_panel_agrees_with_the_store(
    caplog, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    lab, rng, said = Lab(busy_cluster(), scale=0.5), random.Random(11), []
    lab.message.observe(lambda change: said.append(change["new"]), "value")
    with caplog.at_level(logging.WARNING):
        for count in range(CLICKS):
            widget = rng.choice(controls(lab))
            adds = any(name.startswith("k8s-node-add") for name in widget._dom_classes)
            if adds and len(node_names(lab)) >= MOST_NODES:
                continue
            use(widget, rng)
            if rng.random() < 0.1:
                lab.touched(
                    rng.choice(["picture", "timeline"]), rng.random(), rng.random()
                )
            if count % 40 == 0:
                lab.refresh()
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
    assert [text for text in said if any(word in text for word in FAILED)] == []
    agree(lab)
    lab.close()


def agree(lab: Lab) -> None:
    """The panel shows the present as the store has it."""
    lab.pause()
    lab.close_branch()
    lab.to_now()
    find(lab, "tab").value = "records"
    find(lab, "records-kind").value = "Pod"
    lab.refresh()
    cluster = lab.cluster
    assert lab.model.moment.revision == cluster.store.revision
    assert sorted(find(lab, "node").options) == sorted(node_names(lab))
    alive = {
        p["metadata"]["name"]
        for p in cluster.list("Pod")
        if p["status"].get("phase") not in ("Failed", "Succeeded")
    }
    assert {pod.name for _, pod in find(lab, "pod").options if pod.name} == alive
    assert find(lab, "time").value == len(cluster.actions)
    table = find(lab, "records-page").value
    assert all(pod["metadata"]["name"] in table for pod in cluster.list("Pod"))
    sets = cluster.list("DaemonSet")
    assert [place.name for _, place in find(lab, "daemon-set").options] == [
        ds["metadata"]["name"] for ds in sets
    ]
    for ds in sets[:1]:
        assert find(lab, "strategy").value == ds["spec"]["updateStrategy"]["type"]
        assert (
            f"期望 <i>{ds['status'].get('desiredNumberScheduled', 0)}</i>"
            in find(lab, "head-page").value
        )
