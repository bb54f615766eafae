"""The lab: a panel over one cluster, to watch it and to change it."""

from k8slearn.lab.panel import Lab

__all__ = ["Lab"]
