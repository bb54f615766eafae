"""A lab over a cluster of another process, which kubectl changes and which goes away and comes back."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from k8slearn.watching.transport import AGENT
from tests.browser.lab_page import wait_for_lab, wait_for_text
from tests.browser.server import free_port
from tests.conformance.kubectl_sessions import find_kubectl
from tests.support.counted_serve import requests_of, serving
from tests.support.fakes import DAEMON_SET

CONNECT = """
from k8slearn import Lab, connect
lab = Lab(connect(kubeconfig={path!r}))
lab
"""
BUTTONS = """
() => [...document.querySelectorAll('.k8s-lab button')].filter(b => b.getClientRects().length).map(b => b.innerText)
"""
# What is in the panel of a cluster of one's own: its past, its tabs, its files.
LOOKING = {"«", "◀ 退一步", "▶ 播放", "一步 ▶", "到下个 Pod 变化", "»", "全屏"}
TABS = {"事件", "表格", "保存"}
NODES = 2


class Outside:
    """The cluster in its own process, with the real kubectl."""

    def __init__(self, folder):
        self.kubeconfig, self.log = folder / "config", folder / "requests"
        self.port = free_port()

    def serving(self):
        return serving(self.log, self.kubeconfig, self.port, NODES)

    def kubectl(self, *argv, stdin=""):
        environment = {**os.environ, "KUBECONFIG": str(self.kubeconfig)}
        subprocess.run(
            [find_kubectl(), *argv],
            input=stdin,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def apply(self):
        self.kubectl("apply", "-f", "-", stdin=json.dumps(DAEMON_SET))


@pytest.fixture
def outside(tmp_path):
    return Outside(tmp_path)


@pytest.mark.slow
def test_it_follows_kubectl_survives_a_restart_and_only_asks(
    lesson, scratch_notebook, outside
):
    with outside.serving():
        outside.apply()
        source = CONNECT.format(path=str(outside.kubeconfig))
        notebook = lesson(scratch_notebook(source))
        notebook.run_all_cells()
        wait_for_lab(notebook)
        wait_for_text(notebook, "context", "只看不改")
        wait_for_text(notebook, "head-page", f"就绪 {NODES}")
        outside.kubectl("set", "image", "ds/filebeat-ds", "filebeat=agent:2")
        outside.kubectl("rollout", "status", "ds/filebeat-ds", "--timeout=60s")
        wait_for_text(notebook, "events", "报告 node2 上的 Pod 就绪（版本 2）")
        wait_for_text(notebook, "events", "删除 node2 上的 Pod（版本 1）")
        shown = set(notebook.page.evaluate(BUTTONS))
        assert shown == LOOKING | TABS
        notebook.screenshot("watching-light")
    wait_for_text(notebook, "notices", "起连接断了")
    notebook.set_theme("JupyterLab Dark")
    notebook.screenshot("watching-lost-dark")
    with outside.serving():
        outside.apply()
        wait_for_text(notebook, "notices", "重新连上了")
        outside.kubectl("set", "image", "ds/filebeat-ds", "filebeat=agent:3")
        wait_for_text(notebook, "events", "把 filebeat-ds 的镜像改为 agent:3")
        notebook.screenshot("watching-back-dark")
        asked = requests_of(outside.log, AGENT)
        assert set(asked) <= {("GET", "get"), ("GET", "list"), ("GET", "watch")}
        assert asked["GET", "list"] >= 38 and asked["GET", "watch"] >= 38
        assert ("PATCH", "patch") in requests_of(outside.log, "kubectl")
    assert notebook.errors == []
