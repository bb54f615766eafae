"""How many Pods may the rolling update replace in this round, with the arithmetic in numbers?"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, name
from k8slearn.controllers.daemon.update import Rollout
from k8slearn.explain.outlook import Outlook
from k8slearn.explain.sentences import Explanation, Sentence
from k8slearn.kinds.types import AnyDaemonSet
from k8slearn.locale import explain as words


def why_rollout(found: Outlook) -> Explanation:
    """The arithmetic of the present round."""
    about = name(found.daemon_set)
    rollout = found.rollout
    if rollout is None:
        return Explanation(about=about, answer=words.ROLLOUT["on_delete"], reasons=())
    if rollout.blocked:
        text = words.ROLLOUT["blocked"].format(node=rollout.blocked)
        return Explanation(about=about, answer=text, reasons=())
    if not (rollout.candidates or rollout.forced):
        return Explanation(about=about, answer=_ending(rollout), reasons=())
    answer = words.ROLLOUT["free_surge" if rollout.limits.max_surge else "free"]
    numbers = tuple(arithmetic(found.daemon_set, rollout))
    return Explanation(
        about=about, answer=answer.format(free=rollout.free), reasons=numbers
    )


def arithmetic(daemon_set: Object, rollout: Rollout) -> list[Sentence]:
    """Each number of a round and where it comes from."""
    limits = rollout.limits
    # As in the controller: a maxSurge above 0 decides which of the two kinds of round it is.
    surging = bool(limits.max_surge)
    suffix = "_surge" if surging else ""
    field = "maxSurge" if surging else "maxUnavailable"
    limit = limits.max_surge if surging else limits.max_unavailable
    told = [Sentence(_limit(daemon_set, rollout, field, limit))]
    told.append(Sentence(_busy(rollout, suffix)))
    used = len(rollout.busy)
    if rollout.forced:
        count = len(rollout.forced)
        told.append(Sentence(words.ROLLOUT["forced" + suffix].format(count=count)))
        # With surge they get a new Pod beside the old one, which takes nothing away.
        used += 0 if surging else count
    # Pods may have failed after the round began: then more is used than the limit, and the subtraction would mislead.
    result = words.ROLLOUT["over" if used > limit else "so" + suffix]
    text = result.format(limit=limit, used=used, free=rollout.free)
    told.append(Sentence(text, bool(rollout.free)))
    if rollout.candidates:
        told.append(
            Sentence(words.ROLLOUT["candidates"].format(count=rollout.candidates))
        )
    # Which ones it takes is only a question where it takes some and leaves some.
    if rollout.candidates > rollout.free > 0:
        told.append(Sentence(words.ROLLOUT["order"]))
    return told


def _ending(rollout: Rollout) -> str:
    """No old Pod waits any more: how many may still be replaced would read as if the rollout were stuck."""
    if not rollout.busy:
        return words.ROLLOUT["done"]
    text = words.ROLLOUT["ending_surge" if rollout.limits.max_surge else "ending"]
    return text.format(count=len(rollout.busy), nodes="、".join(rollout.busy))


def _busy(rollout: Rollout, suffix: str) -> str:
    if not rollout.busy:
        return words.ROLLOUT["idle" + suffix]
    nodes = "、".join(rollout.busy)
    return words.ROLLOUT["busy" + suffix].format(count=len(rollout.busy), nodes=nodes)


def _limit(
    daemon_set: AnyDaemonSet,
    rollout: Rollout,
    field: str,
    number: int,
) -> str:
    """How `field` of the manifest became a number of Pods."""
    desired = rollout.limits.desired
    strategy = daemon_set["spec"].get("updateStrategy") or {}
    value = (strategy.get("rollingUpdate") or {}).get(field, 0)
    if not value:
        return words.ROLLOUT["both_zero"]
    if not isinstance(value, str):
        text = words.ROLLOUT["number"]
        return text.format(field=field, number=number, desired=desired)
    product = int(value.removesuffix("%")) * desired / 100
    return words.ROLLOUT["percent"].format(
        field=field, value=value, desired=desired, product=product, number=number
    )
