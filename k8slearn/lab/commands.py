"""The commands behind clicks: a call on the cluster and its kubectl line. Invalid input raises `Mistake`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, ParamSpec

import yaml

from k8slearn.cluster import Cluster
from k8slearn.kinds.taint import EFFECTS
from k8slearn.locale import lab as words
from k8slearn.locale import remedies as remedy_words
from k8slearn.manifests import manifest

# For one click: a picture of a thousand takes some seconds.
MOST_NODES = 500
_LABEL = re.compile(r"(?P<key>[\w./-]*\w)(?:=(?P<value>[\w.-]*)|(?P<off>-))")
_TAINT = re.compile(
    r"(?P<key>[\w./-]*\w)(?:=(?P<value>[\w.-]*?))?(?::(?P<effect>\w+))?(?P<off>-)?"
)


class Mistake(ValueError):
    """Invalid input; the message is for the learner."""


Deed = tuple[str, tuple[Any, ...]]
"""(name of a function that makes a command, its arguments): enough to repeat the command."""


@dataclass(frozen=True, slots=True)
class Command:
    """One change by a learner: its kubectl line, and the call on the cluster."""

    kubectl: str
    call: Callable[[Cluster], Any]
    deed: Deed | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A deed and its time, in turns of the components and in seconds; `deed` is None if it cannot be repeated."""

    turns: int
    time: float
    deed: Deed | None


Given = ParamSpec("Given")
DEEDS: dict[str, Callable[..., Command]] = {}
"""The functions that make commands, by name."""


def deed(make: Callable[Given, Command]) -> Callable[Given, Command]:
    """Decorator that registers a function, so that its commands can be repeated, also on another machine."""

    @wraps(make)
    def made(*given: Given.args, **named: Given.kwargs) -> Command:
        # Positional arguments only: a deed is stored as a list.
        assert not named
        return replace(make(*given), deed=(make.__name__, given))  # type: ignore[call-arg]

    DEEDS[make.__name__] = lambda cluster, *given: made(*given)  # type: ignore[call-arg]
    return made


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """The namespace and the name of an object."""

    namespace: str
    name: str

    @property
    def flag(self) -> str:
        """kubectl's option -n, '' for the default namespace."""
        if self.namespace == "default":
            return ""
        return f" -n {self.namespace}"


@deed
def add_node() -> Command:
    """Add a Node."""
    return Command(words.BY_MACHINE, lambda cluster: cluster.add_node())


@deed
def add_nodes(text: str) -> Command:
    """Add the typed number of Nodes. Raises Mistake."""
    count = text.strip()
    if not re.fullmatch(r"\d{1,4}", count) or not 1 <= int(count) <= MOST_NODES:
        raise Mistake(words.NEED_COUNT.format(most=MOST_NODES, text=text or words.NONE))

    def call(cluster: Cluster) -> None:
        for _ in range(int(count)):
            cluster.add_node()

    return Command(words.BY_MACHINE, call)


@deed
def remove_node(node: str) -> Command:
    """Remove a Node."""
    return Command(
        f"kubectl delete node {node}", lambda cluster: cluster.remove_node(node)
    )


def parse_labels(text: str) -> dict[str, str | None]:
    """`disk=ssd old-` as {"disk": "ssd", "old": None}. Raises Mistake."""
    found: dict[str, str | None] = {}
    for part in re.split(r"[\s,，]+", text.strip()):
        match = _LABEL.fullmatch(part)
        if match is None:
            raise Mistake(words.NEED_LABEL.format(text=text or words.NONE))
        found[match["key"]] = None if match["off"] else match["value"]
    return found


@deed
def label_node(node: str, text: str) -> Command:
    """Set or remove labels."""
    labels = parse_labels(text)
    shown = " ".join(
        f"{key}-" if value is None else f"{key}={value}"
        for key, value in labels.items()
    )
    return Command(
        f"kubectl label node {node} {shown} --overwrite",
        lambda cluster: cluster.label(node, labels),
    )


def parse_taint(text: str) -> str:
    """A taint as `Cluster.taint` takes it. Raises Mistake."""
    taint = text.strip()
    match = _TAINT.fullmatch(taint)
    known = match is not None and (
        match["effect"] in EFFECTS or (match["off"] and match["effect"] is None)
    )
    if not known:
        raise Mistake(
            words.NEED_TAINT.format(effects="、".join(EFFECTS), text=text or words.NONE)
        )
    return taint


@deed
def taint_node(node: str, text: str) -> Command:
    """Add or remove a taint."""
    taint = parse_taint(text)
    return Command(
        f"kubectl taint nodes {node} {taint}",
        lambda cluster: cluster.taint(node, taint),
    )


@deed
def cordon(node: str, closed: bool) -> Command:
    """Cordon a Node, or uncordon it."""
    if closed:
        return Command(f"kubectl cordon {node}", lambda cluster: cluster.cordon(node))
    return Command(f"kubectl uncordon {node}", lambda cluster: cluster.uncordon(node))


@deed
def set_ready(node: str, ready: bool) -> Command:
    """Make a Node Ready or NotReady; a complete kubelet is started or stopped."""

    def call(cluster: Cluster) -> None:
        stopped = "False" if cluster.kubelet.nodes is None else "Unknown"
        cluster.set_node_ready(node, "True" if ready else stopped)

    return Command(words.BY_KUBELET.format(node=node), call)


def parse_amount(field: str, text: str) -> int | str:
    """A number or a percentage. Raises Mistake."""
    amount = text.strip().replace("％", "%")
    if not re.fullmatch(r"\d+%?", amount):
        raise Mistake(words.NEED_AMOUNT.format(field=field, text=text or words.NONE))
    if amount.endswith("%"):
        return amount
    return int(amount)


def _is_zero(amount: int | str) -> bool:
    return str(amount).rstrip("%").strip("0") == ""


@deed
def set_strategy(
    key: ObjectKey, strategy: str, unavailable: str, surge: str
) -> Command:
    """Set the update strategy and, for RollingUpdate, its two numbers. Raises Mistake."""
    limits: dict[str, Any] = {}
    if strategy == "RollingUpdate":
        limits["maxUnavailable"] = parse_amount("maxUnavailable", unavailable)
        limits["maxSurge"] = parse_amount("maxSurge", surge)
        zeros = [_is_zero(amount) for amount in limits.values()]
        # The API server's rule: validation.go, ValidateRollingUpdateDaemonSet.
        if all(zeros):
            raise Mistake(words.BOTH_ZERO)
        if not any(zeros):
            raise Mistake(words.BOTH_SET)
    wanted = {"type": strategy, "rollingUpdate": limits or None}
    patch = json.dumps({"spec": {"updateStrategy": wanted}}, separators=(",", ":"))
    line = f"kubectl{key.flag} patch ds {key.name} --type merge -p '{patch}'"
    return Command(
        line,
        lambda cluster: cluster.set_strategy(
            key.name,
            strategy,
            max_unavailable=limits.get("maxUnavailable"),
            max_surge=limits.get("maxSurge"),
            namespace=key.namespace,
        ),
    )


@deed
def create_example() -> Command:
    """Create the course's own DaemonSet, in a cluster without any."""
    text = manifest("filebeat-ds")
    line = f"kubectl create -f - <<'EOF'\n{text.rstrip()}\nEOF"
    return Command(line, lambda cluster: cluster.create(yaml.safe_load(text)))


@deed
def set_image(key: ObjectKey, container: str, text: str) -> Command:
    """Set the image of the first container."""
    image = text.strip()
    if not image or re.search(r"\s", image):
        raise Mistake(words.NEED_IMAGE)
    line = f"kubectl{key.flag} set image ds/{key.name} {container}={image}"
    return Command(
        line,
        lambda cluster: cluster.set_image(
            key.name, image, container, namespace=key.namespace
        ),
    )


def next_image(image: str) -> str:
    """The image with its tag's last number increased by one; 2 for a tag without a number."""
    stem, colon, tag = image.partition("@")[0].rpartition(":")
    if not colon or "/" in tag:
        return f"{stem}{colon}{tag}:2"
    last_number = re.search(r"\d+(?=\D*$)", tag)
    if last_number is None:
        return f"{stem}:2"
    start, end = last_number.span()
    newer = int(last_number[0]) + 1
    return f"{stem}:{tag[:start]}{newer}{tag[end:]}"


@deed
def delete_pod(pod: ObjectKey) -> Command:
    """Delete a Pod."""
    line = f"kubectl{pod.flag} delete pod {pod.name}"
    return Command(
        line, lambda cluster: cluster.delete_pod(pod.name, namespace=pod.namespace)
    )


@deed
def carry_out(*edits: str) -> Command:
    """Make the changes of a remedy, each in the form of `Edit.as_data`. Raises Mistake."""
    # Imported here, since few panels need it.
    from k8slearn.remedies.edits import from_data

    try:
        made = [from_data(text) for text in edits]
    except (ValueError, TypeError) as error:
        raise Mistake(remedy_words.BAD.format(text=error)) from None

    def call(cluster: Cluster) -> None:
        for edit in made:
            edit.apply(cluster)

    return Command("\n".join([edit.line for edit in made]), call)


@deed
def fail_pod(pod: ObjectKey) -> Command:
    """Let a Pod fail for good."""
    line = words.BY_CONTAINER.format(pod=pod.name)
    return Command(
        line, lambda cluster: cluster.fail_pod(pod.name, namespace=pod.namespace)
    )


@deed
def break_pod(pod: ObjectKey) -> Command:
    """Let a Pod never get ready."""
    line = words.BY_CONTAINER.format(pod=pod.name)
    return Command(
        line, lambda cluster: cluster.break_pod(pod.name, namespace=pod.namespace)
    )
