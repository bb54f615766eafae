"""A kind without behaviour is one line of a table, like the example in ARCHITECTURE.md."""

from k8slearn.apimachinery.custom_types import define
from k8slearn.kinds import BY_KIND, find_row
from k8slearn.kinds.inert import INERT, row_of_line
from k8slearn.kinds.jsonpath import find
from tests.support.paths import ROOT

CHOSEN = "MutatingWebhookConfiguration"
LINE = (
    "admissionregistration.k8s.io/v1  MutatingWebhookConfiguration  generation"
    "  kube-apiserver"
)
# Where else its name may occur: defaults and rules that its types lack, and cells made from several fields.
DATA = {"inert.py", "inert_defaults.py", "inert_rules.py"}


def files_naming(kind):
    package = ROOT / "k8slearn"
    found = set()
    for path in package.rglob("*.py"):
        if f"{kind}" in path.read_text(encoding="utf-8"):
            found.add(path.relative_to(package).as_posix())
    return found


def test_the_chosen_kind_is_one_line_and_data():
    assert LINE in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    names = {path.removeprefix("kinds/") for path in files_naming(CHOSEN)}
    assert names <= DATA and "inert.py" in names


def test_a_line_is_all_that_a_row_is_made_of():
    row = row_of_line(LINE)
    present = find_row("admissionregistration.k8s.io/v1", CHOSEN)
    assert present is BY_KIND[CHOSEN] and present in INERT
    for made in (row, present):
        assert made.plural == "mutatingwebhookconfigurations"
        assert not made.namespaced and not made.status and made.generation
        assert made.missing_component == "kube-apiserver"
        titles = [column.title for column in made.columns]
        assert titles == ["Name", "Webhooks", "Age"]
    o = {"metadata": {"name": "x"}, "webhooks": [{}, {}]}
    assert row.cells(o, 0.0) == ["x", 2, "<unknown>"]


def test_each_line_is_of_a_kind_that_has_no_row_of_its_own():
    for row in INERT:
        assert BY_KIND[row.kind] is row


def test_a_column_reads_its_path():
    o = {
        "spec": {"ports": [{"name": "a", "n": 1}, {"name": "b"}], "a.b": "dotted"},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    }
    assert find(o, ".spec.ports[*].name") == ["a", "b"]
    assert find(o, ".spec.ports[1].name") == ["b"]
    assert find(o, ".spec.ports[-1].name") == ["b"]
    assert find(o, ".spec['a.b']") == find(o, r".spec.a\.b") == ["dotted"]
    assert find(o, '.status.conditions[?(@.type=="Ready")].status') == ["True"]
    assert find(o, '.status.conditions[?(@.type=="Lost")].status') == []
    assert find(o, ".nothing.at.all") == []


def test_one_schema_is_one_type():
    schema = {"type": "object", "properties": {"spec": {"type": "object"}}}
    define("lot.example.com/v1", "Lot", schema)
    before = define("lot.example.com/v1", "Lot", dict(schema))
    other = {"type": "object", "properties": {"size": {"type": "integer"}}}
    assert before != define("lot.example.com/v1", "Lot", other)
