"""The card to add, remove, label, taint and cordon Nodes, and to make them NotReady."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from k8slearn.lab import commands
from k8slearn.lab.cards import Commandable
from k8slearn.lab.cards.choices import NodeChoice
from k8slearn.lab.commands import Command, Mistake
from k8slearn.lab.view_model import NodeRow
from k8slearn.lab.widgets import button, field, named, row
from k8slearn.locale import lab as words

FIVE = 5
# The initial number in the field.
SEVERAL = 10


class NodesCard(NodeChoice):
    """The choice of a Node, the buttons to change it, and the choice of the label to group by."""

    # Wide enough for both labels of the button, so that the row does not move.
    STYLE: ClassVar[str] = """
.k8s-lab button.k8s-cordon { min-width: 64px; }
.k8s-lab button.k8s-not-ready { min-width: 78px; }
"""

    # Narrow, to leave room for the buttons beside it.
    NODE_WIDTH: ClassVar[str] = "88px"

    def __init__(self, panel: Commandable) -> None:
        tips = words.TIPS
        self.label_text = field("label-text", words.LABEL_HINT, words.LABEL_EXAMPLE)
        self.taint_text = field("taint-text", words.TAINT_HINT, words.TAINT_EXAMPLE)
        self.count = field("node-count", value=str(SEVERAL), width="40px")
        self.label = button("label", words.LABEL, self.set_label, tips["label"])
        self.taint = button("taint", words.TAINT, self.set_taint, tips["taint"])
        self.cordon = button("cordon", words.CORDON, self.set_cordon, tips["cordon"])
        self.ready = button("not-ready", words.NOT_READY, self.set_ready, tips["ready"])
        super().__init__(panel)
        for typed in (self.label_text, self.taint_text):
            typed.observe(lambda _: self._name_buttons(), "value")

    def _rows(self) -> list[Any]:
        tips = words.TIPS
        add = button("node-add", words.ADD_NODE, self.add, tips["add"])
        five = button("node-add-5", words.ADD_FIVE, self.add_five, tips["add-5"])
        many = button("node-add-n", words.ADD_MANY, self.add_many, tips["add-n"])
        removing = button("node-remove", words.REMOVE_NODE, self.remove, tips["remove"])
        self.removing = named(removing, "named")
        return [
            row(add, five, many, self.count, self.group),
            row(self.node, self.removing, self.cordon, self.ready),
            row(self.label_text, self.label),
            row(self.taint_text, self.taint),
        ]

    def _name_buttons(self) -> None:
        """Label the buttons by what they would do to the chosen Node."""
        node = self._nodes.get(self.node.value or "")
        if node is None:
            node = NodeRow("", ready=True, cordoned=False)
        labelled = self.label_text.value.strip() in node.labels
        tainted = self.taint_text.value.strip() in node.taints
        self.removing.description = words.REMOVE_NODE.format(node=node.name)
        self.cordon.description = words.UNCORDON if node.cordoned else words.CORDON
        self.ready.description = words.NOT_READY if node.ready else words.READY
        self.label.description = words.UNLABEL if labelled else words.LABEL
        self.taint.description = words.UNTAINT if tainted else words.TAINT

    def _on_node(self, make: Callable[[NodeRow], Command]) -> None:
        self._panel.attempt(lambda: make(self._chosen()))

    def _chosen(self) -> NodeRow:
        if self.selected not in self._nodes:
            raise Mistake(words.NO_NODE)
        return self._nodes[self.selected]

    # What a click does ---------------------------------------------------------------------

    def add(self) -> None:
        """Add a Node."""
        self._panel.attempt(commands.add_node)

    def add_five(self) -> None:
        """Add five Nodes."""
        self._panel.attempt(lambda: commands.add_nodes(str(FIVE)))

    def add_many(self) -> None:
        """Add the typed number of Nodes."""
        self._panel.attempt(lambda: commands.add_nodes(self.count.value))

    def remove(self) -> None:
        """Remove the chosen Node."""
        self._on_node(lambda node: commands.remove_node(node.name))

    def set_label(self) -> None:
        """Label the chosen Node; a label that it already has with this value is removed."""
        text = self.label_text.value

        def make(node: NodeRow) -> Command:
            label_text = text.strip()
            if label_text in node.labels:
                label_key, _, _ = label_text.partition("=")
                return commands.label_node(node.name, f"{label_key}-")
            return commands.label_node(node.name, text)

        self._on_node(make)

    def set_taint(self) -> None:
        """Taint the chosen Node; a taint that it already has is removed."""
        taint = self.taint_text.value.strip()

        def make(node: NodeRow) -> Command:
            off = "-" if taint in node.taints else ""
            return commands.taint_node(node.name, taint + off)

        self._on_node(make)

    def set_cordon(self) -> None:
        """Cordon or uncordon the chosen Node."""
        self._on_node(lambda node: commands.cordon(node.name, not node.cordoned))

    def set_ready(self) -> None:
        """Make the chosen Node NotReady, or Ready again."""
        self._on_node(lambda node: commands.set_ready(node.name, not node.ready))
