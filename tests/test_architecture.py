"""What ARCHITECTURE.md promises of the house: no circle, no arrow that a check cannot see, layers without exception."""

import tomllib

from tests.support.imports import (
    arrows,
    circles,
    imported_by,
    modules,
    named_in_strings,
)
from tests.support.paths import ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
# importlib.resources takes a package's name: data beside the code, no arrow.
DATA = {"k8slearn.course.lessons", "k8slearn.fonts"}


def test_no_module_imports_in_a_circle():
    assert circles(arrows()) == []


def test_a_circle_is_seen():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [
        ["a", "b", "c"]
    ]


def test_imports_in_functions_and_for_types_are_counted():
    assert "k8slearn.cli" in imported_by("k8slearn.__main__")
    assert all(imported_by(module) <= set(modules()) for module in modules())


def test_no_module_is_imported_by_its_name_in_a_string():
    found = {
        module: [
            name
            for name in named_in_strings(module)
            if name != module and not module.startswith(f"{name}.")
        ]
        for module in modules()
    }
    assert {module: names for module, names in found.items() if set(names) - DATA} == {}


def test_the_contract_has_no_exceptions():
    assert CONTRACTS.get("exclude_type_checking_imports", False) is False
    layers = CONTRACTS["contracts"][0]
    assert layers["exhaustive"] is True
    for contract in CONTRACTS["contracts"]:
        assert "ignore_imports" not in contract
    # `:` would let siblings import each other, brackets would let a layer be missing.
    assert not [layer for layer in layers["layers"] if set(layer) & set(":()")]
