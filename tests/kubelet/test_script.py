"""Parsing scripts of behaviour."""

import pytest

from k8slearn.kubelet.script import (
    NEVER,
    Run,
    Span,
    annotated,
    container_words,
    parse_script,
)

MI = 2**20


def test_nothing_said_runs_for_ever_and_ends_soon_after_sigterm():
    script = parse_script("")
    assert script.run(0) == Run(0, NEVER)
    assert (script.term_after, script.term_code) == (0.1, 0)


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("exit=1@5", "runs", (Run(1, 5.0),)),
        ("exit=oom@3", "runs", (Run(137, 3.0, oom=True),)),
        ("seq=1@2,0@4,run", "runs", (Run(1, 2.0), Run(0, 4.0), Run())),
        ("term=2/3", "term_code", 3),
        ("term=never", "term_after", NEVER),
        ("start-error", "error", "start"),
        ("run mem=200Mi", "memory", 200 * MI),
        ("cpu=250m", "cpu", 250),
        ("leak=5Mi/10", "leak", (5 * MI, 10.0)),
        ("fill=/data:30Mi", "fill", ("/data", 30 * MI)),
        ("msg=the disk is full", "message", "the disk is full"),
        ("exit=1@2 log=bye bye", "last_line", "bye bye"),
        ("log@3=half way; exit=1@5", "lines", ((3.0, "half way"),)),
        ("log-every=10:tick", "every", (10.0, "tick")),
        ("ready=after-20", "ready", Span(since=20.0)),
        ("alive=until-60", "alive", Span(until=60.0)),
        ("listen=9200", "listens", 9200),
    ],
)
def test_a_word_means(words, field, value):
    assert getattr(parse_script(words), field) == value


@pytest.mark.parametrize("words", ["dance", "exit=soon", "ready=maybe", "mem=much"])
def test_a_word_that_nobody_knows_is_refused_by_name(words):
    with pytest.raises(ValueError, match=words.partition("=")[0]):
        parse_script(words)


def test_the_last_of_a_sequence_stays():
    script = parse_script("seq=1@2,run")
    assert [script.run(n).code for n in range(3)] == [1, 0, 0]


def test_what_leaks_grows_step_by_step_and_is_over_its_limit_at_a_known_age():
    script = parse_script("mem=10Mi leak=5Mi/10")
    assert [script.memory_at(age) // MI for age in (0, 9.9, 10, 25)] == [10, 10, 15, 20]
    assert script.age_at(20 * MI) == 30.0


def test_an_annotation_may_speak_of_each_container():
    text = "main: exit=1@5   # crashes\nready=after-3\n"
    assert annotated(text, "main") == "exit=1@5"
    assert annotated(text, "sidecar") == "ready=after-3"


def test_arguments_are_words_only_where_the_image_is_one_of_a_play():
    pod = {"metadata": {}}
    said = {"name": "m", "args": ["exit=1@5"], "image": "play.example/fast:1"}
    assert container_words(pod, said) == "exit=1@5"
    assert container_words(pod, {**said, "image": "busybox"}) == ""
