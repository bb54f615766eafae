"""How a plugin says no."""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError, forbidden
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import BY_KIND


def refuse(o: Object, why: str) -> ApiError:
    """403, with the object's name; of what is not named yet its prefix is told."""
    metadata = o["metadata"]
    shown = metadata.get("name") or metadata.get("generateName", "")
    return forbidden(BY_KIND[o["kind"]].qualified, shown, why)
