"""The gallery: each explained line is in its manifest, and the claimed effect of its absence is real."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
import yaml

from k8slearn.course.gallery import (
    SIGNS,
    exhibit,
    gallery_map,
    pieces,
    tried,
    where_is,
)
from k8slearn.course.gallery_trials import mixed, placed, running, without
from k8slearn.lesson import manifest
from tests.support.manifests import USES
from tests.support.store_outputs import course_notebook

TODAY = ["csi-node", "fluent-bit", "kube-proxy", "flannel", "gpu-device-plugin"]
CELLS = course_notebook("20_gallery").cells
TRIALS = [
    (key, number)
    for key, piece in pieces().items()
    for number, line in enumerate(piece.lines)
    if line.trial
]


def test_the_documents_uses_and_todays_hang_here() -> None:
    assert set(pieces()) == {*USES, *TODAY}


def test_the_lesson_shows_each_piece_once() -> None:
    shown = [
        match[1]
        for cell in CELLS
        if (match := re.search(r'^exhibit\("(.+)"\)$', cell.source, re.MULTILINE))
    ]
    assert sorted(shown) == sorted(pieces())


@pytest.mark.parametrize("key", pieces())
def test_its_lines_stand_in_the_manifest_and_are_marked(key: str) -> None:
    piece, text = pieces()[key], manifest(key).splitlines()
    found = [where_is(line.line, text) for line in piece.lines]
    assert 3 <= len(set(found)) == len(found) <= len(SIGNS)
    signs = SIGNS[: len(found)]
    # Made once: it tries all its lines.
    made = exhibit(key)
    shown = repr(made)
    assert all(
        f"{sign} {text[number]}" in shown
        for sign, number in zip(signs, found, strict=True)
    )
    page = made._repr_html_()
    assert all(sign in page for sign in signs)


@pytest.mark.parametrize("key", pieces())
def test_a_piece_has_its_own_heading_in_the_lesson(key: str) -> None:
    assert any(
        f"### {pieces()[key].title}\n" in cell.source
        for cell in CELLS
        if cell.cell_type == "markdown"
    )


@pytest.mark.parametrize(
    ("key", "number"), TRIALS, ids=[f"{key}-{number}" for key, number in TRIALS]
)
def test_without_its_line_it_is_otherwise(key: str, number: int) -> None:
    before, after = tried(pieces()[key], pieces()[key].lines[number])
    assert before != after


def test_what_is_said_to_happen_without_a_line_is_tried() -> None:
    untried = {
        (key, line.line)
        for key, piece in pieces().items()
        for line in piece.lines
        if not line.trial
    }
    # Both are about files of a Node, which the model does not have; the lesson names them.
    assert untried == {
        ("collectd", "path: /proc"),
        ("fluent-bit", "path: /var/lib/fluent-bit"),
    }


@pytest.mark.parametrize("key", pieces())
def test_each_container_asks_for_something_and_says_why(key: str) -> None:
    text = manifest(key)
    containers = yaml.safe_load(text)["spec"]["template"]["spec"]["containers"]
    for container in containers:
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
    lines = text.splitlines()
    said = [
        before.strip().startswith("#")
        for before, line in pairwise(lines)
        if line.strip() == "resources:"
    ]
    assert said == [True] * len(containers)


@pytest.mark.parametrize("key", pieces())
def test_something_can_be_tried_with_each(key: str) -> None:
    assert any(line.trial for line in pieces()[key].lines)


@pytest.mark.parametrize("key", pieces())
def test_it_runs_somewhere_in_the_mixed_cluster(key: str) -> None:
    cluster = running(yaml.safe_load(manifest(key)))
    assert placed(cluster)
    assert {pod["status"]["phase"] for pod in cluster.list("Pod")} == {"Running"}


def test_the_map_has_a_row_for_each_piece_and_a_column_for_each_node() -> None:
    head, *rows = gallery_map().splitlines()
    assert head.split()[1:] == [
        node["metadata"]["name"] for node in mixed().list("Node")
    ]
    assert [row.split()[0] for row in rows] == list(pieces())


def test_taking_something_out_leaves_the_manifest_as_it_was() -> None:
    whole = yaml.safe_load(manifest("csi-node"))
    less = without(whole, "spec.template.spec.containers.1.securityContext")
    assert "securityContext" not in less["spec"]["template"]["spec"]["containers"][1]
    assert "securityContext" in whole["spec"]["template"]["spec"]["containers"][1]


def test_a_line_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="tolerate"):
        where_is("tolerate: all", manifest("ceph").splitlines())


def test_an_unknown_piece_lists_the_known() -> None:
    with pytest.raises(KeyError, match="fluentd"):
        exhibit("nothing")
