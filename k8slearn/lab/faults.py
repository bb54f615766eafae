"""The faults that a learner can make: for each a row with the commands to make and mend it, and what it needs.

Their texts, including kubectl lines, are in the catalogue under the same key.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.lab.commands import DEEDS, Command, Mistake, ObjectKey
from k8slearn.locale import faults as catalogue
from k8slearn.locale import lab as words
from k8slearn.scheduler.resources import filler

MISSING = "-does-not-exist"
FAULT = "fault"


@dataclass(frozen=True, slots=True)
class FaultTarget:
    """The selection in the lab, and the number typed."""

    node: str = ""
    pod: ObjectKey | None = None
    daemon_set: ObjectKey | None = None
    amount: float = 0.0


Make = Callable[[Cluster, FaultTarget], Command]


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault. `needs` is what has to be selected: node, pod, set, or '' for nothing.

    `amount` is the default number, 0 for none; `real` faults need complete kubelets (`kubelet="auto"`).
    """

    key: str
    needs: str
    make: Make
    mend: Make
    amount: float = 0.0
    real: bool = False

    @property
    def name(self) -> str:
        """Its name in the list."""
        return catalogue.FAULTS[self.key]["name"]

    @property
    def look(self) -> str:
        """What to watch when the fault is made."""
        return catalogue.FAULTS[self.key]["look"]

    @property
    def unit(self) -> str:
        """The unit of its number."""
        return catalogue.FAULTS[self.key].get("unit", "")


def _line(key: str, what: str, **gaps: Any) -> str:
    """The kubectl line that makes or mends a fault, or a remark that there is none."""
    return catalogue.FAULTS[key][what].format(**gaps)


# On a Node -----------------------------------------------------------------------------


def _node_ready(key: str, what: str, ready: str) -> Make:
    """Set a Node's condition Ready to True, False (reported by the kubelet) or Unknown (its kubelet is silent)."""

    def make(_: Cluster, target: FaultTarget) -> Command:
        node = target.node
        line = _line(key, what, node=node)
        return Command(line, lambda cluster: cluster.set_node_ready(node, ready))

    return make


def _fill(cluster: Cluster, target: FaultTarget) -> Command:
    """Fill a Node. The line is made from the Pod that `fill_node` creates, so it does the same on a real cluster."""
    node = target.node
    pods = [pod for pod in cluster.list("Pod") if pod["spec"].get("nodeName") == node]
    pod = filler(cluster.get("Node", node), pods)
    spec = json.dumps({"spec": pod["spec"]}, separators=(",", ":"))
    line = _line("fill", "make", node=node, spec=spec)
    return Command(line, lambda cluster: cluster.fill_node(node))


def _empty(_: Cluster, target: FaultTarget) -> Command:
    node = target.node
    line = _line("fill", "mend", node=node)
    return Command(line, lambda cluster: cluster.delete_pod(f"filler-{node}"))


def _slow(_: Cluster, target: FaultTarget) -> Command:
    node = target.node
    factor = _positive(target.amount)
    line = _line("slow", "make", node=node, amount=factor)
    return Command(line, lambda cluster: cluster.slow_kubelet(node, factor))


def _not_slow(_: Cluster, target: FaultTarget) -> Command:
    node = target.node
    line = _line("slow", "mend", node=node)
    return Command(line, lambda cluster: cluster.slow_kubelet(node, 1.0))


def _skew(_: Cluster, target: FaultTarget) -> Command:
    node = target.node
    seconds = target.amount
    line = _line("clock", "make", node=node, amount=seconds)
    return Command(line, lambda cluster: cluster.skew_clock(node, seconds))


def _not_skew(_: Cluster, target: FaultTarget) -> Command:
    node = target.node
    line = _line("clock", "mend", node=node)
    return Command(line, lambda cluster: cluster.skew_clock(node, 0.0))


def _disk(what: str, used: str) -> Make:
    """Fill the disk of a Node, or empty it again."""

    def make(_: Cluster, target: FaultTarget) -> Command:
        node = target.node
        line = _line("disk", what, node=node)
        return Command(line, lambda cluster: cluster.set_usage(node, disk=used))

    return make


def _reboot(_: Cluster, target: FaultTarget) -> Command:
    node = target.node
    seconds = _positive(target.amount)
    line = _line("reboot", "make", node=node)
    return Command(line, lambda cluster: cluster.reboot(node, seconds))


def _booted(_: Cluster, target: FaultTarget) -> Command:
    node = target.node
    line = _line("reboot", "mend", node=node)
    return Command(line, lambda cluster: cluster.start_kubelet(node))


# On a Pod ------------------------------------------------------------------------------


def _leak(_: Cluster, target: FaultTarget) -> Command:
    """Restart the first container with a memory leak."""
    name, namespace = _name_and_namespace(target.pod)
    amount = _positive(target.amount)
    line = _line("leak", "make", flag=_flag(target.pod), pod=name, amount=amount)

    def call(cluster: Cluster) -> None:
        pod = cluster.get("Pod", name, namespace)
        first = pod["spec"]["containers"][0]["name"]
        words_of_it = f"run leak={amount:g}Mi/1"
        about = {"pod": name, "container": first, "namespace": namespace}
        cluster.behave(words_of_it, **about)
        cluster.end_container(name, first, 1, namespace)

    return Command(line, call)


def _break_pod(key: str, fault_of_kubelet: str) -> Make:
    """Let the kubelet treat one Pod as broken."""

    def make(_: Cluster, target: FaultTarget) -> Command:
        name, namespace = _name_and_namespace(target.pod)
        line = _line(key, "make", flag=_flag(target.pod), pod=name)
        return Command(
            line,
            lambda c: c.break_pod(name, fault_of_kubelet, namespace=namespace),
        )

    return make


def _new_pod(key: str) -> Make:
    """Mend a Pod's fault by deleting the Pod: the controller creates a new one."""

    def make(_: Cluster, target: FaultTarget) -> Command:
        name, namespace = _name_and_namespace(target.pod)
        line = _line(key, "mend", flag=_flag(target.pod), pod=name)
        return Command(line, lambda c: c.delete_pod(name, namespace=namespace))

    return make


# On a DaemonSet, or on the controller --------------------------------------------------


def _image(what: str) -> Make:
    """Set the template's image to one that does not exist, or back again."""

    def make(cluster: Cluster, target: FaultTarget) -> Command:
        name, namespace = _name_and_namespace(target.daemon_set)
        container = _container(cluster.get("DaemonSet", name, namespace))
        image = container["image"].removesuffix(MISSING)
        if what == "make":
            image += MISSING
        gaps = {"name": name, "container": container["name"], "image": image}
        line = _line("image", what, flag=_flag(target.daemon_set), **gaps)
        which = container["name"]
        return Command(
            line, lambda c: c.set_image(name, image, which, namespace=namespace)
        )

    return make


def _container(daemon_set: Object) -> Object:
    return dict(daemon_set["spec"]["template"]["spec"]["containers"][0])


def _registry(what: str, down: bool) -> Make:
    """Let all image registries be down, or up again."""

    def make(_: Cluster, target: FaultTarget) -> Command:
        line = _line("registry", what)
        return Command(line, lambda cluster: cluster.registry_down(down))

    return make


def _lag(_: Cluster, target: FaultTarget) -> Command:
    seconds = _positive(target.amount)
    line = _line("lag", "make", amount=seconds)
    return Command(line, lambda cluster: cluster.lag_cache(seconds))


def _not_lag(_: Cluster, target: FaultTarget) -> Command:
    return Command(_line("lag", "mend"), lambda cluster: cluster.lag_cache(0.0))


# The rows ------------------------------------------------------------------------------

# In the order of the list: what happens to Nodes and Pods every day, then what is rarer and
# needs a number. The numbers are large enough to be seen in a rollout over three Nodes.
FAULTS = (
    Fault(
        "not-ready",
        "node",
        _node_ready("not-ready", "make", "False"),
        _node_ready("not-ready", "mend", "True"),
    ),
    Fault(
        "unreachable",
        "node",
        _node_ready("unreachable", "make", "Unknown"),
        _node_ready("unreachable", "mend", "True"),
    ),
    Fault("fill", "node", _fill, _empty),
    Fault("crash", "pod", _break_pod("crash", "crash"), _new_pod("crash")),
    Fault("unready", "pod", _break_pod("unready", "never-ready"), _new_pod("unready")),
    Fault("image", "set", _image("make"), _image("mend")),
    Fault("slow", "node", _slow, _not_slow, 10.0),
    Fault("clock", "node", _skew, _not_skew, 30.0),
    Fault("lag", "", _lag, _not_lag, 5.0),
    Fault("disk", "node", _disk("make", "79Gi"), _disk("mend", "0"), real=True),
    Fault("leak", "pod", _leak, _new_pod("leak"), 20.0, real=True),
    Fault(
        "registry",
        "",
        _registry("make", True),
        _registry("mend", False),
        real=True,
    ),
    Fault("reboot", "node", _reboot, _booted, 30.0, real=True),
)


def offered(cluster: Cluster) -> tuple[Fault, ...]:
    """The faults that can be made in a cluster, which depends on its kubelets."""
    # A mere client has no access to kubelets.
    kubelet = getattr(cluster, "kubelet", None)
    real = kubelet is not None and kubelet.nodes is not None
    return tuple(each for each in FAULTS if real or not each.real)


_BY_KEY = {each.key: each for each in FAULTS}


def fault(key: str) -> Fault:
    """The fault with this key."""
    return _BY_KEY[key]


def command(
    cluster: Cluster,
    key: str,
    what: str,
    node: str,
    pod: ObjectKey | None,
    daemon_set: ObjectKey | None,
    amount: float,
) -> Command:
    """The command that makes a fault (`what` is "make") or mends it ("mend"). Raises Mistake."""
    chosen = fault(key)
    target = FaultTarget(node, pod, daemon_set, amount)
    check(chosen, target)
    make = chosen.mend if what == "mend" else chosen.make
    given = (key, what, node, pod, daemon_set, amount)
    return replace(make(cluster, target), deed=(FAULT, given))


def check(chosen: Fault, target: FaultTarget) -> None:
    """Raise Mistake when what the fault needs is not selected."""
    chosen_things = {
        "node": bool(target.node),
        "pod": target.pod is not None,
        "set": target.daemon_set is not None,
    }
    if chosen.needs and not chosen_things[chosen.needs]:
        raise Mistake(words.FAULT_NEEDS[chosen.needs])


def parse_number(text: str, example: float) -> float:
    """Parse a typed number. Raises Mistake, with `example` as a valid one."""
    try:
        # Chinese keyboards may produce the mathematical minus sign.
        return float(text.strip().replace("−", "-"))
    except ValueError:
        said = words.FAULT_NO_AMOUNT.format(example=example, text=text)
        raise Mistake(said) from None


def _positive(amount: float) -> float:
    if amount <= 0:
        raise Mistake(words.FAULT_TOO_SMALL)
    return amount


def _name_and_namespace(key: ObjectKey | None) -> tuple[str, str]:
    """The name and namespace of a selected object, which `check` has ensured."""
    assert key is not None
    return key.name, key.namespace


def _flag(key: ObjectKey | None) -> str:
    if key:
        return key.flag
    return ""


DEEDS[FAULT] = command
