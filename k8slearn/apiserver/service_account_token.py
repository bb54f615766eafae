"""Tokens of ServiceAccounts: they say what a real one says.

Deviation: the signature is a keyed digest. A server knows those again that it has signed; those that lie in Secrets are
signed with no key, and let nobody in.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from k8slearn.apimachinery.objects import Object, name, namespace, uid

_ABOUT = "kubernetes.io/serviceaccount/"


def token(claims: Object, key: bytes = b"") -> str:
    """Claims as a token, signed with a key."""
    signed = f"{_part({'alg': 'RS256', 'kid': 'k8slearn'})}.{_part(claims)}"
    return f"{signed}.{_signature(signed, key)}"


def claims_of(text: str, key: bytes) -> Object | None:
    """The claims of a token that was signed with this key, None of anything else."""
    signed, _, signature = text.rpartition(".")
    # In constant time: how far a guess is right is not to be learnt.
    if not hmac.compare_digest(_bytes(signature), _bytes(_signature(signed, key))):
        return None
    middle = signed.partition(".")[2]
    claims: Object = json.loads(urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return claims


def lasting_claims(account: Object, secret: str) -> Object:
    """What a token says that lies in a Secret: it has no end. Kubernetes: pkg/serviceaccount/legacy.go, LegacyClaims"""
    place = namespace(account)
    return {
        "iss": "kubernetes/serviceaccount",
        f"{_ABOUT}namespace": place,
        f"{_ABOUT}secret.name": secret,
        f"{_ABOUT}service-account.name": name(account),
        f"{_ABOUT}service-account.uid": uid(account),
        "sub": f"system:serviceaccount:{place}:{name(account)}",
    }


def _signature(signed: str, key: bytes) -> str:
    return _text(hmac.digest(key, _bytes(signed), "sha256"))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _part(value: Object) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
