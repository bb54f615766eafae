"""The card of faults: break something, see the equivalent kubectl line, and mend it again."""

from __future__ import annotations

from html import escape
from typing import ClassVar

from k8slearn.apimachinery.objects import Object
from k8slearn.lab.cards import Panel
from k8slearn.lab.commands import Command
from k8slearn.lab.faults import (
    Fault,
    command,
    fault,
    offered,
    parse_number,
)
from k8slearn.lab.view_model import Selection, ViewModel
from k8slearn.lab.widgets import (
    button,
    card,
    choice,
    field,
    label,
    page,
    row,
    set_visible,
)
from k8slearn.locale import lab as words


class FaultsCard:
    """A list of faults, a number where one is needed, and two buttons."""

    STYLE: ClassVar[str] = """
.k8s-faults .k8s-look { font-size: 12px; line-height: 1.5; min-height: 3em; color: var(--jp-ui-font-color2, #666); }
"""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        rows = offered(panel.cluster)
        self.kind = choice("fault", [(each.name, each.key) for each in rows])
        self.amount = field("fault-amount", width="52px")
        self.unit = label("")
        self.make = button(
            "fault-make", words.FAULT_MAKE, self.break_it, words.FAULT_MAKE_TIP
        )
        self.mend = button(
            "fault-mend", words.FAULT_MEND, self.mend_it, words.FAULT_MEND_TIP
        )
        self.look = page("look")
        head = row(self.kind, self.amount, self.unit, self.make, self.mend)
        self.root = card("faults", words.TABS["faults"], head, self.look)
        self.kind.observe(lambda _: self._choose(), "value")
        self._show_amount()

    @property
    def chosen(self) -> Fault:
        """The fault that is chosen."""
        return fault(self.kind.value)

    def refresh(self, model: ViewModel) -> None:
        """Show what the chosen fault would hit."""
        self._tell(model.selection)

    def _tell(self, selection: Selection) -> None:
        chosen = self.chosen
        target = _name_of_target(chosen, selection)
        on = words.FAULT_ON.format(target=target or words.FAULT_NOTHING)
        self.look.value = f"{escape(on)}　{escape(chosen.look)}"

    def _choose(self) -> None:
        self._show_amount()
        self._tell(self._panel.selection)

    def _show_amount(self) -> None:
        chosen = self.chosen
        self.amount.value = f"{chosen.amount:g}" if chosen.amount else ""
        set_visible(self.amount, bool(chosen.amount))
        self.unit.value = chosen.unit

    # What a click does ---------------------------------------------------------------------

    def break_it(self) -> None:
        """Make the chosen fault, with the number typed."""
        chosen = self.chosen

        def make() -> Command:
            amount = 0.0
            if chosen.amount:
                amount = parse_number(self.amount.value, chosen.amount)
            return self._command(chosen, "make", amount)

        if self._panel.attempt(make):
            self._panel.say(self._effect(chosen), hint=True)

    def _effect(self, chosen: Fault) -> str:
        """What the learner can see of the fault, or why nothing."""
        now = self._panel.selection
        target = _name_of_target(chosen, now)
        said = words.FAULT_DONE.format(target=target, name=chosen.name)
        key = now.daemon_set
        if key is None or chosen.key not in words.FAULT_UNSEEN:
            return said + chosen.look
        spec = self._panel.cluster.get("DaemonSet", key.name, key.namespace)["spec"]
        if shows(chosen.key, spec):
            return said + chosen.look
        return said + words.FAULT_UNSEEN[chosen.key].format(name=key.name)

    def mend_it(self) -> None:
        """Mend the chosen fault."""
        chosen = self.chosen

        def make() -> Command:
            return self._command(chosen, "mend")

        self._panel.attempt(make)

    def _command(self, chosen: Fault, what: str, amount: float = 0.0) -> Command:
        now = self._panel.selection
        chosen_things = now.node, now.pod, now.daemon_set
        cluster = self._panel.cluster
        return command(cluster, chosen.key, what, *chosen_things, amount)


def shows(fault_key: str, spec: Object) -> bool:
    """Whether the fault has a visible effect with a DaemonSet of this spec."""
    if fault_key == "clock":
        return bool(spec.get("minReadySeconds"))
    containers = spec["template"]["spec"].get("containers") or ()
    return any((each.get("resources") or {}).get("requests") for each in containers)


def _name_of_target(chosen: Fault, selection: Selection) -> str:
    """The name of what the fault would hit, '' when nothing of that kind is selected."""
    if chosen.needs == "node":
        return selection.node
    if chosen.needs == "pod":
        if selection.pod:
            return selection.pod.name
        return ""
    if chosen.needs == "set":
        return selection.daemon_set_name
    return words.FAULT_CONTROLLER
