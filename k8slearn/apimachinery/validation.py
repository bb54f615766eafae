"""Checks of names, labels, ports and the like; each returns what is wrong, in Kubernetes' words.

Kubernetes: apimachinery/pkg/api/validate/content and apimachinery/pkg/util/validation
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps

# The patterns as Kubernetes' messages quote them: a Python pattern that means the same would be another text.
_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_LABEL_UNDERSCORE = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SUBDOMAIN_UNDERSCORE = rf"{_LABEL_UNDERSCORE}(\.{_LABEL_UNDERSCORE})*"
_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_KEY})?"
_PERCENT = "[0-9]+%"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_HEADER = "[-A-Za-z0-9]+"
_ENV_NAME = "[ -<>-~]*"

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
_CIDR_MESSAGE = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
_DECIMAL_MESSAGE = "must be a valid decimal integer in canonical form"

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NEAR_GROUPS = {
    4: ipaddress.ip_network("224.0.0.0/24"),
    6: ipaddress.ip_network("ff02::/16"),
}

NON_EMPTY = "must be non-empty"

# Lengths: RFC 1123 for names, and what has to fit into them.
_MAX_LABEL = 63
_MAX_SUBDOMAIN = 253
# RFC 6335: the name of a service.
_MAX_PORT_NAME = 15
_MAX_PORT = 65535
# Users and groups, of which container runtimes took no more when this was written.
_MAX_UNIX_ID = 0x7FFFFFFF


def regex_message(message: str, pattern: str, *examples: str) -> str:
    """The explanation of a pattern that was not met."""
    regex = f"regex used for validation is '{pattern}'"
    if not examples:
        return f"{message} ({regex})"
    # Upstream's RegexError puts a comma before each "or" and a space too many.
    quoted = [f"'{example}'" for example in examples]
    shown = ",  or ".join(quoted)
    return f"{message} (e.g. {shown}, {regex})"


def between(low: int, high: int) -> str:
    """The explanation of a number out of range."""
    return f"must be between {low} and {high}, inclusive"


def at_most(limit: int, unit: str = "characters") -> str:
    """The explanation of a text that is too long."""
    return f"must be no more than {limit} {unit}"


def _remembered(check: Callable[[str], list[str]]) -> Callable[[str], tuple[str, ...]]:
    # The same few names and labels stand in every Pod of a rollout, and each is checked at each write.
    # Tuples: whoever asks again gets the very same one, and must not be able to change it.
    known = lru_cache(maxsize=4096)(lambda text: tuple(check(text)))

    @wraps(check)
    def again(text: str) -> tuple[str, ...]:
        # No good name is as long, and what a client sends by the megabyte is not kept.
        if len(text) > 2 * _MAX_SUBDOMAIN:
            return tuple(check(text))
        return known(text)

    return again


def _unless(met: object, message: str) -> list[str]:
    if met:
        return []
    return [message]


def size(text: str) -> int:
    """Go's len(): the number of bytes."""
    return len(text.encode())


@_remembered
def dns_label(text: str) -> list[str]:
    """What keeps a text from being a DNS label, such as a container's name."""
    found = _too_long(text, _MAX_LABEL)
    if re.fullmatch(_LABEL, text):
        return found
    if re.fullmatch(_SUBDOMAIN, text):
        return [*found, "must not contain dots"]
    return [*found, regex_message(_LABEL_MESSAGE, _LABEL, "my-name", "123-abc")]


def _too_long(text: str, limit: int, unit: str = "characters") -> list[str]:
    # Upstream calls them characters in some messages, and counts bytes in all.
    return _unless(size(text) <= limit, at_most(limit, unit))


# Not remembered: every Pod and Event has a name of its own.
def dns_subdomain(text: str) -> Sequence[str]:
    """What keeps a text from being a DNS subdomain, such as a DaemonSet's name."""
    return _subdomain(text, _SUBDOMAIN, "")


def dns_subdomain_underscore(text: str) -> Sequence[str]:
    """As a DNS subdomain, underscores allowed."""
    return _subdomain(text, _SUBDOMAIN_UNDERSCORE, "'_', ")


# Straight at the compiled pattern: the detour of `re.fullmatch` costs as much as the match.
_compiled = lru_cache(maxsize=16)(re.compile)


def _subdomain(text: str, pattern: str, also_allowed: str) -> Sequence[str]:
    matches = _compiled(pattern).fullmatch(text)
    # Whatever matches is ASCII, a byte a character.
    if matches and len(text) <= _MAX_SUBDOMAIN:
        return ()
    found = _too_long(text, _MAX_SUBDOMAIN)
    if matches:
        return found
    message = _SUBDOMAIN_MESSAGE.format(also_allowed)
    return [*found, regex_message(message, pattern, "example.com")]


def path_segment(text: str) -> list[str]:
    """What keeps a text from being a segment of a URL's path. Kubernetes: path.IsValidPathSegmentName"""
    if text in (".", ".."):
        return [f"may not be '{text}'"]
    return [f"may not contain '{each}'" for each in "/%" if each in text]


def without_trailing_dash(prefix: str) -> str:
    """A generateName as the rules for names see it: what follows its last dash is not known yet."""
    # Kubernetes: apimachinery/pkg/api/validation maskTrailingDash
    if prefix.endswith("-") and len(prefix) > 1:
        return f"{prefix[:-2]}a"
    return prefix


@_remembered
def label_key(text: str) -> list[str]:
    """What keeps a text from being a label's key (a qualified name)."""
    *prefixes, name = text.split("/")
    if len(prefixes) > 1:
        message = regex_message(_KEY_MESSAGE, _KEY, *_KEY_EXAMPLES)
        return [f"a valid label key {message}{_PREFIX_HINT}"]
    found = []
    for prefix in prefixes:
        found += _prefix_part(prefix)
    return found + _name_part(name)


def _prefix_part(prefix: str) -> list[str]:
    messages = dns_subdomain(prefix) if prefix else [NON_EMPTY]
    return [f"prefix part {message}" for message in messages]


def _name_part(name: str) -> list[str]:
    pattern = regex_message(_KEY_MESSAGE, _KEY, *_KEY_EXAMPLES)
    messages = _unless(name, NON_EMPTY)
    messages += _too_long(name, _MAX_LABEL, "bytes")
    messages += _unless(re.fullmatch(_KEY, name), pattern)
    return [f"name part {message}" for message in messages]


@_remembered
def label_value(text: str) -> list[str]:
    """What keeps a text from being a label's value."""
    examples = ("MyValue", "my_value", "12345")
    explained = regex_message(_VALUE_MESSAGE, _VALUE, *examples)
    found = _too_long(text, _MAX_LABEL, "bytes")
    return found + _unless(re.fullmatch(_VALUE, text), explained)


def env_name(text: str) -> list[str]:
    """What keeps a text from naming an environment variable."""
    return _unless(re.fullmatch(_ENV_NAME, text), _ENV_MESSAGE)


def config_key(text: str) -> list[str]:
    """What keeps a text from being a key of a ConfigMap or Secret."""
    message = (
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
    )
    examples = ("key.name", "KEY_NAME", "key-name")
    explained = regex_message(message, _CONFIG_KEY, *examples)
    found = _too_long(text, _MAX_SUBDOMAIN)
    found += _unless(re.fullmatch(_CONFIG_KEY, text), explained)
    # A key is a file in a volume: it may not be a folder, nor the kubelet's own ..data.
    if text in (".", ".."):
        found.append(f"must not be '{text}'")
    elif text.startswith(".."):
        found.append("must not start with '..'")
    return found


def header_name(text: str) -> list[str]:
    """What keeps a text from being the name of an HTTP header."""
    message = "a valid HTTP header must consist of alphanumeric characters or '-'"
    explained = regex_message(message, _HEADER, "X-Header-Name")
    return _unless(re.fullmatch(_HEADER, text), explained)


def port_number(port: int) -> list[str]:
    """What keeps a number from being a port."""
    return _unless(1 <= port <= _MAX_PORT, between(1, _MAX_PORT))


def port_name(text: str) -> list[str]:
    """What keeps a text from being a port's name."""
    rules = {
        at_most(_MAX_PORT_NAME): size(text) <= _MAX_PORT_NAME,
        _PORT_NAME_MESSAGE: re.fullmatch("[-a-z0-9]+", text),
        "must contain at least one letter (a-z)": re.search("[a-z]", text),
        "must not contain consecutive hyphens": "--" not in text,
        "must not begin or end with a hyphen": text == text.strip("-"),
    }
    return [message for message, met in rules.items() if not met]


def percent(text: str) -> list[str]:
    """What keeps a text from being a percentage."""
    message = (
        "a valid percent string must be a numeric string followed by an ending '%'"
    )
    explained = regex_message(message, _PERCENT, "1%", "93%")
    return _unless(re.fullmatch(_PERCENT, text), explained)


def unix_id(number: int) -> list[str]:
    """What keeps a number from being a user's or a group's id."""
    return _unless(0 <= number <= _MAX_UNIX_ID, between(0, _MAX_UNIX_ID))


def decimal_integer(text: str) -> list[str]:
    """What keeps a text from being a plainly written integer."""
    if not text:
        return [NON_EMPTY]
    return _unless(re.fullmatch("0|-?[1-9][0-9]*", text), _DECIMAL_MESSAGE)


def ip_address(text: str) -> list[str]:
    """What keeps a text from being an IP address, as 1.36 has it: StrictIPCIDRValidation. Kubernetes: ip.go"""
    address = _parsed(text)
    if address is None:
        return ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]
    if text != _without_leading_zeros(text):
        return ["must not have leading 0s"]
    return _unless(not _is_mapped(address), "must not be an IPv4-mapped IPv6 address")


def endpoint_ip(text: str) -> list[str]:
    """What keeps an address from being where somebody can be reached. Kubernetes: ValidateEndpointIP"""
    address = _parsed(text)
    if address is None:
        return ["must be a valid IP address"]
    # Of the addresses of a group, those that no router hands on.
    is_near_group = address in _NEAR_GROUPS[address.version]
    rules = {
        f"may not be unspecified ({text})": not address.is_unspecified,
        "may not be in the loopback range (127.0.0.0/8, ::1/128)": not address.is_loopback,
        "may not be in the link-local range (169.254.0.0/16, fe80::/10)": not address.is_link_local,
        "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)": not is_near_group,
    }
    return [message for message, met in rules.items() if not met]


def cidr(text: str) -> list[str]:
    """What keeps a text from being a range of addresses, as 1.36 has it."""
    written, _, length = text.partition("/")
    address = _parsed(written)
    # Python knows other ways to write a length, such as a mask.
    is_length = re.fullmatch("[0-9]{1,9}", length)
    if address is None or not is_length or int(length) > address.max_prefixlen:
        return [_CIDR_MESSAGE]
    if f"{_without_leading_zeros(written)}/{int(length)}" != text:
        return ["must not have leading 0s in IP or prefix length"]
    if _is_mapped(address):
        return ["must not have an IPv4-mapped IPv6 address"]
    beyond = (1 << (address.max_prefixlen - int(length))) - 1
    is_start = not int(address) & beyond
    return _unless(is_start, "must not have bits set beyond the prefix length")


def _parsed(text: str) -> _Address | None:
    # Python takes a zone for part of an address, Go's ParseIPSloppy does not.
    if "%" in text:
        return None
    try:
        return ipaddress.ip_address(_without_leading_zeros(text))
    except ValueError:
        return None


def _without_leading_zeros(address: str) -> str:
    """Without the zeros before the numbers of an IPv4 address, for which some read octal and some decimal."""
    before, colon, dotted = address.rpartition(":")
    if "." not in dotted:
        return address
    numbers = [part.lstrip("0") or part[-1:] for part in dotted.split(".")]
    return before + colon + ".".join(numbers)


def _is_mapped(address: _Address) -> bool:
    return address.version == 6 and address.ipv4_mapped is not None
