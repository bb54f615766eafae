"""The new version to roll out, given as images or as a manifest, and how it is applied to a fork."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from k8slearn.apimachinery import manifests
from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import (
    Object,
    full_name,
    name,
    namespace,
    with_metadata,
)
from k8slearn.cluster import Cluster
from k8slearn.locale import apimachinery as manifest_words
from k8slearn.locale import rehearsal as words
from k8slearn.rehearsal.choices import Choice, RehearsalError

# ds/NAME=IMAGE and ds/NAME/CONTAINER=IMAGE
_IMAGE = re.compile(
    r"(?P<kind>[^/=]+)/(?P<name>[^/=]+)(?:/(?P<container>[^/=]+))?=(?P<image>.+)"
)
_KUBECTL_SAYS = manifest_words.KUBECTL_SAYS.partition("{")[0]
KINDS = ("ds", "daemonset", "daemonsets", "daemonset.apps", "daemonsets.apps")


@dataclass(frozen=True, slots=True)
class NewVersion:
    """The DaemonSet to roll out, with new `images` by container or the `documents` of a manifest."""

    namespace: str
    name: str
    images: Mapping[str, str] = field(default_factory=dict)
    documents: Sequence[Object] = ()

    @property
    def full_name(self) -> str:
        """The DaemonSet's namespace/name."""
        return f"{self.namespace}/{self.name}"

    def put_on(self, cluster: Cluster, choice: Choice | None) -> None:
        """Change the DaemonSet as kubectl would; without a choice it keeps its strategy.

        Raises RehearsalError where the API server refuses the change.
        """
        try:
            for document in self.documents:
                self._apply(cluster, document, choice)
            if not self.documents:
                self._patch(cluster, choice)
        except ApiError as error:
            raise RehearsalError(words.ERRORS["refused"].format(why=error)) from error

    def _apply(self, cluster: Cluster, document: Object, choice: Choice | None) -> None:
        if choice is not None and _is_daemon_set(document):
            spec = {**document["spec"], "updateStrategy": choice.strategy()}
            document = {**document, "spec": spec}
        cluster.apply(document)

    def _patch(self, cluster: Cluster, choice: Choice | None) -> None:
        containers = []
        for container, image in self.images.items():
            containers.append({"name": container, "image": image})
        spec: Object = {"template": {"spec": {"containers": containers}}}
        if choice is not None:
            spec["updateStrategy"] = choice.strategy()
        cluster.patch(
            "DaemonSet",
            self.name,
            {"spec": spec},
            namespace=self.namespace,
        )


def with_image(cluster: Cluster, asked: str, place: str = "") -> NewVersion:
    """Parse `ds/NAME=IMAGE`, or `ds/NAME/CONTAINER=IMAGE` for one of several containers. Raises RehearsalError."""
    match = _IMAGE.fullmatch(asked)
    if match is None or match["kind"].lower() not in KINDS:
        raise RehearsalError(words.ERRORS["image_form"].format(given=asked))
    own = match["name"]
    container = match["container"] or ""
    found = find_daemon_set(cluster, own, place)
    known = list(images_of(found))
    if not container and len(known) == 1:
        container = known[0]
    if container not in known:
        key = "no_container" if container else "which_container"
        told = words.ERRORS[key].format(
            name=own,
            given=container,
            known=_list(known),
        )
        raise RehearsalError(told)
    images = {container: match["image"]}
    return NewVersion(namespace(found), own, images)


def with_manifest(cluster: Cluster, text: str, place: str = "") -> NewVersion:
    """The version that a manifest describes, with the other objects in it. Raises RehearsalError."""
    sets = []
    # The DaemonSet last: the objects that it needs (a ConfigMap, an account) exist by then.
    others = []
    for document in documents_of(text):
        if _is_daemon_set(document):
            sets.append(document)
        else:
            others.append(document)
    if len(sets) != 1:
        known = _list([name(each) for each in sets])
        raise RehearsalError(words.ERRORS["one_set"].format(known=known))
    [wanted] = sets
    own = name(wanted)
    where = namespace(wanted) or place or "default"
    find_daemon_set(cluster, own, where)
    placed = with_metadata(wanted, namespace=where)
    return NewVersion(where, own, documents=(*others, placed))


def documents_of(text: str) -> list[Object]:
    """The objects of a manifest. Raises RehearsalError."""
    try:
        return manifests.objects(text)
    except ApiError as error:
        # Without kubectl's message, which may quote a password from the manifest.
        why = str(error).partition(_KUBECTL_SAYS)[0]
        raise RehearsalError(words.ERRORS["manifest"].format(why=why)) from None


def find_daemon_set(cluster: Cluster, own: str, place: str = "") -> Object:
    """A DaemonSet by name in any namespace. Raises RehearsalError with the existing ones."""
    everywhere = cluster.store.list("DaemonSet")
    found = []
    for each in everywhere:
        if name(each) == own and place in ("", namespace(each)):
            found.append(each)
    if len(found) == 1:
        return found[0]
    if found:
        places = _list([namespace(each) for each in found])
        told = words.ERRORS["which_place"].format(
            name=own,
            known=places,
        )
        raise RehearsalError(told)
    known = _list([full_name(each) for each in everywhere])
    where = f"{place}/{own}" if place else own
    raise RehearsalError(
        words.ERRORS["no_set"].format(
            name=where,
            known=known,
        )
    )


def images_of(daemon_set: Object) -> dict[str, str]:
    """The images of its template by container."""
    containers = daemon_set["spec"]["template"]["spec"]["containers"]
    return {each["name"]: each["image"] for each in containers}


def _is_daemon_set(document: Object) -> bool:
    return document.get("kind") == "DaemonSet"


def _list(names: Sequence[str]) -> str:
    if not names:
        return words.NOTHING
    return words.COMMA.join(names)
