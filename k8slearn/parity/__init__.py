"""How true the model is: replays of what the real Kubernetes did, and where the two differ."""

from k8slearn.parity.decisions import node_decision, sync_decision
from k8slearn.parity.report import report
from k8slearn.parity.traces import compare, trace

__all__ = ["compare", "node_decision", "report", "sync_decision", "trace"]
