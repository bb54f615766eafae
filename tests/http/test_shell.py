"""The shell that `kubectl exec -it` and `kubectl run -it` open: keys in, a screen out."""

import pytest

from k8slearn.cluster import Cluster
from k8slearn.http.exec import enter
from k8slearn.http.exec.shell import PROMPT, Shell
from k8slearn.http.request import parse
from k8slearn.http.types import Request
from tests.support.helpers import bare_pod

EXEC = "/api/v1/namespaces/default/pods/bare/exec"


@pytest.fixture(scope="module")
def look():
    cluster = Cluster(1, kubelet="instant")
    cluster.create(bare_pod(nodeName="node1"))
    cluster.run_until_quiet()
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
