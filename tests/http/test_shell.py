"""The shell that `kubectl exec -it` and `kubectl run -it` open: keys in, a screen out."""

import pytest

from k8slearn.cluster import Cluster
from k8slearn.http.exec import enter, execute
from k8slearn.http.exec.shell import PROMPT, Copying, Output, Shell
from k8slearn.http.request import parse
from k8slearn.http.types import Request
from tests.support.helpers import bare_pod

EXEC = "/api/v1/namespaces/default/pods/bare/exec"


@pytest.fixture(scope="module")
def cluster():
    found = Cluster(1, kubelet="instant")
    found.create(bare_pod(nodeName="node1"))
    found.run_until_quiet()
    return found


@pytest.fixture(scope="module")
def look(cluster):
    info = parse(Request("GET", EXEC, "command=sh"))
    return lambda: enter(cluster.control_plane, info)


KEYS = {
    "a command": ("hostname\r", f"hostname\r\nbare\r\n{PROMPT}", None),
    "a key taken back": ("lss\x7f\r", "lss\b \b\r\n", None),
    "nothing to take back": ("\x7f", "", None),
    "an arrow": ("\x1b[Aecho a\r", f"echo a\r\na\r\n{PROMPT}", None),
    "given up": ("abc\x03", f"abc^C\r\n{PROMPT}", None),
    "the end": ("\x04", "", 0),
    "exit": ("exit 3\r", "exit 3\r\n", 3),
    "as the last command": ("cat /no\rexit\r", "exit\r\n", 1),
    "nothing after it": ("exit\rhostname\r", "exit\r\n", 0),
}


@pytest.mark.parametrize("case", KEYS)
def test_what_a_terminal_shows(look, case):
    keys, shown, code = KEYS[case]
    shell = Shell(look, terminal=True)
    assert shell.begin().out == PROMPT
    found = shell.feed(keys)
    assert shown in found.out and not found.error
    assert shell.code == code


def test_a_script_is_read_line_by_line(look):
    shell = Shell(look, terminal=False)
    assert shell.begin().out == ""
    first = shell.feed("echo a\n# a comment\n\nho")
    assert (first.out, first.error) == ("a\n", "")
    assert shell.feed("stname\nls | wc\n").error.startswith("sh: ")
    assert shell.feed("echo b").out == ""
    assert shell.end_of_input().out == "b\n" and shell.code == 0


COPIED = {
    "what comes in goes out": (False, "a\nb", Output("a\nb"), None),
    "a line at a terminal": (True, "ab\x7fc\r", Output("ab\b \bc\r\nac\r\n"), None),
    "the end of the line": (True, "a\r\x04", Output("a\r\na\r\n"), 0),
    "given up": (True, "a\x03", Output("a^C\r\n"), 130),
}


@pytest.mark.parametrize("case", COPIED)
def test_a_copy_of_what_is_typed(look, case):
    terminal, keys, shown, code = COPIED[case]
    copying = Copying(look, terminal=terminal)
    assert copying.begin() == Output()
    assert copying.feed(keys) == shown
    assert copying.code == code


def test_a_copy_ends_with_its_input(look):
    copying = Copying(look, terminal=False)
    assert (copying.end_of_input(), copying.code) == (Output(), 0)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("command=cat&stdin=true", Copying),
        ("command=/bin/cat&command=-&stdin=true", Copying),
        ("command=cat", type(None)),
        ("command=cat&command=/etc/hosts&stdin=true", type(None)),
        ("command=sh&stdin=true", Shell),
    ],
)
def test_who_reads_what_is_typed(cluster, query, kind):
    info = parse(Request("GET", EXEC, query))
    session = execute(cluster.control_plane, info)
    assert type(session.shell) is kind
