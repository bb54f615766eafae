"""Each bug of `python -m tests.mutations` can be planted; running them all takes minutes."""

import ast

import pytest

from tests.mutations import MUTATIONS, ROOT, plant


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_bug_can_be_planted(mutation, tmp_path):
    copy = tmp_path / mutation.file
    copy.parent.mkdir(parents=True)
    source = (ROOT / mutation.file).read_text(encoding="utf-8")
    copy.write_text(source, encoding="utf-8")
    plant(mutation, tmp_path)
    planted = copy.read_text(encoding="utf-8")
    assert planted != source and ast.dump(ast.parse(planted)) != ast.dump(
        ast.parse(source)
    )


def test_there_is_a_bug_for_each_part():
    parts = {mutation.name.partition(":")[0] for mutation in MUTATIONS}
    assert {
        "placement",
        "rolling update",
        "surge",
        "history",
        "status",
        "validation",
    } <= parts


def test_a_text_that_is_gone_is_noticed(tmp_path):
    (tmp_path / "f.py").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(LookupError, match="0 times"):
        plant(MUTATIONS[0]._replace(file="f.py"), tmp_path)
