"""Tokens of ServiceAccounts: they say what a real one says.

Deviation: nobody can sign with them. The signature is a digest of what stands before it, and the server knows one user.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

from k8slearn.apimachinery.objects import Object, name, namespace, uid

_ABOUT = "kubernetes.io/serviceaccount/"


def token(claims: Object) -> str:
    """Claims as a token."""
    parts = [_part({"alg": "RS256", "kid": "k8slearn"}), _part(claims)]
    digest = sha256(".".join(parts).encode()).digest()
    return ".".join([*parts, _text(digest)])


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


def _part(value: Object) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
