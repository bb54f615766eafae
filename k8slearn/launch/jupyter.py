"""How JupyterLab is started for the course, without touching the learner's own settings of it."""

import json
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from k8slearn.launch.ending import end_with_terminal
from k8slearn.view.fonts import font_path

LANGUAGE_PACK = "jupyterlab_language_pack_zh_CN"
DEFAULT_PORT = 8888
KUBECONFIG = "kubeconfig"
ALLOW_ROOT = "--allow-root"
EXTENSION = Path(__file__).parent / "labextensions" / "k8slearn"
"""The labextension for what no setting of JupyterLab can change; the wheel installs it where JupyterLab looks."""
FONTS = "static/fonts"


def setting_overrides() -> dict[str, dict[str, Any]]:
    """Return our defaults of JupyterLab's settings; settings of the learner's take precedence."""
    overrides: dict[str, dict[str, Any]] = {
        # No question about news over the first lesson, and none about updates that we do not follow.
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
        # Keep invisible cells in the page: otherwise animations in them would start again.
        "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
        # Terminals draw text themselves and need a font by name: the extension's Chinese one, then their own.
        "@jupyterlab/terminal-extension:plugin": {
            "fontFamily": '"Chinese", "Course Chinese", monospace'
        },
    }
    if find_spec(LANGUAGE_PACK):
        overrides["@jupyterlab/translation-extension:plugin"] = {"locale": "zh_CN"}
    return overrides


def write_overrides(path: Path) -> None:
    """Write our defaults where JupyterLab looks for them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(setting_overrides(), indent=1), encoding="utf-8")


def terminal_settings() -> dict[str, list[str]]:
    """Return terminal settings without a login shell, which would reset PATH and so find another kubectl."""
    # Windows has its own default, which needs nothing from us.
    shell = shutil.which("bash")
    if shell:
        return {"shell_command": [shell]}
    return {}


def install_defaults(prefix: Path) -> None:
    """Install our defaults into the environment at `prefix`, where no launcher can pass them (Binder)."""
    write_overrides(
        prefix / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    )
    server = {"ServerApp": {"terminado_settings": terminal_settings()}}
    config = prefix / "etc" / "jupyter" / "jupyter_server_config.d" / "k8slearn.json"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(json.dumps(server, indent=1), encoding="utf-8")


def write_extension(folder: Path) -> None:
    """Write our labextension as an installation of the package does, with the font that it serves to the browser."""
    shutil.copytree(EXTENSION, folder)
    shutil.copytree(font_path().parent, folder / FONTS)


def write_kubeconfig(config: Path) -> None:
    """Write the kubeconfig by which a terminal's kubectl says that no lesson serves a cluster yet."""
    # Imported only when a server starts: the other commands do not need it.
    from k8slearn.http.kubeconfig import say_nobody_serves

    say_nobody_serves(config / KUBECONFIG)


def environment(current: Mapping[str, str], config: Path) -> dict[str, str]:
    """Return what the server's environment gets: our config layered in, our programs found first, and the file where
    terminals find the cluster that a lesson serves; the learner's own ~/.kube is left alone.
    """
    programs = str(Path(sys.executable).parent)
    kubeconfig = str(config / KUBECONFIG)
    own = {}
    if "KUBECONFIG" in current:
        # k8slearn.watching.kubeconfig finds the learner's own clusters by it.
        own["K8SLEARN_OWN_KUBECONFIG"] = current["KUBECONFIG"]
    return (own_folders(config) | own) | {
        # kubectl reads the first, which a learner may point elsewhere; a served cluster finds the file by the second.
        "KUBECONFIG": kubeconfig,
        "K8SLEARN_KUBECONFIG": kubeconfig,
        "KUBECACHEDIR": str(config / "kubectl-cache"),
        "JUPYTER_CONFIG_PATH": _prepend(
            str(config), current.get("JUPYTER_CONFIG_PATH")
        ),
        "PATH": _prepend(programs, current.get("PATH")),
    }


def own_folders(scratch: Path) -> dict[str, str]:
    """Return where Jupyter and its kernels keep their own files, where the learner's home cannot be written to."""
    # Imported late: it looks for folders.
    from jupyter_core import paths

    data = paths.jupyter_data_dir()
    needed = {
        "JUPYTER_RUNTIME_DIR": paths.jupyter_runtime_dir(),
        "JUPYTER_DATA_DIR": data,
        "IPYTHONDIR": os.path.expanduser("~/.ipython"),
        "MPLCONFIGDIR": os.path.expanduser("~/.config/matplotlib"),
    }
    found = {
        name: str(scratch / name.lower())
        for name, folder in needed.items()
        if not can_write(Path(os.environ.get(name, folder)))
    }
    # What the learner has installed there, such as kernels, is still found.
    if "JUPYTER_DATA_DIR" in found:
        found["JUPYTER_PATH"] = _prepend(data, os.environ.get("JUPYTER_PATH"))
    return found


def can_write(folder: Path) -> bool:
    """Can files be made in the folder, or the folder itself where it does not exist yet?"""
    for place in (folder, *folder.parents):
        if os.path.lexists(place):
            return os.access(place, os.W_OK | os.X_OK)
    return False


def _prepend(first: str, rest: str | None) -> str:
    others = [part for part in (rest or "").split(os.pathsep) if part and part != first]
    return os.pathsep.join([first, *others])


def server_arguments(
    folder: Path, lesson: str, scratch: Path, port: int | None, browser: bool
) -> list[str]:
    """Return JupyterLab's arguments: it opens `lesson`, its layout lives in `scratch` and is forgotten."""
    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{quote(lesson)}",
        f"--LabApp.workspaces_dir={scratch / 'workspaces'}",
        f"--ServerApp.port={port or DEFAULT_PORT}",
        f"--ServerApp.terminado_settings={json.dumps(terminal_settings())}",
        "--Application.log_level=WARN",
    ]
    if port:
        # A port that was asked for is used or it fails; otherwise JupyterLab looks for the next free one.
        arguments.append("--ServerApp.port_retries=0")
    if not browser:
        arguments.append("--no-browser")
    # In containers one is root, which JupyterLab refuses by default (`lab` prints a notice); Windows has no root.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append(ALLOW_ROOT)
    return arguments


def is_taken(port: int) -> bool:
    """Does something listen on this port of the machine already?"""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def skip_iri_grammars() -> None:
    """Let jsonschema be imported without its checks of IRIs, which are not needed here.

    It compiles 39 grammars for them on import, which is half of JupyterLab's start; where the module with the
    grammars is missing, it leaves those checks out.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def serve(arguments: list[str], variables: Mapping[str, str]) -> None:
    """Run JupyterLab in this process until it is interrupted."""
    skip_iri_grammars()
    # Takes a second to import, which the other commands need not wait for.
    from jupyterlab.labapp import LabApp

    os.environ.update(variables)
    # JupyterLab itself knows SIGINT and SIGTERM.
    end_with_terminal()
    LabApp.launch_instance(arguments)
