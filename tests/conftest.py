"""Fixtures for every test."""

from tests.lab_panel import cluster, lab

__all__ = ["cluster", "lab"]
