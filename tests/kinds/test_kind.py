"""The names in the kinds' rows agree with the real server's discovery."""

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
