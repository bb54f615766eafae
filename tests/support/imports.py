"""The imports in the package's source, including those inside functions and for types only."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.support.paths import ROOT

PACKAGE = "k8slearn"


@cache
def modules() -> Mapping[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


class Source(NamedTuple):
    """A parsed module."""

    imported: frozenset[str]
    named: tuple[str, ...]
    classes: tuple[str, ...]


@cache
def source(module: str) -> Source:
    """A module, parsed and walked once, since there are hundreds of them."""
    nodes = [*ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8")))]
    return Source(
        frozenset(_imported(nodes)),
        tuple(_named_in_strings(nodes)),
        tuple(node.name for node in nodes if isinstance(node, ast.ClassDef)),
    )


def imported_by(module: str) -> set[str]:
    """The modules of the package in a module's import statements, wherever these are."""
    return {*source(module).imported} - {module}


def _imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom) and node.module in modules():
            for alias in node.names:
                # `from package import module` means the module, anything else the package.
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules() else str(node.module)


def arrows() -> dict[str, set[str]]:
    """Module to the modules that it imports."""
    return {module: imported_by(module) for module in modules()}


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """The groups of modules that import each other (Tarjan's strongly connected components of more than one)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        path.append(module)
        for other in sorted(graph[module]):
            if other not in number:
                visit(other)
            if other in path:
                lowest[module] = min(lowest[module], lowest[other])
        if lowest[module] == number[module]:
            at = path.index(module)
            found.append(path[at:])
            del path[at:]

    for module in graph:
        if module not in number:
            visit(module)
    return [sorted(group) for group in found if len(group) > 1]


def _named_in_strings(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Modules of the package named in strings other than docstrings, where import checks do not see them."""
    prose = {
        id(node.value)
        for node in nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            named = node.value in modules() and node.value != PACKAGE
            if named and id(node) not in prose:
                yield node.value
