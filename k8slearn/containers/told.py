"""Lines of a log that only the container itself can tell: what its programs find there."""

from __future__ import annotations

import json

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object
from k8slearn.containers.commands import run
from k8slearn.containers.inside import inside_of
from k8slearn.controlplane import ControlPlane
from k8slearn.kubelet.environment import expanded
from k8slearn.kubelet.script import RUN


def told(
    control_plane: ControlPlane, pod: Object, container: Object, line: str, began: float
) -> list[str]:
    """The lines that stand for one of the log; `began` is when its container did."""
    if not line.startswith(RUN):
        return [line]
    inside = inside_of(control_plane, pod, container, began)
    variables = inside.environment
    argv = [_filled(word, variables) for word in json.loads(line.removeprefix(RUN))]
    try:
        result = run(inside, argv)
    except ApiError:
        return []
    return (result.out + result.error).splitlines()


def _filled(word: str, variables: dict[str, str]) -> str:
    """A word with its variables, first by Kubernetes, then by the shell."""
    word = expanded(word, variables)
    # The longest first: $HOME is a beginning of $HOMEPAGE.
    for name in sorted(variables, key=len, reverse=True):
        word = word.replace(f"${{{name}}}", variables[name])
        word = word.replace(f"${name}", variables[name])
    return word
