"""The command `k8slearn rehearse`."""

import json
import sys

import pytest

from k8slearn import Cluster
from k8slearn.cli import main
from tests.support.dumps import listed, write
from tests.support.helpers import daemon_set

IMAGE = ["--image", "ds/agent=agent:2"]


@pytest.fixture(scope="module")
def dump(tmp_path_factory):
    cluster = Cluster(3)
    cluster.apply(daemon_set())
    cluster.run_until_quiet()
    return write(tmp_path_factory.mktemp("dump") / "dump.yaml", listed(cluster))


@pytest.fixture
def rehearse(dump, capsys):
    """Run the command on the dump: exit status, stdout, stderr."""

    def run(*arguments, file=dump):
        status = main(["rehearse", str(file), *arguments])
        return status, *capsys.readouterr()

    return run


def test_the_table_goes_to_stdout_and_nothing_to_a_stderr_that_is_no_terminal(rehearse):
    status, out, err = rehearse(*IMAGE, "--max-unavailable", "1,50%", "--on-delete")
    assert (status, err) == (0, "")
    assert "maxUnavailable 50%（2 个）" in out and "OnDelete" in out
    assert "该用哪一种" in out and "没有向真实集群发送任何请求" in out


def test_without_a_limit_its_own_and_the_usual_ones_are_compared(rehearse):
    status, out, _ = rehearse(*IMAGE)
    assert status == 0 and "maxUnavailable 1 " in out


def test_json_is_all_that_stdout_has(rehearse):
    status, out, _ = rehearse(*IMAGE, "--surge", "1", "--json")
    [limit] = json.loads(out)["limits"]
    assert status == 0 and limit["limit"] == "maxSurge 1" and limit["mostAway"] == 0


def test_the_page_is_written_and_said_where(rehearse, tmp_path):
    page = tmp_path / "r.html"
    status, out, err = rehearse(*IMAGE, "--limits", "1,surge=1", "--html", str(page))
    assert status == 0 and str(page) in err and "maxSurge 1" in out
    assert "maxSurge 1" in page.read_text(encoding="utf-8")


def test_what_stands_still_has_a_status_of_its_own(rehearse, tmp_path):
    wish = {"requests": {"cpu": "1000"}}
    container = {"name": "main", "image": "agent:2", "resources": wish}
    new = write(tmp_path / "new.yaml", daemon_set(pod={"containers": [container]}))
    status, out, _ = rehearse("--apply", str(new), "--max-unavailable", "1")
    assert status == 1 and "卡住" in out and "cpu" in out


@pytest.mark.parametrize(
    "arguments, told",
    [
        ([], "二选一"),
        ([*IMAGE, "--apply", "x.yaml"], "二选一"),
        (
            ["--image", "ds/agnt=a:2"],
            "没有名为 agnt 的 DaemonSet。有的是：default/agent",
        ),
        (["--apply", "/no/such.yaml"], "读不了 /no/such.yaml：没有这个文件"),
        (["--apply", "/"], "这是一个文件夹"),
        ([*IMAGE, "--max-unavailable", "0"], "不能都是 0"),
        ([*IMAGE, "--max-unavailable", "0", "--surge", "0%"], "不能都是 0"),
        ([*IMAGE, "--max-unavailable", "1", "--surge", "1"], "--limits 1,surge=1"),
        ([*IMAGE, "--max-unavailable", "many"], "要写成个数"),
        ([*IMAGE, "--limits", "1,0"], "不能都是 0"),
    ],
)
def test_what_cannot_be_rehearsed_is_one_sentence(rehearse, arguments, told):
    status, out, err = rehearse(*arguments)
    assert (status, out) == (2, "")
    assert told in err and err.count("\n") == 1


def test_zero_of_one_limit_is_how_the_other_is_written(rehearse):
    status, out, _ = rehearse(*IMAGE, "--max-unavailable", "0", "--surge", "1")
    assert status == 0 and "maxSurge 1" in out


def test_on_delete_needs_a_choice(rehearse, tmp_path):
    cluster = Cluster(1)
    cluster.apply(daemon_set(updateStrategy={"type": "OnDelete"}))
    cluster.run_until_quiet()
    file = write(tmp_path / "dump.yaml", listed(cluster))
    status, _, err = rehearse(*IMAGE, file=file)
    assert status == 2 and "--on-delete" in err and "--max-unavailable 1" in err
    assert rehearse(*IMAGE, "--on-delete", file=file)[0] == 0


@pytest.mark.parametrize("text", ["", "kind: [", "just words"])
def test_a_file_that_is_no_dump_is_told(rehearse, tmp_path, text):
    file = tmp_path / "dump.yaml"
    file.write_text(text)
    status, out, err = rehearse(*IMAGE, file=file)
    assert (status, out) == (2, "") and str(file) in err
    assert rehearse(*IMAGE, file=tmp_path / "none.yaml")[0] == 2


def test_a_page_that_cannot_be_written_is_told(rehearse, tmp_path):
    page = tmp_path / "no" / "r.html"
    status, out, err = rehearse(*IMAGE, "--limits", "1", "--html", str(page))
    # What was found is not lost.
    assert status == 2 and "该用哪一种" in out and f"写不了 {page}" in err


def test_progress_is_shown_on_a_terminal_and_wiped_away(rehearse, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    _, out, err = rehearse(*IMAGE, "--limits", "1")
    assert "演练 maxUnavailable 1：7/8" in err and err.endswith("\r\x1b[K")
    assert "演练 maxUnavailable 1：" not in out


def test_ctrl_c_keeps_what_is_done(rehearse, monkeypatch):
    from k8slearn.rehearsal import rehearsing

    calls = []
    done = rehearsing.cost

    def cost(setting, choice, fault):
        calls.append(fault)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return done(setting, choice, fault)

    monkeypatch.setattr(rehearsing, "cost", cost)
    status, out, _ = rehearse(*IMAGE, "--limits", "1,2")
    assert status == 130 and "还没有演练的是 maxUnavailable 2" in out
    assert "maxUnavailable 1 " in out


def test_ctrl_c_before_the_first_run_is_told_in_a_sentence(rehearse, monkeypatch):
    def load(*paths, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(Cluster, "load", load)
    status, out, err = rehearse(*IMAGE)
    assert (status, out) == (130, "") and "还没有一种做法演练完" in err
