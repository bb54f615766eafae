"""The facts of the Kubernetes version: made from the records, whole, and in agreement with the kinds' rows."""

import gzip
import json
import subprocess
import sys

import pytest

from k8slearn.apimachinery import facts
from tests.support import make_facts

MAX_BYTES = 100_000


def test_the_file_is_what_the_script_makes_of_the_records():
    assert json.loads(gzip.decompress(facts.path().read_bytes())) == make_facts.make()


def test_the_file_is_small():
    assert facts.path().stat().st_size < MAX_BYTES


def test_importing_the_package_reads_no_facts():
    code = "import sys, k8slearn, k8slearn.cli; print('k8slearn.apimachinery.facts' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n"


def test_columns_are_those_that_the_server_prints():
    narrow = [column.title for column in facts.columns("v1", "Node") if not column.wide]
    assert narrow == ["Name", "Status", "Roles", "Age", "Version"]
    assert facts.columns("v1", "Nothing") == ()


def test_a_kind_and_a_subresource_are_found_by_name():
    assert facts.resource("apps/v1", "DaemonSet")["shortNames"] == ["ds"]
    assert facts.subresource("v1", "pods", "eviction")["kind"] == "Eviction"
    with pytest.raises(KeyError, match="v1 has no kind DaemonSet"):
        facts.resource("v1", "DaemonSet")
    with pytest.raises(KeyError, match="v1 pods has no subresource scale"):
        facts.subresource("v1", "pods", "scale")


def test_groups_stand_in_the_order_of_the_server():
    named = facts.groups()
    assert named.index("apps") < named.index("batch") < named.index("discovery.k8s.io")


def test_fields_on_the_wire_have_the_names_of_the_schemas():
    fields = facts.message("io.k8s.api.core.v1.Service")
    assert fields[2] == ("spec", "io.k8s.api.core.v1.ServiceSpec", "optional")
    assert facts.message("io.k8s.api.core.v1.Nothing") is None
