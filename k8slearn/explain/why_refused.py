"""Why does the API server refuse to create a Pod: which quota, limit, level or missing object?"""

from __future__ import annotations

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, namespace, uid
from k8slearn.explain.sentences import Sentence
from k8slearn.locale import explain as words

# What a refusal is about, by what its message has in it; the first that fits is told.
# Kubernetes: plugin/pkg/admission and apiserver admission/plugin, each with its own words.
SIGNS = {
    "exceeded quota": "quota",
    "failed quota": "quota_silent",
    "violates PodSecurity": "pod_security",
    "no PriorityClass with name": "priority_class",
    "error looking up service account": "service_account",
    " usage per ": "limit_range",
    "max limit to request ratio": "limit_range",
    "is invalid": "invalid",
}


def refusal_of(reader: Reader, owner: Object) -> tuple[str, str] | None:
    """The API server's last message about a Pod of `owner`, and what it is about ('' for anything else).

    None where the latest one was let in.
    """
    told = [
        event
        for event in reader.list("Event", namespace(owner))
        if event["involvedObject"].get("uid") == uid(owner)
        and event["reason"] in ("FailedCreate", "SuccessfulCreate")
    ]
    latest = max(told, key=_time, default=None)
    if latest is None or latest["reason"] != "FailedCreate":
        return None
    message = latest["message"].partition("Error creating: ")[2]
    sign = next((key for part, key in SIGNS.items() if part in message), "")
    return message, sign


def why_refused(reader: Reader, owner: Object) -> tuple[Sentence, ...]:
    """What was last said when a Pod of `owner` was refused; nothing where the latest one was let in."""
    told = refusal_of(reader, owner)
    if told is None:
        return ()
    message, sign = told
    found = [Sentence(words.REFUSED_CREATION["message"].format(message=message), False)]
    if sign:
        found.append(Sentence(words.REFUSED_CREATION[sign]))
    # Nobody is woken by a quota that was raised: the work queue's own back-off tries again.
    found.append(Sentence(words.REFUSED_CREATION["retry"]))
    return tuple(found)


def _time(event: Object) -> tuple[str, int]:
    # Times have whole seconds; of two in one second the one that was written later counts.
    last = event.get("lastTimestamp") or event.get("eventTime") or ""
    return last, int(event["metadata"]["resourceVersion"])
