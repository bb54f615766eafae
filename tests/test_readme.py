"""The README: its links work, it names every lesson, and its commands are one line each."""

import re

from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = set(re.findall(r"\]\(([^)#]+)\)", README))


def test_links_lead_somewhere():
    local = {link for link in LINKS if not link.startswith("http")}
    assert {link for link in local if not (ROOT / link).exists()} == set()


def test_every_lesson_is_listed():
    lessons = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")
    }
    assert {
        link
        for link in LINKS
        if link.endswith(".ipynb") and not link.startswith("http")
    } == lessons


def test_each_command_is_one_line():
    blocks = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    assert [block.count("\n") for block in blocks] == [1, 1, 1]
    assert blocks[0].endswith(".venv/bin/k8slearn site site\n")
    assert blocks[1].endswith(".venv/bin/k8slearn lab\n")
    assert blocks[2].endswith(
        ".venv/bin/python -m pytest --numprocesses 3 --dist loadfile\n"
    )


def test_the_newest_python_it_names_is_the_newest_promised():
    named = re.search(r"到 (3\.\d+)", README)
    assert named
    assert (
        f'Programming Language :: Python :: {named[1]}",\n    "Topic'
        in (ROOT / "pyproject.toml").read_text()
    )
