"""ServiceAccount, after the validation: which Secrets a Pod may name.

Kubernetes: plugin/pkg/admission/serviceaccount, Plugin.Validate and limitSecretReferences
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, annotations_of, name, namespace
from k8slearn.apiserver.plugins.refusal import refuse
from k8slearn.kinds.pod_template.annotations import MIRROR

_ENFORCED = "kubernetes.io/enforce-mountable-secrets"
# strconv.ParseBool
_TRUE = ("1", "t", "T", "true", "True", "TRUE")
_KINDS = {"initContainers": "init container", "containers": "container"}
# Sources that name a Secret: the field in which they do.
_IN_VOLUMES = {
    "azureFile": "secretName",
    "secret": "secretName",
    "cephfs": "secretRef",
    "cinder": "secretRef",
    "flexVolume": "secretRef",
    "iscsi": "secretRef",
    "rbd": "secretRef",
    "scaleIO": "secretRef",
    "storageos": "secretRef",
    "csi": "nodePublishSecretRef",
}


def validate(pod: Object, reader: Reader) -> None:
    """Refuse a Pod that names a Secret which is not its account's. Raises ApiError Forbidden."""
    if MIRROR in annotations_of(pod):
        _validate_mirror(pod)
        return
    title = pod["spec"].get("serviceAccountName", "")
    account = reader.get("ServiceAccount", title, namespace(pod))
    if not account or annotations_of(account).get(_ENFORCED) not in _TRUE:
        return
    for why in _foreign(pod["spec"], account):
        raise refuse(pod, why)


def _validate_mirror(pod: Object) -> None:
    """The copy of a static Pod names nothing that is kept by the API server."""
    spec = pod["spec"]
    if spec.get("serviceAccountName"):
        raise refuse(pod, "a mirror pod may not reference service accounts")
    in_containers = any(_in_containers(spec, (*_KINDS, "ephemeralContainers")))
    if spec.get("imagePullSecrets") or in_containers or any(_in_volumes(spec)):
        raise refuse(pod, "a mirror pod may not reference secrets")
    for volume in spec.get("volumes", ()):
        sources = (volume.get("projected") or {}).get("sources", ())
        if any("serviceAccountToken" in source for source in sources):
            why = "a mirror pod may not use ServiceAccountToken volume projections"
            raise refuse(pod, why)


def _in_containers(spec: Object, fields: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """How containers name a Secret, and which."""
    for field in fields:
        kind = _KINDS.get(field, "")
        for container in spec.get(field, ()):
            told = f"{kind} {container['name']} with"
            for entry in container.get("env", ()):
                found = (entry.get("valueFrom") or {}).get("secretKeyRef")
                if found:
                    yield f"{told} envVar {entry['name']}", found.get("name", "")
            for entry in container.get("envFrom", ()):
                if entry.get("secretRef"):
                    yield f"{told} envFrom", entry["secretRef"].get("name", "")


def _in_volumes(spec: Object) -> Iterator[object]:
    for volume in spec.get("volumes", ()):
        for kind, field in _IN_VOLUMES.items():
            if (volume.get(kind) or {}).get(field):
                yield volume
        sources = (volume.get("projected") or {}).get("sources", ())
        if any("secret" in source for source in sources):
            yield volume


def _foreign(spec: Object, account: Object) -> Iterator[str]:
    """What a Pod names that its account does not."""
    own = {each.get("name") for each in account.get("secrets", ())}
    end = f"is not allowed because service account {name(account)} does not reference that"
    for volume in spec.get("volumes", ()):
        title = (volume.get("secret") or {}).get("secretName", "")
        if "secret" in volume and title not in own:
            yield f'volume with secret.secretName="{title}" {end} secret'
    for told, title in _in_containers(spec, tuple(_KINDS)):
        if title not in own:
            yield f'{told} referencing secret.secretName="{title}" {end} secret'
    pulling = {each.get("name") for each in account.get("imagePullSecrets", ())}
    for i, each in enumerate(spec.get("imagePullSecrets", ())):
        title = each.get("name", "")
        if title not in pulling:
            yield f'imagePullSecrets[{i}].name="{title}" {end} imagePullSecret'
