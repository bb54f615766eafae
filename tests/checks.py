"""All static checks in one command, `python -m tests.checks [NAME...]`: exit status 1 if one of them fails."""

import subprocess
import sys

from tests.support.paths import ROOT

LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
CHECKS = {
    "ruff": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "imports": ["-c", LINT_IMPORTS],
}


def check(name):
    """Run one check; returns its output and whether it passed."""
    command = [sys.executable, *CHECKS[name]]
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.stdout, done.returncode == 0


def main(names):
    failed = []
    for name in names or CHECKS:
        output, content = check(name)
        print(f"{name}: {'ok' if content else output}", flush=True)
        failed += [] if content else [name]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
