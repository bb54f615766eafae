"""A notebook's `!` gets what a program wrote just before its end."""

from __future__ import annotations

import subprocess
import sys

import pexpect
import pytest

from k8slearn.http.pexpect_mended import asked_again, mend_pexpect


class Gone(Exception):
    """There is no more."""


def reading(*answers):
    """A fake read function that returns one answer after the other."""
    left = iter(answers)

    def read(self, size=1, timeout=-1):
        answer = next(left)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return read


def test_what_came_between_the_wait_and_the_end_is_read():
    read = asked_again(reading(Gone(), b"node/node1\r\n", Gone(), Gone()), Gone)
    assert read(None) == b"node/node1\r\n"
    with pytest.raises(Gone):
        read(None)


# The state of a kernel in which no `!` was used yet.
FRESH = """
import IPython
from k8slearn import Cluster
server = Cluster(1).serve()
import pexpect
assert hasattr(pexpect.spawn.read_nonblocking, "__wrapped__")
server.stop()
"""


def test_a_kernel_that_has_run_no_command_yet_is_mended():
    subprocess.run([sys.executable, "-c", FRESH], check=True, timeout=60)


def test_pexpect_is_mended_once_and_reads_as_before():
    mend_pexpect()
    mended = pexpect.spawn.read_nonblocking
    mend_pexpect()
    assert pexpect.spawn.read_nonblocking is mended
    child = pexpect.spawn("/bin/sh", ["-c", "echo one; echo two"])
    child.expect(pexpect.EOF)
    assert child.before == b"one\r\ntwo\r\n"
    child.close()
    assert child.exitstatus == 0
