"""Dropdowns to choose a Node, one of its Pods, and a DaemonSet. Cards with buttons that write are subclasses.

A read-only cluster has these alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, ClassVar

from k8slearn.lab.cards import Commandable
from k8slearn.lab.commands import ObjectKey
from k8slearn.lab.view_model import DaemonSetRow, NodeRow, PodRow, ViewModel
from k8slearn.lab.widgets import card, choice, offer, row
from k8slearn.locale import lab as words

# The value for "none": a dropdown cannot show None as chosen.
NOBODY = ObjectKey("", "")


class NodeChoice:
    """The choice of a Node, and of the label by which the picture groups Nodes."""

    STYLE: ClassVar[str] = ""

    def __init__(self, panel: Commandable) -> None:
        self._panel = panel
        self._nodes: dict[str, NodeRow] = {}
        # Called with a chosen Node, so that its Pod is chosen too: buttons must act on what is seen.
        self.follower: Callable[[str], None] = lambda _: None
        self.node = choice("node", width=self.NODE_WIDTH)
        self.group = choice("group", [(words.NO_GROUP, "")], "")
        self.root = card("nodes", words.CARD_NODES, *self._rows())
        self.node.observe(lambda _: self._name_buttons(), "value")
        self.node.observe(lambda _: self.follower(self.selected), "value")
        for shown in (self.node, self.group):
            shown.observe(lambda _: self._panel.wake(), "value")

    NODE_WIDTH: ClassVar[str] = "auto"

    def _rows(self) -> list[Any]:
        return [row(self.node, self.group)]

    def _name_buttons(self) -> None:
        """Name the buttons after the selection; there are none here."""

    @property
    def selected(self) -> str:
        """The name of the chosen Node, '' when there is none."""
        return self.node.value or ""

    @property
    def group_by(self) -> str:
        """The label by which Nodes are grouped, '' for none."""
        return self.group.value or ""

    def group_as(self, key: str) -> None:
        """Group by this label, if a Node has it."""
        known = [value for _, value in self.group.options]
        if key in known:
            self.group.value = key

    def refresh(self, model: ViewModel) -> None:
        """Show the Nodes of this moment."""
        self._nodes = {row.name: row for row in model.nodes}
        offer(self.node, self._nodes)
        labels = [(key, key) for key in model.label_keys]
        offer(self.group, [(words.NO_GROUP, ""), *labels])
        self._name_buttons()


class PodChoice:
    """The choice of a Pod; after a deleted Pod its successor on the Node is chosen."""

    STYLE: ClassVar[str] = ""

    def __init__(self, panel: Commandable) -> None:
        self._panel = panel
        self._rows: dict[ObjectKey, PodRow] = {}
        # The Node whose Pods are followed: that of the last chosen Pod.
        self._node = ""
        self._offered: list[Any] = []
        # A redraw and a click on a Node fill the list from different threads.
        self._filling = threading.RLock()
        self._filled_by = 0
        self.pod = choice("pod")
        self.pod.observe(self._choose, "value")
        self.root = card("pods", words.CARD_PODS, row(self.pod), *self._buttons())

    def _buttons(self) -> list[Any]:
        return []

    def _name(self) -> None:
        """Name the buttons after the selection; there are none here."""

    @property
    def selected(self) -> ObjectKey | None:
        """The chosen Pod."""
        chosen: ObjectKey | None = self.pod.value
        if chosen == NOBODY:
            return None
        return chosen

    def refresh(self, model: ViewModel) -> None:
        """Show the Pods of this moment; after a deleted Pod its successor on the Node is chosen."""
        rows = {}
        for each in model.pods:
            rows[each.key] = each
        with self._filling:
            self._rows = rows
            if self._node not in [each.name for each in model.nodes]:
                self._node = model.selection.node
            self._offer()

    def _offer(self) -> None:
        """Fill the list of Pods; choose one of the followed Node, or none."""
        options: list[Any] = []
        first: ObjectKey | None = None
        chosen: ObjectKey | None = self.pod.value
        for key, each in self._rows.items():
            options.append((each.text, key))
            if first is None and each.node == self._node:
                first = key
        row = self._rows.get(chosen) if chosen else None
        if row is None or row.node not in ("", self._node):
            chosen = first
        if chosen is None:
            # No Pod rather than one of another Node, which a click must not delete.
            chosen = NOBODY
            options.insert(0, (words.NO_POD_ON.format(node=self._node), NOBODY))
        if self._offered == options and self.pod.value == chosen:
            return
        self._offered = options
        self._filled_by = threading.get_ident()
        # hold_sync: setting the options chooses the first one, which the browser must not show.
        with self.pod.hold_sync():
            self.pod.options = options
            self.pod.value = chosen
        self._filled_by = 0
        self._name()

    def follow(self, node: str) -> None:
        """Choose the Pod of a Node that was chosen, unless one of its Pods is chosen already."""
        with self._filling:
            self._node = node
            self._offer()
        self._panel.wake()

    def _choose(self, _: object = None) -> None:
        """Take in the learner's choice of a Pod; changes by a redraw are ignored."""
        if self._filled_by == threading.get_ident():
            return
        row = self._rows.get(self.selected) if self.selected else None
        if row is not None:
            self._node = row.node
        self._name()
        self._panel.wake()


class DaemonSetChoice:
    """The choice of a DaemonSet."""

    STYLE: ClassVar[str] = ""

    def __init__(self, panel: Commandable) -> None:
        self._panel = panel
        self._sets: dict[ObjectKey, DaemonSetRow] = {}
        self.daemon_set = choice("daemon-set")
        self.root = card("update", self.TITLE, *self._rows())
        self.daemon_set.observe(lambda _: self._show(), "value")
        self.daemon_set.observe(lambda _: self._panel.wake(), "value")

    TITLE: ClassVar[str] = "DaemonSet"

    def _rows(self) -> list[Any]:
        return [row(self.daemon_set)]

    def _show(self) -> None:
        """Show the chosen DaemonSet; nothing here, since the picture shows it."""

    @property
    def selected(self) -> ObjectKey | None:
        """The chosen DaemonSet."""
        chosen: ObjectKey | None = self.daemon_set.value
        return chosen

    def refresh(self, model: ViewModel) -> None:
        """Show the DaemonSets of this moment."""
        self._sets = {row.key: row for row in model.daemon_sets}
        offer(self.daemon_set, [(self._called(key), key) for key in self._sets])
        self._show()

    def _called(self, key: ObjectKey) -> str:
        """Its name in the list, with the namespace where it is not the default one."""
        return f"{key.namespace}/{key.name}"
