"""How long it takes to hold the model against every record in `tests/reference`, kind by kind, on one core.

Run `python -m tests.benchmarks.bench_conformance`; exit status 1 when it takes more than a minute or something differs.
The sessions of kubectl are left out: there the real kubectl is what takes the time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path

from tests.conformance.__main__ import BY_NAME, files_of, replayer
from tests.support.paths import REFERENCE

MOST_SECONDS = 60.0


def groups() -> dict[str, list[Path]]:
    """The files of each kind."""
    found = {
        name: [path for path in files_of(REFERENCE) if path.name.startswith(name)]
        for name in BY_NAME
    }
    return {**found, "traces": files_of(REFERENCE / "traces")}


def measure(paths: Iterable[Path]) -> tuple[int, int, float]:
    """(cases that agree, cases, processor seconds)."""
    start = time.process_time()
    reports = [replay(path) for path in paths if (replay := replayer(path)) is not None]
    return (
        sum(r.agree for r in reports),
        sum(r.total for r in reports),
        time.process_time() - start,
    )


def main() -> int:
    """Print the table."""
    print(f"{'records':<20} {'agree':>6} {'of':>6} {'seconds':>8}")
    total, wrong = 0.0, 0
    for name, paths in groups().items():
        agree, count, seconds = measure(paths)
        total, wrong = total + seconds, wrong + count - agree
        print(f"{name:<20} {agree:>6} {count:>6} {seconds:>8.2f}", flush=True)
    print(f"{'all':<20} {'':>6} {'':>6} {total:>8.2f}")
    return int(bool(wrong) or total > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
