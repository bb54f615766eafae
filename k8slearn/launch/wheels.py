"""Writes the wheels that Python in a browser loads for the notebooks: the course and the libraries that it needs.

They are packed from what is installed here, so nothing is downloaded and the site runs the same versions. Their list
has the format of Pyodide's lock file, so no package index is asked either.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from k8slearn import __version__
from k8slearn.launch import lessons
from k8slearn.lite.kernel import RECORDS, STORED, StoredCell, needs_commands

# What the kernel and the lessons import; their requirements are added.
ROOTS = ("ipython", "ipywidgets", "anywidget", "comm", "networkx", "pyyaml", "jinja2")
# Scripts that JupyterLab already has; completions four times as costly as IPython's own; access to processes.
LEFT_OUT = ("widgetsnbextension", "jupyterlab-widgets", "jedi", "psutil")
# The environment markers of Pyodide.
BROWSER = {
    "sys_platform": "emscripten",
    "platform_system": "Emscripten",
    "platform_machine": "wasm32",
    "python_version": "3.14",
    "python_full_version": "3.14.2",
    "extra": "",
}
COMPILED = (".pyc", ".so", ".pyd", ".pyi")
NOT_DATA = (".otf", ".pyc")
NOT_HERE = ("launch", "page", "__main__.py", "cli.py", "_notebooks", "_reference")
TESTS = ("test", "tests")
LIST = "pyodide-lock.json"
METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: {}\n"
WHEEL = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
# The earliest date of a zip: the same files make the same archive.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
Files = Iterable[tuple[str, bytes]]


def write(folder: Path, kernel: Path, core: Path) -> list[str]:
    """Write wheels and their list into a folder; returns the wheels' file names.

    `kernel` is the folder with the wheels of JupyterLite's kernel, `core` that of Pyodide.
    """
    folder.mkdir(parents=True)
    wheels = [
        write_wheel(folder, name, distribution(name).version, wheel_library_files(name))
        for name in needed(ROOTS)
    ]
    wheels.append(write_wheel(folder, "k8slearn", __version__, wheel_package_files()))
    wheels.append(write_wheel(folder, RECORDS, __version__, record_files()))
    for name, files in stand_ins().items():
        wheels.append(write_wheel(folder, name, __version__, files))
    for name in ("pyodide_kernel", "ipykernel"):
        (found,) = kernel.glob(f"{name}-*.whl")
        content = found.read_bytes()
        (folder / found.name).write_bytes(content)
        version = found.name.split("-")[1]
        wheels.append(_entry(name.replace("_", "-"), version, found.name, content))
    listed = {entry["name"]: entry for entry in wheels}
    told = json.loads((core / LIST).read_text(encoding="utf-8"))
    # Pyodide's own list says which Python and compiler the list is for.
    told["packages"] = listed
    (folder / LIST).write_text(json.dumps(told), encoding="utf-8")
    return sorted(listed)


def needed(roots: Iterable[str]) -> list[str]:
    """The names of these libraries and of all that they require in a browser."""
    found: set[str] = set()
    asked = list(roots)
    while asked:
        name = canonicalize_name(asked.pop())
        if name in found or name in LEFT_OUT:
            continue
        found.add(name)
        for line in distribution(name).requires or ():
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate(BROWSER):
                asked.append(wanted.name)
    return sorted(found)


def wheel_library_files(name: str) -> Iterator[tuple[str, bytes]]:
    """A library's files without compiled code, tests, and data for a server."""
    for file in distribution(name).files or ():
        outside = ".." in file.parts
        tested_with = any(part in TESTS for part in file.parts)
        if outside or tested_with or file.suffix in COMPILED:
            continue
        yield file.as_posix(), Path(str(file.locate())).read_bytes()


def wheel_package_files() -> Iterator[tuple[str, bytes]]:
    """The package's files without those that a browser does not use."""
    for path in sorted(lessons.PACKAGE.rglob("*")):
        place = path.relative_to(lessons.PACKAGE)
        not_here = place.parts[0] in NOT_HERE or "__pycache__" in place.parts
        if path.is_file() and not not_here and path.suffix not in NOT_DATA:
            yield f"k8slearn/{place.as_posix()}", path.read_bytes()
    yield f"k8slearn/lite/{STORED}", json.dumps(stored_outputs()).encode()


def record_files() -> Iterator[tuple[str, bytes]]:
    """The records of a real Kubernetes, without kubectl's sessions, which a browser does not replay."""
    # Imported here: the other commands need no records.
    from k8slearn.parity import reference

    records = reference.folder()
    for path in sorted(records.rglob("*.*")):
        place = path.relative_to(records)
        if path.is_file() and place.parts[0] not in ("kubectl", "schema"):
            yield f"k8slearn/_reference/{place.as_posix()}", path.read_bytes()


def stored_outputs() -> list[StoredCell]:
    """The cells that run programs, with their outputs."""
    folder = lessons.source_folder()
    found = []
    for name in lessons.lessons(folder):
        notebook = json.loads((folder / name).read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and needs_commands(source):
                found.append((cell["id"], source.strip(), cell["outputs"]))
    return found


def stand_ins() -> dict[str, list[tuple[str, bytes]]]:
    """By name, the files of substitutes for packages that the kernel requires; [] for an empty package."""
    piplite = (lessons.PACKAGE / "lite" / "piplite.py").read_bytes()
    return {
        "jedi": [],
        "micropip": [],
        "piplite": [
            ("piplite/__init__.py", b""),
            ("piplite/piplite.py", piplite),
            ("piplite/cli.py", piplite),
        ],
    }


def write_wheel(folder: Path, name: str, version: str, files: Files) -> dict[str, Any]:
    """Write a wheel; returns its entry in the list."""
    written = dict(files)
    stem = f"{name.replace('-', '_')}-{version}"
    if not any(place.partition("/")[0].endswith(".dist-info") for place in written):
        written[f"{stem}.dist-info/METADATA"] = METADATA.format(name, version).encode()
        written[f"{stem}.dist-info/WHEEL"] = WHEEL
    target = folder / f"{stem}-py3-none-any.whl"
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for place, content in written.items():
            archive.writestr(ZipInfo(place, LONG_AGO), content, ZIP_DEFLATED)
    return _entry(name, version, target.name, target.read_bytes())


def _entry(name: str, version: str, file: str, content: bytes) -> dict[str, Any]:
    """A wheel's entry in Pyodide's list."""
    return {
        "name": name,
        "version": version,
        "file_name": file,
        "sha256": sha256(content).hexdigest(),
        "install_dir": "site",
        "package_type": "package",
        # All wheels are loaded at the start, so none has to be found by what is imported.
        "imports": [],
        "depends": [],
        "unvendored_tests": False,
    }
