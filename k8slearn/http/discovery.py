"""What the server says about itself: versions, groups and kinds, plain and aggregated."""

from __future__ import annotations

from functools import cache
from typing import Any

from k8slearn.apimachinery.facts import VERSION
from k8slearn.apimachinery.objects import Object
from k8slearn.http.kinds import VERSIONS, Served, of_version

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
GROUPS = tuple(
    dict.fromkeys(version.rpartition("/")[0] for version in VERSIONS if "/" in version)
)
_MAJOR, _MINOR, _ = VERSION.removeprefix("v").split(".")


def version() -> Object:
    """/version"""
    return {
        "major": _MAJOR,
        "minor": _MINOR,
        "emulationMajor": _MAJOR,
        "emulationMinor": _MINOR,
        "minCompatibilityMajor": _MAJOR,
        "minCompatibilityMinor": str(int(_MINOR) - 1),
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


def groups() -> Object:
    """/apis"""
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [_group(name) for name in GROUPS],
    }


def _group(name: str) -> Object:
    found = [
        {"groupVersion": v, "version": v.rpartition("/")[2]}
        for v in VERSIONS
        if v.rpartition("/")[0] == name
    ]
    return {"name": name, "versions": found, "preferredVersion": found[0]}


def group(name: str) -> Object | None:
    """/apis/NAME, None where there is no such group."""
    return (
        {"kind": "APIGroup", "apiVersion": "v1", **_group(name)}
        if name in GROUPS
        else None
    )


def resources(api_version: str) -> Object | None:
    """/api/v1, /apis/GROUP/VERSION; None where there is no such version."""
    if api_version not in VERSIONS:
        return None
    listed = [entry for served in of_version(api_version) for entry in _entries(served)]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": api_version,
        "resources": listed,
    }


def _entries(served: Served) -> list[Object]:
    row = served.resource
    entry: dict[str, Any] = {
        "name": row.plural,
        "singularName": row.singular,
        "namespaced": row.namespaced,
    }
    entry |= {"kind": row.kind, "verbs": list(served.verbs)}
    if row.short_names:
        entry["shortNames"] = list(row.short_names)
    if row.categories:
        entry["categories"] = list(row.categories)
    return [entry, *(_subentry(served, *each) for each in served.subresources)]


def _subentry(
    served: Served, name: str, api_version: str, kind: str, verbs: tuple[str, ...]
) -> Object:
    row = served.resource
    entry: Object = {
        "name": f"{row.plural}/{name}",
        "singularName": "",
        "namespaced": row.namespaced,
        "kind": kind,
    }
    if api_version:
        group_name, _, version_name = api_version.rpartition("/")
        entry |= {"group": group_name, "version": version_name}
    return entry | {"verbs": list(verbs)}


@cache
def aggregated(core: bool) -> Object:
    """Every group with its kinds in one answer: of /api (`core`) or of /apis."""
    names = [""] if core else list(GROUPS)
    kind = {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
    }
    return {**kind, "items": [_discovered(name) for name in names]}


def _discovered(name: str) -> Object:
    found = [v for v in VERSIONS if v.rpartition("/")[0] == name]
    versions = [
        {
            "version": v.rpartition("/")[2],
            "freshness": "Current",
            "resources": [_resource(s) for s in of_version(v)],
        }
        for v in found
    ]
    return {"metadata": {"name": name} if name else {}, "versions": versions}


def _resource(served: Served) -> Object:
    row = served.resource
    entry: Object = {
        "resource": row.plural,
        "responseKind": _kind(row.api_version, row.kind),
    }
    entry |= {
        "scope": "Namespaced" if row.namespaced else "Cluster",
        "singularResource": row.singular,
    }
    entry["verbs"] = list(served.verbs)
    if row.short_names:
        entry["shortNames"] = list(row.short_names)
    if row.categories:
        entry["categories"] = list(row.categories)
    if served.subresources:
        entry["subresources"] = [
            {
                "subresource": name,
                "responseKind": _kind(api_version or row.api_version, kind),
                "verbs": list(verbs),
            }
            for name, api_version, kind, verbs in served.subresources
        ]
    return entry


def _kind(api_version: str, kind: str) -> Object:
    group_name, _, version_name = api_version.rpartition("/")
    return {"group": group_name, "version": version_name, "kind": kind}
