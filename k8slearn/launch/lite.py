"""The whole course in JupyterLab without a server: JupyterLite's files, the notebooks, and what its kernel loads."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from k8slearn.launch import browser_lab, jupyter, lessons, wheels
from k8slearn.lite.kernel import RECORDS
from k8slearn.locale import launch as words

FOLDER = "jupyterlab"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
# The extensions that the course's widgets need in the page, by library.
EXTENSIONS = {
    "jupyterlite-pyodide-kernel": KERNEL,
    "jupyterlab-widgets": "@jupyter-widgets/jupyterlab-manager",
    "anywidget": "anywidget",
}
# The folder of our own extension during the build.
PAGE_CHANGES = "extension"
MODULES = ("jupyterlite_core", "jupyterlite_pyodide_kernel", "jupyterlab_server")
# Where Pyodide unpacks wheels.
PACKAGES = "/lib/python3.14/site-packages"
ENVIRONMENT = {"PYTHONSTARTUP": f"{PACKAGES}/k8slearn/lite/startup.py"}
# The page that opens a notebook, followed by its path.
PAGE = "lab/index.html?path="


class NoLiteError(Exception):
    """JupyterLite could not be built."""


def add(site: Path, core: Path, work: Path, *, public: bool = False) -> None:
    """Add JupyterLab to a site that already has the lab in a page; `core` is the folder of Pyodide's whole core.

    With `public`, Pyodide is loaded from its usual public address. Raises NoLiteError.
    """
    write_source(work, core, public)
    options = building(work, site / FOLDER)
    (work / "jupyter_lite_config.json").write_text(json.dumps(options))
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True)
    if done.returncode:
        raise NoLiteError(done.stderr.strip()[-600:])
    shutil.copytree(work / "wheels", site / FOLDER / "wheels")
    if not public:
        # The lab in a page needs less of Python's own library than IPython does.
        shutil.copy(core / browser_lab.LIBRARY, site / FOLDER)
    add_links(site)


def add_links(site: Path) -> None:
    """Add links into JupyterLab: from each lesson's page, and from the front page to the first lesson."""
    names = [Path(name).stem for name in lessons.lessons(lessons.source_folder())]
    opened = {"index": names[0]} | {name: name for name in names}
    for page, name in opened.items():
        path = site / f"{page}.html"
        if not path.is_file():
            continue
        told = words.LITE_COURSE if page == "index" else words.LITE_LESSON
        address = f"{FOLDER}/{PAGE}{name}.ipynb"
        link = f'<p><a class="k8s-run-link" href="{address}">{told}</a></p>'
        browser_lab.add_below_title(path, link)


def write_source(work: Path, core: Path, public: bool) -> None:
    """Write what JupyterLite is built from: settings, notebooks and wheels."""
    work.mkdir(parents=True)
    kernel = labextension("jupyterlite-pyodide-kernel", KERNEL)
    names = wheels.write(work / "wheels", kernel / "static" / "pypi", core)
    (work / "jupyter-lite.json").write_text(json.dumps(settings(names, public)))
    (work / "overrides.json").write_text(json.dumps(jupyter.setting_overrides()))
    jupyter.write_extension(work / PAGE_CHANGES)
    notebooks = lessons.source_folder()
    files = work / "files"
    files.mkdir()
    for name in lessons.lessons(notebooks):
        notebook = json.loads((notebooks / name).read_text(encoding="utf-8"))
        # The only kernel there; for another name JupyterLab would ask the learner.
        notebook["metadata"]["kernelspec"] = {
            "name": "python",
            "display_name": "Python (Pyodide)",
        }
        (files / name).write_text(json.dumps(notebook), encoding="utf-8")
    if (notebooks / "assets").is_dir():
        shutil.copytree(notebooks / "assets", files / "assets")


def building(work: Path, target: Path) -> dict[str, Any]:
    """The options of JupyterLite's own command."""
    places = [str(labextension(name, folder)) for name, folder in EXTENSIONS.items()]
    places.append(str(work / PAGE_CHANGES))
    return {
        "LiteBuildConfig": {
            "lite_dir": str(work),
            "output_dir": str(target),
            "apps": ["lab"],
            "contents": [str(work / "files")],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "no_libarchive": True,
            # Only the extensions named here, not others that are installed on this machine.
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": places,
        }
    }


def settings(names: list[str], public: bool) -> dict[str, Any]:
    """JupyterLite's settings: where Python is, and what it loads when a notebook starts."""
    options: dict[str, Any] = {
        "lockFileURL": f"./wheels/{wheels.LIST}",
        "packages": [name for name in names if name != RECORDS],
        "env": ENVIRONMENT,
    }
    python: dict[str, Any] = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": options,
    }
    if not public:
        python["pyodideUrl"] = f"./../{browser_lab.FOLDER}/pyodide/pyodide.mjs"
        options["stdLibURL"] = f"./{browser_lab.LIBRARY}"
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": words.LITE_NAME,
            # Lets tests, and anybody in the browser's console, drive the application.
            "exposeAppInBrowser": True,
            "litePluginSettings": {f"{KERNEL}:kernel": python},
        },
    }


def missing() -> list[str]:
    """The modules of the extra that are not installed."""
    return [name for name in MODULES if find_spec(name) is None]


def labextension(name: str, folder: str) -> Path:
    """The folder with an installed library's scripts for JupyterLab."""
    for file in distribution(name).files or ():
        if file.as_posix().endswith(
            f"share/jupyter/labextensions/{folder}/package.json"
        ):
            return Path(str(file.locate())).resolve().parent
    raise NoLiteError(name)
