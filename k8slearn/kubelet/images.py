"""Images: whether one is there, how it is pulled, and how long is waited after a failure.

Kubernetes: pkg/kubelet/images/image_manager.go EnsureImageExists, puller.go; kuberuntime/convert.go
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.image_name import LATEST, flaw_of, host_of
from k8slearn.kubelet.backoff import Backoff
from k8slearn.kubelet.generate import Problem
from k8slearn.kubelet.host import Host
from k8slearn.kubelet.runtime import IMAGE_SIZE
from k8slearn.kubelet.script import PLAY

Done = Callable[[Problem | None], None]
FAILS_AFTER = 0.5
TOO_MANY = "pull QPS exceeded"
PLAYED_TAG = "1"
"""What the recorded runtime asks for, whatever the tag."""
# What a pull of an image that no play names takes, from a quick to a slow registry.
USUAL = (1.5, 2.5)
_NETWORK = (
    'failed to do request: Head "https://{host}/v2/{path}/manifests/{tag}": '
    "dial tcp 203.0.113.9:443: i/o timeout"
)
_DENIED = (
    "pull access denied, repository does not exist or may require authorization: "
    "server message: insufficient_scope: authorization failed"
)


NO_REGISTRY = "failed to do request: dial tcp: i/o timeout"
"""What the runtime says of a registry that does not answer."""


class Pull(NamedTuple):
    """What becomes of a pull: the seconds that it takes and, if it fails, why."""

    seconds: float
    error: str = ""


def play_name(image: str) -> str:
    """The name of an image of a play: what stands between `play.example/` and the tag; '' for others."""
    if not image.startswith(PLAY):
        return ""
    return image.removeprefix(PLAY).partition(":")[0]


def played(image: str, failures: int) -> Pull:
    """A pull of an image of a play that already failed so often. See the words in the guide to behaviour."""
    name = play_name(image)
    word, _, number = name.partition("-")
    if word == "missing":
        return Pull(FAILS_AFTER, not_found(image))
    if word == "denied":
        return Pull(FAILS_AFTER, _unresolved(image, _DENIED))
    if word == "neterr" or (word == "fail" and failures < int(number or 1)):
        return Pull(FAILS_AFTER, _unresolved(image, _timeout(image)))
    if word == "fail":
        return Pull(FAILS_AFTER)
    if word == "pull":
        return Pull(float(number))
    return Pull(0.1 if word == "fast" else 1.0)


def _unresolved(image: str, why: str) -> str:
    return (
        f'failed to pull and unpack image "{image}": failed to resolve reference "{image}": '
        f"{why}"
    )


def not_found(image: str) -> str:
    """What containerd says where no registry has the image."""
    return (
        f"rpc error: code = NotFound desc = {_unresolved(image, f'{image}: not found')}"
    )


def _timeout(image: str) -> str:
    host, _, rest = image.partition("/")
    path, _, _ = rest.partition(":")
    return _NETWORK.format(host=host, path=path, tag=PLAYED_TAG)


def _unknown_host(host: str, image: str) -> str:
    """What a host in capitals comes to: names of Docker's own have none, so it is asked for as a registry."""
    path, _, tag = image.removeprefix(f"{host}/").partition(":")
    url = f"https://{host}/v2/{path}/manifests/{tag or LATEST}"
    return f'failed to do request: Head "{url}": dial tcp: lookup {host}: no such host'


class ImageManager:
    """The pulls of one kubelet: one after the other unless its settings say otherwise, and not too many a second."""

    def __init__(self, kubelet: Host) -> None:
        self.kubelet = kubelet
        self.backoff = Backoff()
        self.errors: dict[str, str] = {}
        self.queue: deque[tuple[str, Object, Done, float]] = deque()
        self.busy = False
        self.tokens = float(kubelet.settings.registry_burst)
        self.counted = kubelet.timers.now

    def ensure(self, uid: str, container: Object, done: Done) -> None:
        """Have the image there; `done` is called with what was wrong, or None. Kubernetes: EnsureImageExists"""
        image = container["image"]
        name = container["name"]
        tell = self.kubelet.tell
        flaw = flaw_of(image)
        if flaw:
            about = f'Failed to apply default image tag "{image}"'
            text = f'{about}: couldn\'t parse image name "{image}": {flaw}'
            tell(uid, "Warning", "InspectFailed", text, container=name)
            done(Problem("InvalidImageName", text))
            return
        rule = container.get("imagePullPolicy", "IfNotPresent")
        if self.kubelet.machine.has_image(image) and rule != "Always":
            text = f'Container image "{image}" already present on machine and can be accessed by the pod'
            tell(uid, "Normal", "Pulled", text, container=name)
            done(None)
            return
        if rule == "Never":
            text = f'Container image "{image}" is not present with pull policy of Never'
            tell(uid, "Warning", "ErrImageNeverPull", text, container=name)
            done(Problem("ErrImageNeverPull", text))
            return
        self._pull_unless_held_back(uid, container, done)

    def hold_back(self, key: str, error: str) -> None:
        """A pull has failed before this kubelet was taken over: it is tried again after the first wait."""
        now = self.kubelet.timers.now
        self.backoff.next(key, now, now)
        self.errors[key] = f"ErrImagePull: {error}"

    def _pull_unless_held_back(self, uid: str, container: Object, done: Done) -> None:
        image = container["image"]
        name = container["name"]
        now = self.kubelet.timers.now
        key = f"{uid}_{image}"
        if self.backoff.is_in_backoff(key, now):
            text = f'Back-off pulling image "{image}"'
            self.kubelet.tell(uid, "Normal", "BackOff", text, container=name)
            before = self.errors.get(key)
            done(Problem("ImagePullBackOff", f"{text}: {before}" if before else text))
            return
        self.kubelet.tell(
            uid, "Normal", "Pulling", f'Pulling image "{image}"', container=name
        )
        self.queue.append((uid, container, done, now))
        self._next()

    def _next(self) -> None:
        # One after the other by default: pulls would take the disk from each other.
        serial = self.kubelet.settings.serialize_image_pulls
        while self.queue and not (serial and self.busy):
            uid, container, done, since = self.queue.popleft()
            self.busy = True
            pull = self._pull(container["image"])
            about = (self._pulled, uid, container, done, since, pull)
            subject = self.kubelet.subject(uid)
            self.kubelet.timers.after(pull.seconds, subject, *about)

    def _pull(self, image: str) -> Pull:
        settings = self.kubelet.settings
        now = self.kubelet.timers.now
        if settings.registry_pull_qps:
            more = (now - self.counted) * settings.registry_pull_qps
            self.tokens = min(self.tokens + more, float(settings.registry_burst))
            self.counted = now
            if self.tokens < 1:
                return Pull(0.0, TOO_MANY)
            self.tokens -= 1
        if play_name(image):
            return played(image, self.kubelet.machine.pulls.get(image, 0))
        known = self.kubelet.faults.refused.get((self.kubelet.node, image))
        if known is not None:
            return Pull(FAILS_AFTER, known)
        host = host_of(image)
        if host != host.lower() and not set(host) & set(".:"):
            return Pull(FAILS_AFTER, _unresolved(image, _unknown_host(host, image)))
        if self.kubelet.faults.registry_down:
            return Pull(FAILS_AFTER, _unresolved(image, NO_REGISTRY))
        if self.kubelet.faults.lacks(image):
            return Pull(FAILS_AFTER, not_found(image))
        seconds = self.kubelet.rng.uniform(*USUAL)
        return Pull(seconds * self.kubelet.slowness)

    def _pulled(
        self, uid: str, container: Object, done: Done, since: float, pull: Pull
    ) -> None:
        image = container["image"]
        name = container["name"]
        now = self.kubelet.timers.now
        self.busy = False
        key = f"{uid}_{image}"
        if pull.error:
            if pull.error != TOO_MANY:
                # What the registry was asked for, and refused.
                pulls = self.kubelet.machine.pulls
                pulls[image] = pulls.get(image, 0) + 1
            text = f'Failed to pull image "{image}": {pull.error}'
            self.kubelet.tell(uid, "Warning", "Failed", text, container=name)
            self.backoff.next(key, now, now)
            self.errors[key] = f"ErrImagePull: {pull.error}"
            done(Problem("ErrImagePull", pull.error))
        else:
            self.kubelet.machine.images.add(image)
            self.kubelet.machine.removed.discard(image)
            self.errors.pop(key, None)
            took = _seconds(pull.seconds)
            waited = _seconds(now - since)
            text = (
                f'Successfully pulled image "{image}" in {took} ({waited} including waiting). '
                f"Image size: {IMAGE_SIZE} bytes."
            )
            self.kubelet.tell(uid, "Normal", "Pulled", text, container=name)
            done(None)
        self._next()


def _seconds(value: float) -> str:
    """A duration cut to milliseconds, as Go writes it."""
    whole = int(value * 1000 + 1e-6)
    if whole < 1000:
        return f"{whole}ms"
    return f"{whole / 1000:.3f}".rstrip("0").rstrip(".") + "s"
