"""Whether a container that has ended is started again. Pure functions.

Kubernetes: pkg/kubelet/container/helpers.go ShouldContainerBeRestarted, pkg/api/v1/pod ContainerShouldRestart
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, is_deleting
from k8slearn.kinds.pod_template.container_lists import is_sidecar
from k8slearn.kubelet.runtime import EXITED, RUNNING, RuntimePodStatus

ALWAYS = "Always"
ON_FAILURE = "OnFailure"
NEVER = "Never"
# What a rule of a container may ask for at its end, beside a restart of its own.
RESTART_ALL = "RestartAllContainers"


def has_sidecar(pod: Object) -> bool:
    """Whether one of the Pod's init containers stays."""
    return any(is_sidecar(c) for c in pod["spec"].get("initContainers", ()))


def policy(pod: Object) -> str:
    """The Pod's restart policy."""
    return str(pod["spec"].get("restartPolicy", ALWAYS))


def restarts_after(container: Object, pod: Object, exit_code: int) -> bool:
    """Whether a container that ended with the code is started again. Kubernetes: ContainerShouldRestart"""
    own = container.get("restartPolicy")
    if own is None:
        own = policy(pod)
    # A rule that fits comes before any policy, also before the container's own.
    if matching_action(container, exit_code):
        return True
    if own == ON_FAILURE:
        return exit_code != 0
    return bool(own == ALWAYS)


def matching_action(container: Object, exit_code: int) -> str:
    """What the first rule asks for that fits, '' where none does. Kubernetes: FindMatchingContainerRestartRule"""
    for rule in container.get("restartPolicyRules", ()):
        asked = rule.get("exitCodes", {})
        named = exit_code in asked.get("values", ())
        if named == (asked.get("operator") == "In"):
            return str(rule["action"])
    return ""


def may_restart(container: Object, pod: Object) -> bool:
    """Whether a container that the kubelet kills is started again. Kubernetes: shouldRestartOnFailure"""
    return bool(container.get("restartPolicy", policy(pod)) != NEVER)


def should_be_restarted(
    container: Object, pod: Object, status: RuntimePodStatus
) -> bool:
    """Kubernetes: ShouldContainerBeRestarted"""
    # What is going needs nothing that runs.
    if is_deleting(pod):
        return False
    found = status.find(container["name"])
    if found is None:
        return True
    if found.state == RUNNING:
        return False
    # Made and never started, or lost sight of: upstream starts such a one anew whatever the policy says.
    if found.state != EXITED:
        return True
    return restarts_after(container, pod, found.exit_code)
