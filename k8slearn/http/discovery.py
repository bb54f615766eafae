"""What the server says about itself: versions, groups and kinds, plain and aggregated.

Kubernetes: apiserver/pkg/endpoints/discovery; a client asks for the aggregated form and falls back on the plain one.
`versions` are the groups and versions that are served.
"""

from __future__ import annotations

from functools import lru_cache

from k8slearn.apimachinery.facts import VERSION
from k8slearn.apimachinery.objects import Object
from k8slearn.http.kinds import KEPT, Offer, Served, Subresource

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_MAJOR, _MINOR, _ = VERSION.removeprefix("v").split(".")


def _split(api_version: str) -> tuple[str, str]:
    """("apps", "v1") from "apps/v1"; the core group is ""."""
    group_name, _, version_name = api_version.rpartition("/")
    return group_name, version_name


def _named_groups(versions: Offer) -> list[str]:
    # A group may come with several versions; the core group has no name and answers under /api.
    names = dict.fromkeys(_split(api_version)[0] for api_version in versions)
    return [name for name in names if name]


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


def groups(versions: Offer) -> Object:
    """/apis"""
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [_group(name, versions) for name in _named_groups(versions)],
    }


def _group(name: str, versions: Offer) -> Object:
    found = []
    for api_version in versions:
        group_name, version_name = _split(api_version)
        if group_name == name:
            found.append({"groupVersion": api_version, "version": version_name})
    return {"name": name, "versions": found, "preferredVersion": found[0]}


def group(name: str, versions: Offer) -> Object | None:
    """/apis/NAME, None where there is no such group."""
    if name not in _named_groups(versions):
        return None
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(name, versions)}


def resources(api_version: str, versions: Offer) -> Object | None:
    """/api/v1, /apis/GROUP/VERSION; None where there is no such version."""
    if api_version not in versions:
        return None
    listed = []
    for served in versions.of_version(api_version):
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


@lru_cache(maxsize=KEPT)
def aggregated(core: bool, versions: Offer) -> Object:
    """Every group with its kinds in one answer: of /api (`core`) or of /apis."""
    names = [""] if core else _named_groups(versions)
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": [_discovered(name, versions) for name in names],
    }


def _discovered(name: str, versions: Offer) -> Object:
    of_group = []
    for api_version in versions:
        group_name, version_name = _split(api_version)
        if group_name == name:
            found = {
                "version": version_name,
                "freshness": "Current",
                "resources": [
                    _resource(served) for served in versions.of_version(api_version)
                ],
            }
            of_group.append(found)
    return {
        "metadata": {"name": name} if name else {},
        "versions": of_group,
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
