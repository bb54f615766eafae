"""The volumes of a Pod or a template. Kubernetes: kubectl/pkg/describe/describe.go, describeVolumes"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.gotext import go_plain
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.printing import NONE, UNSET
from k8slearn.page.kubectl.describe.parts import Lines

Field = tuple[str, str, object]
"""The title of a field, its name, and what stands there where it is not given."""

# Volumes of which only plain fields are told: how their sort is called, and the fields.
_PLAIN: Mapping[str, tuple[str, tuple[Field, ...]]] = {
    "hostPath": (
        "HostPath (bare host directory volume)",
        (("Path", "path", ""), ("HostPathType", "type", NONE)),
    ),
    "gitRepo": (
        "GitRepo (a volume that is pulled from git when the pod is created)",
        (("Repository", "repository", ""), ("Revision", "revision", "")),
    ),
    "secret": (
        "Secret (a volume populated by a Secret)",
        (("SecretName", "secretName", ""), ("Optional", "optional", False)),
    ),
    "configMap": (
        "ConfigMap (a volume populated by a ConfigMap)",
        (("Name", "name", ""), ("Optional", "optional", False)),
    ),
    "nfs": (
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        (
            ("Server", "server", ""),
            ("Path", "path", ""),
            ("ReadOnly", "readOnly", False),
        ),
    ),
    "persistentVolumeClaim": (
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        (("ClaimName", "claimName", ""), ("ReadOnly", "readOnly", False)),
    ),
    "image": (
        "Image (a container image or OCI artifact)",
        (("Reference", "reference", ""), ("PullPolicy", "pullPolicy", "")),
    ),
}
_EMPTY_DIR = "EmptyDir (a temporary directory that shares a pod's lifetime)"
_DOWNWARD = "DownwardAPI (a volume populated by information about the pod)"
_PROJECTED = "Projected (a volume that contains injected data from multiple sources)"
_CSI = "CSI (a Container Storage Interface (CSI) volume source)"


def volumes(found: Iterable[Object], indent: str = "") -> Lines:
    """All volumes with where they come from."""
    found = list(found)
    yield f"{indent}Volumes:" if found else f"{indent}Volumes:\t{NONE}"
    for volume in found:
        yield f"  {' ' if indent else ''}{volume['name']}:"
        yield from _source(volume)


def _source(volume: Object) -> Lines:
    for sort, (title, fields) in _PLAIN.items():
        if sort in volume:
            yield f"    Type:\t{title}"
            yield from _fields(volume[sort], fields)
            return
    for sort, tell in _OTHERS.items():
        if sort in volume:
            yield from tell(volume[sort])
            return
    yield "  <unknown>"


def _fields(source: Object, fields: Iterable[Field]) -> Lines:
    for title, field, otherwise in fields:
        yield f"    {title}:\t{go_plain(source.get(field, otherwise))}"


def _empty_dir(source: Object) -> Lines:
    limit = source.get("sizeLimit", "0")
    is_limited = quantity.compare(limit, "0") > 0
    yield f"    Type:\t{_EMPTY_DIR}"
    yield f"    Medium:\t{source.get('medium', '')}"
    yield f"    SizeLimit:\t{quantity.written(limit) if is_limited else UNSET}"


def _downward(source: Object) -> Lines:
    yield f"    Type:\t{_DOWNWARD}"
    yield "    Items:"
    for item in source.get("items", ()):
        ref = item.get("fieldRef", {}).get("fieldPath")
        ref = ref or item.get("resourceFieldRef", {}).get("resource")
        yield f"      {ref} -> {item['path']}"


def _projected(source: Object) -> Lines:
    yield f"    Type:\t{_PROJECTED}"
    for part in source.get("sources", ()):
        if "secret" in part:
            yield from _named("SecretName", part["secret"])
        elif "downwardAPI" in part:
            yield "    DownwardAPI:\ttrue"
        elif "configMap" in part:
            yield from _named("ConfigMapName", part["configMap"])
        elif "serviceAccountToken" in part:
            seconds = part["serviceAccountToken"]["expirationSeconds"]
            yield f"    TokenExpirationSeconds:\t{seconds}"


def _named(title: str, source: Object) -> Lines:
    yield from _fields(source, ((title, "name", ""), ("Optional", "optional", False)))


def _csi(source: Object) -> Lines:
    yield f"    Type:\t{_CSI}"
    fields = (("Driver", "driver", ""), ("FSType", "fsType", ""))
    yield from _fields(source, (*fields, ("ReadOnly", "readOnly", False)))
    head = "    VolumeAttributes:\t"
    attributes = source.get("volumeAttributes") or {}
    if not attributes:
        yield f"{head}{NONE}"
    for key in sorted(attributes):
        # The indent of its level is written once more before each piece of a line.
        yield f"{head}    {key}={attributes[key]}"
        head = "        \t"


_OTHERS: Mapping[str, Callable[[Object], Lines]] = {
    "emptyDir": _empty_dir,
    "downwardAPI": _downward,
    "projected": _projected,
    "csi": _csi,
}
