"""Why: what the controller and the scheduler make of the chosen Node and Pod, now or at the moment that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from k8slearn.apimachinery.objects import Object, name
from k8slearn.explain import Explanation, outlook, why_here, why_rollout, why_this_pod
from k8slearn.lab.render import STYLE, explained
from k8slearn.lab.widgets import card, page

if TYPE_CHECKING:
    from k8slearn.lab.playback import Moment

WORDS = {
    "title": "为什么？",
    "choose": "选一个 Node 或 Pod，这里就说它为什么是这样。",
    "round": "{name} 的这一轮",
}
MANY = 400


class WhyCard:
    """Reasons for the chosen Node (each DaemonSet's), the chosen Pod and the round of the rolling update."""

    STYLE: ClassVar[str] = STYLE

    def __init__(self, lab: Any) -> None:
        self._lab = lab
        self._shown: object = None
        self.text = page("why-text")
        self.root = card("why", WORDS["title"], self.text)

    def refresh(self, moment: Moment) -> None:
        """Show this moment; the same moment with the same choice is not worked out again."""
        pod = self._lab.selected_pod
        asked = (
            moment.revision,
            moment.time,
            self._lab.selected_node,
            pod,
            self._lab.daemon_set,
        )
        if asked != self._shown:
            self._shown = asked
            told = [*self._pod(moment, pod), *self._node(moment), *self._round(moment)]
            self.text.value = "".join(map(explained, told)) or WORDS["choose"]

    def _pod(self, moment: Moment, place: Any) -> list[Explanation]:
        if place is None:
            return []
        pod = moment.get("Pod", place.name, place.namespace)
        if pod is None:
            return []
        return [why_this_pod(self._lab.cluster, moment, pod, moment.time)]

    def _node(self, moment: Moment) -> list[Explanation]:
        node = self._lab.selected_node
        return why_here(moment, node, moment.time) if node else []

    def _round(self, moment: Moment) -> list[Explanation]:
        """How many may be replaced now; a crowd of Nodes is too much to look at after every step."""
        daemon_set = chosen(self._lab, moment)
        if daemon_set is None or len(moment.list("Node")) > MANY:
            return []
        told = why_rollout(outlook(moment, daemon_set, moment.time))
        return [
            Explanation(
                WORDS["round"].format(name=name(daemon_set)), told.answer, told.reasons
            )
        ]


def chosen(lab: Any, moment: Moment) -> Object | None:
    """The DaemonSet that is chosen in the lab, as it is at this moment."""
    place = lab.daemon_set
    return (
        None if place is None else moment.get("DaemonSet", place.name, place.namespace)
    )
