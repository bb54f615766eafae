"""Compiling the Python files in archives."""

from __future__ import annotations

import subprocess
import sys
from zipfile import ZipFile

from k8slearn.launch.bytecode import compile_archive

MODULE = '"""What it is."""\nimport inspect\n\ndef twice(x):\n    """Doc."""\n    assert x > 0\n    return 2 * x\n'
ASKS = """
import inspect, sys
from open import kept
from shut import gone
print(kept.twice(2), gone.twice(2), gone.__doc__, gone.__file__[-8:])
print("2 * x" in inspect.getsource(kept.twice), kept.__cached__[-4:])
try:
    inspect.getsource(gone.twice)
except OSError:
    print("no source")
"""


def packed(folder):
    """The names in an archive of two packages, compiled, and the archive."""
    with ZipFile(folder / "given.zip", "w") as archive:
        for name in ("open/__init__.py", "shut/__init__.py"):
            archive.writestr(name, "")
        for name in ("open/kept.py", "shut/gone.py"):
            archive.writestr(name, MODULE)
        archive.writestr("shut/words.yaml", "a: 1\n")
    made = folder / "made.zip"
    compile_archive(str(folder / "given.zip"), str(made), ["open/"])
    return made


def test_code_takes_the_place_of_its_source_where_nobody_reads_it(tmp_path) -> None:
    tag = sys.implementation.cache_tag
    with ZipFile(packed(tmp_path)) as archive:
        assert set(archive.namelist()) == {
            "open/__init__.py",
            f"open/__pycache__/__init__.{tag}.pyc",
            "open/kept.py",
            f"open/__pycache__/kept.{tag}.pyc",
            "shut/__init__.pyc",
            "shut/gone.pyc",
            "shut/words.yaml",
        }
        assert archive.read("shut/words.yaml") == b"a: 1\n"


def test_what_was_compiled_is_imported_as_it_was(tmp_path) -> None:
    with ZipFile(packed(tmp_path)) as archive:
        archive.extractall(tmp_path)
    command = [sys.executable, "-c", ASKS]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "4 4 None gone.pyc",
        "True .pyc",
        "no source",
    ]


def test_the_code_beside_a_source_is_what_is_run(tmp_path) -> None:
    with ZipFile(packed(tmp_path)) as archive:
        archive.extractall(tmp_path)
    # Longer by a line: code that is looked up by date and size would be compiled anew.
    (tmp_path / "open" / "kept.py").write_text("twice = None\n" + MODULE[:12] + '"""')
    command = [sys.executable, "-c", "from open import kept; print(kept.twice(3))"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "6\n"


def test_the_same_source_is_the_same_archive(tmp_path) -> None:
    first = packed(tmp_path).read_bytes()
    assert packed(tmp_path).read_bytes() == first
