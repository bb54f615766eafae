"""The package as it is installed: a light import, and a wheel that has everything."""

import json
import subprocess
import sys
import zipfile
from pkgutil import iter_modules

import pytest

import k8slearn
from k8slearn import course
from k8slearn.launch.jupyter import write_extension
from tests.support.paths import ROOT

IMPORT_SECONDS, ROUNDS = 0.2, 5
HEAVY = {"matplotlib", "networkx", "IPython", "ipywidgets", "numpy", "yaml"}


def python(code, **more):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, **more
    ).stdout


MEASURE = """
from tests.support.stopwatch import timed
print(timed(lambda: __import__("k8slearn"))[1])
"""


def test_importing_costs_next_to_nothing():
    fastest = min(float(python(MEASURE, cwd=ROOT)) for _ in range(ROUNDS))
    assert fastest <= IMPORT_SECONDS


def test_importing_loads_nothing_heavy():
    loaded = set(python("import k8slearn, sys; print(*sys.modules)").split())
    assert loaded & HEAVY == set()
    assert [name for name in loaded if name.startswith("k8slearn.")] == []


def test_the_commands_load_nothing_heavy():
    loaded = set(python("import k8slearn.cli, sys; print(*sys.modules)").split())
    assert loaded & (HEAVY | {"jupyterlab", "jupyter_server"}) == set()


def test_the_course_loads_nothing_that_draws_shows_or_serves():
    modules = [
        module.name for module in iter_modules(course.__path__, "k8slearn.course.")
    ]
    code = f"import {', '.join(modules)}, k8slearn.lesson, sys; print(*sys.modules)"
    loaded = set(python(code).split())
    assert {"k8slearn.course.quiz", "k8slearn.lesson"} <= loaded
    assert loaded & {"matplotlib", "ipywidgets", "tornado"} == set()


@pytest.mark.parametrize("name", sorted({*k8slearn.__all__} - {"__version__"}))
def test_a_public_name_is_there(name):
    assert getattr(k8slearn, name).__name__ == name
    assert name in dir(k8slearn)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'k8slearn' has no attribute 'Nothing'"):
        k8slearn.Nothing  # noqa: B018


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from this tree and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel",
        "-d",
        str(folder),
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def files(folder, pattern="*"):
    found = (
        path.relative_to(folder) for path in folder.rglob(pattern) if path.is_file()
    )
    return {
        str(path)
        for path in found
        if not any(part.startswith((".", "__pycache__")) for part in path.parts)
    }


def test_the_wheel_has_all_modules_notebooks_and_data(wheel):
    ours = {
        name
        for name in files(ROOT / "notebooks")
        if not name.startswith("progress.json")
    }
    assert files(wheel / "k8slearn" / "_notebooks") == ours
    assert files(ROOT / "k8slearn") <= files(wheel / "k8slearn")
    assert files(wheel) - {
        f"k8slearn/{name}" for name in files(wheel / "k8slearn")
    } == files(wheel, "*.dist-info/**/*") | files(wheel, "*.data/**/*")


def test_the_wheel_puts_our_extension_where_jupyterlab_looks(wheel, tmp_path):
    (data,) = wheel.glob("*.data")
    shared = data / "data" / "share" / "jupyter" / "labextensions" / "k8slearn"
    write_extension(tmp_path / "written")
    assert files(data / "data") == {
        str((shared / name).relative_to(data / "data"))
        for name in files(tmp_path / "written")
    }
    build = json.loads((shared / "package.json").read_text())["jupyterlab"]["_build"]
    assert (shared / build["load"]).is_file()


def test_the_wheel_has_its_licences_and_command(wheel):
    info = next(wheel.glob("*.dist-info"))
    assert "Apache License" in (info / "licenses" / "LICENSE").read_text()
    assert (
        "SIL OPEN FONT LICENSE"
        in (info / "licenses" / "k8slearn" / "fonts" / "OFL.txt").read_text()
    )
    assert "k8slearn = k8slearn.cli:main" in (info / "entry_points.txt").read_text()
    assert f"Version: {k8slearn.__version__}\n" in (info / "METADATA").read_text()


def test_the_lessons_come_out_of_the_wheel(wheel, tmp_path):
    code = f"import sys; sys.path.insert(0, {str(wheel)!r})\n"
    code += "from k8slearn.launch import lessons\nprint(lessons.lay_out(lessons.source_folder(), lessons.Path('mine')))"
    python(code, cwd=tmp_path)
    assert files(tmp_path / "mine") == files(ROOT / "notebooks")


def test_every_python_that_is_promised_is_allowed():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    promised = [
        line.split(" :: ")[-1]
        for line in project["classifiers"]
        if "Python :: 3." in line
    ]
    assert promised[0] == project["requires-python"].removeprefix(">=")
