"""Names and uids that the server makes up; they depend on the seed alone."""

from __future__ import annotations

from k8slearn.chance import Chance

SAFE_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789"
"""No vowels, so that chance writes no words. Kubernetes: apimachinery/pkg/util/rand"""
SUFFIX_LENGTH = 5
"""Kubernetes: apiserver/pkg/storage/names/generate.go, randomLength"""


def generated_name(prefix: str, rng: Chance) -> str:
    """The prefix with a suffix by chance."""
    letters = [rng.choice(SAFE_CHARACTERS) for _ in range(SUFFIX_LENGTH)]
    return prefix + "".join(letters)


def new_uid(rng: Chance) -> str:
    """A uid; the two fixed digits make it a random one (RFC 9562, version 4)."""
    digits = f"{rng.getrandbits(128):032x}"
    return (
        f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
    )
