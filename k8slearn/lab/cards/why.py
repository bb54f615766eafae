"""The card Why: explanations for the chosen Node and Pod at the moment shown."""

from __future__ import annotations

from typing import ClassVar

from k8slearn.apimachinery.objects import Object, name
from k8slearn.explain import Explanation, why_here, why_rollout, why_this_pod
from k8slearn.lab import render
from k8slearn.lab.cards import Panel
from k8slearn.lab.view_model import ViewModel, find
from k8slearn.lab.widgets import card, page
from k8slearn.locale import lab as words

# The explanation of an update's round evaluates every Node; with more it would be noticeable at each step.
MANY = 400


class WhyCard:
    """Explanations of the chosen Node for each DaemonSet, of the chosen Pod, and of the rolling update's round."""

    STYLE: ClassVar[str] = render.EXPLANATION_STYLE

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._shown: object = None
        self.text = page("why-text")
        self.root = card("why", words.CARD_WHY, self.text)

    def refresh(self, model: ViewModel) -> None:
        """Show this moment; it is not computed again for the same moment and selection."""
        moment = model.moment
        chosen = model.selection
        shown = (
            moment.revision,
            moment.time,
            chosen.node,
            chosen.pod,
            chosen.daemon_set,
        )
        if shown == self._shown:
            return
        self._shown = shown
        # First, since it evaluates all Nodes, whose results the other two reuse.
        of_round = self.of_round(model)
        explanations = [*self.of_pod(model), *self.of_node(model), *of_round]
        told = "".join([render.explanation(each) for each in explanations])
        if told and model.about.limits:
            told += f"<p>{render.quiet_text(model.about.limits)}</p>"
        self.text.value = told or words.WHY_CHOOSE

    def of_pod(self, model: ViewModel) -> list[Explanation]:
        """Explanations of the Node's Pods that are not ready, then of the chosen Pod."""
        reader = model.moment.reader
        now = model.moment.time
        history = self._panel.cluster
        told = []
        for pod in pods_of(model):
            told.append(why_this_pod(history, reader, pod, now, model.outlooks))
        return told

    def of_node(self, model: ViewModel) -> list[Explanation]:
        """Explanations of the chosen Node, one for each DaemonSet."""
        reader = model.moment.reader
        now = model.moment.time
        node = model.selection.node
        if node:
            return why_here(reader, node, now, model.outlooks)
        return []

    def of_round(self, model: ViewModel) -> list[Explanation]:
        """The explanation of how many Pods may be replaced now."""
        daemon_set = model.daemon_set
        if daemon_set is None or len(model.nodes) > MANY:
            return []
        told = why_rollout(model.outlooks.of(daemon_set))
        about = words.WHY_ROUND.format(name=name(daemon_set))
        return [Explanation(about, told.answer, told.reasons)]


def pods_of(model: ViewModel) -> list[Object]:
    """The Pods of the chosen Node that are not ready, then the chosen Pod."""
    chosen = model.selection
    keys = []
    for row in model.pods:
        if not row.ready and row.node == chosen.node and row.key != chosen.pod:
            keys.append(row.key)
    told = []
    for key in (*keys, chosen.pod):
        pod = find(model.moment, "Pod", key)
        if pod is not None:
            told.append(pod)
    return told
