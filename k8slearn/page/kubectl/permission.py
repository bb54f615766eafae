"""`kubectl auth`: who asks, and whether they may. Kubernetes: kubectl/pkg/cmd/auth/{cani,whoami}.go"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.gotext import go_plain
from k8slearn.apiserver.authorizer import verdict
from k8slearn.cluster import Cluster
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.rbac import Access
from k8slearn.kinds.tables import aligned
from k8slearn.mistakes import UnknownNameError
from k8slearn.page.kubectl.identity import AS_SOMEBODY, user_of
from k8slearn.page.kubectl.options import Aside, Invocation, RefusedError

_TWO = """\
error: you must specify two arguments: verb resource or verb resource/resourceName.
See 'kubectl auth can-i -h' for help and examples."""
_VERBS = frozenset(
    (
        "*",
        "approve",
        "bind",
        "create",
        "delete",
        "deletecollection",
        "escalate",
        "get",
        "impersonate",
        "list",
        "patch",
        "proxy",
        "sign",
        "update",
        "use",
        "watch",
    )
)


def permission(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """One of its subcommands."""
    command, *arguments = asked.subcommand(_COMMANDS)
    return _COMMANDS[command](cluster, asked, arguments)


def _may(cluster: Cluster, asked: Invocation, arguments: list[str]) -> Iterator[str]:
    """`yes` or `no`, after what is odd about the question."""
    asked.only("subresource", "all-namespaces", *AS_SOMEBODY)
    if len(arguments) != 2:
        raise RefusedError(_TWO)
    verb, what = arguments
    if what.startswith("/"):
        access = Access(verb, path=what)
    else:
        kind, _, name = what.partition("/")
        row = _row(cluster, kind)
        yield from _odd(asked, verb, kind, row)
        access = Access(
            verb=verb,
            group=row.group if row else kind.partition(".")[2],
            resource=row.plural if row else kind.partition(".")[0],
            subresource=asked.options.get("subresource", ""),
            name=name,
            namespace="" if asked.has("all-namespaces") else asked.namespace,
        )
    found = verdict(cluster.store, user_of(asked), access)
    if found.allowed:
        yield "yes"
    else:
        yield f"no - {found.reason}" if found.reason else "no"


def _row(cluster: Cluster, kind: str) -> Kind | None:
    try:
        return cluster.row(kind)
    except UnknownNameError:
        return None


def _odd(asked: Invocation, verb: str, kind: str, row: Kind | None) -> Iterator[str]:
    if verb not in _VERBS:
        yield Aside(f"Warning: verb '{verb}' is not a known verb\n")
    if row is None:
        if kind != "*":
            resource, dot, group = kind.partition(".")
            where = f" in group '{group}'" if dot else ""
            said = f"the server doesn't have a resource type '{resource}'{where}"
            yield Aside(f"Warning: {said}\n")
    elif not row.namespaced and not asked.has("all-namespaces"):
        where = f" in group '{row.group}'" if row.group else ""
        said = f"resource '{row.plural}' is not namespace scoped{where}"
        yield Aside(f"Warning: {said}\n")


def _who(cluster: Cluster, asked: Invocation, arguments: list[str]) -> Iterator[str]:
    asked.only(*AS_SOMEBODY)
    user = user_of(asked)
    rows = [("ATTRIBUTE", "VALUE"), ("Username", user.name)]
    yield from aligned([*rows, ("Groups", go_plain(list(user.groups)))])


_COMMANDS = {"can-i": _may, "whoami": _who}
