"""What is wrong with a manifest: one sentence with its line, and kubectl's own words behind it.

Kubernetes: sigs.k8s.io/yaml/goyaml.v2/yaml.go and decode.go, parser.fail
"""

from __future__ import annotations

import re

import yaml
from yaml.error import MarkedYAMLError
from yaml.scanner import ScannerError

from k8slearn.apimachinery.errors import ApiError, bad_request
from k8slearn.locale import apimachinery as words
from k8slearn.mistakes import CallersMistake

MAX_SHOWN = 200
# What PyYAML says, and what Go's YAML says of the same; "{}" is what the first group holds.
_GO_WORDS = (
    (r"found character .* that cannot start", "found character that cannot start any token"),
    ("mapping values are not allowed", "mapping values are not allowed in this context"),
    ("sequence entries are not allowed", "block sequence entries are not allowed in this context"),
    ("mapping keys are not allowed", "mapping keys are not allowed in this context"),
    (r"expected (',' or '.'), but got", "did not find expected {}"),
    ("expected '(<document start>)', but found", "did not find expected {}"),
    ("expected the node content, but found", "did not find expected node content"),
    ("expected (alphabetic or numeric character), but", "did not find expected {}"),
    ("expected a (comment or a line break), but", "did not find expected comment or line break"),
    ("found unknown escape character", "found unknown escape character"),
    ("found unexpected document separator", "found unexpected document indicator"),
    ("found undefined alias ('.*')", "unknown anchor {} referenced"),
    ("special characters are not allowed", "control characters are not allowed"),
)  # fmt: skip


class ManifestApiError(CallersMistake, ApiError):
    """A manifest that cannot be read; the API server has never seen it."""


def mistake(sentence: str, line: int, told: str = "") -> ManifestApiError:
    """A sentence about a line, 0 for none, and what kubectl says, where it says something."""
    message = sentence
    if line:
        message = words.IN_LINE.format(line=line) + message
    if told:
        message += words.KUBECTL_SAYS.format(message=told)
    return ManifestApiError(bad_request(message).status)


def unreadable(error: Exception, text: str, lines_before: int) -> ManifestApiError:
    """A document that is no YAML; `lines_before` it are the lines of others."""
    problem = getattr(error, "problem", None) or short(error)
    told = f"error converting YAML to JSON: {_in_go(error, problem)}"
    line = _line(error, text)
    if line:
        line += lines_before
    for part, sentence in words.YAML_MISTAKES:
        if part in problem:
            return mistake(sentence, line, told)
    return mistake(words.NO_YAML, line, told)


def short(error: Exception) -> str:
    """An error in a few words."""
    if isinstance(error, RecursionError):
        return "exceeded max depth"
    return " ".join(str(error).split())[:MAX_SHOWN]


def _line(error: Exception, text: str) -> int:
    """The line of the text that an error is about, 0 where nobody can tell."""
    if isinstance(error, yaml.reader.ReaderError):
        # A character that YAML forbids: what reads the text knows no lines yet.
        return text.count("\n", 0, error.position) + 1
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 0


def _in_go(error: Exception, problem: str) -> str:
    """What Go's YAML says. It counts lines from 0, leaves 0 out, and gives none of what it understood."""
    if problem.startswith("json: ") or "unsupported map key" in problem:
        return problem
    line = 0
    if isinstance(error, MarkedYAMLError) and error.problem_mark:
        line = error.problem_mark.line
    if isinstance(error, ScannerError) and line:
        line += 1
    understood = isinstance(error, yaml.composer.ComposerError | yaml.constructor.ConstructorError)  # fmt: skip
    where = f"line {line}: " if line and not understood else ""
    return f"yaml: {where}{_worded(error, problem)}"


def _worded(error: Exception, problem: str) -> str:
    if problem.startswith("expected <block end>"):
        if "collection" in (getattr(error, "context", "") or ""):
            return "did not find expected '-' indicator"
        return "did not find expected key"
    for pattern, told in _GO_WORDS:
        found = re.search(pattern, problem)
        if found:
            return told.format(*found.groups())
    return problem
