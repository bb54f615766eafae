"""`kubectl create KIND NAME` with options instead of a manifest. Kubernetes: kubectl/pkg/cmd/create"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.kinds.rbac import GROUP
from k8slearn.mistakes import UnknownNameError
from k8slearn.page.kubectl.options import Invocation, RefusedError
from k8slearn.page.kubectl.targets import label_of

Maker = Callable[[Cluster, Invocation, str], Object]
_ONE_NAME = """\
error: exactly one NAME is required, got {}
See 'kubectl create {} -h' for help and examples"""


@dataclass(frozen=True, slots=True)
class Creation:
    """A kind that is made by options: how the real one calls it, its short names, and which options it has."""

    title: str
    make: Maker
    short: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    tells_server: bool = False
    """Whether a refusal is the server's, and not "failed to create …"."""


def creation_of(arguments: Sequence[str]) -> Creation | None:
    """What the first argument names, None for no kind of these."""
    for each in _CREATIONS:
        if arguments and arguments[0] in (each.title, *each.short):
            return each
    return None


def create_named(
    cluster: Cluster, asked: Invocation, creation: Creation
) -> Iterator[str]:
    """One object. Raises RefusedError, ApiError."""
    asked.only("field-manager", *creation.options)
    names = asked.arguments[1:]
    if len(names) != 1:
        raise RefusedError(_ONE_NAME.format(len(names), creation.title))
    made = creation.make(cluster, asked, names[0])
    row = cluster.row(made["kind"])
    if row.namespaced:
        made["metadata"]["namespace"] = asked.namespace
    try:
        created = cluster.create(made, manager=asked.manager("kubectl-create"))
    except ApiError as error:
        if creation.tells_server:
            raise
        why = f"failed to create {creation.title}: {error.message}"
        raise RefusedError(f"error: {why}") from None
    yield f"{label_of(row, created)} created"


def _bare(api_version: str, kind: str, name: str) -> Object:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}}


def _namespace(cluster: Cluster, asked: Invocation, name: str) -> Object:
    return _bare("v1", "Namespace", name)


def _service_account(cluster: Cluster, asked: Invocation, name: str) -> Object:
    return _bare("v1", "ServiceAccount", name)


def _config_map(cluster: Cluster, asked: Invocation, name: str) -> Object:
    data = {}
    for literal in asked.every("from-literal"):
        key, sign, value = literal.partition("=")
        if not sign:
            said = f"invalid literal source {literal}, expected key=value"
            raise RefusedError(f"error: {said}")
        data[key] = value
    made = _bare("v1", "ConfigMap", name)
    return {**made, "data": data} if data else made


def _priority_class(cluster: Cluster, asked: Invocation, name: str) -> Object:
    made = _bare("scheduling.k8s.io/v1", "PriorityClass", name)
    made["value"] = asked.number("value", "create priorityclass") or 0
    if "description" in asked.options:
        made["description"] = asked.options["description"]
    if asked.has("global-default"):
        made["globalDefault"] = True
    return made


# Roles ---------------------------------------------------------------------------------------------------------


def _cluster_role(cluster: Cluster, asked: Invocation, name: str) -> Object:
    return _role_of(cluster, asked, "ClusterRole", name)


def _role(cluster: Cluster, asked: Invocation, name: str) -> Object:
    return _role_of(cluster, asked, "Role", name)


def _role_of(cluster: Cluster, asked: Invocation, kind: str, name: str) -> Object:
    verbs = _parts(asked, "verb")
    if not verbs:
        raise RefusedError("error: at least one verb must be specified")
    resources = _parts(asked, "resource")
    if not resources:
        also = " or nonResourceURL" if kind == "ClusterRole" else ""
        start = "one of resource" if also else "at least one resource"
        raise RefusedError(f"error: {start}{also} must be specified")
    names = _parts(asked, "resource-name")
    rules = []
    for group, plurals in sorted(_by_group(cluster, resources).items()):
        rule: Object = {"apiGroups": [group], "resources": plurals, "verbs": verbs}
        if names:
            rule["resourceNames"] = names
        rules.append(rule)
    return {**_bare(f"{GROUP}/v1", kind, name), "rules": rules}


def _parts(asked: Invocation, option: str) -> list[str]:
    every = [part for value in asked.every(option) for part in value.split(",")]
    return list(dict.fromkeys(every))


def _by_group(cluster: Cluster, resources: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for written in resources:
        kind, slash, part = written.partition("/")
        try:
            row = cluster.row(kind)
        except UnknownNameError:
            said = f'the server doesn\'t have a resource type "{kind}"'
            raise RefusedError(said) from None
        found.setdefault(row.group, []).append(f"{row.plural}{slash}{part}")
    return found


def _cluster_role_binding(cluster: Cluster, asked: Invocation, name: str) -> Object:
    if "clusterrole" not in asked.options:
        raise RefusedError('error: required flag(s) "clusterrole" not set')
    return _binding(asked, "ClusterRoleBinding", name)


def _role_binding(cluster: Cluster, asked: Invocation, name: str) -> Object:
    if ("clusterrole" in asked.options) is ("role" in asked.options):
        raise RefusedError(
            "error: exactly one of clusterrole or role must be specified"
        )
    return _binding(asked, "RoleBinding", name)


def _binding(asked: Invocation, kind: str, name: str) -> Object:
    role = asked.options.get("role")
    ref = {
        "apiGroup": GROUP,
        "kind": "Role" if role else "ClusterRole",
        "name": role or asked.options["clusterrole"],
    }
    subjects: list[Object] = []
    for sort in ("user", "group"):
        for who in _parts(asked, sort):
            subjects.append({"apiGroup": GROUP, "kind": sort.title(), "name": who})
    for account in _parts(asked, "serviceaccount"):
        place, _, who = account.partition(":")
        if not place or not who:
            raise RefusedError("error: serviceaccount must be <namespace>:<name>")
        subjects.append({"kind": "ServiceAccount", "name": who, "namespace": place})
    made = {**_bare(f"{GROUP}/v1", kind, name), "roleRef": ref}
    return {**made, "subjects": subjects} if subjects else made


_RULES = ("verb", "resource", "resource-name")
_SUBJECTS = ("clusterrole", "serviceaccount", "user", "group")
_CREATIONS = (
    Creation("namespace", _namespace, ("ns",), tells_server=True),
    Creation("serviceaccount", _service_account, ("sa",)),
    Creation("configmap", _config_map, ("cm",), ("from-literal",)),
    Creation(
        "priorityclass",
        _priority_class,
        ("pc",),
        ("value", "description", "global-default"),
    ),
    Creation("clusterrole", _cluster_role, options=_RULES, tells_server=True),
    Creation("role", _role, options=_RULES, tells_server=True),
    Creation("clusterrolebinding", _cluster_role_binding, options=_SUBJECTS),
    Creation("rolebinding", _role_binding, options=(*_SUBJECTS, "role")),
)
