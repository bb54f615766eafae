"""What the panel needs to know about the cluster, taken at one moment; widgets are filled from it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_terminal
from k8slearn.lab import text as words
from k8slearn.lab.commands import Place
from k8slearn.view.scene import (
    Readable,
    Scene,
    age_and_name,
    natural,
    node_ready,
    taint_text,
)


@dataclass(frozen=True, slots=True)
class NodeFact:
    """One Node as the controls see it."""

    name: str
    ready: bool
    cordoned: bool
    labels: frozenset[str] = frozenset()
    taints: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SetFact:
    """One DaemonSet as the controls see it."""

    place: Place
    strategy: str
    unavailable: str
    surge: str
    container: str
    image: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the controls show."""

    nodes: tuple[NodeFact, ...] = ()
    pods: tuple[tuple[str, Place], ...] = ()
    sets: tuple[SetFact, ...] = ()
    label_keys: tuple[str, ...] = ()


def node_fact(node: Object) -> NodeFact:
    """A Node's fact; labels and taints as a user writes them."""
    spec = node.get("spec", {})
    found = frozenset(f"{key}={value}" for key, value in labels(node).items())
    taints = frozenset(map(taint_text, spec.get("taints") or ()))
    return NodeFact(
        name(node),
        node_ready(node) == "True",
        bool(spec.get("unschedulable")),
        found,
        taints,
    )


def set_fact(ds: Object) -> SetFact:
    """A DaemonSet's fact; what OnDelete does not have is shown as the defaults."""
    strategy = ds["spec"].get("updateStrategy") or {}
    limits = strategy.get("rollingUpdate") or {}
    container = (ds["spec"]["template"]["spec"].get("containers") or [{}])[0]
    return SetFact(
        Place(namespace(ds), name(ds)),
        str(strategy.get("type", "RollingUpdate")),
        str(limits.get("maxUnavailable", 1)),
        str(limits.get("maxSurge", 0)),
        str(container.get("name", "")),
        str(container.get("image", "")),
    )


def pod_choice(pod: Object) -> tuple[str, Place]:
    """A Pod's label in the list, and where it is."""
    node = get_target_node_name(pod)
    return (f"{node} · {name(pod)}" if node else name(pod)), Place(
        namespace(pod), name(pod)
    )


def facts_of(reader: Readable) -> Facts:
    """The facts of one moment."""
    nodes = sorted(reader.list("Node"), key=age_and_name)
    alive = (pod for pod in reader.list("Pod") if not is_pod_terminal(pod))
    pods = sorted(
        alive, key=lambda pod: (natural(get_target_node_name(pod)), age_and_name(pod))
    )
    keys = {
        key for node in nodes for key in labels(node) if "kubernetes.io/" not in key
    }
    return Facts(
        tuple(node_fact(node) for node in nodes),
        tuple(pod_choice(pod) for pod in pods),
        tuple(
            set_fact(ds) for ds in sorted(reader.list("DaemonSet"), key=age_and_name)
        ),
        tuple(sorted(keys)),
    )


def summary(facts: Facts, scene: Scene) -> str:
    """The panel in one line."""
    counts = asdict(scene.counts)
    sets = (
        words.ONE_SET.format(name=scene.daemon_set, **counts)
        if scene.daemon_set
        else words.NO_SETS
    )
    return words.SUMMARY.format(title=words.TITLE, nodes=len(facts.nodes), sets=sets)
