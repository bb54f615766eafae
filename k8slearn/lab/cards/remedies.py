"""The card 怎样才会？: changes that would unblock the chosen Node's Pod or the rollout, each tried on a fork."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from k8slearn.lab.cards import Panel
from k8slearn.lab.commands import Command, carry_out
from k8slearn.lab.view_model import Selection, ViewModel
from k8slearn.lab.widgets import button, card, named, page, row, set_visible
from k8slearn.locale import lab as words
from k8slearn.locale import remedies as texts
from k8slearn.toolkit import w

if TYPE_CHECKING:
    from k8slearn.remedies import Remedy, Standstill

# The number of remedies shown, the smallest first.
SHOWN = 5


class RemediesCard:
    """Two buttons that ask, and the answers, each with a button that carries it out. Computed only on a click."""

    STYLE: ClassVar[str] = """
.k8s-remedy { flex-wrap: nowrap !important; align-items: flex-start; gap: 8px; margin: 2px 0 !important; }
.k8s-remedy > .k8s-remedy-told { flex: 1 1 0; min-width: 0; }
.k8s-remedy > button { flex: none; }
.k8s-remedy p { margin: 0; line-height: 1.5; font-size: 13px; overflow-wrap: anywhere; }
.k8s-remedy b { font-weight: 500; }
.k8s-remedy code, .k8s-remedy pre { display: block; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0;
  background: none; color: var(--jp-ui-font-color1, #222); font-size: 12px; line-height: 1.4; }
.k8s-remedy .k8s-besides { color: var(--jp-error-color1, #b84700); }
.k8s-remedy summary { cursor: pointer; width: max-content; color: var(--jp-ui-font-color2, #616161); font-size: 12px; }
"""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._found: list[Remedy] = []
        # The revision at which it was asked; later changes are not considered.
        self._revision = -1
        self.of_node = button("remedy-node", texts.NO_NODE, self.ask_node, texts.TIP)
        self.of_rollout = button(
            "remedy-rollout",
            texts.ROLLOUT,
            self.ask_rollout,
            texts.TIP,
        )
        self.said = page("remedy-said")
        self.told = [page("remedy-told") for _ in range(SHOWN)]
        self.rows = [self._row(number) for number in range(SHOWN)]
        title = words.TABS["remedies"]
        head = row(self.of_node, self.of_rollout)
        self.root = card("remedies", title, head, self.said, *self.rows)
        self._show(texts.WHAT)

    def _row(self, number: int) -> Any:
        press = button(
            f"remedy-{number + 1}",
            texts.DO,
            lambda: self.carry_out(number),
            texts.DO_TIP.format(number=number + 1),
        )
        return named(w.Box([press, self.told[number]]), "remedy")

    def refresh(self, model: ViewModel) -> None:
        """Label the buttons by the selection, and mark outdated answers."""
        node = model.selection.node
        text = texts.NODE.format(node=node) if node else texts.NO_NODE
        if self.of_node.description != text:
            self.of_node.description = text
        if self._found and model.moment.revision != self._revision:
            self._found = []
            self._show(texts.OLD)

    # What a learner does ---------------------------------------------------------------------

    def ask_node(self) -> None:
        """Look for changes that let a Pod work on the chosen Node."""
        chosen = self._panel.selection
        if chosen.node:
            self._ask(chosen, chosen.node)
        else:
            self._panel.say(words.FAULT_NEEDS["node"], True)

    def ask_rollout(self) -> None:
        """Look for changes that let the rollout go on."""
        self._ask(self._panel.selection, "")

    def carry_out(self, number: int) -> None:
        """Make the change of answer `number`, as one command."""
        if number >= len(self._found) or not self._found[number].edits:
            return
        remedy = self._found[number]

        def make() -> Command:
            return carry_out(*[edit.as_data() for edit in remedy.edits])

        if self._panel.attempt(make):
            self._found = []
            self._show(texts.DONE.format(text=remedy.text))

    # What comes of it ------------------------------------------------------------------------

    def _ask(self, chosen: Selection, node: str) -> None:
        panel = self._panel
        key = chosen.daemon_set
        if not panel.model.moment.live:
            panel.say(texts.PAST, True)
        elif key is None:
            panel.say(words.CREATE_FIRST, True)
        else:
            # Imported on the first question.
            from k8slearn.remedies import lacks_pod, stands

            asked = stands(key.name, namespace=key.namespace)
            if node:
                asked = lacks_pod(key.name, node, key.namespace)
            self._answer(asked)

    def _answer(self, asked: Standstill) -> None:
        from k8slearn.remedies import Search

        self._found = []
        self._show(texts.TRYING)
        # All on one fork: the cluster itself may go on meanwhile.
        twin = self._panel.cluster.fork()
        self._revision = twin.store.revision
        search = Search(twin, asked)
        found = search.remedies()
        self._found = found[:SHOWN]
        if found:
            text = texts.FOUND if len(found) > 1 else texts.FOUND_ONE
            said = text.format(tried=search.tried, count=len(found))
            if not found[0].edits:
                said = found[0].text + texts.STOP
        elif search.present.complete:
            said = texts.WELL
        else:
            said = texts.NONE.format(tried=search.tried)
        self._show(said)
        self._panel.say(said, True)

    def _show(self, said: str) -> None:
        self.said.value = f"<p>{escape(said)}</p>"
        for number, each in enumerate(self.rows):
            remedy = None
            if number < len(self._found):
                remedy = self._found[number]
                self.told[number].value = remedy_text(remedy)
            set_visible(each, remedy is not None)
            # Waiting is no command, so it gets no button.
            press = each.children[0]
            set_visible(press, remedy is not None and bool(remedy.edits))


def remedy_text(remedy: Remedy) -> str:
    """A remedy as HTML: the sentence, its side effects, the proof, the kubectl line, and the changes, folded."""
    parts = [f"<p><b>{escape(remedy.text)}</b></p>"]
    for effect in remedy.effects:
        sign = texts.BESIDES.format(effect=effect)
        parts.append(f'<p class="k8s-besides">{escape(sign)}</p>')
    parts.append(f'<p class="k8s-quiet-text">{escape(remedy.proof)}</p>')
    if remedy.kubectl:
        parts.append(f"<code>{escape(remedy.kubectl)}</code>")
    if remedy.yaml:
        folded = f"<summary>YAML</summary><pre>{escape(remedy.yaml)}</pre>"
        parts.append(f"<details>{folded}</details>")
    return "".join(parts)
