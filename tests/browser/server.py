"""A JupyterLab of its own for the browser tests: a free port, a copy of the lessons, nothing of the user's settings."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat

SCRATCH = "99_scratch.ipynb"
START_SECONDS = 90
STOP_SECONDS = 5


@dataclass
class Server:
    """A running JupyterLab; `folder` holds the copies of the lessons that it serves."""

    url: str
    token: str
    folder: Path
    process: subprocess.Popen
    log: Path

    def stop(self):
        """End it; with open kernels it may take its time, so it is killed in the end, with all it has started."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def isolated_environment(home, token):
    """Return an environment in which neither JupyterLab nor a kernel sees the user's settings."""
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
    }
    variables = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "IPYTHON"))
    }
    variables |= {name: str(home / folder) for name, folder in folders.items()}
    return variables | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_TOKEN": token,
    }


def write_test_settings(config):
    """Switch autosave off: a test compares the file with what it did."""
    settings = {"@jupyterlab/docmanager-extension:plugin": {"autosave": False}}
    path = config / "labconfig" / "default_setting_overrides.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(settings))


def write_notebook(path, *sources):
    """Write a notebook of the given code cells."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path
    )


def start_server(home):
    """Start the course with the very command of the README, and return when JupyterLab answers."""
    port, token, folder, log = (
        free_port(),
        secrets.token_hex(16),
        home / "lessons",
        home / "server.log",
    )
    write_test_settings(home / "config")
    write_notebook(folder / SCRATCH)
    command = [
        sys.executable,
        "-m",
        "k8slearn",
        "lab",
        "--dir",
        str(folder),
        "--port",
        str(port),
        "--no-browser",
    ]
    command += ["--", "--LabApp.expose_app_in_browser=True"]
    process = subprocess.Popen(
        command,
        env=isolated_environment(home, token),
        stdout=log.open("w"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    server = Server(f"http://127.0.0.1:{port}", token, folder, process, log)
    wait_until_it_answers(server)
    return server


def wait_until_it_answers(server):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        try:
            urlopen(f"{server.url}/api/status?token={server.token}", timeout=2).close()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    server.stop()
    raise RuntimeError(f"JupyterLab did not start:\n{server.log.read_text()}")
