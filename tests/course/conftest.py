"""Fixtures for the tests of the course."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of its own for the progress."""
    place = tmp_path / "progress.json"
    monkeypatch.setenv("K8SLEARN_PROGRESS", str(place))
    return place


@pytest.fixture
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The progress is written to no file."""
    monkeypatch.setenv("K8SLEARN_PROGRESS", "")
