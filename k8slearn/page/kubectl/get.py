"""`kubectl get`: tables as the server prints them, and objects as YAML, as JSON, by name or by columns of one's own.

Kubernetes: kubectl/pkg/cmd/get, cli-runtime/pkg/printers
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from k8slearn.apimachinery.gotext import go_json, go_plain
from k8slearn.apimachinery.objects import Object, labels, namespace
from k8slearn.cluster import Cluster
from k8slearn.kinds import jsonpath as paths
from k8slearn.kinds.tables import NOTHING, Table, aligned, table
from k8slearn.locale import page as words
from k8slearn.page.kubectl import jsonpath
from k8slearn.page.kubectl.identity import AS_SOMEBODY
from k8slearn.page.kubectl.options import Aside, Invocation, RefusedError, Unended
from k8slearn.page.kubectl.targets import (
    Targets,
    chosen,
    is_single,
    label_of,
    refusals,
    refuse,
)

_NONE = "<none>"
_JSONPATH = "jsonpath"
_COLUMNS = "custom-columns="
_WHAT = """\
You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.

error: Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).
See 'kubectl get -h' for help and examples"""
OPTIONS = (
    "all-namespaces",
    *AS_SOMEBODY,
    "field-selector",
    "ignore-not-found",
    "label-columns",
    "no-headers",
    "output",
    "selector",
    "show-labels",
    "show-managed-fields",
    "sort-by",
)


def get(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """Raises RefusedError, after what was found, where something is not there."""
    asked.only(*OPTIONS)
    if not asked.arguments:
        raise RefusedError(_WHAT)
    found = chosen(cluster, asked, asked.arguments, lists=True)
    for targets in found:
        _sort(targets, asked)
    output = asked.options.get("output", "")
    if output in ("", "wide"):
        yield from _tables(cluster, asked, found, wide=output == "wide")
    else:
        yield from _objects(cluster, asked, found, output)
    if not asked.has("ignore-not-found"):
        refuse(refusals(found))


def _sort(targets: Targets, asked: Invocation) -> None:
    path = asked.options.get("sort-by", "").strip("{}'")
    if path:
        # What has no such field comes first, as numbers do before text of the same path.
        targets.found.sort(key=lambda o: _sort_key(paths.find(o, path)))


def _sort_key(values: list[Any]) -> tuple[float, str]:
    if not values:
        return -1, ""
    value = values[0]
    if isinstance(value, (int, float)):
        return value, ""
    return 0, str(value)


# Tables --------------------------------------------------------------------------------------------------------


def _tables(
    cluster: Cluster, asked: Invocation, found: Sequence[Targets], *, wide: bool
) -> Iterator[str]:
    shown = [targets for targets in found if targets.objects]
    # All of a kind are asked for as a table, which is there though it be empty.
    is_listed = len(found) > 1 and not any(targets.refused for targets in found)
    several = is_listed or len({targets.row.qualified for targets in shown}) > 1
    for targets in shown:
        if targets is not shown[0]:
            yield ""
        made = _table(cluster, asked, targets, wide=wide, named=several)
        yield from _lines(made, asked)
    if not shown and not refusals(found):
        yield Aside(_nothing(asked, found))


def _table(
    cluster: Cluster, asked: Invocation, targets: Targets, *, wide: bool, named: bool
) -> Table:
    row = targets.row
    made = table(row, targets.objects, cluster.now, wide=wide)
    keys = [key for key in asked.options.get("label-columns", "").split(",") if key]
    titles = [*made.columns, *(key.rpartition("/")[2].upper() for key in keys)]
    if asked.has("show-labels"):
        titles.append("LABELS")
    with_place = asked.has("all-namespaces") and row.namespaced
    rows = []
    for o, cells in zip(targets.objects, made.rows, strict=True):
        line = list(cells)
        if named:
            line[0] = label_of(row, o)
        line += [labels(o).get(key, "") for key in keys]
        if asked.has("show-labels"):
            line.append(_joined(labels(o)))
        rows.append((*([namespace(o)] if with_place else ()), *line))
    if with_place:
        titles.insert(0, "NAMESPACE")
    return Table(tuple(titles), tuple(rows))


def _joined(own: dict[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(own.items())) or _NONE


def _lines(made: Table, asked: Invocation) -> list[str]:
    head = () if asked.has("no-headers") else (made.columns,)
    return aligned([*head, *made.rows])


def _nothing(asked: Invocation, found: Sequence[Targets]) -> str:
    namespaced = any(targets.row.namespaced for targets in found)
    if namespaced and not asked.has("all-namespaces"):
        return f"{NOTHING} in {asked.namespace} namespace."
    return NOTHING


# Objects -------------------------------------------------------------------------------------------------------


def _objects(
    cluster: Cluster, asked: Invocation, found: Sequence[Targets], output: str
) -> list[str]:
    if output == "name":
        return [label_of(each.row, o) for each in found for o in each.objects]
    if output.startswith(_COLUMNS):
        return _own_columns(asked, found, output.removeprefix(_COLUMNS))
    form, _, written = output.partition("=")
    if form == _JSONPATH:
        return _from_template(cluster, asked, found, written)
    write = _WRITERS.get(output)
    if write is None:
        raise RefusedError(words.KUBECTL_NO_OUTPUT.format(output=output))
    shown = _shown(asked, _written(cluster, asked, found))
    return [] if shown is None else write(shown).rstrip("\n").split("\n")


def _from_template(
    cluster: Cluster, asked: Invocation, found: Sequence[Targets], written: str
) -> list[str]:
    if not written:
        raise RefusedError("error: template format specified but no template given")
    jsonpath.template(written)
    # A template may ask for what the other forms leave out.
    objects = [_complete(cluster, o) for each in found for o in each.objects]
    shown = _shown(asked, objects)
    return [] if shown is None else [Unended(jsonpath.filled(written, shown))]


def _complete(cluster: Cluster, o: Object) -> Object:
    """With its managedFields, which lists of the cluster have not."""
    if "managedFields" in o["metadata"]:
        return o
    return cluster.registry.shown(o)


def _shown(asked: Invocation, objects: Sequence[Object]) -> Object | None:
    """The object that was asked for by its name, else a List."""
    if is_single(asked.arguments):
        return objects[0] if objects else None
    return {
        "apiVersion": "v1",
        "items": [*objects],
        "kind": "List",
        "metadata": {"resourceVersion": ""},
    }


def _written(
    cluster: Cluster, asked: Invocation, found: Sequence[Targets]
) -> list[Object]:
    every = [o for each in found for o in each.objects]
    if asked.has("show-managed-fields"):
        return [_complete(cluster, o) for o in every]
    return [_without_bookkeeping(o) for o in every]


def _without_bookkeeping(o: Object) -> Object:
    kept = {k: v for k, v in o["metadata"].items() if k != "managedFields"}
    return {**o, "metadata": kept}


def _own_columns(
    asked: Invocation, found: Sequence[Targets], written: str
) -> list[str]:
    """Kubernetes: kubectl/pkg/cmd/get/customcolumn.go"""
    columns = [column.partition(":") for column in written.split(",")]
    wanted = [f".{path.strip('{}').lstrip('.')}" for _, _, path in columns]
    rows = []
    for targets in found:
        for o in targets.objects:
            cells = [paths.find(o, path) for path in wanted]
            rows.append(tuple(_cell(values) for values in cells))
    return _lines(Table(tuple(title for title, _, _ in columns), tuple(rows)), asked)


def _cell(values: list[Any]) -> str:
    return ",".join(map(go_plain, values)) or _NONE


def _as_json(o: Object) -> str:
    return go_json(o, in_order=False, indent=4)


# Where a text with blanks goes on in the next line.
_WIDTH = 80


class _GoDumper(yaml.SafeDumper):
    """YAML as Go's library writes it."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if "\n" in text:
        style = "|"
    elif _is_read_as_other(dumper, text):
        # It would be read as a number, a date or a truth value.
        style = '"'
    return dumper.represent_scalar(_STRING, text, style)


def _is_read_as_other(dumper: yaml.SafeDumper, text: str) -> bool:
    read_as = dumper.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return bool(read_as != _STRING)


_STRING = "tag:yaml.org,2002:str"
_GoDumper.add_representer(str, _text)


def _as_yaml(o: Object) -> str:
    dumped = yaml.dump(o, Dumper=_GoDumper, allow_unicode=True, width=_WIDTH)
    return str(dumped)


_WRITERS = {"yaml": _as_yaml, "json": _as_json}
