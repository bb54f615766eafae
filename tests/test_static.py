"""The static checks as tests, so that one command runs everything."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checks import CHECKS, ROOT, check

LINES_OF_A_FILE = 400
# A clock of its own in a test is a limit in seconds, which a slow machine fails.
CLOCKS = re.compile(r"(process|thread)_time|perf_counter|mark\.timeout")
WITH_CLOCK = {"tests/support/stopwatch.py", "tests/test_static.py"}
TOP_LEVEL = {
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "binder",
    "k8slearn",
    "notebooks",
    "pyproject.toml",
    "requirements.lock",
    "tests",
}
PYTHON_FILES = sorted([*ROOT.glob("k8slearn/**/*.py"), *ROOT.glob("tests/**/*.py")])
# Homes of people and hosts of registries; spelled so that this line does not find itself.
FORBIDDEN = re.compile(
    r"/(home|Users)/[\w]|(?<![\w.$}])/wor[k]/|(pypi|pythonhosted)[.]org"
)


def tracked_files():
    """Return what git tracks; a tree without git (an sdist) has nothing to say here."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip("not a git checkout")
    return [
        Path(name)
        for name in done.stdout.split("\0")
        if name and (ROOT / name).is_file()
    ]


@pytest.mark.parametrize("name", CHECKS)
def test_static_check(name):
    output, content = check(name)
    assert content, output


def test_a_check_that_complains_is_heard(monkeypatch):
    monkeypatch.setitem(
        CHECKS,
        "ruff",
        ["-m", "ruff", "check", "--isolated", "--select=ALL", "tests/checks.py"],
    )
    assert not check("ruff")[1]


def test_the_top_level_is_tidy():
    found = {path.parts[0] for path in tracked_files()}
    assert {name for name in found if not name.startswith(".")} <= TOP_LEVEL


@pytest.mark.parametrize(
    "path", PYTHON_FILES, ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_file_is_too_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_OF_A_FILE


def text_of(path):
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_nothing_of_one_machine_stands_in_the_repository():
    found = [
        (str(path), match.group())
        for path in tracked_files()
        if (match := FORBIDDEN.search(text_of(path)))
    ]
    here = [str(path) for path in tracked_files() if str(ROOT) in text_of(path)]
    assert found == []
    assert here == []


def test_pre_commit_runs_the_same_checks():
    import yaml

    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0][
        "hooks"
    ]
    assert [hook["entry"] for hook in hooks] == [
        f"python -m tests.checks {name}" for name in CHECKS
    ]


def test_one_command_runs_them_all():
    done = subprocess.run(
        [sys.executable, "-m", "tests.checks", "ruff"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("ruff: ")


def test_only_the_stopwatch_measures_how_long_something_takes():
    found = {
        path.relative_to(ROOT).as_posix()
        for path in PYTHON_FILES
        if path.is_relative_to(ROOT / "tests") and "benchmarks" not in path.parts
        if CLOCKS.search(path.read_text(encoding="utf-8"))
    }
    assert found == WITH_CLOCK
