"""A certificate and a token of our own, new for each start and readable by the user alone."""

from __future__ import annotations

import os
import secrets
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "127.0.0.1"
AUTHORITY = "k8slearn-ca"
LIFETIME = timedelta(days=7)
"""Longer than anybody leaves a notebook open; each start makes new ones."""


@dataclass(frozen=True)
class Credentials:
    """What a client needs, and what the server needs; `authority` is PEM."""

    token: str
    authority: bytes
    context: ssl.SSLContext


def new_credentials(scratch: Path) -> Credentials:
    """Make a certificate and a token; the key is on disk, in `scratch`, only while it is being loaded."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _authority(authority_key)
    leaf = _leaf(key, authority_key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Go's clients ask for HTTP/2 first, which tornado does not speak.
    context.set_alpn_protocols(["http/1.1"])
    pem = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ) + leaf.public_bytes(Encoding.PEM)
    # Python's ssl loads a key from a file only.
    chain = scratch / "server.pem"
    write_private(chain, pem)
    try:
        context.load_cert_chain(chain)
    finally:
        chain.unlink()
    return Credentials(
        token=secrets.token_urlsafe(32),
        authority=authority.public_bytes(Encoding.PEM),
        context=context,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(subject: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(AUTHORITY))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # In a virtual machine or a container another clock may be a little behind.
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LIFETIME)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return (
        _builder(AUTHORITY, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, SHA256())
    )


def _leaf(
    key: ec.EllipticCurvePrivateKey, authority_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    names = [x509.DNSName("localhost"), x509.IPAddress(IPv4Address(HOST))]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(
        authority_key.public_key()
    )
    return (
        _builder("k8slearn", key)
        .add_extension(issuer, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .add_extension(_usage(signs=False), critical=True)
        .sign(authority_key, SHA256())
    )


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read; what was there before is replaced, not written into."""
    # O_EXCL: whoever puts a file or a link there in between gets no secret, and the mode is ours from the start.
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    # At once: a kubectl that looks meanwhile finds the one or the other.
    new.replace(path)
