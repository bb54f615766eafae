"""A small kubectl for a page, which can start no program: the commands of a first hour, in the real one's words.

A cell of lines goes in and text comes out; whatever it does not know it refuses, and says what to do instead.
Kubernetes: kubectl/pkg/cmd
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from k8slearn.apimachinery.errors import ApiError
from k8slearn.cluster import Cluster
from k8slearn.locale import page as words
from k8slearn.mistakes import UnknownNameError, WrongValueError
from k8slearn.page.kubectl import (
    changes,
    describe,
    drain,
    execution,
    get,
    logs,
    manifests,
    permission,
    rollout,
    settings,
    waiting,
)
from k8slearn.page.kubectl.lines import TypedLine, lines_of
from k8slearn.page.kubectl.options import (
    Invocation,
    RefusedError,
    Unended,
    invocation_of,
)
from k8slearn.page.kubectl.targets import told
from k8slearn.page.kubectl.trial import is_trial, tried

Answer = Callable[[Cluster, Invocation], Iterator[str]]
_COMMANDS: dict[str, Answer] = {
    "get": get.get,
    "describe": describe.describe,
    "logs": logs.logs,
    "exec": execution.execute,
    "apply": manifests.apply,
    "create": manifests.create,
    "delete": changes.delete,
    "label": changes.label,
    "annotate": changes.annotate,
    "taint": changes.taint,
    "cordon": changes.cordon,
    "uncordon": changes.uncordon,
    "drain": drain.drain,
    "patch": changes.patch,
    "scale": changes.scale,
    "set": settings.settings,
    "rollout": rollout.rollout,
    "wait": waiting.wait,
    "auth": permission.permission,
}


def run(cluster: Cluster, cell: str) -> str:
    """What the lines of a cell print, each as if it stood in a terminal; the first that fails is the last."""
    printed: list[str] = []
    try:
        for line in lines_of(cell):
            # Line by line: what was told before a refusal stays.
            for text in _answer(cluster, line):
                printed.append(text)
    except RefusedError as refused:
        printed += refused.lines
    except ApiError as error:
        printed.append(told(error))
    except (UnknownNameError, WrongValueError) as error:
        printed.append(f"error: {error}")
    return "".join(map(_ended, printed))


def _ended(text: str) -> str:
    return text if isinstance(text, Unended) else f"{text}\n"


def _answer(cluster: Cluster, line: TypedLine) -> Iterator[str]:
    asked = invocation_of(line.words, line.stdin)
    command = _COMMANDS.get(asked.verb)
    if command is None:
        raise RefusedError(
            words.KUBECTL_NOT_HERE.format(verb=asked.verb, known=known())
        )
    if is_trial(asked):
        return tried(cluster, asked, command)
    return command(cluster, asked)


def known() -> str:
    """The commands that there are."""
    return "、".join(_COMMANDS)
