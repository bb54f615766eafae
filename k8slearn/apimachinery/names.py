"""Names and uids that the server makes up; they depend on the seed alone."""

from __future__ import annotations

from zlib import crc32

from k8slearn.chance import Chance

SAFE_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789"
"""No vowels, so that chance writes no words. Kubernetes: apimachinery/pkg/util/rand"""
_BITS = len(SAFE_CHARACTERS).bit_length()
# By number; a number that is too large has none.
_LETTERS = (*SAFE_CHARACTERS, *[""] * (2**_BITS - len(SAFE_CHARACTERS)))
_PAIRS = [one + other for other in SAFE_CHARACTERS for one in SAFE_CHARACTERS]
SUFFIX_LENGTH = 5
"""Kubernetes: apiserver/pkg/storage/names/generate.go, randomLength"""
_LONGEST_PREFIX = 63 - SUFFIX_LENGTH
"""A generated name is a label of DNS at most: maxGeneratedNameLength."""


def generated_name(prefix: str, rng: Chance) -> str:
    """The prefix, cut where it is too long, with a random suffix."""
    suffix = ""
    while len(suffix) < SUFFIX_LENGTH:
        # As `rng.choice` draws, which takes three calls a letter for it: again where the number is too large.
        suffix += _LETTERS[rng.getrandbits(_BITS)]
    return prefix[:_LONGEST_PREFIX] + suffix


def name_within(prefix: str, uid: str) -> str:
    """The prefix with a suffix worked out from a uid; the name is unique only within the object of that uid."""
    # Not by chance: it would move all that is drawn after it.
    # Five letters, two at a time: each Pod with a token asks.
    number, first = divmod(crc32(uid.encode()), len(_PAIRS))
    number, second = divmod(number, len(_PAIRS))
    last = number % len(SAFE_CHARACTERS)
    return prefix + _PAIRS[first] + _PAIRS[second] + SAFE_CHARACTERS[last]


def new_uid(rng: Chance) -> str:
    """A uid; the two fixed digits make it a random one (RFC 9562, version 4)."""
    digits = f"{rng.getrandbits(128):032x}"
    return (
        f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
    )
