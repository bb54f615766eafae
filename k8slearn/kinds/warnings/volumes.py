"""What is said of a Pod's volumes: kinds that are no more, and files that would hide each other.

Kubernetes: pkg/api/pod/warnings.go, warningsForOverlappingVirtualPaths
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.field import indexed
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.warnings.parts import fractions

_GONE = "deprecated in v1.{}, non-functional in v1.{}+"
_DEAD = {
    "photonPersistentDisk": _GONE.format(11, 16),
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": _GONE.format(16, 22),
    "flocker": _GONE.format(22, 25),
    "storageos": _GONE.format(22, 25),
    "quobyte": _GONE.format(22, 25),
    "glusterfs": _GONE.format(25, 26),
    "cephfs": _GONE.format(28, 31),
    "rbd": _GONE.format(28, 31),
}
# Go's name of the field with its capitals: so upstream builds the path.
_SHOWN = {"storageos": "storageOS"}
_ITEMS = {"configMap": "ConfigMap", "secret": "Secret", "downwardAPI": "DownwardAPI"}
_Path = tuple[str, str]
"""A path and what brings it, '' where all come from one source."""


def dead(volumes: list[Object], path: str) -> Iterator[str]:
    """Kinds of volumes that nobody mounts any more."""
    for at, volume in indexed(volumes, path):
        for kind, told in _DEAD.items():
            if kind in volume:
                yield f"{at}.{_SHOWN.get(kind, kind)}: {told}"
        template = (volume.get("ephemeral") or {}).get("volumeClaimTemplate")
        if template:
            spec = template.get("spec") or {}
            here = f"{at}.ephemeral.volumeClaimTemplate.spec"
            yield from claim_amounts(spec, here)


def claim_amounts(spec: Object, path: str) -> Iterator[str]:
    """What a claim asks for. Kubernetes: GetWarningsForPersistentVolumeClaimSpec"""
    resources = spec.get("resources") or {}
    for side in ("requests", "limits"):
        at = f"{path}.resources.{side}"
        yield from fractions(resources.get(side) or {}, at, ("storage",))


def overlaps(volumes: list[Object]) -> Iterator[str]:
    """Files of one volume at the same path, or one where another has a folder."""
    for volume in volumes:
        title = f"volume {go_quote(volume.get('name', ''))}"
        for kind in _ITEMS:
            source = volume.get(kind)
            if source:
                paths = [(path, "") for path, _ in _items(kind, source)]
                about = _named(kind, source)
                for told in _overlapping(paths):
                    yield f"{title} ({about}): overlapping paths: {told}"
        if "projected" not in volume:
            continue
        found: list[_Path] = []
        for part in volume["projected"].get("sources") or []:
            if not part:
                yield f"{title} (Projected) has no sources provided"
            found += _projected(part)
        for told in _overlapping(found):
            yield f"{title} (Projected): overlapping paths: {told}"


def _named(kind: str, source: Object) -> str:
    if kind == "downwardAPI":
        return _ITEMS[kind]
    name = source.get("secretName") or source.get("name", "")
    return f"{_ITEMS[kind]} {go_quote(name)}"


def _items(kind: str, source: Object) -> Iterator[_Path]:
    for item in source.get("items") or []:
        yield item.get("path", ""), _named(kind, source)


def _projected(part: Object) -> Iterator[_Path]:
    for kind in _ITEMS:
        if kind in part:
            yield from _items(kind, part[kind])
    if "serviceAccountToken" in part:
        yield part["serviceAccountToken"].get("path", ""), "ServiceAccountToken"
    if "clusterTrustBundle" in part:
        bundle = part["clusterTrustBundle"]
        name = bundle.get("name") or bundle.get("signerName", "")
        yield bundle.get("path", ""), f"ClusterTrustBundle {go_quote(name)}"
    certificate = part.get("podCertificate") or {}
    for field, what in (
        ("certificateChainPath", "chain"),
        ("keyPath", "key"),
        ("credentialBundlePath", "credential bundle"),
    ):
        if certificate.get(field):
            yield certificate[field], f"PodCertificate {what}"


def _overlapping(paths: list[_Path]) -> Iterator[str]:
    seen: list[_Path] = []
    for path, source in paths:
        new = (path.rstrip("/"), source)
        for other in seen:
            if _overlap(new[0], other[0]):
                yield f"{_shown(new)} with {_shown(other)}"
        seen.append(new)


def _overlap(one: str, other: str) -> bool:
    if not one or not other:
        return False
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _shown(path: _Path) -> str:
    text, source = path
    if source:
        return f"{go_quote(text)} ({source})"
    return go_quote(text)
