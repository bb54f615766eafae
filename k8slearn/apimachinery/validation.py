"""Checks of names, labels, ports and the like; each returns what is wrong, in Kubernetes' words.

Kubernetes: apimachinery/pkg/api/validate/content and apimachinery/pkg/util/validation
"""

from __future__ import annotations

import ipaddress
import re

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_LABEL_UNDERSCORE = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SUBDOMAIN_UNDERSCORE = rf"{_LABEL_UNDERSCORE}(\.{_LABEL_UNDERSCORE})*"
_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_KEY})?"
_PERCENT = "[0-9]+%"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_HEADER = "[-A-Za-z0-9]+"

_LABEL_MESSAGE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character"
)
_SUBDOMAIN_MESSAGE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, {}'-' or '.', "
    "and must start and end with an alphanumeric character"
)
_KEY_MESSAGE = (
    "must consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
_VALUE_MESSAGE = (
    "a valid label must be an empty string or consist of"
    + _KEY_MESSAGE.removeprefix("must consist of")
)
_KEY_EXAMPLES = ("MyName", "my.name", "123-abc")
_ENV_MESSAGE = "a valid environment variable name must consist only of printable ASCII characters other than '='"
_PREFIX_HINT = (
    " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
)
_PORT_NAME_MESSAGE = (
    "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
)
_DECIMAL_MESSAGE = "must be a valid decimal integer in canonical form"

NON_EMPTY = "must be non-empty"


def regex_message(message: str, pattern: str, *examples: str) -> str:
    """The explanation of a pattern that was not met."""
    shown = "".join(
        f"'{example}', {' or ' if i < len(examples) - 1 else ''}"
        for i, example in enumerate(examples)
    )
    opening = f"(e.g. {shown}" if examples else "("
    return f"{message} {opening}regex used for validation is '{pattern}')"


def between(low: int, high: int) -> str:
    """The explanation of a number out of range."""
    return f"must be between {low} and {high}, inclusive"


def at_most(limit: int, unit: str = "characters") -> str:
    """The explanation of a text that is too long."""
    return f"must be no more than {limit} {unit}"


def size(text: str) -> int:
    """Go's len(): the number of bytes."""
    return len(text.encode())


def dns_label(text: str) -> list[str]:
    """What keeps a text from being a DNS label, such as a container's name."""
    found = [at_most(63)] if size(text) > 63 else []
    if not re.fullmatch(_LABEL, text):
        dotted = re.fullmatch(_SUBDOMAIN, text)
        found.append(
            "must not contain dots"
            if dotted
            else regex_message(_LABEL_MESSAGE, _LABEL, "my-name", "123-abc")
        )
    return found


def dns_subdomain(text: str) -> list[str]:
    """What keeps a text from being a DNS subdomain, such as a DaemonSet's name."""
    found = [at_most(253)] if size(text) > 253 else []
    if not re.fullmatch(_SUBDOMAIN, text):
        found.append(
            regex_message(_SUBDOMAIN_MESSAGE.format(""), _SUBDOMAIN, "example.com")
        )
    return found


def dns_subdomain_underscore(text: str) -> list[str]:
    """As a DNS subdomain, underscores allowed."""
    found = [at_most(253)] if size(text) > 253 else []
    if not re.fullmatch(_SUBDOMAIN_UNDERSCORE, text):
        found.append(
            regex_message(
                _SUBDOMAIN_MESSAGE.format("'_', "), _SUBDOMAIN_UNDERSCORE, "example.com"
            )
        )
    return found


def without_trailing_dash(prefix: str) -> str:
    """A generateName as the rules for names see it: what follows its last dash is not known yet."""
    return f"{prefix[:-2]}a" if prefix.endswith("-") and len(prefix) > 1 else prefix


def label_key(text: str) -> list[str]:
    """What keeps a text from being a label's key (a qualified name)."""
    parts = text.split("/")
    if len(parts) > 2:
        return [
            "a valid label key "
            + regex_message(_KEY_MESSAGE, _KEY, *_KEY_EXAMPLES)
            + _PREFIX_HINT
        ]
    prefix = _prefix_part(parts[0]) if len(parts) == 2 else []
    return prefix + _name_part(parts[-1])


def _prefix_part(prefix: str) -> list[str]:
    return [
        f"prefix part {message}"
        for message in (dns_subdomain(prefix) if prefix else [NON_EMPTY])
    ]


def _name_part(name: str) -> list[str]:
    found = [] if name else [f"name part {NON_EMPTY}"]
    if size(name) > 63:
        found.append(f"name part {at_most(63, 'bytes')}")
    if not re.fullmatch(_KEY, name):
        found.append("name part " + regex_message(_KEY_MESSAGE, _KEY, *_KEY_EXAMPLES))
    return found


def label_value(text: str) -> list[str]:
    """What keeps a text from being a label's value."""
    found = [at_most(63, "bytes")] if size(text) > 63 else []
    if not re.fullmatch(_VALUE, text):
        found.append(
            regex_message(_VALUE_MESSAGE, _VALUE, "MyValue", "my_value", "12345")
        )
    return found


def env_name(text: str) -> list[str]:
    """What keeps a text from naming an environment variable."""
    return (
        []
        if all(" " <= char <= "~" and char != "=" for char in text)
        else [_ENV_MESSAGE]
    )


def config_key(text: str) -> list[str]:
    """What keeps a text from being a key of a ConfigMap or Secret."""
    found = [at_most(253)] if size(text) > 253 else []
    if not re.fullmatch(_CONFIG_KEY, text):
        message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        found.append(
            regex_message(message, _CONFIG_KEY, "key.name", "KEY_NAME", "key-name")
        )
    if text in (".", ".."):
        return [*found, f"must not be '{text}'"]
    return [*found, "must not start with '..'"] if text.startswith("..") else found


def header_name(text: str) -> list[str]:
    """What keeps a text from being the name of an HTTP header."""
    if re.fullmatch(_HEADER, text):
        return []
    message = "a valid HTTP header must consist of alphanumeric characters or '-'"
    return [regex_message(message, _HEADER, "X-Header-Name")]


def port_number(port: int) -> list[str]:
    """What keeps a number from being a port."""
    return [] if 1 <= port <= 65535 else [between(1, 65535)]


def port_name(text: str) -> list[str]:
    """What keeps a text from being a port's name."""
    checks = [
        (size(text) > 15, at_most(15)),
        (not re.fullmatch("[-a-z0-9]+", text), _PORT_NAME_MESSAGE),
        (not re.search("[a-z]", text), "must contain at least one letter (a-z)"),
        ("--" in text, "must not contain consecutive hyphens"),
        (
            text.startswith("-") or text.endswith("-"),
            "must not begin or end with a hyphen",
        ),
    ]
    return [message for broken, message in checks if broken]


def percent(text: str) -> list[str]:
    """What keeps a text from being a percentage."""
    if re.fullmatch(_PERCENT, text):
        return []
    message = (
        "a valid percent string must be a numeric string followed by an ending '%'"
    )
    return [regex_message(message, _PERCENT, "1%", "93%")]


def unix_id(number: int) -> list[str]:
    """What keeps a number from being a user's or a group's id."""
    return [] if 0 <= number <= 0xFFFFFFFF else [between(0, 0xFFFFFFFF)]


def decimal_integer(text: str) -> list[str]:
    """What keeps a text from being a plainly written integer."""
    if not text:
        return [NON_EMPTY]
    return [] if re.fullmatch("0|-?[1-9][0-9]*", text) else [_DECIMAL_MESSAGE]


def ip_address(text: str) -> list[str]:
    """What keeps a text from being an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]
    return []


def cidr(text: str) -> list[str]:
    """What keeps a text from being a range of addresses."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"]
    return (
        []
        if "/" in text
        else ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"]
    )
