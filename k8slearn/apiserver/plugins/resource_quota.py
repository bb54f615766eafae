"""ResourceQuota: an object is let in where each quota of its namespace has room, and is charged at once.

Kubernetes: apiserver admission/plugin/resourcequota/controller.go, CheckRequest
"""

from __future__ import annotations

from collections.abc import Mapping

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    name,
    namespace,
    with_status,
)
from k8slearn.apiserver.plugins.refusal import refuse
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.pod_template.requirements import Amounts, added
from k8slearn.kinds.quota_usage import counts_for, missing_requests, usage


def charged(o: Object, old: Object | None, reader: Reader) -> list[Object]:
    """The quotas that change, with what is used from now on. Raises ApiError Forbidden where one has no room."""
    row = BY_KIND[o["kind"]]
    if not row.namespaced or row.kind == "Event":
        return []
    quotas = reader.list("ResourceQuota", namespace(o))
    if not quotas:
        return []
    quotas = [each for each in quotas if counts_for(each, o, row)]
    # A Pod is held to these when it is made; afterwards it may not be changed so far.
    for each in quotas if old is None else ():
        _check_constraints(each, o)
    wanted = usage(o, row)
    if old is not None:
        before = {
            resource: quantity.minus(a) for resource, a in usage(old, row).items()
        }
        wanted = added(wanted, before)
    wanted = {
        resource: amount
        for resource, amount in wanted.items()
        if quantity.parse(amount).value > 0
    }
    found = []
    for each in quotas:
        status = each.get("status", {})
        asked = {r: a for r, a in wanted.items() if r in status.get("hard", {})}
        if asked:
            found.append(_with_room(each, o, asked))
    return found


def _check_constraints(quota: Object, o: Object) -> None:
    hard = quota.get("status", {}).get("hard", {})
    unset = missing_requests(o, hard)
    if unset:
        raise refuse(o, f"failed quota: {name(quota)}: must specify {unset}")


def _with_room(quota: Object, o: Object, asked: Amounts) -> Object:
    """The quota with what is asked for as used. Raises ApiError Forbidden where that is too much."""
    hard = quota["status"]["hard"]
    used = quota["status"].get("used", {})
    total = added({r: used.get(r, "0") for r in asked}, asked)
    over = [r for r in sorted(total) if quantity.compare(total[r], hard[r]) > 0]
    if over:
        why = (
            f"exceeded quota: {name(quota)}, requested: {_listed(asked, over)}, "
            f"used: {_listed(used, over)}, limited: {_listed(hard, over)}"
        )
        raise refuse(o, why)
    return with_status(quota, used={**used, **total})


def _listed(amounts: Mapping[str, str], resources: list[str]) -> str:
    shown = (f"{r}={quantity.canonical(amounts.get(r, '0'))}" for r in resources)
    return ",".join(shown)
