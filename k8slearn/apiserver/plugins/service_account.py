"""ServiceAccount: a Pod runs as an account of its namespace and carries that account's token.

Kubernetes: plugin/pkg/admission/serviceaccount
"""

from __future__ import annotations

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.names import name_within
from k8slearn.apimachinery.objects import Object, annotations_of, namespace, uid
from k8slearn.apiserver.plugins.refusal import refuse
from k8slearn.kinds.pod_template.annotations import MIRROR
from k8slearn.kinds.pod_template.container_lists import FROM_MANIFEST

DEFAULT = "default"
_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
_PREFIX = "kube-api-access-"
# An hour, and seven seconds by which it is known whose default this is. Kubernetes: WarnOnlyBoundTokenExpirationSeconds
_EXPIRES = 3607


def mutate(pod: Object, reader: Reader) -> Object:
    """The Pod with its account and that account's pull secrets. Raises ApiError Forbidden where there is none."""
    # The copy of a static Pod is what its kubelet already runs.
    if MIRROR in annotations_of(pod):
        return pod
    spec = pod["spec"]
    wanted = spec.get("serviceAccountName") or DEFAULT
    place = namespace(pod)
    account = _account(wanted, place, reader)
    if account is None:
        why = f'error looking up service account {place}/{wanted}: serviceaccount "{wanted}" not found'
        raise refuse(pod, why)
    spec = {**spec, "serviceAccountName": wanted, "serviceAccount": wanted}
    if account.get("imagePullSecrets") and not spec.get("imagePullSecrets"):
        spec["imagePullSecrets"] = account["imagePullSecrets"]
    return {**pod, "spec": spec}


def _account(name: str, place: str, reader: Reader) -> Object | None:
    found = reader.get("ServiceAccount", name, place)
    if found is None and name == DEFAULT:
        # A new namespace gets it in a moment, and so long a request waits. Kubernetes: getServiceAccount
        return {}
    return found


def equipped(pod: Object, reader: Reader) -> Object:
    """The Pod with its account's token, unless it declines.

    After the validation, though upstream does it before: what comes last in its lists and is as it should be changes
    no verdict, and Pods of one template hold the very same objects until here.
    """
    if MIRROR in annotations_of(pod):
        return pod
    spec = pod["spec"]
    account = _account(spec["serviceAccountName"], namespace(pod), reader)
    if account is None or not _mounts_token(spec, account):
        return pod
    return {**pod, "spec": _with_token(spec, uid(pod))}


def _mounts_token(spec: Object, account: Object) -> bool:
    # The Pod's own word counts first. Kubernetes: ShouldAutomount
    field = "automountServiceAccountToken"
    return bool(spec.get(field, account.get(field, True)))


def _with_token(spec: Object, uid: str) -> Object:
    volumes = spec.get("volumes", [])
    present = [v["name"] for v in volumes if v["name"].startswith(_PREFIX)]
    # A Pod that was made of another one's dump has the volume; then nothing but mounts can be missing.
    volume = present[0] if present else name_within(_PREFIX, uid)
    mount = {"mountPath": _PATH, "name": volume, "readOnly": True}
    found = {**spec}
    used = False
    for field in FROM_MANIFEST:
        if field not in spec:
            continue
        containers = []
        for container in spec[field]:
            mounts = container.get("volumeMounts", [])
            # Who mounts something there by itself wants that.
            if all(each.get("mountPath") != _PATH for each in mounts):
                container = {**container, "volumeMounts": [*mounts, mount]}
                used = True
            containers.append(container)
        found[field] = containers
    if used and not present:
        found["volumes"] = [*volumes, _token_volume(volume)]
    return found


def _token_volume(name: str) -> Object:
    return {"name": name, "projected": _PROJECTED}


def _projected() -> Object:
    token = {"expirationSeconds": _EXPIRES, "path": "token"}
    authority = {
        "items": [{"key": "ca.crt", "path": "ca.crt"}],
        "name": "kube-root-ca.crt",
    }
    place = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    sources: list[Object] = [
        {"serviceAccountToken": token},
        {"configMap": authority},
        {"downwardAPI": {"items": [{"fieldRef": place, "path": "namespace"}]}},
    ]
    return {"defaultMode": 0o644, "sources": sources}


# The same in every Pod, so all Pods hold this one.
_PROJECTED = _projected()
