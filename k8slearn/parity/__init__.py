"""Compares the model with the real Kubernetes by replaying records."""

from k8slearn.parity.decisions import node_decision, sync_decision
from k8slearn.parity.report import report
from k8slearn.parity.traces import compare, trace

__all__ = ["compare", "node_decision", "report", "sync_decision", "trace"]
