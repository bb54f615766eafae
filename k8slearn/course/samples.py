"""Sample data of the course: the dump of a fictitious company's cluster."""

from __future__ import annotations

from pathlib import Path

WAREHOUSE = Path(__file__).parent / "dumps" / "warehouse.json.gz"


def sample_dump() -> Path:
    """The path of a gzipped dump by `kubectl get … -A -o json`: forty Nodes in four zones, three DaemonSets."""
    return WAREHOUSE
