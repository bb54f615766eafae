"""The Pod Security Standards: what a Pod may not do at the levels baseline and restricted.

Kubernetes: pod-security-admission/policy, one file check_*.go a rule
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_security import baseline, restricted
from k8slearn.kinds.pod_security.parts import Violation

PRIVILEGED, BASELINE, RESTRICTED = LEVELS = ("privileged", "baseline", "restricted")
LATEST = 1_000_000
"""The minor version that `latest` stands for: newer than all."""


Check = Callable[[Object], Violation | None]


class Rule(NamedTuple):
    """A check, and from which minor version on it is asked; `overlaps` where a restricted rule asks for more."""

    check: Check
    since: int = 0
    overlaps: bool = False


def violations(pod: Object, level: str, minor: int = LATEST) -> list[Violation]:
    """What a Pod (or a template: its `metadata` and `spec`) breaks, in the order in which upstream tells it."""
    if level == PRIVILEGED:
        return []
    rules = [rule for rule in _BASELINE if level == BASELINE or not rule.overlaps]
    if level == RESTRICTED:
        rules += _RESTRICTED
    found = (rule.check(pod) for rule in rules if rule.since <= minor)
    return [each for each in found if each is not None]


# By the names of upstream's checks, which is the order in which it asks them.
_BASELINE = (
    Rule(baseline.app_armor),
    Rule(baseline.default_capabilities, overlaps=True),
    Rule(baseline.host_namespaces),
    Rule(baseline.host_path, overlaps=True),
    Rule(baseline.host_ports),
    Rule(baseline.host_probes, since=34),
    Rule(baseline.privileged),
    Rule(baseline.proc_mount),
    Rule(baseline.se_linux),
    Rule(baseline.seccomp, since=19, overlaps=True),
    Rule(baseline.sysctls),
    Rule(baseline.windows_host),
)
_RESTRICTED = [
    Rule(restricted.escalation, since=8),
    Rule(restricted.few_capabilities, since=22),
    Rule(restricted.few_volumes),
    Rule(restricted.non_root),
    Rule(restricted.not_user_0, since=23),
    Rule(restricted.seccomp_set, since=19),
]
