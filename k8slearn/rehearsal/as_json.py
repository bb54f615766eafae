"""A rehearsal as JSON, for a pipeline or a page. Names are as Kubernetes has them.

```
{"version": 1,                       a change of meaning raises it; new fields do not
 "daemonSet": "NAMESPACE/NAME", "changed": true,      whether any Pod has to be replaced at all
 "images": [{"container", "before", "after"}],
 "nodes": 40, "zones": 3, "silentNodes": [NAME], "awayBefore": [NAME],
 "basis": [{"phase": "pull" | "create" | "ready" | "stop", "typical", "observed", "assumed",
            "fastest": {"node", "seconds"} | null, "slowest": … , "sentence"}],
 "draws": 5, "notes": [SENTENCE], "interrupted": false, "notRehearsed": [LIMIT],
 "limits": [{"limit": "maxUnavailable 10%", "updateStrategy": {…}, "nodes": 4, "complete": true,
             "seconds": {"quick", "usual", "slow", "draws": […]},   until done, or until the last progress
             "replaced": 40, "desired": 40, "mostAway": 4, "mostAwayByZone": {ZONE: COUNT}, "worstInOneZone": 4,
             "awayOfANode": {"usual", "longest", "longestNode"}, "away": [[SECOND, COUNT]],
             "stuck": [{"node", "zone", "reasons": [SENTENCE]}], "heldUp": 0,
             "round": [SENTENCE], "remedies": [{"text", "kubectl", "proof", "effects": [SENTENCE]}],
             "badImage": {"away", "nodes", "standsAfter", "undo": SECONDS | null}, "neverReady": … | null}]}
```
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object
from k8slearn.rehearsal.results import (
    Basis,
    Blockage,
    Cost,
    Findings,
    Rehearsed,
    Suggestion,
)

VERSION = 1
# Seconds are rounded to milliseconds: further digits are noise of floating point.
DIGITS = 3


def as_json(made: Findings) -> Object:
    """The findings as plain JSON, in the shape described above."""
    facts = made.facts
    images = []
    for container, before, after in facts.images:
        images.append({"container": container, "before": before, "after": after})
    return {
        "version": VERSION,
        "daemonSet": facts.daemon_set,
        "changed": facts.changed,
        "images": images,
        "nodes": facts.nodes,
        "zones": facts.zones,
        "silentNodes": list(facts.silent),
        "awayBefore": list(facts.away_before),
        "basis": [_basis(each) for each in facts.basis],
        "draws": facts.draws,
        "notes": list(facts.notes),
        "interrupted": made.interrupted,
        "notRehearsed": [each.name for each in made.asked[len(made.results) :]],
        "limits": [_limit(each) for each in made.results],
    }


def _basis(basis: Basis) -> Object:
    return {
        "phase": basis.phase,
        "typical": _rounded(basis.typical),
        "observed": basis.count,
        "assumed": not basis.count,
        "fastest": _on_node(basis.fastest),
        "slowest": _on_node(basis.slowest),
        "sentence": basis.sentence,
    }


def _on_node(known: tuple[str, float]) -> Object | None:
    node, seconds = known
    return {"node": node, "seconds": _rounded(seconds)} if node else None


def _limit(result: Rehearsed) -> Object:
    node, longest = result.longest
    seconds = {
        "quick": _rounded(result.quick),
        "usual": _rounded(result.usual),
        "slow": _rounded(result.slow),
        "draws": [_rounded(each) for each in result.draws],
    }
    stands = result.standstill or Blockage((), 0, ())
    stuck = []
    for each in stands.stuck:
        reasons = list(each.reasons)
        stuck.append({"node": each.node, "zone": each.zone, "reasons": reasons})
    return {
        "limit": result.choice.name,
        "updateStrategy": result.choice.strategy(),
        "nodes": result.number,
        "complete": result.complete,
        "seconds": seconds,
        "replaced": result.replaced,
        "desired": result.desired,
        "mostAway": result.most_away,
        "mostAwayByZone": result.most_in_zones,
        "worstInOneZone": result.worst_in_one_zone,
        "awayOfANode": {
            "usual": _rounded(result.spell),
            "longest": _rounded(longest),
            "longestNode": node,
        },
        "away": [[_rounded(at), count] for at, count in result.steps],
        "stuck": stuck,
        "heldUp": stands.held_up,
        "round": list(stands.round),
        "remedies": [_remedy(each) for each in stands.remedies],
        "badImage": _cost(result.bad_image),
        "neverReady": _cost(result.never_ready),
    }


def _remedy(remedy: Suggestion) -> Object:
    return {
        "text": remedy.text,
        "kubectl": remedy.kubectl,
        "proof": remedy.proof,
        "effects": list(remedy.effects),
    }


def _cost(cost: Cost | None) -> Object | None:
    if cost is None:
        return None
    undo = None if cost.undo is None else _rounded(cost.undo)
    return {
        "away": cost.away,
        "nodes": list(cost.nodes),
        "standsAfter": _rounded(cost.after),
        "undo": undo,
    }


def _rounded(seconds: float) -> float:
    return round(seconds, DIGITS)
