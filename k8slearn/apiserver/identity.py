"""The identity under which something is written."""

from __future__ import annotations

from typing import NamedTuple


class Identity(NamedTuple):
    """Who writes: the `component` as log and actions name it, the `manager` as managedFields do.

    `registers`: a kubelet creates its Node together with its first status, which is signed apart.
    """

    component: str
    manager: str
    registers: bool = False


API_SERVER = Identity("kube-apiserver", "kube-apiserver")
"""The API server itself, for writes that follow from a request it has admitted."""
