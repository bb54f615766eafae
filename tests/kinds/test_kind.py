"""The kinds' rows say of their names what the real server's discovery says."""

import pytest

from k8slearn.apimachinery import facts
from k8slearn.kinds import KINDS


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row.kind)
def test_a_row_agrees_with_the_facts(row):
    entry = facts.resource(row.api_version, row.kind)
    assert row.plural == entry["name"] and row.singular == entry["singularName"]
    assert row.short_names == tuple(entry.get("shortNames", ()))
    assert row.categories == tuple(entry.get("categories", ()))
    assert row.namespaced == entry["namespaced"]
