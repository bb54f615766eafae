"""A learner's mistakes are answered with one sentence, without a traceback."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from k8slearn import Cluster
from k8slearn.course.gallery import exhibit
from k8slearn.course.glossary import glossary
from k8slearn.course.questions import question
from k8slearn.kinds import resource
from k8slearn.lesson import exercise, manifest
from k8slearn.mistakes import CallersMistake, UnknownNameError, WrongValueError
from k8slearn.rehearsal import rehearse

CASES: dict[str, tuple[type[Exception], Any]] = {
    "an exercise": (KeyError, lambda: exercise("nothing")),
    "a student's own": (
        ValueError,
        lambda: exercise("ops-drain", student="王小明"),
    ),
    "a question": (KeyError, lambda: question("nothing")),
    "an exhibit": (KeyError, lambda: exhibit("nothing")),
    "a group of words": (KeyError, lambda: glossary("nothing")),
    "a manifest": (KeyError, lambda: manifest("nothing")),
    "a kind": (KeyError, lambda: resource("nothing")),
    "a label": (ValueError, lambda: Cluster(1).label("node1", "disk=ssd")),
    "a taint": (ValueError, lambda: Cluster(1).taint("node1", "a=b")),
    "a component": (ValueError, lambda: Cluster(1).stop_controller("nothing")),
    "a container's words": (
        ValueError,
        lambda: Cluster(1, kubelet="auto").behave("dance", selector="a=b"),
    ),
    "no real kubelet": (ValueError, lambda: Cluster(1).set_usage("node1", disk="1Gi")),
    "a rehearsal": (ValueError, lambda: rehearse(Cluster(1))),
}


@pytest.mark.parametrize("case", CASES)
def test_the_sentence_is_all_that_is_shown(case: str, capsys: Any) -> None:
    kind, call = CASES[case]
    with pytest.raises(kind) as met:
        call()
    assert isinstance(met.value, CallersMistake)
    shell = InteractiveShell.instance()
    shell.showtraceback((met.type, met.value, met.tb))
    shown = capsys.readouterr()
    assert (shown.out + shown.err).strip() == str(met.value)


def test_they_are_what_python_calls_them() -> None:
    assert issubclass(WrongValueError, ValueError)
    # Without the quotes that a KeyError puts around its message.
    assert str(UnknownNameError("没有 a")) == "没有 a"
