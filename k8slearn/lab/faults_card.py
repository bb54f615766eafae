"""Faults: break something on purpose, see the kubectl line that does the same, and mend it again."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from k8slearn.apimachinery.errors import ApiError
from k8slearn.cluster import Cluster
from k8slearn.lab.commands import Deed, Mistake
from k8slearn.lab.faults import FAULTS, Fault, Target, check, fault, parse_number
from k8slearn.lab.widgets import button, card, choice, field, label, page, row

if TYPE_CHECKING:
    from k8slearn.lab.playback import Moment

WORDS = {
    "title": "故障",
    "make": "弄坏",
    "mend": "修好",
    "make_tip": "对选中的节点、Pod 或 DaemonSet",
    "mend_tip": "撤销这一种故障",
    "amount": "多少",
    "on": "对象：{target}",
    "nothing": "（还没有选）",
    "controller": "DaemonSet 控制器",
    "refused": "API server 拒绝了：{reason}",
}


class FaultsCard:
    """One list of faults, a number where one is needed, and two buttons."""

    STYLE: ClassVar[str] = """
.k8s-faults .k8s-look { font-size: 12px; line-height: 1.5; min-height: 3em; color: var(--jp-ui-font-color2, #666); }
"""

    def __init__(self, lab: Any) -> None:
        self._lab = lab
        self.kind = choice("fault", [(each.name, each.key) for each in FAULTS])
        self.amount, self.unit = field("fault-amount", width="52px"), label("")
        self.make = button(
            "fault-make", WORDS["make"], lambda: self._act("make"), WORDS["make_tip"]
        )
        self.mend = button(
            "fault-mend", WORDS["mend"], lambda: self._act("mend"), WORDS["mend_tip"]
        )
        self.look = page("look")
        self.root = card(
            "faults",
            WORDS["title"],
            row(self.kind, self.amount, self.unit, self.make, self.mend),
            self.look,
        )
        self.kind.observe(lambda _: self._choose(), "value")
        self._show_amount()

    @property
    def chosen(self) -> Fault:
        """The fault that is chosen."""
        return fault(self.kind.value)

    def refresh(self, moment: Moment) -> None:
        """Say what the chosen fault would hit."""
        self._tell()

    def _tell(self) -> None:
        chosen = self.chosen
        where = {"node": self._lab.selected_node, "pod": _name(self._lab.selected_pod)}
        where |= {"set": _name(self._lab.daemon_set), "": WORDS["controller"]}
        on = WORDS["on"].format(target=where[chosen.needs] or WORDS["nothing"])
        self.look.value = f"{escape(on)}　{escape(chosen.look)}"

    def _choose(self) -> None:
        self._show_amount()
        self._tell()

    def _show_amount(self) -> None:
        chosen = self.chosen
        self.amount.value = f"{chosen.amount:g}" if chosen.amount else ""
        self.amount.layout.display = None if chosen.amount else "none"
        self.unit.value = chosen.unit

    def _act(self, what: str) -> None:
        """Break or mend; what is wrong with it is said in the panel."""
        chosen = self.chosen
        try:
            deed = self._deed(chosen, what)
        except (Mistake, ApiError) as mistake:
            self._lab.say(
                WORDS["refused"].format(reason=mistake)
                if isinstance(mistake, ApiError)
                else str(mistake)
            )
            return
        self._lab.do(deed.call, deed.kubectl)

    def _deed(self, chosen: Fault, what: str) -> Deed:
        amount = (
            parse_number(self.amount.value, chosen.amount)
            if chosen.amount and what == "make"
            else 0.0
        )
        target = Target(
            self._lab.selected_node,
            self._lab.selected_pod,
            self._lab.daemon_set,
            amount,
        )
        check(chosen, target)
        make: Callable[[Cluster, Target], Deed] = getattr(chosen, what)
        return make(self._lab.cluster, target)


def _name(place: Any) -> str:
    return place.name if place is not None else ""
