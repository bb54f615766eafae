"""What is done to kubelets and machines, and what is read of them, as verbs of a cluster.

All but the first two need the pace "auto".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.kubelet.behaviours import Meant
from k8slearn.kubelet.nodes import NodeKubelets
from k8slearn.kubelet.script import Script, parse_script


class KubeletVerbs(ABC):
    """Stop a kubelet, fill a machine, change what a container does: whatever happens below the API."""

    control_plane: Any

    @abstractmethod
    def alter(
        self, call: Callable[[Any], object], component: str = "", subject: str = ""
    ) -> None:
        """Change the machinery; `call` rests on the control plane that it is given alone."""

    @abstractmethod
    def get(self, kind: str, name: str, namespace: str = "default") -> Object:
        """One object. Raises ApiError NotFound."""

    def kubelets(self, verb: str) -> NodeKubelets:
        """The kubelets, for a verb that needs them. Raises ValueError at another pace."""
        found: NodeKubelets = self.control_plane.kubelet.real(verb)
        return found

    def _with(
        self, verb: str, node: str, method: str, *given: Any, **named: Any
    ) -> None:
        # Asked before anything is noted: at another pace nothing has happened, and a fork has nothing to live through.
        self.kubelets(verb)
        self.alter(
            lambda plane: getattr(plane.kubelet.real(verb), method)(*given, **named),
            subject=node,
        )

    def slow_kubelet(self, node: str, factor: float = 10.0) -> None:
        """Let everything that a Node's kubelet begins from now on take `factor` times as long; 1 is the usual pace."""
        with self.control_plane.lock:
            self.get("Node", node)
            self.alter(lambda plane: plane.kubelet.faults.slow.update({node: factor}))

    def skew_clock(self, node: str, seconds: float) -> None:
        """Set the clock of a Node ahead (negative: behind); the times that its kubelet writes into Pods are wrong."""
        with self.control_plane.lock:
            self.get("Node", node)
            self.alter(lambda plane: plane.kubelet.faults.skew.update({node: seconds}))

    def configure_kubelet(self, node: str, **settings: Any) -> None:
        """Tell a Node's kubelet its settings: fields of `KubeletConfiguration`, before the Node joins or later."""
        self._with("configure_kubelet", node, "configure", node, **settings)

    def stop_kubelet(self, node: str) -> None:
        """Kill a Node's kubelet: containers go on, nobody looks after them, the Node falls silent."""
        self._with("stop_kubelet", node, "stop", node)

    def start_kubelet(self, node: str) -> None:
        """Start a kubelet that was stopped; one that never ran registers its Node."""
        self._with("start_kubelet", node, "start", node)

    def reboot(self, node: str, seconds: float = 30.0) -> None:
        """Let a machine go down with all that runs on it, and come up again after so many simulated seconds."""
        self._with("reboot", node, "reboot", node, seconds)

    def registry_down(self, down: bool = True) -> None:
        """Let no image registry answer, or let them answer again; what is on a Node already is still there."""
        self.kubelets("registry_down")
        self.alter(
            lambda plane: setattr(plane.kubelet.faults, "registry_down", down),
            subject="registry",
        )

    def tell_kubelet(self, node: str, ready: str) -> Object:
        """Bring a Node to where its condition Ready becomes this: a kubelet that is stopped, a runtime that is down."""
        with self.control_plane.lock:
            self.get("Node", node)
            running = node in self.kubelets("set_node_ready").running
            # Only a kubelet that runs can say what is wrong with its runtime.
            if ready != "Unknown":
                self.start_kubelet(node)
                self.set_runtime(node, ready=ready == "True")
            elif running:
                self.stop_kubelet(node)
            return self.get("Node", node)

    def set_runtime(
        self, node: str, *, ready: bool | None = None, network: bool | None = None
    ) -> None:
        """Let a Node's container runtime, or its network, fail or come back."""
        self._with(
            "set_runtime", node, "set_runtime", node, ready=ready, network=network
        )

    def set_usage(self, node: str, **used: str) -> None:
        """Say what the machine itself uses: `memory`, `disk` (as a quantity), `pids`."""
        self._with("set_usage", node, "set_usage", node, **used)

    def remove_image(self, node: str, image: str) -> None:
        """Remove an image from a Node."""
        self._with("remove_image", node, "remove_image", node, image)

    def static_pod(self, node: str, file: str, manifest: Object | None) -> None:
        """Write a file into a Node's folder of static Pods; None removes it."""
        self._with("static_pod", node, "static_pod", node, file, manifest)

    def kill_sandbox(self, pod: str, namespace: str = "default") -> None:
        """Let a Pod's sandbox die with all that runs in it."""
        found = self.get("Pod", pod, namespace)
        self._with("kill_sandbox", pod, "kill_sandbox", found)

    def end_container(
        self, pod: str, container: str, code: int = 1, namespace: str = "default"
    ) -> None:
        """Let a container end by itself with an exit code."""
        found = self.get("Pod", pod, namespace)
        self._with("end_container", pod, "end_container", found, container, code)

    def behave(
        self,
        words: str | None,
        *,
        pod: str | None = None,
        selector: str | None = None,
        container: str = "",
        runs: str = "",
        namespace: str = "default",
    ) -> None:
        """Say what containers do: of a Pod, or of all that a label selector means, also of those to come.

        With `runs` only those that have it in their image or their arguments: one version, one wrong flag.
        Probes find it so at once; how a container runs and ends changes with its next start. None takes it back. Raises
        ValueError for words that nobody knows.
        """
        # Read here first, for the same reason as above: what nobody understands must not become part of the past.
        if words is not None:
            parse_script(words)
        meant = Meant(namespace, pod or "", selector or "", container, runs)
        self._with("behave", pod or selector or "", "behave", words, meant)

    def container_log(
        self,
        pod: str,
        container: str,
        *,
        previous: bool = False,
        namespace: str = "default",
    ) -> list[tuple[float, str]] | None:
        """What a container has written, as (simulated second, line); None where there is no such container yet."""
        found = self.get("Pod", pod, namespace)
        return self.kubelets("container_log").log(found, container, previous=previous)

    def container_script(
        self, pod: str, container: str, *, namespace: str = "default"
    ) -> Script:
        """What a container does."""
        found = self.get("Pod", pod, namespace)
        return self.kubelets("container_script").script(found, container)
