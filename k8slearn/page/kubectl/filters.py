"""What a line's output may go through, as in a shell: `| grep -A 4 Taints`, `| tail -1`, `| wc -l`, and a few more.

POSIX: head, tail, grep, cut, sort, fold, wc, as far as one meets them behind kubectl
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from k8slearn.locale import page as words
from k8slearn.page.kubectl.options import RefusedError

Lines = list[str]
Filter = Callable[[Lines, Sequence[str]], Lines]

_AS_IT_ENDS = ("head", "tail", "fold")
_SHORT = re.compile(r"-(\d+)")
# In a basic expression these mean something only behind a backslash, in an extended one only without.
_SWITCHED = re.compile(r"\\([(){}|+?])|([(){}|+?])")


def filtered(text: str, command: Sequence[str]) -> str:
    """The text as a command leaves it. Raises RefusedError for one that is not here."""
    name, *arguments = command or ("",)
    known = FILTERS.get(name)
    if known is None:
        raise RefusedError(
            words.KUBECTL_NO_FILTER.format(name=name, known="、".join(FILTERS))
        )
    *lines, last = text.split("\n")
    # A template need not end its last line, and what no line ends is none to `wc`.
    if last and name != "wc":
        lines.append(last)
    left = known(lines, arguments)
    ended = "".join(f"{line}\n" for line in left)
    if last and name in _AS_IT_ENDS and left[-1:] and last.endswith(left[-1]):
        return ended.removesuffix("\n")
    return ended


def _options(
    name: str, arguments: Sequence[str], switches: str, valued: str
) -> tuple[dict[str, str], list[str]]:
    """Letters with their values, and what is no option. Raises RefusedError for a letter that is not known."""
    found: dict[str, str] = {}
    others: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-") or word == "-":
            others.append(word)
            continue
        short = _SHORT.fullmatch(word)
        letters = f"n{short[1]}" if short else word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in switches:
                found[letter] = ""
            elif letter in valued and (letters or rest):
                found[letter] = letters or rest.pop(0)
                letters = ""
            else:
                raise RefusedError(
                    words.KUBECTL_NO_FILTER_OPTION.format(name=name, option=letter)
                )
    return found, others


def _number(name: str, written: str) -> int:
    if not written.isdecimal():
        raise RefusedError(
            words.KUBECTL_NO_FILTER_OPTION.format(name=name, option=written)
        )
    return int(written)


def _head(lines: Lines, arguments: Sequence[str]) -> Lines:
    options, _ = _options("head", arguments, "", "n")
    return lines[: _number("head", options.get("n", "10"))]


def _tail(lines: Lines, arguments: Sequence[str]) -> Lines:
    options, _ = _options("tail", arguments, "", "n")
    count = _number("tail", options.get("n", "10"))
    return lines[len(lines) - min(count, len(lines)) :]


def _wc(lines: Lines, arguments: Sequence[str]) -> Lines:
    options, _ = _options("wc", arguments, "l", "")
    if "l" in options:
        return [str(len(lines))]
    raise RefusedError(words.KUBECTL_NO_FILTER_OPTION.format(name="wc", option=""))


def _sort(lines: Lines, arguments: Sequence[str]) -> Lines:
    options, _ = _options("sort", arguments, "ru", "")
    found = sorted({*lines} if "u" in options else lines)
    return found[::-1] if "r" in options else found


def _fold(lines: Lines, arguments: Sequence[str]) -> Lines:
    options, _ = _options("fold", arguments, "", "w")
    width = _number("fold", options.get("w", "80")) or 80
    folded = []
    for line in lines:
        starts = range(0, max(len(line), 1), width)
        folded += [line[start : start + width] for start in starts]
    return folded


# grep ----------------------------------------------------------------------------------------------------------


def _grep(lines: Lines, arguments: Sequence[str]) -> Lines:
    options, others = _options("grep", arguments, "vioEc", "ABme")
    patterns = [options["e"]] if "e" in options else others[:1]
    pattern = _pattern(patterns[0] if patterns else "", options)
    numbers = [
        number
        for number, line in enumerate(lines)
        if (pattern.search(line) is None) == ("v" in options)
    ]
    if "m" in options:
        numbers = numbers[: _number("grep", options["m"])]
    if "c" in options:
        return [str(len(numbers))]
    if "o" in options:
        return [
            found[0]
            for number in numbers
            for found in pattern.finditer(lines[number])
            if found[0]
        ]
    before = _number("grep", options.get("B", "0"))
    after = _number("grep", options.get("A", "0"))
    return list(_with_context(lines, numbers, before, after))


def _with_context(
    lines: Lines, numbers: Sequence[int], before: int, after: int
) -> Iterator[str]:
    end = 0
    for number in numbers:
        start = max(number - before, end)
        # Between two places that do not meet stands a line of its own.
        if start > end and end and (before or after):
            yield "--"
        stop = min(number + after + 1, len(lines))
        yield from lines[start:stop]
        end = max(stop, end)


def _pattern(written: str, options: dict[str, str]) -> re.Pattern[str]:
    if "E" not in options:
        written = _SWITCHED.sub(_as_extended, written)
    try:
        return re.compile(written, re.IGNORECASE if "i" in options else 0)
    except re.error:
        raise RefusedError(words.KUBECTL_BAD_PATTERN.format(written=written)) from None


def _as_extended(found: re.Match[str]) -> str:
    return found[1] or f"\\{found[2]}"


# cut -----------------------------------------------------------------------------------------------------------


def _cut(lines: Lines, arguments: Sequence[str]) -> Lines:
    options, _ = _options("cut", arguments, "", "dfc")
    between = options.get("d", "\t")
    ranges = _ranges(options.get("f") or options.get("c") or "")
    cut = []
    for line in lines:
        if "c" in options:
            cut.append("".join(_chosen(list(line), ranges)))
        elif between in line:
            cut.append(between.join(_chosen(line.split(between), ranges)))
        else:
            cut.append(line)
    return cut


def _ranges(written: str) -> list[tuple[int, int | None]]:
    """`1-3,5-` as first and last places."""
    found = []
    for part in written.split(","):
        match = re.fullmatch(r"(\d*)(-?)(\d*)", part)
        if match is None or not (match[1] or match[3]):
            raise RefusedError(
                words.KUBECTL_NO_FILTER_OPTION.format(name="cut", option=part)
            )
        first = int(match[1] or 1)
        last = int(match[3]) if match[3] else None
        found.append((first, last if match[2] else first))
    return found


def _chosen(parts: Lines, ranges: list[tuple[int, int | None]]) -> Lines:
    return [
        part
        for number, part in enumerate(parts, 1)
        if any(
            low <= number and (high is None or number <= high) for low, high in ranges
        )
    ]


FILTERS: dict[str, Filter] = {
    "grep": _grep,
    "head": _head,
    "tail": _tail,
    "cut": _cut,
    "wc": _wc,
    "sort": _sort,
    "fold": _fold,
}
