"""Secrets that hold a ServiceAccount's token: filled in when they come, gone when the account goes.

Kubernetes: pkg/controller/serviceaccount/tokens_controller.go
"""

from __future__ import annotations

from base64 import b64encode

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, annotations_of, name, namespace, uid
from k8slearn.apiserver.registry import Registry
from k8slearn.apiserver.service_account_token import lasting_claims, token
from k8slearn.clock import Clock
from k8slearn.controllers.namespace import ROOT_CA
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.secret import ACCOUNT_NAME

TYPE = "kubernetes.io/service-account-token"
UID = "kubernetes.io/service-account.uid"


class ServiceAccountTokens(Controller):
    """A key is a Secret's namespace and name."""

    name = "serviceaccount-token-controller"
    kinds = ("Secret", "ServiceAccount")

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        # Of a cluster that was put back: a dump has no Secret's value, and may lack the account.
        self.filled: dict[str, str] = {}
        self.informer.on("Secret", self.on_secret)
        self.informer.on("ServiceAccount", self.on_account)

    def resume(self) -> None:
        """Whatever was there had been filled."""
        for secret in self.client.list("Secret"):
            self.filled[_key(secret)] = secret["metadata"]["resourceVersion"]

    def on_secret(self, change: Change) -> None:
        """One that came, or from which something was taken."""
        secret = change.object
        if change.type != "DELETED" and secret.get("type") == TYPE:
            self.enqueue(_key(secret))

    def on_account(self, change: Change) -> None:
        """Its Secrets go with it, and may have waited for it."""
        place = change.key[1]
        for secret in self.client.list("Secret", place):
            account = annotations_of(secret).get(ACCOUNT_NAME)
            if secret.get("type") != TYPE or account != name(change.object):
                continue
            if change.type == "DELETED":
                self.filled.pop(_key(secret), None)
            self.enqueue(_key(secret))

    def sync(self, key: str) -> None:
        """Fill one Secret, or take it away where there is no such account."""
        place, _, title = key.partition("/")
        secret = self.client.get("Secret", title, place)
        if secret is None:
            return
        if self.filled.get(key) == secret["metadata"]["resourceVersion"]:
            return
        account = self._account_of(secret)
        if account is None:
            self.client.delete("Secret", title, place, uid=uid(secret))
            return
        data = {**self._wanted(secret, account), **(secret.get("data") or {})}
        notes = {ACCOUNT_NAME: name(account), UID: uid(account)}
        about = {**annotations_of(secret), **notes}
        if data == secret.get("data") and about == annotations_of(secret):
            return
        metadata = {**secret["metadata"], "annotations": about}
        self.client.update({**secret, "metadata": metadata, "data": data})

    def _account_of(self, secret: Object) -> Object | None:
        """The account that a Secret is for, by uid: not a later one of the same name."""
        notes = annotations_of(secret)
        account = self.client.get(
            "ServiceAccount", notes.get(ACCOUNT_NAME, ""), namespace(secret)
        )
        if account is None or notes.get(UID, uid(account)) != uid(account):
            return None
        return account

    def _wanted(self, secret: Object, account: Object) -> Object:
        place = namespace(secret)
        bundle = self.client.get("ConfigMap", ROOT_CA, place) or {}
        certificate = (bundle.get("data") or {}).get("ca.crt", "")
        texts = {
            "ca.crt": certificate,
            "namespace": place,
            "token": token(lasting_claims(account, name(secret))),
        }
        return {field: _encoded(text) for field, text in texts.items()}


def _key(secret: Object) -> str:
    return f"{namespace(secret)}/{name(secret)}"


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()
