"""Fixtures for every test."""

from tests.support.lab_panel import cluster, lab

__all__ = ["cluster", "lab"]
