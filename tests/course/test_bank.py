"""The lessons' files are read from the prepared file, if there is one."""

from __future__ import annotations

import json

from k8slearn.course import bank


def test_what_was_read_already_takes_the_place_of_the_files(
    tmp_path, monkeypatch
) -> None:
    lesson = {"title": "t", "exercises": {"one": {"title": "x"}}}
    (tmp_path / bank.READ).write_text(json.dumps({"09_x": lesson, "00_y": {}}))
    (tmp_path / "lesson_01_z.yaml").write_text("not: read")
    monkeypatch.setattr(bank, "files", lambda name: tmp_path)
    # Past the cache: what the other tests have read stays.
    monkeypatch.setattr(bank, "lessons", bank.lessons.__wrapped__)
    assert [*bank.lessons()] == ["09_x", "00_y"]
    assert bank.entries("exercises") == {"one": ("09_x", {"title": "x"})}
