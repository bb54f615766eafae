"""What a path of the API stands for. Kubernetes: apiserver/pkg/endpoints/request/requestinfo.go"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from k8slearn.apimachinery.errors import no_such_path
from k8slearn.http.kinds import BY_PLURAL, Served


@dataclass(frozen=True, slots=True)
class Target:
    """A kind, or one object of it, or a part of one object; `namespace` is '' for all namespaces."""

    served: Served
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @property
    def kind(self) -> str:
        """The kind's name."""
        return self.served.kind

    @property
    def qualified(self) -> str:
        """The plural with its group, as error messages use it."""
        return self.served.resource.qualified


def parse(path: str) -> Target:
    """The target of a path such as /apis/apps/v1/namespaces/default/daemonsets/x/status. Raises ApiError 404."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    if parts[0] == "api" and len(parts) > 2:
        return _target("/".join(parts[1:2]), parts[2:])
    if parts[0] == "apis" and len(parts) > 3:
        return _target("/".join(parts[1:3]), parts[3:])
    raise no_such_path()


def _target(api_version: str, parts: list[str]) -> Target:
    namespace = ""
    if (
        parts[0] == "namespaces"
        and len(parts) > 2
        and (api_version, parts[2]) in BY_PLURAL
    ):
        namespace, parts = parts[1], parts[2:]
    served = BY_PLURAL.get((api_version, parts[0]))
    if (
        served is None
        or len(parts) > 3
        or not all(parts)
        or (namespace and not served.resource.namespaced)
    ):
        raise no_such_path()
    if len(parts) > 1 and served.resource.namespaced and not namespace:
        raise no_such_path()
    found = Target(served, namespace, *parts[1:])
    if found.subresource and found.subresource not in {
        name for name, *_ in served.subresources
    }:
        raise no_such_path()
    return found
