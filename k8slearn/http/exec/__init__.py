"""What runs in a container: a few commands, on what the cluster's objects say of its environment and its files."""

from k8slearn.http.exec.commands import COMMANDS, Result, run
from k8slearn.http.exec.inside import Inside, enter
from k8slearn.http.exec.session import Session, attach, execute

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
