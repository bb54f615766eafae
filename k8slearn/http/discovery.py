"""What the server says about itself: versions, groups and kinds, plain and aggregated.

Kubernetes: apiserver/pkg/endpoints/discovery; a client asks for the aggregated form and falls back on the plain one.
"""

from __future__ import annotations

from functools import cache

from k8slearn.apimachinery.facts import VERSION
from k8slearn.apimachinery.objects import Object
from k8slearn.http.kinds import VERSIONS, Served, Subresource, of_version
from k8slearn.kinds.metrics import METRICS

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_MAJOR, _MINOR, _ = VERSION.removeprefix("v").split(".")


def _split(api_version: str) -> tuple[str, str]:
    """("apps", "v1") from "apps/v1"; the core group is ""."""
    group_name, _, version_name = api_version.rpartition("/")
    return group_name, version_name


def _named_groups() -> list[str]:
    # A group may come with several versions; the core group has no name and answers under /api.
    names = dict.fromkeys(_split(api_version)[0] for api_version in VERSIONS)
    return [name for name in names if name]


GROUPS = _named_groups()


def version() -> Object:
    """/version"""
    return {
        "major": _MAJOR,
        "minor": _MINOR,
        "emulationMajor": _MAJOR,
        "emulationMinor": _MINOR,
        "minCompatibilityMajor": _MAJOR,
        "minCompatibilityMinor": str(int(_MINOR) - 1),
        # Clients read gitVersion; the rest says openly that this is no build of Kubernetes.
        "gitVersion": VERSION,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "k8slearn",
        "platform": "linux/amd64",
    }


def legacy_versions() -> Object:
    """/api"""
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


# The plain form ------------------------------------------------------------------------------------------------------


def _present(measured: bool) -> list[str]:
    """The groups' names; that of metrics-server only where there is one."""
    return [name for name in GROUPS if measured or name != _split(METRICS)[0]]


def groups(measured: bool) -> Object:
    """/apis"""
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [_group(name) for name in _present(measured)],
    }


def _group(name: str) -> Object:
    found = []
    for api_version in VERSIONS:
        group_name, version_name = _split(api_version)
        if group_name == name:
            found.append({"groupVersion": api_version, "version": version_name})
    return {"name": name, "versions": found, "preferredVersion": found[0]}


def group(name: str) -> Object | None:
    """/apis/NAME, None where there is no such group."""
    if name not in GROUPS:
        return None
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(name)}


def resources(api_version: str) -> Object | None:
    """/api/v1, /apis/GROUP/VERSION; None where there is no such version."""
    if api_version not in VERSIONS:
        return None
    listed = []
    for served in of_version(api_version):
        listed.append(_entry(served))
        listed += [_part_entry(served, part) for part in served.subresources]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": api_version,
        "resources": listed,
    }


def _entry(served: Served) -> Object:
    row = served.resource
    return {
        "name": row.plural,
        "singularName": row.singular,
        "namespaced": row.namespaced,
        "kind": row.kind,
        "verbs": list(served.verbs),
        **_other_names(served),
    }


def _other_names(served: Served) -> Object:
    # Go's omitempty: what a kind does not have is not told.
    row = served.resource
    found: Object = {}
    if row.short_names:
        found["shortNames"] = list(row.short_names)
    if row.categories:
        found["categories"] = list(row.categories)
    return found


def _part_entry(served: Served, part: Subresource) -> Object:
    row = served.resource
    entry: Object = {
        "name": f"{row.plural}/{part.name}",
        "singularName": "",
        "namespaced": row.namespaced,
        "kind": part.kind,
    }
    if part.api_version:
        group_name, version_name = _split(part.api_version)
        entry["group"] = group_name
        entry["version"] = version_name
    entry["verbs"] = list(part.verbs)
    return entry


# The aggregated form -------------------------------------------------------------------------------------------------


@cache
def aggregated(core: bool, measured: bool) -> Object:
    """Every group with its kinds in one answer: of /api (`core`) or of /apis."""
    names = [""] if core else _present(measured)
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": [_discovered(name) for name in names],
    }


def _discovered(name: str) -> Object:
    versions = []
    for api_version in VERSIONS:
        group_name, version_name = _split(api_version)
        if group_name == name:
            found = {
                "version": version_name,
                "freshness": "Current",
                "resources": [_resource(served) for served in of_version(api_version)],
            }
            versions.append(found)
    return {
        "metadata": {"name": name} if name else {},
        "versions": versions,
    }


def _resource(served: Served) -> Object:
    row = served.resource
    entry: Object = {
        "resource": row.plural,
        "responseKind": _kind(row.api_version, row.kind),
        "scope": "Namespaced" if row.namespaced else "Cluster",
        "singularResource": row.singular,
        "verbs": list(served.verbs),
        **_other_names(served),
    }
    if served.subresources:
        entry["subresources"] = [_part(served, part) for part in served.subresources]
    return entry


def _part(served: Served, part: Subresource) -> Object:
    # A part without a version of its own is of the object's: pods/log is a Pod of v1.
    api_version = part.api_version or served.resource.api_version
    return {
        "subresource": part.name,
        "responseKind": _kind(api_version, part.kind),
        "verbs": list(part.verbs),
    }


def _kind(api_version: str, kind: str) -> Object:
    group_name, version_name = _split(api_version)
    return {"group": group_name, "version": version_name, "kind": kind}
