"""A trace to pick and step through: what the real cluster looked like and what the model looks like, side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any

import ipywidgets as widgets

from k8slearn.parity.reference import traces
from k8slearn.parity.traces import compare
from k8slearn.scenario import Scenario

WORDS = {
    "trace": "过程",
    "step": "步骤",
    "real": "真实的 Kubernetes",
    "model": "本课的模型",
    "same": "✔ 这一步两边一致",
    "differs": "✘ 不一致：{parts}",
    "stand_in": "（在 JupyterLab 里运行这个单元，就能挑一段过程，一步一步对照）",
    "no_pods": "没有 Pod",
}
PARTS = {
    "groups": "Node 和 Pod",
    "daemon_sets": "DaemonSet",
    "revisions": "版本",
    "endpoints": "端点",
    "error": "错误",
}
CELL = "text-align:left;padding:2px 12px;vertical-align:top;border:1px solid var(--jp-border-color2,#ccc)"


@cache
def played(name: str) -> list[dict[str, Any]]:
    """What the model looks like after each step of a trace."""
    recorded = traces()[name]
    return Scenario(recorded["steps"], quiet=recorded.get("quiet", 0.7)).play()


def describe_step(step: Mapping[str, Any]) -> str:
    """One step of a script on one line."""
    rest = {key: value for key, value in step.items() if key not in ("do", "quiet")}
    if "object" in rest:
        rest["object"] = (
            f"{rest['object']['kind']}/{rest['object']['metadata']['name']}"
        )
    if "patch" in rest:
        rest["patch"] = json.dumps(rest["patch"], ensure_ascii=False)
    return f"{step['do']} " + " ".join(f"{key}={value}" for key, value in rest.items())


def describe_pods(record: Mapping[str, Any]) -> list[str]:
    """The Pods of a record, one line each, by Node."""
    return [
        _pod_line(pod)
        for pod in sorted(record["pods"], key=lambda p: (p["node"], str(p["revision"])))
    ]


def _pod_line(pod: Mapping[str, Any]) -> str:
    words = [pod["phase"] if pod["bound"] else "Pending（未绑定）"]
    words += ["Ready"] if pod["ready"] else []
    words += ["Terminating"] if pod["terminating"] else []
    return f"{pod['node']}: 版本 {pod['revision']} {' '.join(words)}"


def side_by_side(name: str, step: int) -> str:
    """HTML: record and model after one step, and whether they agree."""
    recorded, model = traces()[name]["after"][step], played(name)[step]
    columns = "".join(
        f"<td style='{CELL}'>{_column(record)}</td>" for record in (recorded, model)
    )
    heads = "".join(
        f"<th style='{CELL}'>{WORDS[side]}</th>" for side in ("real", "model")
    )
    done = escape(describe_step(traces()[name]["steps"][step]))
    table = f"<table><tr>{heads}</tr><tr>{columns}</tr></table>"
    return f"<p><code>{done}</code></p>{table}<p><b>{_verdict(recorded, model)}</b></p>"


class Moment:
    """One step of a trace to show in a notebook: record and model side by side."""

    def __init__(self, name: str, step: int) -> None:
        self.name, self.step = name, step

    def _repr_html_(self) -> str:
        return side_by_side(self.name, self.step)

    def __repr__(self) -> str:
        recorded, model = (
            traces()[self.name]["after"][self.step],
            played(self.name)[self.step],
        )
        lines = [describe_step(traces()[self.name]["steps"][self.step])]
        for side, record in (("real", recorded), ("model", model)):
            lines += [WORDS[side], *(f"  {line}" for line in describe_pods(record))]
        return "\n".join([*lines, _verdict(recorded, model)])


def _verdict(recorded: Mapping[str, Any], model: Mapping[str, Any]) -> str:
    parts = [PARTS[part] for part, _, _ in compare(recorded, model)]
    return WORDS["differs"].format(parts="、".join(parts)) if parts else WORDS["same"]


def _column(record: Mapping[str, Any]) -> str:
    pods = (
        "<br>".join(escape(line) for line in describe_pods(record)) or WORDS["no_pods"]
    )
    status = "".join(
        f"<br><b>{escape(name)}</b> "
        + escape(
            " ".join(
                f"{field}={value}"
                for field, value in sorted(ds["status"].items())
                if value
            )
        )
        for name, ds in record["daemonSets"].items()
    )
    error = (
        f"<br><b>{escape(record['error']['message'])}</b>"
        if record.get("error")
        else ""
    )
    return pods + status + error


class TracePicker(widgets.VBox):  # type: ignore[misc]
    """Choose a trace and a step; both sides are shown."""

    def __init__(self, name: str = "surge-3-1") -> None:
        options = [
            (f"{key} · {trace['about']}", key) for key, trace in traces().items()
        ]
        self.choice = widgets.Dropdown(
            options=options,
            value=name,
            description=WORDS["trace"],
            layout={"width": "95%"},
        )
        self.step = widgets.IntSlider(
            min=0, max=0, description=WORDS["step"], layout={"width": "60%"}
        )
        self.view = widgets.HTML()
        self.choice.observe(self._pick, "value")
        self.step.observe(self._show, "value")
        super().__init__([self.choice, self.step, self.view])
        self.add_class("k8s-parity")
        self._pick(None)

    def _pick(self, _: Any) -> None:
        self.step.value = 0
        self.step.max = len(traces()[self.choice.value]["steps"]) - 1
        self._show(None)

    def _show(self, _: Any) -> None:
        self.view.value = side_by_side(self.choice.value, self.step.value)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data:
            data["text/plain"] = WORDS["stand_in"]
        return bundle
