"""The wheels for Python in a browser: made from what is installed here, without compiled code, with a list."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

from k8slearn import __version__
from k8slearn.launch import wheels
from k8slearn.lite.kernel import RECORDS

KERNEL = ("pyodide_kernel-0.1-py3-none-any.whl", "ipykernel-0.2-py3-none-any.whl")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    work = tmp_path_factory.mktemp("wheels")
    for name in KERNEL:
        (work / name).write_bytes(name.encode())
    told = {"info": {"python": "3.14.2"}, "packages": {"numpy": {}}}
    (work / wheels.LIST).write_text(json.dumps(told))
    wheels.write(work / "made", work, work)
    return work / "made"


@pytest.fixture(scope="module")
def packages(folder: Path):
    return json.loads((folder / wheels.LIST).read_text())["packages"]


def test_what_a_kernel_asks_for_by_name_is_there(packages) -> None:
    asked = {"ipykernel", "comm", "pyodide-kernel", "jedi", "ipython", "micropip"}
    ours = {"k8slearn", RECORDS, "ipywidgets", "anywidget", "networkx", "pyyaml"}
    assert asked | ours | {"piplite"} <= {*packages}
    assert packages["traitlets"]["version"] == version("traitlets")
    assert not {"numpy", "matplotlib", "psutil", "widgetsnbextension"} & {*packages}


def test_each_is_the_file_that_the_list_says(folder: Path, packages) -> None:
    for entry in packages.values():
        content = (folder / entry["file_name"]).read_bytes()
        assert entry["sha256"] == sha256(content).hexdigest()
    assert len([*folder.iterdir()]) == len(packages) + 1


def test_nothing_compiled_is_in_them_and_each_says_what_it_is(
    folder: Path, packages
) -> None:
    for name, entry in packages.items():
        if entry["file_name"] in KERNEL:
            continue
        with ZipFile(folder / entry["file_name"]) as wheel:
            files = wheel.namelist()
        assert not [file for file in files if file.endswith((".so", ".pyc", ".otf"))]
        assert [file for file in files if file.endswith(".dist-info/METADATA")], name


def test_the_course_is_there_with_stored_outputs_and_without_its_maker(
    folder: Path, packages
) -> None:
    with ZipFile(folder / packages["k8slearn"]["file_name"]) as wheel:
        files = {*wheel.namelist()}
        stored = json.loads(wheel.read("k8slearn/lite/stored.json"))
    assert {"k8slearn/lite/startup.py", "k8slearn/locale/zh/lite.py"} <= files
    assert "k8slearn/course/lessons/lesson_05_placement.yaml" in files
    assert not [file for file in files if file.startswith("k8slearn/launch/")]
    assert any("kubectl get pods -o wide" in source for _, source, _ in stored)


def test_made_again_they_are_the_same(folder: Path, tmp_path: Path) -> None:
    files = wheels.wheel_library_files("traitlets")
    name = f"traitlets-{version('traitlets')}-py3-none-any.whl"
    wheels.write_wheel(tmp_path, "traitlets", version("traitlets"), files)
    assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    assert __version__ in {path.name.split("-")[1] for path in folder.glob("k8s*")}
