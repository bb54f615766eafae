"""Selectors, affinity terms, taints and tolerations, and that they say what they looked at."""

import pytest

from k8slearn.apimachinery.selector_text import parse_selector
from k8slearn.apimachinery.selectors import (
    any_term_matches,
    holds,
    judge_taint,
    look,
    look_at_field,
    look_at_selector,
    look_at_term,
    required_terms,
    selector_matches,
    term_matches,
    tolerates,
    untolerated,
)


@pytest.mark.parametrize(
    ("operator", "actual", "values", "expected"),
    [
        ("In", "a", ["a", "b"], True),
        ("In", "c", ["a", "b"], False),
        ("In", None, ["a"], False),
        ("In", "a", [], False),
        ("NotIn", "c", ["a"], True),
        ("NotIn", "a", ["a"], False),
        ("NotIn", None, ["a"], True),
        ("NotIn", "c", [], False),
        ("Exists", "", [], True),
        ("Exists", None, [], False),
        ("Exists", "a", ["a"], False),
        ("DoesNotExist", None, [], True),
        ("DoesNotExist", "a", [], False),
        ("DoesNotExist", None, ["a"], False),
        ("Gt", "5", ["4"], True),
        ("Gt", "4", ["4"], False),
        ("Gt", "-1", ["-2"], True),
        ("Gt", "+5", ["4"], True),
        ("Gt", "5", ["4", "3"], False),
        ("Gt", "five", ["4"], False),
        ("Gt", "5.5", ["4"], False),
        ("Gt", None, ["4"], False),
        ("Gt", "9223372036854775808", ["1"], False),
        ("Lt", "3", ["4"], True),
        ("Lt", "4", ["4"], False),
        ("Lt", "", ["4"], False),
        ("Near", "a", ["a"], False),
    ],
)
def test_operators(operator, actual, values, expected):
    assert holds(operator, actual, values) is expected


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("a key", "v"),
        ("-a", "v"),
        ("UPPER.example/-", "v"),
        ("k", "no spaces"),
        ("k" * 64, "v"),
    ],
)
def test_an_expression_that_is_not_well_formed_never_holds(key, value):
    assert not look(
        {"key": key, "operator": "In", "values": [value]}, {key: value}
    ).holds
    assert not look({"key": key, "operator": "NotIn", "values": [value]}, {}).holds


def test_an_expression_tells_what_it_met():
    met = look({"key": "disk", "operator": "In", "values": ["ssd"]}, {"disk": "hdd"})
    assert (met.key, met.operator, met.values, met.actual, met.holds) == (
        "disk",
        "In",
        ("ssd",),
        "hdd",
        False,
    )


NODE = {"metadata": {"name": "node1", "labels": {"disk": "ssd"}}}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"key": "metadata.name", "operator": "In", "values": ["node1"]}, True),
        ({"key": "metadata.name", "operator": "NotIn", "values": ["node1"]}, False),
        ({"key": "metadata.name", "operator": "NotIn", "values": ["node2"]}, True),
        (
            {"key": "metadata.name", "operator": "In", "values": ["node1", "node2"]},
            False,
        ),
        ({"key": "metadata.name", "operator": "Exists"}, False),
        ({"key": "metadata.uid", "operator": "In", "values": ["node1"]}, False),
    ],
)
def test_fields_know_only_the_name(expression, expected):
    assert look_at_field(expression, NODE).holds is expected


SSD = {"key": "disk", "operator": "In", "values": ["ssd"]}
GPU = {"key": "gpu", "operator": "Exists"}
NAMED = {"key": "metadata.name", "operator": "In", "values": ["node1"]}


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ({"matchExpressions": [SSD]}, True),
        ({"matchExpressions": [SSD, GPU]}, False),
        ({"matchExpressions": [SSD], "matchFields": [NAMED]}, True),
        ({"matchFields": [NAMED]}, True),
        ({}, False),
        ({"matchExpressions": []}, False),
    ],
)
def test_all_of_a_term_must_hold_and_an_empty_one_never_does(term, expected):
    assert term_matches(look_at_term(term, NODE)) is expected
    assert any_term_matches([{}, term], NODE) is expected


def test_no_affinity_is_not_the_same_as_no_terms():
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    assert required_terms({}) is None
    assert required_terms({"affinity": {"nodeAffinity": {}}}) is None
    assert (
        required_terms(
            {"affinity": {"nodeAffinity": {required: {"nodeSelectorTerms": []}}}}
        )
        == []
    )


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({}, True),
        (None, True),
        ({"matchLabels": {"app": "a"}}, True),
        ({"matchLabels": {"app": "b"}}, False),
        (
            {
                "matchLabels": {"app": "a"},
                "matchExpressions": [{"key": "old", "operator": "DoesNotExist"}],
            },
            True,
        ),
        (
            {
                "matchExpressions": [
                    {"key": "app", "operator": "NotIn", "values": ["a"]}
                ]
            },
            False,
        ),
    ],
)
def test_label_selectors(selector, expected):
    assert selector_matches(selector, {"app": "a"}) is expected
    assert (
        all(met.holds for met in look_at_selector(selector, {"app": "a"})) is expected
    )


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"key": "k", "operator": "Equal", "value": "v", "effect": "NoSchedule"}, True),
        ({"key": "k", "value": "v"}, True),
        ({"key": "k", "value": "w"}, False),
        ({"key": "k", "operator": "Exists"}, True),
        ({"operator": "Exists"}, True),
        ({"operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "other", "operator": "Exists"}, False),
        ({"key": "k", "operator": "Near", "value": "v"}, False),
    ],
)
def test_tolerations(toleration, expected):
    taint = {"key": "k", "value": "v", "effect": "NoSchedule"}
    assert tolerates(toleration, taint) is expected
    assert (judge_taint(taint, [toleration]).toleration is toleration) is expected


def test_only_taints_of_the_asked_effects_count():
    verdicts = [
        judge_taint({"key": e, "effect": e}, [])
        for e in ("NoSchedule", "NoExecute", "PreferNoSchedule")
    ]
    assert [
        taint["key"] for taint in untolerated(verdicts, "NoSchedule", "NoExecute")
    ] == ["NoSchedule", "NoExecute"]


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("app=a", {"app": "a"}, True),
        ("app==a,tier!=x", {"app": "a"}, True),
        ("app!=a", {"app": "a"}, False),
        ("tier in (core, edge)", {"tier": "edge"}, True),
        ("tier notin (core,edge)", {"tier": "edge"}, False),
        ("tier notin (core)", {}, True),
        ("tier", {"tier": ""}, True),
        ("!tier", {"tier": ""}, False),
        ("! tier , app = a", {"app": "a"}, True),
        ("app=", {"app": ""}, True),
        ("tier in ()", {"tier": ""}, True),
        ("tier in (a,)", {"tier": ""}, True),
        ("rank>1", {"rank": "2"}, True),
        ("rank < 2", {"rank": "2"}, False),
        ("", {}, True),
    ],
)
def test_selector_strings(text, found, expected):
    assert selector_matches(parse_selector(text), found) is expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("app=a b", "found 'b', expected: ',' or 'end of string'"),
        ("a,,b", "found ',', expected: identifier after ','"),
        ("=a", "found '=', expected: !, identifier, or 'end of string'"),
        ("!a=b", "found '=', expected: ',' or 'end of string'"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
        ("a=(b)", "unable to parse requirement: found '(', expected: identifier"),
        ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        (
            "a in (=)",
            "unable to parse requirement: found '=', expected: ',', ')' or identifier",
        ),
        (
            "in (a)",
            "unable to parse requirement: found '(', expected: in, notin, =, ==, !=, gt, lt",
        ),
    ],
)
def test_what_is_no_selector_is_refused_in_go_s_words(text, told):
    with pytest.raises(ValueError) as refused:
        parse_selector(text)
    assert str(refused.value) == told
