"""A pytest plugin that spares each process of a run two seconds: when imported, jsonschema has a whole grammar read to
check IRIs by, and no schema of a notebook asks for one. Without the package that reads it they are left unchecked.
"""

import sys

# Whoever imports it is told that it is not there.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
