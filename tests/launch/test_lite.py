"""JupyterLab without a server: its settings, the links to it, and the message when it cannot be built."""

from __future__ import annotations

from pathlib import Path

import pytest

from k8slearn import cli
from k8slearn.launch import lessons, lite, site
from k8slearn.lite.kernel import RECORDS
from k8slearn.locale import launch as words

PAGE = '<article class="a"><h1>A</h1><p>B</p></article>'


def kernel_settings(public: bool):
    made = lite.settings(["ipython", RECORDS, "k8slearn"], public)
    plugins = made["jupyter-config-data"]["litePluginSettings"]
    return plugins[f"{lite.KERNEL}:kernel"]


def test_python_is_the_sites_own_and_no_other_index_is_asked() -> None:
    made = kernel_settings(public=False)
    assert made["disablePyPIFallback"] is True
    assert made["pyodideUrl"] == "./../_static/run/pyodide/pyodide.mjs"
    options = made["loadPyodideOptions"]
    assert options["packages"] == ["ipython", "k8slearn"]
    assert options["lockFileURL"] == "./wheels/pyodide-lock.json"
    assert options["stdLibURL"] == "./python_stdlib.zip"


def test_public_python_is_not_named_but_the_course_is_the_sites_own() -> None:
    made = kernel_settings(public=True)
    assert "pyodideUrl" not in made and "stdLibURL" not in made["loadPyodideOptions"]
    assert made["loadPyodideOptions"]["lockFileURL"].startswith("./wheels/")


def test_pages_lead_to_their_lesson(tmp_path: Path) -> None:
    for name in ("index", "04_update_strategy", "search"):
        (tmp_path / f"{name}.html").write_text(PAGE)
    lite.add_links(tmp_path)
    front, lesson, other = [
        (tmp_path / f"{name}.html").read_text()
        for name in ("index", "04_update_strategy", "search")
    ]
    assert 'href="jupyterlab/lab/index.html?path=00_start.ipynb"' in front
    assert 'href="jupyterlab/lab/index.html?path=04_update_strategy.ipynb"' in lesson
    assert words.LITE_COURSE in front and words.LITE_LESSON in lesson
    assert other == PAGE


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(site, "missing", list)
    monkeypatch.setattr(lite, "find_spec", lambda name: None)
    monkeypatch.setattr(site, "wanted", lambda extra: f"'extra {extra}'")
    assert cli.main(["site", "--jupyterlite", str(tmp_path / "new")]) == 2
    assert capsys.readouterr().err.endswith("-m pip install 'extra lite'\n")


@pytest.mark.parametrize("option", ["--jupyterlite", "--public-pyodide"])
def test_where_it_cannot_be_made_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
) -> None:
    asked = []

    def fails(made, core, work, *, public):
        asked.append((core, public))
        raise lite.NoLiteError("no room")

    monkeypatch.setattr(lite, "missing", list)
    monkeypatch.setattr(lite, "add", fails)
    monkeypatch.setattr(site, "build", lambda source, made, _: made.mkdir() or "")
    monkeypatch.setattr(site, "add_lab", lambda *_: "")
    target = tmp_path / "new"
    command = ["site", option, "--pyodide", str(tmp_path), str(target)]
    assert cli.main(command) == 2
    assert asked == [(tmp_path, option == "--public-pyodide")]
    said = words.SITE_NO_JUPYTERLITE.format(why="no room")
    assert capsys.readouterr().err == said + "\n"
    assert not target.exists()


def test_notebooks_ask_for_the_kernel_that_there_is(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(lite, "labextension", lambda name, folder: tmp_path)
    monkeypatch.setattr(lite.wheels, "write", lambda *_: ["ipython"])
    lite.write_source(tmp_path / "work", tmp_path, False)
    files = tmp_path / "work" / "files"
    names = lessons.lessons(lessons.source_folder())
    assert sorted(path.name for path in files.glob("*.ipynb")) == names
    assert '"name": "python"' in (files / names[0]).read_text(encoding="utf-8")
    assert (files / "assets" / "opening.png").is_file()
