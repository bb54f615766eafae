"""`k8slearn binder`: the link for mybinder.org, from any form of a git remote."""

from __future__ import annotations

import subprocess

import pytest

from k8slearn import cli
from k8slearn.launch import binder_link
from k8slearn.locale import launch as words

GITEE = "git/https%3A%2F%2Fgitee.com%2Fann%2Fk8slearn.git"


@pytest.mark.parametrize(
    ("address", "repository"),
    [
        ("https://github.com/ann/k8slearn.git", "gh/ann/k8slearn"),
        ("https://github.com/ann/k8slearn", "gh/ann/k8slearn"),
        ("https://ann:token@github.com/ann/k8slearn.git/", "gh/ann/k8slearn"),
        ("git@github.com:ann/k8slearn.git", "gh/ann/k8slearn"),
        ("github.com:ann/k8slearn.git", "gh/ann/k8slearn"),
        ("ssh://git@GitHub.com:22/ann/k8slearn.git", "gh/ann/k8slearn"),
        ("git://github.com/ann/k8slearn", "gh/ann/k8slearn"),
        ("https://gitlab.com/group/sub/k8slearn.git", "gl/group%2Fsub%2Fk8slearn"),
        ("git@gitlab.com:ann/k8slearn.git", "gl/ann%2Fk8slearn"),
        ("https://gitee.com/ann/k8slearn.git", GITEE),
        ("git@gitee.com:ann/k8slearn.git", GITEE),
        ("ssh://git@gitee.com/ann/k8slearn", GITEE),
        (
            "https://codeberg.org/ann/k8slearn",
            "git/https%3A%2F%2Fcodeberg.org%2Fann%2Fk8slearn.git",
        ),
    ],
)
def test_a_link_for_each_form_of_a_remote(address, repository):
    link = binder_link.link_of(address)
    start = f"https://mybinder.org/v2/{repository}/HEAD?"
    assert link == f"{start}urlpath=lab/tree/notebooks/00_start.ipynb"


@pytest.mark.parametrize(
    "address",
    [
        "/srv/k8slearn",
        "../k8slearn",
        "C:\\k8slearn",
        "file:///srv/k8slearn.git",
        "git@gitserver:ann/k8slearn.git",
        "https://git.corp.local/ann/k8slearn",
        "https://192.168.1.4/ann/k8slearn",
        "https://github.com/",
    ],
)
def test_what_binder_cannot_reach_is_said_in_a_sentence(address):
    with pytest.raises(binder_link.NoLinkError, match="Binder 打不开"):
        binder_link.link_of(address)


def git(folder, *arguments):
    subprocess.run(["git", "-C", str(folder), *arguments], check=True)


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "-q")
    return tmp_path


def test_a_link_and_a_badge_are_printed(repository, capsys):
    git(repository, "remote", "add", "mirror", "git@gitee.com:ann/k8slearn.git")
    assert cli.main(["binder", str(repository)]) == 0
    assert f"https://mybinder.org/v2/{GITEE}/HEAD" in capsys.readouterr().out
    git(repository, "remote", "add", "origin", "git@github.com:ann/k8slearn.git")
    assert cli.main(["binder", str(repository)]) == 0
    said = capsys.readouterr().out
    assert said.count("https://mybinder.org/v2/gh/ann/k8slearn/HEAD?") == 2
    assert f"[![{words.BINDER_BADGE}](https://mybinder.org/badge_logo.svg)](" in said
    assert cli.main(["binder", str(repository), "--remote", "mirror"]) == 0
    assert GITEE in capsys.readouterr().out


def test_without_a_remote_it_says_so(repository, tmp_path, capsys):
    assert cli.main(["binder", str(repository)]) == 2
    said = capsys.readouterr()
    assert said.out == "" and "没有 git 远端" in said.err
    assert cli.main(["binder", str(tmp_path / "nowhere")]) == 2
    assert "没有 git 远端" in capsys.readouterr().err
    git(repository, "remote", "add", "origin", "https://me:secret@host/ann/k8slearn")
    assert cli.main(["binder", str(repository), "--remote", "mirror"]) == 2
    assert capsys.readouterr().err == "没有叫 mirror 的远端，有的是：origin。\n"
    assert cli.main(["binder", str(repository)]) == 2
    assert "secret" not in capsys.readouterr().err
