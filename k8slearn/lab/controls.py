"""The cards with which a learner changes Nodes, Pods and the update. They hold no truth: `fill` shows the facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from k8slearn.lab import commands as deeds
from k8slearn.lab import text as words
from k8slearn.lab.commands import Deed, Mistake, Place
from k8slearn.lab.view_model import Facts, NodeFact, SetFact
from k8slearn.lab.widgets import button, card, choice, field, label, offer, row, toggle

Attempt = Callable[[Callable[[], Deed]], bool]


class NodeControls:
    """Nodes come and go, are labelled, tainted, closed, and stop answering."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._nodes: dict[str, NodeFact] = {}
        self.node = choice("node")
        self.label_text = field("label-text", words.LABEL_HINT, words.LABEL_EXAMPLE)
        self.taint_text = field("taint-text", words.TAINT_HINT, words.TAINT_EXAMPLE)
        self.label = button("label", words.LABEL, self._label, words.TIPS["label"])
        self.taint = button("taint", words.TAINT, self._taint, words.TIPS["taint"])
        self.group = choice("group", [(words.NO_GROUP, "")], "", width="130px")
        self.cordon = button("cordon", words.CORDON, self._cordon, words.TIPS["cordon"])
        self.ready = button(
            "not-ready", words.NOT_READY, self._ready, words.TIPS["ready"]
        )
        self.root = card("nodes", words.CARD_NODES, *self._rows())
        for chosen in (self.node, self.label_text, self.taint_text):
            chosen.observe(lambda _: self._name_buttons(), "value")

    def _rows(self) -> list[object]:
        add = button(
            "node-add",
            words.ADD_NODE,
            lambda: self._attempt(deeds.add_node),
            words.TIPS["add"],
        )
        remove = button(
            "node-remove", words.REMOVE_NODE, self._remove, words.TIPS["remove"]
        )
        return [
            row(add, label(words.GROUP), self.group),
            row(self.node, remove, self.cordon, self.ready),
            row(self.label_text, self.label),
            row(self.taint_text, self.taint),
        ]

    @property
    def selected(self) -> str:
        """The name of the chosen Node, '' when there is none."""
        return self.node.value or ""

    def fill(self, facts: Facts) -> None:
        """Show the Nodes of now."""
        self._nodes = {node.name: node for node in facts.nodes}
        offer(self.node, self._nodes)
        offer(
            self.group,
            [(words.NO_GROUP, ""), *((key, key) for key in facts.label_keys)],
        )
        self._name_buttons()

    def _name_buttons(self) -> None:
        """A button is named after what it would do to the chosen Node."""
        node = self._nodes.get(self.selected)
        self.cordon.description = (
            words.UNCORDON if node and node.cordoned else words.CORDON
        )
        self.ready.description = (
            words.READY if node and not node.ready else words.NOT_READY
        )
        self.label.description = words.UNLABEL if self._is_labelled() else words.LABEL
        self.taint.description = words.UNTAINT if self._is_tainted() else words.TAINT

    def _is_labelled(self) -> bool:
        """Whether the chosen Node has the very label that is in the field."""
        node = self._nodes.get(self.selected)
        return node is not None and self.label_text.value.strip() in node.labels

    def _is_tainted(self) -> bool:
        node = self._nodes.get(self.selected)
        return node is not None and self.taint_text.value.strip() in node.taints

    def _on_node(self, make: Callable[[str], Deed]) -> None:
        self._attempt(lambda: make(self._require()))

    def _require(self) -> str:
        if self.selected not in self._nodes:
            raise Mistake(words.NO_NODE)
        return self.selected

    def _remove(self) -> None:
        self._on_node(deeds.remove_node)

    def _label(self) -> None:
        text = self.label_text.value
        wanted = f"{text.strip().partition('=')[0]}-" if self._is_labelled() else text
        self._on_node(lambda node: deeds.label_node(node, wanted))

    def _taint(self) -> None:
        wanted = self.taint_text.value.strip() + ("-" if self._is_tainted() else "")
        self._on_node(lambda node: deeds.taint_node(node, wanted))

    def _cordon(self) -> None:
        self._on_node(lambda node: deeds.cordon(node, not self._nodes[node].cordoned))

    def _ready(self) -> None:
        self._on_node(lambda node: deeds.set_ready(node, not self._nodes[node].ready))


class PodControls:
    """What can happen to one Pod."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self.pod = choice("pod")
        buttons = (
            button(
                "pod-delete",
                words.DELETE_POD,
                lambda: self._on_pod(deeds.delete_pod),
                words.TIPS["delete"],
            ),
            button(
                "pod-fail",
                words.FAIL_POD,
                lambda: self._on_pod(deeds.fail_pod),
                words.TIPS["fail"],
            ),
            button(
                "pod-break",
                words.BREAK_POD,
                lambda: self._on_pod(deeds.break_pod),
                words.TIPS["break"],
            ),
        )
        self.root = card("pods", words.CARD_PODS, row(self.pod, *buttons))

    def fill(self, facts: Facts) -> None:
        """Show the Pods of now."""
        offer(self.pod, facts.pods)

    def _on_pod(self, make: Callable[[Place], Deed]) -> None:
        self._attempt(lambda: make(self._require()))

    def _require(self) -> Place:
        if self.pod.value is None:
            raise Mistake(words.NO_POD)
        chosen: Place = self.pod.value
        return chosen


class UpdateControls:
    """The update strategy and the image of one DaemonSet."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._sets: dict[Place, SetFact] = {}
        self._seen: SetFact | None = None
        self.daemon_set = choice("daemon-set")
        self.strategy = toggle("strategy", ("RollingUpdate", "OnDelete"))
        self.unavailable = field("max-unavailable", "1", "1", width="64px")
        self.surge = field("max-surge", "0", "0", width="64px")
        self.image = field("image", words.IMAGE_HINT)
        self.setter = button(
            "image-set", words.SET_IMAGE, self._set_image, words.TIPS["image"]
        )
        self.root = card("update", words.CARD_UPDATE, *self._rows())
        self.strategy.observe(lambda change: self._switch(change["new"]), "value")
        self.daemon_set.observe(lambda _: self._show(), "value")

    def _rows(self) -> list[object]:
        set_strategy = button(
            "strategy-set",
            words.SET_STRATEGY,
            lambda: self._set_strategy(self.strategy.value),
        )
        numbers = [
            label("maxUnavailable"),
            self.unavailable,
            label("maxSurge"),
            self.surge,
            set_strategy,
        ]
        return [
            row(self.daemon_set, self.strategy),
            row(*numbers),
            row(label(words.IMAGE), self.image, self.setter),
        ]

    @property
    def selected(self) -> str:
        """The name of the chosen DaemonSet, '' when there is none."""
        place = self.daemon_set.value
        return place.name if place else ""

    def fill(self, facts: Facts) -> None:
        """Show the DaemonSets of now."""
        self._sets = {fact.place: fact for fact in facts.sets}
        self.setter.description = words.SET_IMAGE if self._sets else words.CREATE
        offer(self.daemon_set, [(fact.place.name, fact.place) for fact in facts.sets])
        self._show()

    def _show(self) -> None:
        """Fill the fields of the chosen DaemonSet when it has changed; what the learner is typing stays otherwise."""
        fact = self._sets.get(self.daemon_set.value)
        if fact is None or fact == self._seen:
            return
        before, self._seen = self._seen, fact
        self.strategy.value = fact.strategy
        self._grey_out()
        for widget, part in (
            (self.unavailable, "unavailable"),
            (self.surge, "surge"),
            (self.image, "image"),
        ):
            if before is None or getattr(before, part) != getattr(fact, part):
                widget.value = getattr(fact, part)

    def _grey_out(self) -> None:
        for widget in (self.unavailable, self.surge):
            widget.disabled = self.strategy.value == "OnDelete"

    def _switch(self, strategy: str) -> None:
        """The learner clicked the other strategy; what the store says is no click, a refused one is taken back."""
        seen = self._seen
        if seen is None or strategy == seen.strategy:
            return
        if self._set_strategy(strategy):
            self._seen = replace(seen, strategy=strategy)
        else:
            self.strategy.value = seen.strategy
        self._grey_out()

    def _set_strategy(self, strategy: str) -> bool:
        return self._attempt(
            lambda: deeds.set_strategy(
                self._require().place,
                strategy,
                self.unavailable.value,
                self.surge.value,
            )
        )

    def _set_image(self) -> None:
        """Set the image; one that has not been changed is taken to mean: a newer one. Without a DaemonSet: make one."""
        if not self._sets:
            self._attempt(deeds.create_example)
            return
        fact = self._sets.get(self.daemon_set.value)
        if fact is not None and self.image.value.strip() == fact.image:
            self.image.value = deeds.next_image(fact.image)
        self._attempt(
            lambda: deeds.set_image(
                self._require().place, self._require().container, self.image.value
            )
        )

    def _require(self) -> SetFact:
        fact = self._sets.get(self.daemon_set.value)
        if fact is None:
            raise Mistake(words.NO_SET)
        return fact
