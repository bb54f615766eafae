"""How many Pods may the rolling update replace in this round, with the arithmetic in numbers?"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.objects import Object, name
from k8slearn.controllers.daemon.update import Rollout
from k8slearn.explain.outlook import Outlook
from k8slearn.explain.sentences import Explanation, Sentence

WORDS = {
    "on_delete": "OnDelete：控制器不替换，等你自己删旧 Pod",
    "done": "所有 Pod 都已经是最新版本",
    "free": "本轮还能替换 {free} 个",
    "free_surge": "本轮还能先多开 {free} 个新 Pod",
    "blocked": "{node} 已经不在了，它的 Pod 还在：surge 停下来等 Pod 被回收",
    "percent": "{field} {value} × {desired} = {product:g}，向上取整 = {number}",
    "number": "{field} = {number}，该有 Pod 的 Node 有 {desired} 个",
    "both_zero": "maxUnavailable 和 maxSurge 都是 0，按 maxUnavailable 1 算",
    "busy": "已有 {count} 个不可用（{nodes}）",
    "busy_surge": "正在换的有 {count} 个（{nodes}）",
    "idle": "现在没有不可用的",
    "idle_surge": "现在没有正在换的",
    "forced": "本来就不可用的旧 Pod 有 {count} 个：一定替换，也占额度",
    "forced_surge": "旧 Pod 不可用的 Node 有 {count} 个：一定先开新 Pod，不占额度",
    "so": "所以本轮还能替换 {limit} − {used} = {free} 个",
    "so_surge": "所以还能先多开 {limit} − {used} = {free} 个",
    "over": "已经用掉 {used} 个，额度只有 {limit} 个：本轮一个也不多换",
    "candidates": "还在用旧版本、可以替换的有 {count} 个",
    "order": "真实的控制器在候选里不按固定顺序挑选",
}


def why_rollout(found: Outlook) -> Explanation:
    """The arithmetic of the present round."""
    about = name(found.daemon_set)
    rollout = found.rollout
    if rollout is None:
        return Explanation(about, WORDS["on_delete"], ())
    if rollout.blocked:
        return Explanation(about, WORDS["blocked"].format(node=rollout.blocked), ())
    surging = bool(rollout.limits.max_surge)
    if not (rollout.candidates or rollout.forced or rollout.busy):
        return Explanation(about, WORDS["done"], ())
    answer = WORDS["free_surge" if surging else "free"].format(free=rollout.free)
    return Explanation(about, answer, tuple(arithmetic(found.daemon_set, rollout)))


def arithmetic(daemon_set: Object, rollout: Rollout) -> Iterable[Sentence]:
    """Each number of a round and where it comes from."""
    surging = bool(rollout.limits.max_surge)
    limit = rollout.limits.max_surge if surging else rollout.limits.max_unavailable
    suffix = "_surge" if surging else ""
    yield Sentence(
        _limit(daemon_set, rollout, "maxSurge" if surging else "maxUnavailable", limit)
    )
    if rollout.busy:
        yield Sentence(
            WORDS["busy" + suffix].format(
                count=len(rollout.busy), nodes="、".join(rollout.busy)
            )
        )
    else:
        yield Sentence(WORDS["idle" + suffix])
    if rollout.forced:
        yield Sentence(WORDS["forced" + suffix].format(count=len(rollout.forced)))
    used = len(rollout.busy) + (0 if surging else len(rollout.forced))
    result = "over" if used > limit else "so" + suffix
    yield Sentence(
        WORDS[result].format(limit=limit, used=used, free=rollout.free),
        bool(rollout.free),
    )
    if rollout.candidates:
        yield Sentence(WORDS["candidates"].format(count=rollout.candidates))
    if rollout.candidates > rollout.free > 0:
        yield Sentence(WORDS["order"])


def _limit(daemon_set: Object, rollout: Rollout, field: str, number: int) -> str:
    desired = rollout.limits.desired
    value = (
        (daemon_set["spec"].get("updateStrategy") or {}).get("rollingUpdate") or {}
    ).get(field, 0)
    if isinstance(value, str):
        product = int(value.removesuffix("%")) * desired / 100
        return WORDS["percent"].format(
            field=field, value=value, desired=desired, product=product, number=number
        )
    if not value:
        return WORDS["both_zero"]
    return WORDS["number"].format(field=field, number=number, desired=desired)
