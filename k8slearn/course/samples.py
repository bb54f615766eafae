"""What comes with the course to try things on: the dump of a made-up company's cluster."""

from __future__ import annotations

from pathlib import Path

WAREHOUSE = Path(__file__).parent / "dumps" / "warehouse.json.gz"


def sample_dump() -> Path:
    """A dump of forty Nodes in four zones with three DaemonSets, as `kubectl get … -A -o json` wrote it, packed."""
    return WAREHOUSE
