"""How a plugin says no."""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError, forbidden
from k8slearn.apimachinery.objects import Object, stored_kind
from k8slearn.kinds import BY_KIND


def refuse(o: Object, why: str) -> ApiError:
    """ApiError 403 with the object's name, or with its prefix where it has no name yet."""
    metadata = o["metadata"]
    shown = metadata.get("name") or metadata.get("generateName", "")
    return forbidden(_qualified(o), shown, why)


def _qualified(o: Object) -> str:
    row = BY_KIND.get(stored_kind(o))
    # Of a custom kind the plural is not known here.
    if row is None:
        return stored_kind(o).lower()
    return row.qualified
