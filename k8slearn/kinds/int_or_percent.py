"""Numbers that may be percentages: maxUnavailable, minAvailable and the like."""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import Causes, follows, invalid, not_negative
from k8slearn.apimachinery.gotext import go_atoi


def number_or_percent(amount: Any, path: str) -> Causes:
    """Kubernetes: pkg/apis/apps/validation, ValidatePositiveIntOrPercent"""
    if isinstance(amount, str):
        yield from follows(path, amount, text.percent)
    else:
        yield from not_negative(path, amount)


def not_over_all(amount: Any, path: str) -> Causes:
    """Kubernetes: IsNotMoreThan100Percent, which lets numbers and unreadable texts pass"""
    if not isinstance(amount, str) or text.percent(amount):
        return
    if go_atoi(amount.removesuffix("%")) > 100:
        yield invalid(path, amount, "must not be greater than 100%")
