"""Keeps private data of a dump private: it is dropped where it is not needed, and never shown.

A Secret's values are dropped when a dump is read. A Pod's environment has to be kept, since a changed template would
be another template; what looks like a password there is masked wherever something is shown.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import Any

from k8slearn.apimachinery.client_side_apply import LAST_APPLIED
from k8slearn.apimachinery.objects import Object, annotations_of, with_metadata

HIDDEN = "***"
"""Replaces what is not shown."""
# Shorter values are not masked, since they occur in any text by chance, such as "on".
LEAST = 4
# Names of secret variables, whole or between underscores: DB_PASSWORD, apiKey, AUTH_TOKEN.
_NAMES = re.compile(
    r"pass(word|wd|phrase|code)?$|pwd|secret|token|api_?key|access_?key|private_?key|encryption_?key"
    r"|credential|(^|_)auth$|dsn$|connection_?string|cookie|signing|bearer|jwt|salt$|webhook_?url",
    re.IGNORECASE,
)
# Names whose value is no secret, or only says where it is: PASSWORD_FILE, TOKEN_TTL, TOKEN_URL.
_HARMLESS = re.compile(
    r"(_|^)(file|path|dir|name|ttl|expir\w*|length|min|max|enabled?|policy|timeout|type|namespace|audience|issuer)$",
    re.IGNORECASE,
)
# Values that are secrets under any name: signed tokens, keys of well-known services, a URL with a password.
_VALUES = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]{8,}|AKIA[0-9A-Z]{12,}|gh[opsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}"
    r"|xox[abprs]-[\w-]{10,}|sk-[\w-]{16,}|AIza[\w-]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|[a-z][\w+.-]*://[^/\s:@]+:[^/\s@]+@",
    re.IGNORECASE,
)
# `--password=…`, `-token …` and the like among a container's arguments.
_OPTION = re.compile(r"^-{1,2}([\w.-]+)(?:=(.*))?$", re.DOTALL)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_secret_name(name: str) -> bool:
    """Whether a value of this name is probably a password, a key or a token."""
    parted = _CAMEL.sub("_", name).replace("-", "_").replace(".", "_")
    return bool(_NAMES.search(parted)) and not _HARMLESS.search(parted)


def looks_secret(name: str, value: str) -> bool:
    """Whether a value must not be shown, by its name or by its form."""
    if not value:
        return False
    return is_secret_name(name) or bool(_VALUES.search(value))


def without_secrets(o: Object) -> Object:
    """A Secret with its keys only, and without the annotation last-applied-configuration; other objects unchanged."""
    if o.get("kind") != "Secret":
        return o
    # The keys stay: a container that refers to a missing key cannot start.
    emptied = {field: value for field, value in o.items() if field != "stringData"}
    keys = [*(o.get("data") or {}), *(o.get("stringData") or {})]
    if keys:
        emptied["data"] = dict.fromkeys(keys, "")
    left = {k: v for k, v in annotations_of(o).items() if k != LAST_APPLIED}
    if len(left) == len(annotations_of(o)):
        return emptied
    return with_metadata(emptied, annotations=left or None)


def hidden_values(objects: Iterable[Object]) -> frozenset[str]:
    """All values of these objects that must not be shown, as they would occur in a text."""
    found: set[str] = set()
    for o in objects:
        if o.get("kind") == "Secret":
            found |= set(_of_secret(o))
        else:
            found |= set(_of_containers(o))
    long = {value for value in found if len(value) >= LEAST}
    # An annotation may repeat it as JSON, with quotes and line ends escaped.
    quoted = {json.dumps(value, ensure_ascii=False)[1:-1] for value in long}
    return frozenset(long | quoted)


def _of_secret(o: Object) -> Iterator[str]:
    for value in (o.get("data") or {}).values():
        yield str(value)
        try:
            yield b64decode(str(value)).decode()
        except ValueError:
            # Binary data occur only in base64.
            continue
    yield from map(str, (o.get("stringData") or {}).values())


def _of_containers(value: Any) -> Iterator[str]:
    """The secret values of all containers in a value: in a Pod, a template, a revision, a custom object."""
    if isinstance(value, list):
        for each in value:
            yield from _of_containers(each)
    if not isinstance(value, dict):
        return
    for field, inner in value.items():
        if field == "env":
            yield from _of_env(inner)
        elif field in ("args", "command"):
            yield from _of_arguments(inner)
        elif isinstance(inner, dict | list):
            yield from _of_containers(inner)


def _of_env(entries: Any) -> Iterator[str]:
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        value = entry.get("value")
        if isinstance(value, str) and looks_secret(str(entry.get("name")), value):
            yield value


def _of_arguments(words: Any) -> Iterator[str]:
    given = ""
    for word in words if isinstance(words, list) else ():
        if not isinstance(word, str):
            continue
        option = _OPTION.match(word)
        if option is None:
            # The argument after `--password`, or one that looks like a secret by itself.
            if looks_secret(given, word):
                yield word
            given = ""
            continue
        given, value = option.group(1), option.group(2)
        if value is not None:
            if looks_secret(given, value):
                yield value
            given = ""


def masked(text: str, values: Iterable[str]) -> str:
    """The text with each of the values replaced."""
    # The longest first, since one may contain another.
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return text


def masked_object(o: Any) -> Any:
    """A copy of an object with its hidden values masked in all texts."""
    values = hidden_values([o])
    if isinstance(o, dict) and o.get("kind") == "Secret":
        o = without_secrets(o)
    return _masked_value(o, values)


def _masked_value(value: Any, values: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {field: _masked_value(inner, values) for field, inner in value.items()}
    if isinstance(value, list):
        return [_masked_value(inner, values) for inner in value]
    if isinstance(value, str):
        return masked(value, values)
    return value
