"""The Pod Security Standards: what a Pod may not do at the levels baseline and restricted.

Kubernetes: pod-security-admission/policy, one file check_*.go a rule
"""

from __future__ import annotations

from typing import NamedTuple

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_security import baseline, restricted
from k8slearn.kinds.pod_security.parts import Check, Violation

PRIVILEGED, BASELINE, RESTRICTED = LEVELS = ("privileged", "baseline", "restricted")
LATEST = 1_000_000
"""The minor version that `latest` stands for: newer than all."""

NEVER = LATEST + 1


class Rule(NamedTuple):
    """A check of some minor versions: from `since` on, before `until`.

    `outdone`: from which version on a rule of the restricted level asks for more.
    """

    check: Check
    since: int = 0
    until: int = NEVER
    outdone: int = NEVER

    def is_asked(self, level: str, minor: int) -> bool:
        """Whether a level asks this, in a version."""
        if not self.since <= minor < self.until:
            return False
        return level != RESTRICTED or minor < self.outdone


def violations(pod: Object, level: str, minor: int = LATEST) -> list[Violation]:
    """What a Pod (or a template: its `metadata` and `spec`) breaks, in the order in which upstream tells it."""
    if level == PRIVILEGED:
        return []
    rules = _BASELINE if level == BASELINE else _BASELINE + _RESTRICTED
    found = (rule.check(pod) for rule in rules if rule.is_asked(level, minor))
    return [each for each in found if each is not None]


# By the names of upstream's checks, which is the order in which it asks them.
_BASELINE = (
    Rule(baseline.app_armor),
    Rule(baseline.default_capabilities, outdone=22),
    Rule(baseline.host_namespaces),
    Rule(baseline.host_path, outdone=0),
    Rule(baseline.host_ports),
    Rule(baseline.host_probes, since=34),
    Rule(baseline.privileged),
    Rule(baseline.proc_mount, until=35),
    Rule(baseline.proc_mount_of_host, since=35, outdone=35),
    Rule(baseline.se_linux),
    Rule(baseline.seccomp_notes, until=19),
    Rule(baseline.seccomp, since=19, outdone=19),
    Rule(baseline.sysctls_of_old, until=27),
    Rule(baseline.sysctls_27, since=27, until=29),
    Rule(baseline.sysctls_29, since=29, until=32),
    Rule(baseline.sysctls, since=32),
    Rule(baseline.windows_host),
)
_RESTRICTED = (
    Rule(restricted.escalation, since=8, until=25),
    Rule(restricted.but_for_windows(restricted.escalation), since=25),
    Rule(restricted.few_capabilities, since=22, until=25),
    Rule(restricted.but_for_windows(restricted.few_capabilities), since=25),
    Rule(baseline.proc_mount, since=35),
    Rule(restricted.few_volumes),
    Rule(restricted.non_root),
    Rule(restricted.not_user_0, since=23),
    Rule(restricted.seccomp_set, since=19, until=25),
    Rule(restricted.but_for_windows(restricted.seccomp_set), since=25),
)
