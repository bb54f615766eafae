"""Who writes."""

from __future__ import annotations

from typing import NamedTuple


class Identity(NamedTuple):
    """Who writes: the `component` as log and actions name it, the `manager` as managedFields do.

    A `registers` of True is a kubelet's that brings its Node's first status along: that part is signed apart.
    """

    component: str
    manager: str
    registers: bool = False


API_SERVER = Identity("kube-apiserver", "kube-apiserver")
"""Who writes what follows from letting something in."""
