"""The parts of a Pod that are written in a way of their own, by the names of their subresources."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod import ephemeral, resize


class PartOfPod(NamedTuple):
    """The old Pod with what counts of an update (new, old), and the row of Pods for such updates."""

    written_part: Callable[[Object, Object], Object]
    row_of_part: Callable[[Kind], Kind]


PARTS = {
    ephemeral.SUBRESOURCE: PartOfPod(ephemeral.written_part, ephemeral.row_of_part),
    resize.SUBRESOURCE: PartOfPod(resize.written_part, resize.row_of_part),
}
