"""How many bytes of the log are large objects: a bound on the number of writes alone would not bound memory."""

from __future__ import annotations

from collections import deque

LARGE = 16 * 1024
"""Bytes from which an object counts. What is smaller is bounded well enough by the number of writes."""
MOST = 128 * 1024 * 1024
"""Bytes of large objects that are remembered; etcd's own quota, 2 GiB, is more than a learner's machine may have."""
SPARE = MOST // 8
"""How far the bound may be exceeded before anything is released: each release looks at every key."""


class Bulk:
    """The large writes of a log, oldest first, and their bytes together."""

    def __init__(self) -> None:
        self.writes: deque[tuple[int, int]] = deque()
        self.size = 0

    def copy(self) -> Bulk:
        """Another one that counts on from here."""
        twin = Bulk()
        twin.writes = self.writes.copy()
        twin.size = self.size
        return twin

    def note(self, revision: int, size: int) -> None:
        """Count the bytes of the object that was written at a revision."""
        if size < LARGE:
            return
        self.writes.append((revision, size))
        self.size += size

    def surplus(self) -> int:
        """The revision up to which the past is to be let go of, and counts no more; 0 while there is room."""
        if self.size <= MOST + SPARE:
            return 0
        revision = 0
        while self.size > MOST:
            revision, size = self.writes.popleft()
            self.size -= size
        return revision
