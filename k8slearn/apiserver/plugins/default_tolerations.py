"""DefaultTolerationSeconds: a Pod may stay five minutes on a Node that is not ready or unreachable.

Kubernetes: plugin/pkg/admission/defaulttolerationseconds
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod.shared import Shared
from k8slearn.kinds.taint import NOT_READY, UNREACHABLE

# The flags --default-not-ready-toleration-seconds and --default-unreachable-…: five minutes.
_SECONDS = 300
_FAILING_NODE = (NOT_READY, UNREACHABLE)


def mutate(pod: Object) -> Object:
    """The Pod with these tolerations, unless it says otherwise."""
    spec = pod["spec"]
    wanted = _tolerations(spec)
    if wanted == spec.get("tolerations"):
        # The very same object: a change that says nothing else has nothing else compared.
        return pod
    return {**pod, "spec": {**spec, "tolerations": wanted}}


@Shared
def _tolerations(spec: Object) -> list[Object]:
    own = spec.get("tolerations") or []
    found = list(own)
    for key in _FAILING_NODE:
        if any(_speaks_of(toleration, key) for toleration in own):
            continue
        about = {"key": key, "operator": "Exists", "effect": "NoExecute"}
        found.append({**about, "tolerationSeconds": _SECONDS})
    return found


def _speaks_of(toleration: Object, key: str) -> bool:
    # Its operator and value are not looked at: it may speak of the taint and yet not tolerate it.
    of_key = toleration.get("key", "") in ("", key)
    return of_key and toleration.get("effect", "") in ("", "NoExecute")
