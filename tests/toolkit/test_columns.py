"""Columns of a terminal, where a Chinese character is two columns wide."""

from k8slearn.toolkit.columns import aligned, padded


def test_columns_stand_below_each_other():
    lines = aligned([("做法", "x"), ("maxSurge 1", "y")])
    assert lines == ["做法        x", "maxSurge 1  y"]


def test_what_is_wide_enough_stays_as_it_is():
    assert padded("节点", 5) == "节点 "
    assert padded("节点", 4) == padded("节点", 3) == "节点"
