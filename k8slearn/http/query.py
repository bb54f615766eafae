"""A query's parameters, read as Go reads them. Kubernetes: apimachinery pkg/conversion/queryparams, pkg/runtime"""

from __future__ import annotations

from urllib.parse import parse_qs

from k8slearn.apimachinery.errors import bad_request

_FALSE = frozenset({"", "0", "f", "F", "FALSE", "false", "False"})


class Query:
    """The parameters of one request."""

    def __init__(self, text: str) -> None:
        self._values = parse_qs(text, keep_blank_values=True)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str:
        """A parameter as it is, '' where it is not given."""
        # Of one that is given twice the first counts, as with Go's url.Values.Get.
        return self._values.get(name, [""])[0]

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a parameter that may be given several times."""
        return tuple(self._values.get(name, ()))

    def flag(self, name: str) -> bool:
        """A boolean parameter; anything unknown counts as true, as in Convert_Slice_string_To_bool."""
        return self.text(name) not in _FALSE

    def number(self, name: str) -> int | None:
        """An integer parameter, None where it is not given. Raises ApiError 400."""
        text = self.text(name)
        if not text:
            return None
        number = _int64(text)
        if number is None:
            why = f'strconv.ParseInt: parsing "{text}": invalid syntax'
            raise bad_request(why)
        return number


def _int64(text: str) -> int | None:
    digits = text.lstrip("+-")
    # Python also takes underscores, spaces and the digits of other scripts.
    if not digits.isascii() or not digits.isdigit():
        return None
    try:
        number = int(text)
    except ValueError:
        # Two signs, or more digits than Python reads.
        return None
    if abs(number) < 2**63:
        return number
    return None
