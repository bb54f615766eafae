"""Mutation tests: `python -m tests.mutations [NAME...]` plants small bugs, one at a time, in a copy of the tree.

Each replaces a piece of source text, and names the tests that should fail. Exit status 1 if a bug is not noticed, or
if its text was not found.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.support.paths import ROOT

COPIED = ("k8slearn", "tests", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "browser", "*.ipynb", "kubectl")
PYTEST = [
    "-m",
    "pytest",
    "-q",
    "-x",
    "-p",
    "no:cacheprovider",
    "--override-ini=addopts=",
    "--import-mode=importlib",
    "--hypothesis-profile=any-failure",
]


class Mutation(NamedTuple):
    """A bug: in `file`, `old` becomes `new`; one of `tests` must fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def controller(name: str) -> str:
    """The path of a controller's module."""
    return f"k8slearn/controllers/daemon/{name}.py"


MUTATIONS = (
    Mutation(
        "registry: a binding is signed",
        "k8slearn/apiserver/parts.py",
        'return self._write("MODIFIED", bound, pod, by)',
        'return self._write("MODIFIED", bound, pod, by, (Signature(by.manager, "Update"),))',
        ("apiserver/test_managed_fields",),
    ),
    Mutation(
        "registry: a dry run stores",
        "k8slearn/apiserver/registry.py",
        "if self.dry_run:",
        "if False:",
        ("apiserver/test_registry",),
    ),
    Mutation(
        "Pods: of a spec's parts only the names count",
        "k8slearn/kinds/pod/shared.py",
        "known is None or known[0] != rest",
        "known is None",
        ("kinds/test_pod_shared",),
    ),
    Mutation(
        "placement: NoExecute taints are overlooked",
        controller("placement"),
        'should_run = not untolerated(verdicts, "NoSchedule", "NoExecute")',
        'should_run = not untolerated(verdicts, "NoSchedule")',
        ("controllers/daemon/test_placement",),
    ),
    Mutation(
        "placement: of the terms of an affinity all must hold",
        controller("placement"),
        "any(term_matches(term) for term in terms)",
        "all(term_matches(term) for term in terms)",
        ("controllers/daemon/test_placement",),
    ),
    Mutation(
        "rolling update: one Pod too many",
        controller("update"),
        "free = max(limits.max_unavailable - len(busy) - len(forced), 0)",
        "free = max(limits.max_unavailable - len(busy) - len(forced) + 1, 0)",
        ("controllers/daemon/test_update",),
    ),
    Mutation(
        "rolling update: percentages are rounded down",
        "k8slearn/apimachinery/objects.py",
        'return -(-go_atoi(value.removesuffix("%")) * total // 100)',
        'return go_atoi(value.removesuffix("%")) * total // 100',
        ("apimachinery/test_objects", "controllers/daemon/test_update"),
    ),
    Mutation(
        "surge: the old Pod goes before the new one is available",
        controller("pods"),
        "elif new and old and is_pod_available(new[0], min_ready, now):",
        "elif new and old:",
        ("controllers/daemon/test_pods",),
    ),
    Mutation(
        "surge: nobody counts the Nodes that surge already",
        controller("update"),
        "free = max(limits.max_surge - len(busy), 0)",
        "free = limits.max_surge",
        ("controllers/daemon/test_update",),
    ),
    Mutation(
        "history: rolling back gives no new number",
        "k8slearn/controllers/history.py",
        'number = max((revision["revision"] for revision in old), default=0) + 1',
        "number = len(old) + 1",
        ("controllers/test_history",),
    ),
    Mutation(
        "history: revisions that Pods carry are deleted",
        "k8slearn/controllers/history.py",
        "if labels(revision).get(HASH_LABEL) not in live_hashes",
        "if labels(revision)",
        ("controllers/test_history",),
    ),
    Mutation(
        "status: ready counts as available",
        controller("status"),
        "    if id(pod) in available:",
        "    if id(pod) in ready:",
        ("parity/test_conformance",),
    ),
    Mutation(
        "status: Nodes that want no Pod are not told of",
        controller("status"),
        "return (MISSCHEDULED,) if pod is not None else ()",
        "return ()",
        ("controllers/daemon/test_placement",),
    ),
    Mutation(
        "validation: maxSurge and maxUnavailable may go together",
        "k8slearn/kinds/daemonset.py",
        "if _amount(unavailable) and _amount(surge):",
        "if _amount(unavailable) and _amount(surge) > 1:",
        ("test_scenario",),
    ),
    Mutation(
        "validation: any restartPolicy will do",
        "k8slearn/kinds/workload.py",
        'if policy != "Always":',
        'if policy not in ("Always", "OnFailure"):',
        ("parity/test_conformance",),
    ),
    Mutation(
        "expectations: nobody waits for what was asked for",
        "k8slearn/controllers/runtime.py",
        "return self.clock.now - found.since > EXPECTATIONS_TIMEOUT",
        "return True",
        (
            "controllers/test_runtime::test_a_controller_that_sees_late_does_nothing_twice",
        ),
    ),
    Mutation(
        "memory: what happened to a Node is not looked at again",
        controller("view"),
        "self.dirty.add(node_name)",
        "self.dirty.discard(node_name)",
        (
            "test_invariants::test_assessing_only_what_changed_is_as_good_as_assessing_all",
        ),
    ),
)


def plant(mutation: Mutation, tree: Path) -> None:
    """Plant the bug in a copy of the tree. Raises LookupError unless its text occurs exactly once."""
    path = tree / mutation.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise LookupError(
            f"{mutation.file} has {text.count(mutation.old)} times: {mutation.old}"
        )
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")


def failing(tests: Sequence[str], tree: Path) -> str:
    """The first test that fails in this tree, '' when all pass."""
    wanted = [
        f"tests/{file}.py{colons}{test}"
        for file, colons, test in (name.partition("::") for name in tests)
    ]
    done = subprocess.run(
        [sys.executable, *PYTEST, *wanted], cwd=tree, capture_output=True, text=True
    )
    failed = [
        line
        for line in done.stdout.splitlines()
        if line.startswith(("FAILED", "ERROR"))
    ]
    return failed[0] if failed else ""


def noticed(mutation: Mutation) -> str:
    """Plant one bug and return the test that notices it, '' when none does."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in COPIED:
            source = ROOT / name
            shutil.copytree(
                source, tree / name, ignore=LEFT_OUT
            ) if source.is_dir() else shutil.copy(source, tree)
        plant(mutation, tree)
        return failing(mutation.tests, tree)


def main(names: Sequence[str]) -> int:
    """Plant all bugs whose name begins with one of `names` ([]: all) and print which tests notice them."""
    missed = 0
    for mutation in MUTATIONS:
        if names and not mutation.name.startswith(tuple(names)):
            continue
        found = noticed(mutation)
        missed += not found
        print(
            f"{'noticed' if found else 'MISSED '}  {mutation.name}\n         {found}",
            flush=True,
        )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
