"""Whether a kubeconfig's client certificate has expired: the server only says "Unauthorized"."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def expired_since(config: Any) -> str:
    """When the client certificate of lightkube's SingleConfig expired, '' if it is valid or there is none."""
    # Imported here, since cryptography takes a moment to load and is only needed after a refusal.
    from cryptography import x509

    try:
        pem = _certificate(config)
        if not pem:
            return ""
        until = x509.load_pem_x509_certificate(pem).not_valid_after_utc
    except (OSError, ValueError):
        # An unreadable certificate was reported when the connection was made.
        return ""
    if until > datetime.now(UTC):
        return ""
    return f"{until.astimezone():%Y-%m-%d %H:%M}"


def _certificate(config: Any) -> bytes:
    user = config.user
    if user.client_cert_data:
        return b64decode(user.client_cert_data)
    if user.client_cert:
        return Path(config.abs_file(user.client_cert)).read_bytes()
    return b""
