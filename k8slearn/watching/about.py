"""What a panel has to say about a cluster that it only looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import START
from k8slearn.locale import watching as words


@dataclass(frozen=True, slots=True)
class About:
    """Whose cluster it is, what is to be known about the connection, and what explanations cannot know.

    While the connection is lost (`lost`), what is shown stands still.
    """

    header: str = ""
    notices: tuple[str, ...] = ()
    limits: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The names by which a kubeconfig calls a cluster, who asks, and where."""

    cluster: str
    user: str
    namespace: str
    server: str

    def header(self, began: float) -> str:
        """One line that says which cluster is looked at."""
        return words.HEADER.format(
            cluster=self.cluster,
            user=self.user,
            namespace=self.namespace,
            time=clock_time(began),
        )


def clock_time(seconds: float) -> str:
    """A moment by this computer's clock: an operator compares it with messages and logs."""
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
