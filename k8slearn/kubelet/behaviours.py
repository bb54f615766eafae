"""What was asked of containers from outside: rules that hold for a Pod's name or for labels, the latest first.

A container's script is, first found: the latest rule for it, the Pod's annotation, its arguments where its image is
one of a play, the program that it runs; else it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.apimachinery.selector_text import parse_selector
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.apiserver.client import Client
from k8slearn.kinds.pod_template.container_lists import containers_in
from k8slearn.kubelet.programs import MOMENT, arguments, program
from k8slearn.kubelet.script import Run, Script, container_words, parse_script
from k8slearn.kubelet.sigterm import with_signals


class Meant(NamedTuple):
    """Whose containers a rule is about; an empty field means any.

    `runs` is a piece of the container's image, command or arguments: one version of a program, or a wrong flag.
    """

    namespace: str
    pod: str = ""
    selector: str = ""
    container: str = ""
    runs: str = ""

    def fits(self, pod: Object, container: str) -> bool:
        """Whether the rule is about a Pod's container."""
        if namespace(pod) != self.namespace or self.container not in ("", container):
            return False
        if self.runs and not _runs(pod, container, self.runs):
            return False
        if self.pod:
            return name(pod) == self.pod
        return selector_matches(parse_selector(self.selector), labels(pod))


def _runs(pod: Object, container: str, piece: str) -> bool:
    """Whether a Pod's container (any of them, where none is named) has this in its image, command or arguments."""
    for one in containers_in(pod["spec"]):
        if container not in ("", one["name"]):
            continue
        words = [one.get("image", ""), *arguments(one)]
        if any(piece in word for word in words):
            return True
    return False


@dataclass
class Behaviours:
    """The rules, in the order in which they were made."""

    client: Client
    rules: dict[Meant, str] = field(default_factory=dict)

    def ask(self, meant: Meant, text: str | None) -> None:
        """Add a rule, or remove it where `text` is None. Raises ValueError for unknown words."""
        # Taken out first: a rule that is made anew is the latest again.
        self.rules.pop(meant, None)
        if text is not None:
            parse_script(text)
            self.rules[meant] = text

    def asked(self, pod: Object, container: str) -> str | None:
        """What the latest rule for a container says."""
        for meant, text in reversed(self.rules.items()):
            if meant.fits(pod, container):
                return text
        return None

    def script(self, pod: Object, container: Object) -> Script:
        """What a container of a Pod will do. Raises ValueError for words in the Pod that nobody knows."""
        text = self.asked(pod, container["name"])
        if text is None:
            text = container_words(pod, container)
        if text:
            return parse_script(text)
        found = program(pod, container) or Script()
        place, _, service = found.awaits.partition("/")
        if service and self.client.get("Service", service, place) is not None:
            found = replace(found, runs=(Run(0, MOMENT),))
        return with_signals(found, pod, container)
