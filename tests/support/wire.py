"""Protobuf bodies for tests, written by hand."""

from k8slearn.http.protobuf import MAGIC


def varint(number):
    found = b""
    while number > 127:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def field(number, value):
    """One field: a number as a varint, bytes as a text, data or message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def envelope(api_version, kind, message):
    """A message as Kubernetes sends it: its type beside it."""
    type_meta = field(1, api_version.encode()) + field(2, kind.encode())
    return MAGIC + field(1, type_meta) + field(2, message)
