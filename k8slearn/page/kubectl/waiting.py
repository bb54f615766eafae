"""`kubectl wait`: time goes on until objects are as they are wanted. Kubernetes: kubectl/pkg/cmd/wait"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from k8slearn.apimachinery.objects import Object, name, uid
from k8slearn.cluster import Cluster
from k8slearn.kinds.kind import Kind
from k8slearn.locale import page as words
from k8slearn.page.kubectl import jsonpath
from k8slearn.page.kubectl.durations import duration
from k8slearn.page.kubectl.listing import SELECTORS
from k8slearn.page.kubectl.options import Invocation, RefusedError
from k8slearn.page.kubectl.targets import chosen, label_of, place_of, refusals, visit

Wanted = Callable[[Object], bool]
# As the real one without --timeout. Simulated seconds.
_LONGEST = 30.0
_NOTHING_SAID = "error: unrecognized condition: []"


def wait(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """One object after the other, each for as long as the line says."""
    asked.only("for", "timeout", "all", "all-namespaces", *SELECTORS)
    said = asked.options.get("for")
    if said is None:
        raise RefusedError(_NOTHING_SAID)
    longest = duration(asked, "timeout", "wait")
    longest = _LONGEST if longest is None else longest
    is_over = said in ("delete", "Delete")
    wanted = None if is_over else _wanted(said)
    found = chosen(cluster, asked, asked.arguments)
    if is_over and any(error.code == 404 for error in refusals(found)):
        # What is not there is what was waited for.
        found = []
    elif not any(targets.found for targets in found):
        raise RefusedError("error: no matching resources found")

    def attend(row: Kind, o: Object) -> Iterator[str]:
        end = cluster.now + longest
        while not _is_met(cluster, row, o, wanted):
            if cluster.now >= end:
                late = "error: timed out waiting for the condition on"
                raise RefusedError(f"{late} {row.plural}/{name(o)}")
            cluster.step_within(end - cluster.now)
        yield f"{label_of(row, o)} condition met"

    yield from visit(found, attend)


def _is_met(cluster: Cluster, row: Kind, o: Object, wanted: Wanted | None) -> bool:
    place = place_of(o) if row.namespaced else ""
    now = cluster.store.get(row.stored_kind, name(o), place)
    is_there = now is not None and uid(now) == uid(o)
    if wanted is None:
        return not is_there
    return is_there and now is not None and wanted(now)


def _wanted(said: str) -> Wanted:
    """What an object has to be like. Raises RefusedError. Kubernetes: conditionFuncFor"""
    sort, _, rest = said.partition("=")
    if sort == "create":
        return lambda o: True
    if sort == "condition" and rest:
        kind, _, status = rest.partition("=")
        return lambda o: _has_condition(o, kind, status or "true")
    if sort == "jsonpath" and rest:
        return _of_template(rest)
    raise RefusedError(f'error: unrecognized condition: "{said}"')


def _has_condition(o: Object, kind: str, status: str) -> bool:
    for each in o.get("status", {}).get("conditions", ()):
        if each["type"].lower() == kind.lower():
            return bool(each["status"].lower() == status.lower())
    return False


def _of_template(written: str) -> Wanted:
    path, brace, rest = written.partition("}")
    value = rest.removeprefix("=") if brace and rest else None
    path = f"{path}{brace}"
    if not brace:
        raise RefusedError(words.KUBECTL_WAIT_BRACES)
    jsonpath.template(path)

    def is_so(o: Object) -> bool:
        found = jsonpath.filled(path, o)
        return bool(found) if value is None else found == value.strip("'\"")

    return is_so
