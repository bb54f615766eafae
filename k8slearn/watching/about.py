"""What a panel says about a cluster that it only watches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import START
from k8slearn.locale import watching as words


@dataclass(frozen=True, slots=True)
class About:
    """Which cluster it is, the state of the connection, and what explanations cannot know.

    While the connection is `lost`, the panel does not change.
    """

    header: str = ""
    notices: tuple[str, ...] = ()
    limits: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The cluster, user and namespace of a kubeconfig's context, and the server's address."""

    cluster: str
    user: str
    namespace: str
    server: str

    def header(self, began: float) -> str:
        """One line that says which cluster is watched, and since when."""
        return words.HEADER.format(
            cluster=self.cluster,
            user=self.user,
            namespace=self.namespace,
            time=clock_time(began),
        )


def clock_time(seconds: float) -> str:
    """A moment in this computer's local time, to be compared with messages and logs."""
    moment = START + timedelta(seconds=seconds)
    return f"{moment.astimezone():%H:%M:%S}"


def left_out_text(refusals: Mapping[str, ApiError]) -> str:
    """One sentence on the kinds that could not be read, '' when there are none."""
    if not refusals:
        return ""
    kinds = []
    for kind, refusal in refusals.items():
        why = words.LEFT_OUT_WHY.get(refusal.code, str(refusal.code))
        kinds.append(words.LEFT_OUT_KIND.format(kind=kind, why=why))
    return words.LEFT_OUT.format(kinds=words.COMMA.join(kinds))
