"""Whether the server is well: one word, or a line a check.

Kubernetes: apiserver/pkg/server/healthz/healthz.go
"""

from __future__ import annotations

from k8slearn.apimachinery.errors import no_such_path
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.http.query import Query
from k8slearn.http.types import Response

# Of the real one's thirty those that stand for something here, in its order.
_HOOKS = (
    "start-system-namespaces-controller",
    "start-service-ip-repair-controllers",
    "scheduling/bootstrap-system-priority-classes",
    "bootstrap-controller",
)
_COMMON = ("ping", "log", "etcd", *(f"poststarthook/{hook}" for hook in _HOOKS))
_CHECKS = {
    "healthz": _COMMON,
    "livez": _COMMON,
    "readyz": ("ping", "log", "etcd", "etcd-readiness", "informer-sync", *_COMMON[3:]),
}
HEALTH = tuple(f"/{kind}" for kind in _CHECKS)
_TEXT = "text/plain; charset=utf-8"


def health(path: str, query: Query) -> Response | None:
    """The answer to a probe, None where the path is none's. Raises ApiError 404 for a check that is not there."""
    kind, _, check = path.strip("/").partition("/")
    checks = _CHECKS.get(kind)
    if checks is None:
        return None
    if check and check not in checks:
        raise no_such_path()
    if check or "verbose" not in query:
        return Response("ok", media_type=_TEXT)
    excluded = query.texts("exclude")
    lines = []
    for each in checks:
        said = "excluded: ok" if each in excluded else "ok"
        lines.append(f"[+]{each} {said}")
    unknown = ", ".join(go_quote(each) for each in excluded if each not in checks)
    if unknown:
        why = "warn: some health checks cannot be excluded: no matches for"
        lines.append(f"{why} {unknown}")
    lines.append(f"{kind} check passed")
    return Response("\n".join(lines) + "\n", media_type=_TEXT)
