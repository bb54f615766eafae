"""The promises of ARCHITECTURE.md: no circular imports, no hidden imports, layers without exceptions."""

import re
import tomllib
from collections import defaultdict

from tests.support.imports import (
    arrows,
    circles,
    imported_by,
    modules,
    source,
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
    known = set(modules())
    assert all(imported_by(module) <= known for module in known)


def test_no_module_is_imported_by_its_name_in_a_string():
    found = {
        module: [
            name
            for name in source(module).named
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


def test_the_house_is_described_as_it_stands():
    described = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {module.split(".")[1] for module in modules() if "." in module}
    hidden = {"__main__"}
    assert {room for room in rooms - hidden if f"`{room}" not in described} == set()


def test_the_readme_names_the_layers_as_the_contract_does():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    line = next(line for line in readme.splitlines() if "导入只能向下" in line)
    named = [layer.strip("` 。") for layer in line.partition("：")[2].split("→")]
    rooms = [set(layer.split(" | ")) for layer in CONTRACTS["contracts"][0]["layers"]]
    at = -1
    for layer in named:
        wanted = set(layer.split(" | "))
        # A lower layer than the one before; small ones may be left out.
        at = next(i for i, found in enumerate(rooms) if i > at and wanted <= found)


def test_files_named_in_the_table_of_wishes_are_there():
    """Files that a wish would create do not exist yet; all others must."""
    new = {"widget", "deployment", "replicaset", "x"}
    table = (
        (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("## To add")[2]
    )
    table = table.partition("## Tests")[0]
    named = re.findall(r"`([a-z_0-9/]+/([a-z_0-9]+)\.(?:py|yaml|json\.gz))`", table)
    assert len(named) > 20
    missing = [
        path
        for path, stem in named
        if stem not in new
        and stem != "v1_37"
        and not (ROOT / "k8slearn" / path).exists()
    ]
    assert missing == []


def test_no_test_imports_from_a_test():
    importing = re.compile(r"^\s*(from|import) tests(\.\w+)*\.test_", re.MULTILINE)
    found = [
        str(path.relative_to(ROOT))
        for path in ROOT.glob("tests/**/*.py")
        if importing.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_class_has_its_name_for_itself():
    """Names of classes are unique in the package."""
    found = defaultdict(list)
    for module, path in modules().items():
        for name in source(module).classes:
            found[name].append(path.stem)
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}
