"""A widget to choose a trace and step through it, with the real cluster and the model side by side."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from typing import Any

import ipywidgets as widgets

from k8slearn.locale import parity as words
from k8slearn.parity.decisions import without_zeros
from k8slearn.parity.reference import Record, traces
from k8slearn.parity.traces import compare
from k8slearn.scenario import Scenario

CELL = "text-align:left;padding:2px 12px;vertical-align:top;border:1px solid var(--jp-border-color2,#ccc)"


@cache
def played(name: str) -> list[dict[str, Any]]:
    """The model's records of a trace, one for each step."""
    recorded = traces()[name]
    return Scenario(recorded["steps"], quiet=recorded.get("quiet", 0.7)).play()


def describe_step(step: Record) -> str:
    """One step of a script on one line."""
    about = {key: value for key, value in step.items() if key not in ("do", "quiet")}
    # The object's name is enough: a whole manifest would fill the page.
    if "object" in about:
        o = about["object"]
        about["object"] = f"{o['kind']}/{o['metadata']['name']}"
    if "patch" in about:
        about["patch"] = json.dumps(about["patch"], ensure_ascii=False)
    arguments = [f"{key}={value}" for key, value in about.items()]
    if arguments:
        return " ".join([step["do"], *arguments])
    return f"{step['do']} "


def describe_pods(record: Record) -> list[str]:
    """The Pods of a record, one line each, by Node."""
    pods = sorted(record["pods"], key=lambda pod: (pod["node"], str(pod["revision"])))
    return [_pod_line(pod) for pod in pods]


def _pod_line(pod: Record) -> str:
    states = [pod["phase"] if pod["bound"] else words.UNBOUND]
    if pod["ready"]:
        states.append("Ready")
    if pod["terminating"]:
        states.append("Terminating")
    return words.POD.format(
        node=pod["node"],
        revision=pod["revision"],
        states=" ".join(states),
    )


def side_by_side(name: str, step: int) -> str:
    """HTML of record and model after one step, and whether they agree."""
    trace = traces()[name]
    records = {"real": trace["after"][step], "model": played(name)[step]}
    heads = ""
    columns = ""
    for side, record in records.items():
        title = words.PICKER[side]
        heads += f"<th style='{CELL}'>{title}</th>"
        column = _column(record)
        columns += f"<td style='{CELL}'>{column}</td>"
    done = escape(describe_step(trace["steps"][step]))
    verdict = _verdict(*records.values())
    return "".join(
        [
            f"<p><code>{done}</code></p>",
            f"<table><tr>{heads}</tr><tr>{columns}</tr></table>",
            f"<p><b>{verdict}</b></p>",
        ]
    )


class Moment:
    """One step of a trace for a notebook: record and model side by side."""

    def __init__(self, name: str, step: int) -> None:
        self.name = name
        self.step = step

    def _repr_html_(self) -> str:
        return side_by_side(self.name, self.step)

    def __repr__(self) -> str:
        trace = traces()[self.name]
        recorded = trace["after"][self.step]
        model = played(self.name)[self.step]
        lines = [describe_step(trace["steps"][self.step])]
        for side, record in (("real", recorded), ("model", model)):
            lines.append(words.PICKER[side])
            lines += [f"  {line}" for line in describe_pods(record)]
        return "\n".join([*lines, _verdict(recorded, model)])


def _verdict(recorded: Record, model: Record) -> str:
    parts = [words.PARTS[part] for part, _, _ in compare(recorded, model)]
    if not parts:
        return words.PICKER["same"]
    return words.PICKER["differs"].format(parts="、".join(parts))


def _column(record: Record) -> str:
    lines = [escape(line) for line in describe_pods(record)]
    if not lines:
        lines.append(words.PICKER["no_pods"])
    for name, daemon_set in record["daemonSets"].items():
        # Without fields that are 0, as in the comparison.
        status = sorted(without_zeros(daemon_set["status"]).items())
        fields = " ".join(f"{field}={value}" for field, value in status)
        lines.append(f"<b>{escape(name)}</b> {escape(fields)}")
    if record.get("error"):
        lines.append(f"<b>{escape(record['error']['message'])}</b>")
    return "<br>".join(lines)


class TracePicker(widgets.VBox):  # type: ignore[misc]
    """The widget to choose a trace and a step."""

    def __init__(self, name: str = "surge-3-1") -> None:
        options = []
        for key, trace in traces().items():
            about = trace["about"]
            options.append((f"{key} · {about}", key))
        self.choice = widgets.Dropdown(
            options=options,
            value=name,
            description=words.PICKER["trace"],
            layout={"width": "95%"},
        )
        self.step = widgets.IntSlider(
            min=0,
            max=0,
            description=words.PICKER["step"],
            layout={"width": "60%"},
        )
        self.view = widgets.HTML()
        self.choice.observe(self._pick, "value")
        self.step.observe(self._show, "value")
        super().__init__([self.choice, self.step, self.view])
        self.add_class("k8s-parity")
        self._pick(None)

    def _pick(self, _: Any) -> None:
        # First 0: the new trace may be shorter, and a slider clips its value by itself.
        self.step.value = 0
        self.step.max = len(traces()[self.choice.value]["steps"]) - 1
        self._show(None)

    def _show(self, _: Any) -> None:
        self.view.value = side_by_side(self.choice.value, self.step.value)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        # Readers without a kernel only see the text.
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle
        if isinstance(bundle, tuple):
            data = bundle[0]
        if data:
            data["text/plain"] = words.PICKER["stand_in"]
        return bundle
