"""CustomResourceDefinition: a kind that somebody adds to the API.

Kubernetes: apiextensions-apiserver pkg/apis/apiextensions/{v1/defaults.go,validation/validation.go},
pkg/registry/customresourcedefinition/strategy.go
"""

from __future__ import annotations

import re

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    chosen,
    follows,
    forbidden,
    indexed,
    invalid,
    not_supported,
    required,
)
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    conditions_with,
    name,
    timestamp,
    with_status,
)
from k8slearn.kinds.cells import cells_by_title
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.metadata import immutable

VERSION = "apiextensions.k8s.io/v1"
KIND = "CustomResourceDefinition"
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
"""The finalizer that keeps a definition until its objects are gone."""
_ONE_STORED = "must have exactly one version marked as storage version"
_NO_SCHEMA = "schemas are required"
_SCOPES = ("Cluster", "Namespaced")
_PROTECTED = (".k8s.io", ".kubernetes.io")
_APPROVED = "api-approved.kubernetes.io"
_WHY_APPROVED = "https://github.com/kubernetes/enhancements/pull/1111"
_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_CLIENT = "webhookClientConfig"
_NO_CLIENT = "should not be set when strategy is not set to Webhook"
_PRESERVE_BELOW = (
    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
    "spec.versions[*].schema instead"
)
_STILL_STORED = (
    "missing from spec.versions; {0} was previously a storage version, and must remain in "
    "spec.versions until a storage migration ensures no data remains persisted in {0} "
    "and removes {0} from status.storedVersions"
)
_URL = re.compile(r"[a-zA-Z][-+.a-zA-Z0-9]*://[^/?#]")


def default(o: Object) -> Object:
    """Kubernetes: SetDefaults_CustomResourceDefinitionSpec"""
    spec = o.get("spec", {})
    names = dict(spec.get("names", {}))
    kind = names.get("kind", "")
    if not names.get("singular"):
        names["singular"] = kind.lower()
    if not names.get("listKind") and kind:
        names["listKind"] = f"{kind}List"
    conversion = spec.get("conversion") or {"strategy": "None"}
    return {**o, "spec": {**spec, "names": names, "conversion": conversion}}


def prepare_for_create(o: Object, reader: object) -> Object:
    """It is kept until its objects are gone; what is stored so far is its storage version."""
    metadata = dict(o["metadata"])
    finalizers = metadata.get("finalizers", [])
    if CLEANUP not in finalizers:
        metadata["finalizers"] = [*finalizers, CLEANUP]
    status = {"storedVersions": [stored_version(o)]}
    return {**o, "metadata": metadata, "status": status}


def stored_version(o: Object) -> str:
    """The version in which its objects are kept."""
    for version in o["spec"]["versions"]:
        if version.get("storage"):
            return str(version["name"])
    return ""


def accepted(o: Object, now: float) -> Object:
    """The definition with the names that it gets and the two conditions that say so."""
    since = timestamp(now)
    for kind, reason, message in (
        ("NamesAccepted", "NoConflicts", "no conflicts found"),
        ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ):
        entry = {
            "type": kind,
            "status": "True",
            "lastTransitionTime": since,
            "reason": reason,
            "message": message,
        }
        o = with_status(o, conditions=conditions_with(o, entry))
    stored = o["status"].get("storedVersions") or [stored_version(o)]
    names = o["spec"]["names"]
    return with_status(o, acceptedNames=names, storedVersions=stored)


def validate(o: Object) -> Causes:
    """Kubernetes: ValidateCustomResourceDefinition"""
    spec = o.get("spec", {})
    group = spec.get("group", "")
    names = spec.get("names", {})
    wanted = f"{names.get('plural', '')}.{group}"
    if name(o) != wanted:
        detail = 'must be spec.names.plural+"."+spec.group'
        yield invalid("metadata.name", name(o), detail)
    if not group:
        yield required("spec.group")
    else:
        yield from follows("spec.group", group, text.dns_subdomain)
        if "." not in group:
            yield invalid(
                "spec.group", group, "should be a domain with at least one dot"
            )
    yield from chosen(spec, "scope", "spec", _SCOPES)
    yield from _versions(spec)
    for field in ("plural", "singular", "kind", "listKind"):
        value = names.get(field, "")
        if not value:
            yield required(f"spec.names.{field}")
        else:
            yield from follows(f"spec.names.{field}", value.lower(), text.dns_label)
    yield from _conversion(spec.get("conversion", {}))


def _conversion(conversion: Object) -> Causes:
    """Kubernetes: validateCustomResourceConversion, which says the fields' names of its own"""
    yield from chosen(conversion, "strategy", "spec.conversion", ("None", "Webhook"))
    if conversion.get("strategy") != "Webhook":
        if conversion.get("webhook"):
            yield forbidden(f"spec.conversion.{_CLIENT}", _NO_CLIENT)
        return
    webhook = conversion.get("webhook", {})
    if "clientConfig" not in webhook:
        detail = "required when strategy is set to Webhook"
        yield required(f"spec.conversion.{_CLIENT}", detail)
    if not webhook.get("conversionReviewVersions"):
        yield required("spec.conversion.conversionReviewVersions")


def _versions(spec: Object) -> Causes:
    versions = spec.get("versions", [])
    for number, version in enumerate(versions):
        path = f"spec.versions[{number}]"
        yield from follows(f"{path}.name", version.get("name", ""), text.dns_label)
        schema = version.get("schema", {}).get("openAPIV3Schema")
        if schema is None:
            yield required(f"{path}.schema.openAPIV3Schema", _NO_SCHEMA)
        else:
            yield from _structural(schema, f"{path}.schema.openAPIV3Schema", root=True)
    names = [version.get("name", "") for version in versions]
    if len(set(names)) < len(names):
        yield invalid("spec.versions", names, "must contain unique version names")
    if sum(bool(version.get("storage")) for version in versions) != 1:
        yield invalid("spec.versions", names, _ONE_STORED)


def _structural(schema: Object, path: str, *, root: bool = False) -> Causes:
    """Kubernetes: apiserver/schema ValidateStructural, of which the mistakes that are made."""
    kind = schema.get("type", "")
    free = schema.get("x-kubernetes-int-or-string") or schema.get(
        "x-kubernetes-preserve-unknown-fields"
    )
    if root and kind != "object":
        shown = kind or ""
        yield invalid(f"{path}.type", shown, "must be object at the root")
    elif not kind and not free:
        detail = "must not be empty for specified object fields"
        yield required(f"{path}.type", detail)
    elif kind and kind not in _TYPES:
        yield not_supported(f"{path}.type", kind, _TYPES)
    if schema.get("properties") and schema.get("additionalProperties"):
        detail = "additionalProperties and properties are mutual exclusive"
        yield forbidden(f"{path}.additionalProperties", detail)
    for field, below in schema.get("properties", {}).items():
        if not (root and field == "metadata"):
            yield from _structural(below, f"{path}.properties[{field}]")
    if kind == "array" and not schema.get("items"):
        yield required(f"{path}.items", "must be specified")
    elif isinstance(schema.get("items"), dict):
        yield from _structural(schema["items"], f"{path}.items")
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        yield from _structural(values, f"{path}.additionalProperties")


def validate_new(o: Object) -> Causes:
    """Kubernetes: ValidateCustomResourceDefinition, and validateAPIApproval behind it"""
    yield from validate(o)
    group = o.get("spec", {}).get("group", "")
    if f".{group}".endswith(_PROTECTED):
        yield from _approval(annotations_of(o).get(_APPROVED, ""))
    yield from _prunes(o)


def _prunes(o: Object) -> Causes:
    """Kubernetes: validatePreserveUnknownFields"""
    if o.get("spec", {}).get("preserveUnknownFields"):
        yield invalid("spec.preserveUnknownFields", True, _PRESERVE_BELOW)


def _approval(said: str) -> Causes:
    """Kubernetes: GetAPIApprovalState: names under Kubernetes' own domains are given by its reviewers."""
    path = f"metadata.annotations[{_APPROVED}]"
    need = f"protected groups must have approval annotation {go_quote(_APPROVED)}"
    if not said:
        yield required(path, f"{need}, see {_WHY_APPROVED}")
    elif not said.startswith("unapproved") and not _URL.match(said):
        either = 'with either a URL or a reason starting with "unapproved"'
        yield invalid(path, said, f"{need} {either}, see {_WHY_APPROVED}")


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateCustomResourceDefinitionUpdate: once it is established its names stay."""
    yield from validate(new)
    for field in ("group", "scope"):
        present = new["spec"].get(field)
        before = old["spec"].get(field)
        yield from immutable(f"spec.{field}", present, before)
    for field in ("kind", "plural"):
        present = new["spec"]["names"].get(field)
        before = old["spec"]["names"].get(field)
        yield from immutable(f"spec.names.{field}", present, before)
    yield from _stored_versions(new)
    if not old["spec"].get("preserveUnknownFields"):
        yield from _prunes(new)


def _stored_versions(o: Object) -> Causes:
    """Kubernetes: ValidateCustomResourceDefinitionStoredVersions: what may still be stored must be readable."""
    known = {version.get("name") for version in o["spec"].get("versions", [])}
    stored = o.get("status", {}).get("storedVersions", [])
    for path, version in indexed(stored, "status.storedVersions"):
        if version not in known:
            yield invalid(path, version, _STILL_STORED.format(version))


def prepare_for_update(new: Object, old: Object) -> Object:
    """A version that becomes the storage's is one of those that may be stored from now on."""
    version = stored_version(new)
    stored = new.get("status", {}).get("storedVersions", [])
    if not version or version in stored:
        return new
    return with_status(new, storedVersions=[*stored, version])


DEFINITION = Kind(
    VERSION,
    KIND,
    generation=True,
    needs_version=True,
    default=default,
    create_rules=validate_new,
    update_rules=validate_update,
    prepare_for_create=prepare_for_create,
    prepare_for_update=prepare_for_update,
    returned_on_delete=True,
    cells=cells_by_title(VERSION, KIND),
)
