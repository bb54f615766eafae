"""How an exercise is checked: by the state and history of its cluster, not by the commands that led there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Snapshot
from k8slearn.apimachinery.objects import (
    Object,
    controller_uid,
    is_deleting,
    labels,
    name,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.course.bank_schema import GONE
from k8slearn.course.metrics import fewest_ready
from k8slearn.course.variants import PLAIN, Choice, Variant
from k8slearn.kinds import resource
from k8slearn.kinds.node import is_cordoned
from k8slearn.kinds.pod.state import is_pod_ready
from k8slearn.kinds.pod_template.container import PROBES
from k8slearn.locale import course as words

# The port and path in a probe's command: `curl -f localhost:9100/healthz`, `nc -z localhost 9100`.
_ADDRESS = re.compile(r"[: ](\d{4,5})(/[^\s'\"]*)?")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not as asked: the key of its message in the bank, and values for the message's placeholders."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)


def names(found: Iterable[str]) -> str:
    """Sorted names for a sentence; words for "none" where there are none."""
    in_order = sorted(found)
    return words.SEPARATOR.join(in_order) or words.NO_NAMES


def missing(key: str, **facts: Any) -> Missing:
    """A `Missing` with its facts as keywords; sets and lists of names become text by `names`."""
    for place, fact in facts.items():
        if isinstance(fact, set | list):
            facts[place] = names(fact)
    return Missing(key, facts)


def pod_spec(daemon_set: Object) -> Any:
    """The Pods' spec in a DaemonSet's template."""
    return daemon_set["spec"]["template"]["spec"]


def container_of(daemon_set: Object) -> Any:
    """The first container of a DaemonSet's template."""
    return pod_spec(daemon_set)["containers"][0]


def requests_of(container: Object) -> Any:
    """A container's resource requests; {} also where a learner has written `resources:` without a value.

    A limit without a request counts as the request, as the API server defaults it.
    """
    resources = container.get("resources") or {}
    return {**(resources.get("limits") or {}), **(resources.get("requests") or {})}


def memory_limit(container: Object) -> str | None:
    """A container's memory limit, None if there is none."""
    resources = container.get("resources") or {}
    limit = (resources.get("limits") or {}).get("memory")
    return None if limit is None else str(limit)


def probes_of(container: Object) -> dict[str, Any]:
    """The probes of a container by their fields."""
    return {kind: container[kind] for kind in PROBES if container.get(kind)}


def port_of(container: Object, question: Object) -> Any:
    """The port of a probe; the name of a container's port is resolved."""
    port = question.get("port")
    for entry in container.get("ports") or ():
        if isinstance(port, str) and entry.get("name") == port:
            return entry["containerPort"]
    return port


def address_of(container: Object, probe: Object) -> tuple[Any, str] | None:
    """(port, path) of a probe; path is "" for a TCP probe; None for a command without an address."""
    for kind in ("httpGet", "tcpSocket", "grpc"):
        question = probe.get(kind)
        if question:
            return port_of(container, question), question.get("path", "")
    found = _ADDRESS.search(command_of(probe))
    return (int(found[1]), found[2] or "") if found else None


def command_of(probe: Object) -> str:
    """The command of a probe in one line."""
    return " ".join((probe.get("exec") or {}).get("command") or ())


def wrong_questions(container: Object, right: int) -> Iterator[Missing]:
    """Probes of another port than the program's. In the model they succeed, in a real cluster they would not."""
    for probe in probes_of(container).values():
        address = address_of(container, probe)
        if address is None:
            yield missing("command", command=command_of(probe))
        elif address[0] != right:
            yield missing("port", port=address[0])


def strategy_of(daemon_set: Object) -> str:
    """The type of a DaemonSet's update strategy."""
    return str(daemon_set["spec"]["updateStrategy"]["type"])


def node_of(pod: Object) -> str:
    """The Node that a Pod is bound to, "" before it is."""
    return str(pod["spec"].get("nodeName", ""))


def image_of(pod: Object) -> str:
    """The image of the first container of a Pod, or of a template of one."""
    first = pod["spec"]["containers"][0]
    return str(first["image"])


@dataclass(frozen=True, slots=True)
class Attempt:
    """A cluster that the learner has worked on, its revision at the beginning of the exercise, and the variant."""

    cluster: Cluster
    since: int
    own: Variant = PLAIN

    @property
    def before(self) -> Snapshot:
        """The cluster as it was when the exercise began."""
        return self.cluster.at(self.since)

    def get(self, kind: str, name: str, namespace: str = "default") -> Object | None:
        """One object, None where there is none."""
        return self.cluster.store.get(kind, name, namespace)

    def need(self, kind: str, name: str, namespace: str = "default") -> Object:
        """One object. Raises ApiError NotFound, which counts as the message "gone"."""
        return self.cluster.get(kind, name, namespace)

    def daemon_set(self, name: str) -> Object:
        """A DaemonSet of the namespace default. Raises ApiError NotFound, as `need` does."""
        return self.need("DaemonSet", name)

    def fork(self) -> Attempt:
        """A copy on a fork of the cluster, for trying out what would happen."""
        return replace(self, cluster=self.cluster.fork())

    def pods(self, daemon_set: str, namespace: str = "default") -> list[Object]:
        """The Pods that a DaemonSet controls, without those that are being deleted."""
        owner = uid(self.need("DaemonSet", daemon_set, namespace))
        found = []
        for pod in self.cluster.list("Pod", namespace):
            if controller_uid(pod) == owner and not is_deleting(pod):
                found.append(pod)
        return found

    def homes(self, daemon_set: str, namespace: str = "default") -> set[str]:
        """The names of the Nodes where a DaemonSet has a ready Pod."""
        ready = filter(is_pod_ready, self.pods(daemon_set, namespace))
        return set(map(node_of, ready))

    def images(self, daemon_set: str) -> set[str]:
        """The images of the first containers of a DaemonSet's Pods."""
        return set(map(image_of, self.pods(daemon_set)))

    def kept(self, daemon_set: str) -> set[str]:
        """The Nodes that still have the Pod of a DaemonSet from the beginning of the exercise."""
        before = self.before.list("Pod", "default")
        known = set(map(uid, before))
        kept = set()
        for pod in self.pods(daemon_set):
            if uid(pod) in known:
                kept.add(node_of(pod))
        return kept

    def sized(self, daemon_set: str, namespace: str = "default") -> list[Object]:
        """The first container of each Pod: resources that are missing in the template may come from a LimitRange."""
        container = container_of(self.need("DaemonSet", daemon_set, namespace))
        written = container.get("resources") or {}
        found = []
        for pod in self.pods(daemon_set, namespace):
            given = pod["spec"]["containers"][0].get("resources") or {}
            sizes = {}
            for part in ("requests", "limits"):
                sizes[part] = {**given.get(part, {}), **(written.get(part) or {})}
            found.append({**container, "resources": sizes})
        return found or [container]

    def rebuilt(self, daemon_set: str) -> bool:
        """Whether a DaemonSet was deleted and created anew since the exercise began."""
        self.daemon_set(daemon_set)
        return self.replaced("DaemonSet", daemon_set)

    def replaced(self, kind: str, name: str, namespace: str = "default") -> bool:
        """Whether an object of the beginning is gone or was created anew."""
        before = self.at_start(kind, name, namespace)
        now = self.get(kind, name, namespace)
        # The name may be the same: only the uid tells an object from its successor.
        return before is None or now is None or uid(before) != uid(now)

    def edited(self, kind: str, name: str) -> bool:
        """Whether an object was replaced, or its spec changed, since the exercise began."""
        if self.replaced(kind, name):
            return True
        before = self.at_start(kind, name)
        now = self.need(kind, name)
        return before is None or before["spec"] != now["spec"]

    def changed_nodes(self) -> set[str]:
        """Nodes that are gone, or have other labels or taints than when the exercise began."""
        changed = set()
        for before in self.before.list("Node"):
            now = self.get("Node", name(before), "")
            if now is None or _marks(now) != _marks(before):
                changed.add(name(before))
        return changed

    def fewest_ready(self) -> int:
        """The smallest number of ready Pods at any moment since the exercise began."""
        return fewest_ready(self.cluster, self.since)

    def at_start(
        self, kind: str, name: str, namespace: str = "default"
    ) -> Object | None:
        """One object as it was when the exercise began."""
        if not resource(kind).namespaced:
            namespace = ""
        return self.before.get(kind, name, namespace)


def _marks(node: Object) -> tuple[object, ...]:
    """The parts of a Node that a learner can change, without heartbeats and conditions."""
    spec = node.get("spec", {})
    taints = []
    for taint in spec.get("taints") or ():
        value = taint.get("value", "")
        taints.append((taint["key"], value, taint["effect"]))
    return labels(node), sorted(taints), is_cordoned(node)


def no_global_default(attempt: Attempt) -> Iterator[Missing]:
    """Check that no PriorityClass is the global default."""
    for each in attempt.cluster.list("PriorityClass", None):
        if each.get("globalDefault"):
            yield missing("global", name=each["metadata"]["name"])


Check = Callable[[Attempt], Iterator[Missing]]


@dataclass(frozen=True, slots=True)
class ExerciseRule:
    """The logic of an exercise: the cluster that it begins with, and the check of its end."""

    start: Callable[..., Cluster]
    check: Check
    wait: bool
    # With choices, `start` takes a Variant.
    varied: tuple[Choice, ...] = ()

    def begin(self, own: Variant = PLAIN) -> Cluster:
        """The cluster that the exercise, or a variant of it, begins with."""
        return self.start(own) if self.varied else self.start()

    def first_missing(self, attempt: Attempt) -> Missing | None:
        """The first thing that is missing, None if all is right; with `wait`, time first runs until all is quiet."""
        if self.wait:
            attempt.cluster.run_until_quiet()
        try:
            # Only the first: the later parts of a check may rely on the earlier ones.
            return next(iter(self.check(attempt)), None)
        except ApiError as error:
            return missing(GONE, error=str(error))


RULES: dict[str, ExerciseRule] = {}


def rule(
    key: str,
    start: Callable[..., Cluster],
    *,
    wait: bool = True,
    varied: tuple[Choice, ...] = (),
) -> Callable[[Check], Check]:
    """Declare the check of the exercise `key`: a generator that yields what is missing, the most important first.

    `varied` are the words that differ in a student's variant; `start` then gets the `Variant` to translate its words.
    """

    def declare(check: Check) -> Check:
        RULES[key] = ExerciseRule(start, check, wait, varied)
        return check

    return declare
