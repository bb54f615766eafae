"""The name of an image, as a reference is parsed: what it names, and which tag.

Kubernetes: pkg/util/parsers/parsers.go ParseImageName; distribution/reference, ParseNormalizedNamed
"""

from __future__ import annotations

import re

LATEST = "latest"
_HUB = "docker.io"
# What the grammar of references calls by these names.
_ALNUM = "[a-zA-Z0-9]"
_LABEL = f"{_ALNUM}(?:[a-zA-Z0-9-]*{_ALNUM})?"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[(?:[a-fA-F0-9:]+)\])"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_DIGEST = (
    r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:(?P<hex>[0-9a-fA-F]{32,})"
)
_REFERENCE = re.compile(
    rf"(?P<name>{_HOST}(?::[0-9]+)?(?:/{_PART})+)"
    rf"(?::(?P<tag>\w[\w.-]{{0,127}}))?(?:@(?P<digest>{_DIGEST}))?",
    re.ASCII,
)
_BARE_ID = re.compile("[a-f0-9]{64}")
# NameTotalLengthMax of the grammar.
_LONGEST = 255
_SHA256 = 64
_BAD = "invalid reference format"


def tag_of(image: str) -> str:
    """Its tag, `latest` where it has neither tag nor digest; '' for a digest alone and for what is no reference."""
    found = _parsed(image)
    if found is None:
        return ""
    if found["tag"] or found["digest"]:
        return found["tag"] or ""
    return LATEST


def host_of(image: str) -> str:
    """The registry that it is pulled from."""
    return _normalized(image).partition("/")[0]


def flaw_of(image: str) -> str:
    """Why it is no reference, '' where it is one."""
    if _BARE_ID.fullmatch(image):
        return f"invalid repository name ({image}), cannot specify 64-byte hexadecimal strings"
    if _parsed(image) is not None:
        return ""
    _, _, rest = _normalized(image).partition("/")
    path = rest.partition(":")[0]
    if path != path.lower():
        return f"{_BAD}: repository name ({path}) must be lowercase"
    return _BAD


def _parsed(image: str) -> re.Match[str] | None:
    # A bare id looks like a name, and is kept apart from one.
    if _BARE_ID.fullmatch(image):
        return None
    found = _REFERENCE.fullmatch(_normalized(image))
    if found is None or len(found["name"]) > _LONGEST:
        return None
    digest = found["digest"]
    if digest and digest.startswith("sha256:") and len(found["hex"]) != _SHA256:
        return None
    return found


def _normalized(image: str) -> str:
    """With the registry that a short name leaves out. Kubernetes: splitDockerDomain"""
    first, slash, rest = image.partition("/")
    is_host = any(sign in first for sign in ".:") or first == "localhost"
    # A name in capitals can only be a host's: paths have none.
    if not slash or not (is_host or first.lower() != first):
        first = _HUB
        rest = image
    if first == "index.docker.io":
        first = _HUB
    if first == _HUB and "/" not in rest:
        rest = f"library/{rest}"
    return f"{first}/{rest}"
