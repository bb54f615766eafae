"""What a sync of a Pod has to do, from what the runtime tells. Pure functions.

Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions, computeInitContainerActions
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from zlib import crc32

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.container_lists import is_sidecar
from k8slearn.kubelet.restarts import (
    may_restart,
    policy,
    restarts_after,
    should_be_restarted,
)
from k8slearn.kubelet.runtime import (
    EXITED,
    RUNNING,
    RuntimeContainerStatus,
    RuntimePodStatus,
)

Result = Callable[[str, str], str | None]
"""(container id, kind of probe) → the kept result."""


@dataclass
class Actions:
    """What is to be done, in this order. Kubernetes: podActions"""

    kill_pod: bool = False
    create_sandbox: bool = False
    sandbox_changed: bool = False
    kill: list[tuple[RuntimeContainerStatus, Object, str, str]] = field(
        default_factory=list
    )
    """(container, its spec, the message, the probe that failed)"""
    start_ephemeral: list[Object] = field(default_factory=list)
    start_init: list[Object] = field(default_factory=list)
    start: list[Object] = field(default_factory=list)


def definition(container: Object) -> str:
    """What makes a running container another one than the spec asks for: its image, and what it is restarted for.

    Kubernetes: containerChanged, HashContainer; computePodResizeAction
    """
    picked = [container["name"], container["image"]]
    resources = container.get("resources", {})
    for each in container.get("resizePolicy", ()):
        if each["restartPolicy"] == "RestartContainer":
            for side in ("requests", "limits"):
                picked.append(resources.get(side, {}).get(each["resourceName"]))
    return f"{crc32(json.dumps(picked).encode()):08x}"


def sandbox_changed(status: RuntimePodStatus) -> bool:
    """Whether a new sandbox is needed. Kubernetes: kuberuntime/util PodSandboxChanged"""
    return not status.sandboxes or not status.sandboxes[0].ready


def compute_pod_actions(
    pod: Object, status: RuntimePodStatus, result: Result
) -> Actions:
    """Kubernetes: computePodActions"""
    if sandbox_changed(status):
        return _from_the_start(pod, status, result)
    actions = Actions()
    for container in pod["spec"].get("ephemeralContainers", ()):
        # Whether or not the Pod is initialized; and they are never started again.
        if status.find(container["name"]) is None:
            actions.start_ephemeral.append(container)
    initialized = _init_actions(pod, status, result, actions)
    if actions.kill_pod or not initialized:
        return actions
    kept = sum(
        _main_action(pod, container, status, result, actions)
        for container in pod["spec"]["containers"]
    )
    if not kept and not actions.start:
        actions.kill_pod = True
        # Sidecars do not keep a Pod alive.
        actions.start_init = []
    return actions


def _from_the_start(pod: Object, status: RuntimePodStatus, result: Result) -> Actions:
    known = bool(status.sandboxes)
    actions = Actions(kill_pod=True, create_sandbox=True, sandbox_changed=known)
    if policy(pod) == "Never" and known and status.containers:
        actions.create_sandbox = False
        return actions
    start = [c for c in pod["spec"]["containers"] if not _is_done(pod, c, status)]
    if not start and _init_actions(pod, status, result, Actions()):
        actions.create_sandbox = False
        return actions
    if pod["spec"].get("initContainers"):
        actions.start_init = [pod["spec"]["initContainers"][0]]
    else:
        actions.start = start
    return actions


def _is_done(pod: Object, container: Object, status: RuntimePodStatus) -> bool:
    found = status.find(container["name"])
    if found is None or found.state != EXITED or found.exit_code:
        return False
    return not restarts_after(container, pod, found.exit_code)


def _init_actions(
    pod: Object, status: RuntimePodStatus, result: Result, actions: Actions
) -> bool:
    """Go on with the init containers; whether the Pod is initialized. Kubernetes: computeInitContainerActions"""
    inits = pod["spec"].get("initContainers", ())
    if not inits:
        return True
    # Who has main containers was initialized once, even if what initialized it is no longer known.
    done = _mains_have_begun(pod, status)
    before = done
    # From the last to the first: of those that are finished, only the last may still be known.
    for i in range(len(inits) - 1, -1, -1):
        container = inits[i]
        found = status.find(container["name"])
        if found is None:
            if before and is_sidecar(container):
                actions.start_init.append(container)
            continue
        if before and not is_sidecar(container):
            continue
        following = inits[i + 1] if i + 1 < len(inits) else None
        verdict = _init_action(pod, container, found, result, actions)
        if verdict == "failed":
            actions.kill_pod = True
            actions.start_init = []
            return False
        if verdict == "done" and following is None:
            done = True
        elif verdict == "done" and not before and following is not None:
            actions.start_init.append(following)
        if not before:
            # What follows in this order came earlier: only sidecars among it are still looked at.
            before = True
    if not any(status.find(c["name"]) for c in inits) and not done:
        actions.start_init = [inits[0]]
    actions.start_init.reverse()
    return done


def _mains_have_begun(pod: Object, status: RuntimePodStatus) -> bool:
    found = (status.find(c["name"]) for c in pod["spec"]["containers"])
    return any(one is not None and one.state != EXITED for one in found)


def _init_action(
    pod: Object,
    container: Object,
    found: RuntimeContainerStatus,
    result: Result,
    actions: Actions,
) -> str:
    """What becomes of an init container that is known: `done`, `failed` or '' while it goes on."""
    if found.state == RUNNING:
        if not is_sidecar(container):
            return ""
        return _sidecar_action(container, found, result, actions)
    if is_sidecar(container):
        actions.start_init.append(container)
        return ""
    if found.state == EXITED and not found.exit_code:
        return "done"
    if found.state == EXITED and not restarts_after(container, pod, found.exit_code):
        return "failed"
    actions.start_init.append(container)
    return ""


def _sidecar_action(
    container: Object, found: RuntimeContainerStatus, result: Result, actions: Actions
) -> str:
    failed = ""
    if "startupProbe" in container:
        startup = result(found.id, "startup")
        if startup == "failure":
            failed = "startup"
        elif startup != "success":
            return ""
    name = container["name"]
    if failed:
        message = f"Init container {name} failed startup probe"
        actions.kill.append((found, container, message, "startup"))
        actions.start_init.append(container)
        return ""
    if found.definition != definition(container):
        message = _resized(found, container)
        message = message or f"Init container {name} definition changed"
        actions.kill.append((found, container, message, ""))
        actions.start_init.append(container)
    elif result(found.id, "liveness") == "failure":
        message = f"Init container {name} failed liveness probe"
        actions.kill.append((found, container, message, "liveness"))
        actions.start_init.append(container)
    return "done"


def _resized(found: RuntimeContainerStatus, container: Object) -> str:
    """What is told of a container that is restarted for what it asks for now, '' for any other."""
    if found.definition == definition(container) or found.image != container["image"]:
        return ""
    return f"Container {container['name']} resize requires restart"


def _main_action(
    pod: Object,
    container: Object,
    status: RuntimePodStatus,
    result: Result,
    actions: Actions,
) -> bool:
    """Whether a main container is to be kept as it is."""
    found = status.find(container["name"])
    if found is None or found.state != RUNNING:
        if should_be_restarted(container, pod, status):
            actions.start.append(container)
        return False
    message = f"Container {container['name']} "
    probe = ""
    restart = may_restart(container, pod)
    resized = _resized(found, container)
    if resized:
        actions.start.append(container)
        actions.kill.append((found, container, resized, ""))
        return False
    if found.definition != definition(container):
        # Whatever the policy says: another container is asked for.
        message = message + "definition changed"
        restart = True
    elif result(found.id, "liveness") == "failure":
        message = message + "failed liveness probe"
        probe = "liveness"
    elif result(found.id, "startup") == "failure":
        message = message + "failed startup probe"
        probe = "startup"
    else:
        return True
    if restart:
        message += ", will be restarted"
        actions.start.append(container)
    actions.kill.append((found, container, message, probe))
    return False
