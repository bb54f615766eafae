"""What was broken on purpose on the Nodes and in the registries."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

# An image whose name says so cannot be pulled: a lesson's manifest shows by itself what will happen.
BAD_IMAGE = ("broken", "does-not-exist", "nonexistent", "non-existent")


@lru_cache(maxsize=256)
def _is_bad(image: str) -> bool:
    return any(word in image for word in BAD_IMAGE)


@dataclass
class Faults:
    """Pods (`namespace/name`) that never get ready or crash; Nodes whose kubelet is slow (a factor), whose clock is
    wrong (seconds ahead, negative for behind) or whose simple kubelet is silent, as one that nobody hears of;
    image repositories that have only some tags; whether none is there.
    """

    never_ready: set[str] = field(default_factory=set)
    crashing: set[str] = field(default_factory=set)
    slow: dict[str, float] = field(default_factory=dict)
    skew: dict[str, float] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    registry_down: bool = False
    refused: dict[tuple[str, str], str] = field(default_factory=dict)
    """By Node and image, why a pull there failed in the cluster that this one was loaded from: it goes on failing."""

    def lacks(self, image: str) -> bool:
        """Whether no registry has the image."""
        if _is_bad(image):
            return True
        repository, _, tag = image.partition(":")
        known = self.tags.get(repository)
        # Without a tag the runtime asks for `latest`, as Docker's reference parser does.
        return known is not None and (tag or "latest") not in known
