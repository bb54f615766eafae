"""Stores the states at the end of exercises' solutions: `python -m tests.support.make_goals [KEY...]`.

Exercises whose solution changes nothing in the picture have none. The tests of the exercises find outdated states.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from k8slearn.course.goals import differences, goals, state_of, to_json
from k8slearn.course.lessons import rules
from k8slearn.lesson import exercise_keys
from tests.support.paths import ROOT
from tests.support.solutions import begin, fresh_shell, solve

# Exercises where a picture of the end would mislead, or give the answer away.
WITHOUT = {
    "myth-two-on-a-node": "what counts is a passing moment, not the end",
    "clinic-refused": "its Pods end in a namespace that the picture does not show",
    "rollout-sixty": "what has to be prepared on the Nodes is what there is to find out",
    "capstone-spot": "that these Nodes have to go is what there is to find out",
}
FILE = ROOT / "k8slearn" / "course" / "goals.json"


def goal_of(key: str, task: Any) -> dict[str, Any] | None:
    """The state of a solved exercise; None if a picture of it would show nothing, or too much."""
    if key in WITHOUT:
        return None
    end = state_of(task.cluster)
    start = state_of(rules()[key].start())
    return to_json(end) if differences(start, end) else None


def write(found: dict[str, Any]) -> None:
    """Write one line for each exercise, in the lessons' order, so that a new one changes one line."""
    lines = []
    for key in exercise_keys():
        if found.get(key) is not None:
            told = json.dumps(found[key], ensure_ascii=False, separators=(",", ":"))
            lines.append(f'"{key}": {told}')
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ["K8SLEARN_PROGRESS"] = ""
    made = goals() if FILE.exists() else {}
    for name in sys.argv[1:] or exercise_keys():
        shell = fresh_shell()
        begun = begin(shell, name)
        solve(shell, name)
        verdict = begun.check()
        assert verdict.right, f"{name}: {verdict.text}"
        made[name] = goal_of(name, begun)
        print(name, "has a picture" if made[name] else "shows no difference")
        if begun.server is not None:
            begun.server.stop()
    write(made)
