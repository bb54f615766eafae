"""What the webhooks of a configuration must meet, which somebody has to be able to call.

Kubernetes: pkg/apis/admissionregistration/validation/validation.go; apiserver/pkg/util/webhook/validation.go

Deviation: what an older object already had wrong is not let through, and matchConditions are not looked at.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    choice,
    duplicate,
    indexed,
    invalid,
    items,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.metadata import label_selector

_VERSIONS = ("v1", "v1beta1")
_NO_EFFECTS = ("None", "NoneOnDryRun")
_POLICIES = {
    "failurePolicy": ("Fail", "Ignore"),
    "matchPolicy": ("Equivalent", "Exact"),
}
_AGAIN = ("IfNeeded", "Never")
_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES = ("*", "Cluster", "Namespaced")
_MAX_SECONDS = 30
# A name such as validate.example.com.
_SEGMENTS = 3
_FORM = "; desired format: https://host[/path]"


def webhooks(o: Object) -> Causes:
    """Kubernetes: validateValidatingWebhookConfiguration, and the same of those that change objects"""
    seen = set()
    for path, hook in indexed(o.get("webhooks", ()), "webhooks"):
        yield from _webhook(hook, path)
        versions = hook.get("admissionReviewVersions", [])
        yield from _versions(versions, f"{path}.admissionReviewVersions")
        name = hook.get("name", "")
        if name and name in seen:
            yield duplicate(f"{path}.name", name)
        seen.add(name)


def _webhook(hook: Object, path: str) -> Causes:
    yield from _qualified(hook.get("name", ""), f"{path}.name")
    for at, rule in items(hook, "rules", path):
        yield from _rule(rule, at)
    for field, allowed in _POLICIES.items():
        yield from choice(hook, field, path, allowed)
    if not hook.get("sideEffects"):
        detail = f"must specify one of {', '.join(_NO_EFFECTS)}"
        yield required(f"{path}.sideEffects", detail)
    yield from choice(hook, "sideEffects", path, _NO_EFFECTS)
    seconds = hook.get("timeoutSeconds", 1)
    if not 1 <= seconds <= _MAX_SECONDS:
        detail = f"the timeout value must be between 1 and {_MAX_SECONDS} seconds"
        yield invalid(f"{path}.timeoutSeconds", seconds, detail)
    for field in ("namespaceSelector", "objectSelector"):
        yield from label_selector(hook.get(field), f"{path}.{field}")
    yield from choice(hook, "reinvocationPolicy", path, _AGAIN)
    yield from _client(hook.get("clientConfig", {}), f"{path}.clientConfig")


def _qualified(name: str, path: str) -> Causes:
    """Kubernetes: IsFullyQualifiedName"""
    if not name:
        yield required(path)
        return
    wrong = text.dns_subdomain(name)
    if wrong:
        yield invalid(path, name, ",".join(wrong))
    elif len(name.split(".")) < _SEGMENTS:
        detail = "should be a domain with at least three segments separated by dots"
        yield invalid(path, name, detail)


def _rule(rule: Object, path: str) -> Causes:
    """Kubernetes: validateRuleWithOperations"""
    yield from _alone(rule, "operations", "operations", path)
    for at, operation in items(rule, "operations", path):
        if operation not in _OPERATIONS:
            yield not_supported(at, operation, _OPERATIONS)
    yield from _alone(rule, "apiGroups", "API groups", path)
    yield from _alone(rule, "apiVersions", "API versions", path)
    # Deviation: which subresources go together is not looked at.
    if not rule.get("resources"):
        yield required(f"{path}.resources")
    yield from choice(rule, "scope", path, _SCOPES)


def _alone(rule: Object, field: str, what: str, path: str) -> Causes:
    """There has to be something, and what stands for all stands alone."""
    found = rule.get(field, [])
    if not found:
        yield required(f"{path}.{field}")
    if len(found) > 1 and "*" in found:
        detail = f"if '*' is present, must not specify other {what}"
        yield invalid(f"{path}.{field}", found, detail)


def _client(config: Object, path: str) -> Causes:
    url = config.get("url")
    service = config.get("service")
    if (url is None) == (service is None):
        yield required(path, "exactly one of url or service is required")
    elif url is not None:
        yield from _url(url, f"{path}.url")
    else:
        yield from _service(service or {}, f"{path}.service")


def _url(url: str, path: str) -> Causes:
    """Kubernetes: ValidateWebhookURL"""
    try:
        found = urlsplit(url)
    except ValueError as error:
        yield required(path, f"url must be a valid URL: {error}{_FORM}")
        return
    if found.scheme != "https":
        detail = f"'https' is the only allowed URL scheme{_FORM}"
        yield invalid(path, found.scheme, detail)
    if not found.netloc:
        yield invalid(path, "", f"host must be specified{_FORM}")
    user = found.netloc.rpartition("@")[0]
    if user:
        yield invalid(path, user, "user information is not permitted in the URL")
    if found.fragment:
        detail = "fragments are not permitted in the URL"
        yield invalid(path, found.fragment, detail)
    if found.query:
        detail = "query parameters are not permitted in the URL"
        yield invalid(path, found.query, detail)


def _service(service: Object, path: str) -> Causes:
    """Kubernetes: ValidateWebhookService"""
    for field in ("name", "namespace"):
        if not service.get(field):
            yield required(f"{path}.{field}", f"service {field} is required")
    port = service.get("port", 443)
    for detail in text.port_number(port):
        yield invalid(f"{path}.port", port, f"port is not valid: {detail}")


def _versions(versions: list[str], path: str) -> Causes:
    """Kubernetes: validateAdmissionReviewVersions"""
    known = ", ".join(_VERSIONS)
    if not versions:
        yield required(path, f"must specify one of {known}")
        return
    seen = set()
    for at, version in indexed(versions, path):
        if version in seen:
            yield invalid(at, version, "duplicate version")
        seen.add(version)
    if not seen.intersection(_VERSIONS):
        yield invalid(path, versions, f"must include at least one of {known}")
