"""RuntimeClass: a Pod's class has to be there, and says what its sandbox costs and where it can run.

Kubernetes: plugin/pkg/admission/runtimeclass
"""

from __future__ import annotations

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.plugins.refusal import refuse

_OTHER = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
_ALONE = (
    "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"
)


def mutate(pod: Object, reader: Reader) -> Object:
    """The Pod with its class's overhead and places. Raises ApiError Forbidden."""
    if not pod["spec"].get("runtimeClassName"):
        return pod
    found = _class_of(pod, reader)
    spec = {**pod["spec"]}
    overhead = _overhead(found)
    if overhead:
        if spec.get("overhead", overhead) != overhead:
            raise refuse(pod, _OTHER)
        spec["overhead"] = overhead
    places = found.get("scheduling", {})
    if places.get("nodeSelector"):
        spec["nodeSelector"] = _merged(pod, places["nodeSelector"])
    more = [t for t in places.get("tolerations", ()) if t not in spec["tolerations"]]
    if more:
        spec["tolerations"] = [*spec["tolerations"], *more]
    return {**pod, "spec": spec}


def validate(pod: Object, reader: Reader) -> None:
    """Only a class may say what a Pod costs beside its containers. Raises ApiError Forbidden."""
    if "overhead" not in pod["spec"]:
        return
    wanted = pod["spec"].get("runtimeClassName")
    if not wanted or not _overhead(_class_of(pod, reader)):
        raise refuse(pod, _ALONE)


def _class_of(pod: Object, reader: Reader) -> Object:
    wanted = pod["spec"]["runtimeClassName"]
    found = reader.get("RuntimeClass", wanted)
    if found is None:
        raise refuse(pod, f'pod rejected: RuntimeClass "{wanted}" not found')
    return found


def _overhead(runtime_class: Object) -> Object:
    return dict(runtime_class.get("overhead", {}).get("podFixed", {}))


def _merged(pod: Object, wanted: dict[str, str]) -> dict[str, str]:
    own: dict[str, str] = pod["spec"].get("nodeSelector", {})
    for key, value in sorted(wanted.items()):
        if own.get(key, value) != value:
            why = (
                f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; "
                f"pod.spec.nodeSelector[{key}] = {own[key]}"
            )
            raise refuse(pod, why)
    return {**own, **wanted}
