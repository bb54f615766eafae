"""The rows: one for each kind, each complete with only a version and a name."""

import pytest

from k8slearn.apimachinery import facts
from k8slearn.cluster import Cluster
from k8slearn.kinds import BY_KIND, KINDS, find_row, resource, row_of
from k8slearn.kinds.endpoints import ENDPOINTS
from k8slearn.kinds.kind import Kind
from tests.support.helpers import running, service


@pytest.fixture(scope="module")
def cluster():
    made = running(2, seed=1)
    made.create(service())
    made.run(1)
    return made


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row.kind)
def test_a_line_has_a_cell_for_each_column(row, cluster):
    for o in cluster.list(row.kind)[:3]:
        assert len(row.cells(o, cluster.now)) == len(row.columns)


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row.kind)
def test_what_was_defaulted_and_stored_is_valid_and_stays_as_it_is(row, cluster):
    for o in cluster.list(row.kind)[:3]:
        assert row.default(o) == o
        assert list(row.validate_create(o)) == []
        assert list(row.validate_update(o, o)) == []
        assert list(row.validate_status(o, o)) == []
        assert not row.changes_generation(o, o)


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row.kind)
def test_every_selectable_field_reads_as_text(row, cluster):
    for o in cluster.list(row.kind)[:3]:
        for field in ("metadata.name", *row.selectable_fields):
            assert row.is_selectable(field)
            assert isinstance(row.field_value(o, field), str)


@pytest.mark.parametrize("name", ["DaemonSet", "daemonsets", "ds", "daemonsets.apps"])
def test_a_kind_goes_by_many_names(name):
    assert resource(name) is BY_KIND["DaemonSet"]


def test_an_unknown_name_is_told_as_kubectl_tells_it():
    with pytest.raises(KeyError, match='have a resource type "gadgets"'):
        resource("gadgets")


def test_a_kind_without_a_module_has_a_row_too():
    storage = row_of("storage.k8s.io/v1", "StorageClass")
    assert (storage.plural, storage.short_names) == ("storageclasses", ("sc",))
    assert "Provisioner" in [column.title for column in storage.columns]
    assert row_of("v1", "Endpoints") is ENDPOINTS


def test_every_kind_that_a_server_stores_has_a_row():
    stored = {
        (version, kind)
        for version, kind in facts.kinds()
        if "watch" in facts.resource(version, kind)["verbs"]
    }
    assert {each for each in stored if find_row(*each) is None} == set()
    assert len(stored) == 60


def test_a_row_without_functions_lets_everything_be_as_it_is():
    row = Kind("v1", "ResourceQuota")
    o = {"kind": "ResourceQuota", "metadata": {"name": "q", "namespace": "default"}}
    assert row.default(o) is row.normalize(o, None) is o
    assert row.prepare_for_create(o, None) is row.prepare_for_update(o, {}) is o
    assert list(row.validate_create(o)) == []
    assert [cause.field for cause in row.validate_create({"metadata": {}})] == [
        "metadata.name",
        "metadata.namespace",
    ]
    assert row.grace_period(o, 30, again=False) == 0


def test_what_a_secret_is_given_as_text_is_kept_encoded():
    cluster = Cluster()
    made = cluster.create(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "key"},
            "data": {"a": "eA==", "b": "eA=="},
            "stringData": {"b": "sesame"},
        }
    )
    assert made["data"] == {"a": "eA==", "b": "c2VzYW1l"}
    assert "stringData" not in made
