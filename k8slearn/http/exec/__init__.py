"""What runs in a container: a few commands, on what the cluster's objects say of its environment and its files."""

from k8slearn.containers.commands import COMMANDS, Result, run
from k8slearn.containers.inside import Inside
from k8slearn.http.exec.session import Session, attach, enter, execute

__all__ = [
    "COMMANDS",
    "Inside",
    "Result",
    "Session",
    "attach",
    "enter",
    "execute",
    "run",
]
