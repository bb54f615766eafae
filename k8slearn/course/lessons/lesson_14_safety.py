"""The exercises of lesson 14."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, labels
from k8slearn.apiserver.authorizer import grants_of, verdict
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    missing,
    pod_spec,
    rule,
)
from k8slearn.course.lessons.shared_starts import container, daemon_set
from k8slearn.kinds.rbac import Access, User, groups_of_account, rules_of
from k8slearn.manifests import manifest

AGENT = "agent"
NODES = 3

# Into a namespace that lets in no privileged Pod -------------------------------------------------------------

PLACE, SYSLOG = "logs", "syslog"
LEVEL = "pod-security.kubernetes.io/enforce"
# syslog's standard port; listening below 1024 needs a capability.
PORT = 514
NEEDED = "NET_BIND_SERVICE"


def refused_at_the_door() -> Cluster:
    """A daemon that asks for far more than it needs, in a namespace at the level baseline."""
    cluster = Cluster(nodes=NODES, seed=14)
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": PLACE, "labels": {LEVEL: "baseline"}},
        }
    )
    port = {"name": "syslog", "containerPort": PORT, "hostPort": PORT}
    main = container(
        SYSLOG,
        "example.com/syslog:1.0",
        ports=[port],
        securityContext={"privileged": True},
    )
    cluster.apply(daemon_set(SYSLOG, main, namespace=PLACE))
    cluster.run(60)
    return cluster


@rule("safety-baseline", refused_at_the_door)
def baseline(attempt: Attempt) -> Iterator[Missing]:
    """Pods on all Nodes, in the same namespace, with the one capability that they need."""
    level = labels(attempt.need("Namespace", PLACE, "")).get(LEVEL)
    if level not in ("baseline", "restricted"):
        yield missing("label")
    daemon = attempt.need("DaemonSet", SYSLOG, PLACE)
    main = container_of(daemon)
    ports = main.get("ports") or []
    if PORT not in [port.get("containerPort") for port in ports]:
        yield missing("port")
    security = main.get("securityContext") or {}
    if security.get("privileged"):
        yield missing("privileged")
    if any(port.get("hostPort") for port in ports):
        yield missing("host-port")
    yield from _capabilities(security.get("capabilities") or {})
    if len(attempt.homes(SYSLOG, PLACE)) < NODES:
        yield missing("left-out", nodes=attempt.homes(SYSLOG, PLACE))


def _capabilities(written: Object) -> Iterator[Missing]:
    """All capabilities are dropped, and one is added."""
    added = set(written.get("add") or ())
    more = added - {NEEDED}
    if more:
        yield missing("too-many", names=more)
    if "ALL" not in (written.get("drop") or ()):
        yield missing("defaults")
    if NEEDED not in added:
        yield missing("cannot-listen")


# The least rights that do ------------------------------------------------------------------------------------

ELSEWHERE = "kube-system"
READ = ("get", "list", "watch")
WRITE = ("create", "update", "patch", "delete", "deletecollection")
WATCHED = ("pods", "nodes")


def all_powerful() -> Cluster:
    """An agent whose account may do everything."""
    cluster = Cluster(nodes=NODES, seed=14)
    account = {"kind": "ServiceAccount", "name": AGENT, "namespace": "default"}
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": AGENT, "namespace": "default"},
        }
    )
    group = "rbac.authorization.k8s.io"
    cluster.apply(
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": AGENT},
            "roleRef": {
                "apiGroup": group,
                "kind": "ClusterRole",
                "name": "cluster-admin",
            },
            "subjects": [account],
        }
    )
    cluster.apply(manifest(AGENT) + f"      serviceAccountName: {AGENT}\n")
    cluster.run_until_quiet()
    return cluster


@rule("safety-least", all_powerful)
def least(attempt: Attempt) -> Iterator[Missing]:
    """The account can read Pods and Nodes everywhere and do nothing else, and no other account got more rights."""
    agent = _User(attempt, AGENT)
    if pod_spec(attempt.daemon_set(AGENT)).get("serviceAccountName") != AGENT:
        yield missing("account")
    if agent.may("delete", "namespaces"):
        yield missing("admin")
    yield from _too_little(agent)
    yield from _too_much(agent)
    # An unknown account has only the rights of all accounts.
    for other in ("default", "nobody"):
        if _User(attempt, other).may("list", "pods"):
            yield missing("others")
    if agent.rules() - _User(attempt, "nobody").rules() - _ALLOWED:
        yield missing("more")


def _too_little(agent: _User) -> Iterator[Missing]:
    if not agent.may("list", "pods"):
        at_home = agent.may("list", "pods", "default")
        yield missing("one-namespace" if at_home else "nothing")
    if not agent.may("get", "nodes"):
        yield missing("nodes")
    for verb in READ:
        for resource in WATCHED:
            if not agent.may(verb, resource):
                yield missing("verbs", verb=verb, resource=resource)


def _too_much(agent: _User) -> Iterator[Missing]:
    if agent.may("list", "secrets"):
        yield missing("secrets")
    if agent.may("get", "nodes", subresource="proxy"):
        yield missing("proxy")
    for verb in WRITE:
        for resource in WATCHED:
            if agent.may(verb, resource):
                yield missing("writes", verb=verb, resource=resource)


class _User:
    """A ServiceAccount of the namespace default, with its rights."""

    def __init__(self, attempt: Attempt, account: str) -> None:
        self.store = attempt.cluster.store
        name = f"system:serviceaccount:default:{account}"
        groups = (*groups_of_account("default"), "system:authenticated")
        self.user = User(name, groups)

    def may(
        self, verb: str, resource: str, namespace: str = "", subresource: str = ""
    ) -> bool:
        asked = Access(
            verb=verb,
            resource=resource,
            subresource=subresource,
            namespace=namespace,
        )
        return verdict(self.store, self.user, asked).allowed

    def rules(self) -> set[tuple[str, str, str]]:
        """(group, resource or path, verb) of all its rights, in its own namespace and in another one."""
        found = set()
        for place in ("default", ELSEWHERE):
            for given in rules_of(grants_of(self.store, self.user, place).found):
                for group in given.get("apiGroups") or ():
                    for resource in given.get("resources") or ():
                        for verb in given.get("verbs") or ():
                            found.add((group, resource, verb))
                # Requests for no object are authorized by path.
                for path in given.get("nonResourceURLs") or ():
                    found.update((path, path, verb) for verb in given["verbs"])
        return found


_ALLOWED = {("", resource, verb) for resource in WATCHED for verb in READ}
