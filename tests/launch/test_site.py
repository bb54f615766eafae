"""`k8slearn site`: a page for each lesson, links between pages, no requests to other servers, Chinese search."""

from __future__ import annotations

import gzip
import json
import random
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from k8slearn import cli
from k8slearn.course import bank
from k8slearn.course.exercise_words import exercise_words
from k8slearn.launch import browser_lab, site, site_source
from k8slearn.lesson import exercise_keys, question, question_keys
from k8slearn.locale import course as course_words
from k8slearn.locale import launch as words
from tests.support import pyodide, site_pages
from tests.support.paths import ROOT

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
FETCHED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
}
SMALL = 12_000_000


class Page(HTMLParser):
    """The links of a page, and the files that it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.fetched: set[str] = set()
        self.alternatives: list[str] = []
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a":
            self.links.add(values.get("href") or "")
        if tag == "img":
            self.alternatives.append(values.get("alt") or "")
        if tag in FETCHED or (
            tag == "link" and "stylesheet" in (values.get("rel") or "")
        ):
            self.fetched.add(values.get(FETCHED.get(tag, "href")) or "")


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    return {path.stem: Page(path) for path in site_pages.pages().glob("*.html")}


def index() -> Any:
    text = (site_pages.pages() / "searchindex.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))


def found(words: str) -> set[str]:
    """The pages that have each term of a query, cut as the page's script cuts it."""
    searched = index()
    query = [
        run[at : at + 2]
        for run in re.findall("[\u3400-\u9fff]+", words)
        for at in range(max(1, len(run) - 1))
    ]
    sets = [
        _places(searched["terms"], term) | _places(searched["titleterms"], term)
        for term in query
    ]
    return {searched["docnames"][number] for number in set.intersection(*sets)}


def _places(terms: dict[str, Any], term: str) -> set[int]:
    place = terms.get(term, [])
    return set(place) if isinstance(place, list) else {place}


def test_every_notebook_is_a_page(pages: dict[str, Page]) -> None:
    assert set(pages) - {"run"} == {*LESSONS, "index", "search"}
    assert (
        words.SITE_MADE.format(pages=len(LESSONS), index="").partition("。")[0]
        in site_pages.said()
    )


def test_the_front_page_leads_to_each(pages: dict[str, Page]) -> None:
    assert {f"{lesson}.html" for lesson in LESSONS} <= pages["index"].links


def test_links_lead_to_pages_and_sections_that_are_there(
    pages: dict[str, Page],
) -> None:
    for name, page in pages.items():
        for link in page.links:
            target, _, place = link.partition("#")
            if target.startswith(("http:", "https:")):
                continue
            assert _file(target or f"{name}.html").is_file(), (name, link)
            there = pages.get(target.removesuffix(".html") or name)
            assert not (place and there) or f'id="{place}"' in there.source, (
                name,
                link,
            )


def test_nothing_is_fetched_from_elsewhere(pages: dict[str, Page]) -> None:
    fetched = {source for page in pages.values() for source in page.fetched if source}
    assert not [source for source in fetched if re.match(r"(https?:)?//", source)]
    missing = [
        source
        for source in fetched
        if not source.startswith("data:") and not _file(source).is_file()
    ]
    assert not missing
    styles = "".join(
        path.read_text(encoding="utf-8") for path in site_pages.pages().rglob("*.css")
    )
    assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", styles)


def _file(source: str) -> Path:
    return site_pages.pages() / source.partition("?")[0]


def test_the_maker_had_nothing_to_complain_of() -> None:
    assert site_pages.complained() == ""


def test_it_is_small() -> None:
    site_files = [path for path in site_pages.pages().rglob("*") if path.is_file()]
    runs = site_pages.pages() / browser_lab.FOLDER
    read = [path for path in site_files if not path.is_relative_to(runs)]
    assert sum(path.stat().st_size for path in read) < SMALL


def test_the_lab_that_runs_is_small_on_the_way() -> None:
    pyodide.needed()
    runs = site_pages.pages() / browser_lab.FOLDER
    packed = [
        len(gzip.compress(path.read_bytes()))
        for path in runs.rglob("*.*")
        if path.is_file()
    ]
    assert 5_000_000 < sum(packed) <= browser_lab.MEGABYTES * 1_000_000


def test_each_lesson_offers_to_run_and_the_front_page_leads_there(
    pages: dict[str, Page],
) -> None:
    pyodide.needed()
    assert "run.html" in pages["index"].links
    for lesson in bank.lessons():
        assert f'data-lesson="{lesson}"' in pages[lesson].source
    assert pages["run"].source.count("k8s-run-place") == 1


def test_the_model_has_what_a_page_needs_and_nothing_that_it_has_not(tmp_path) -> None:
    browser_lab.write_model(tmp_path / "model.zip")
    with ZipFile(tmp_path / "model.zip") as archive:
        names = archive.namelist()
        read = json.loads(archive.read(f"k8slearn/{browser_lab.LESSONS}/{bank.READ}"))
    assert [*read.items()] == [*bank.lessons().items()]
    assert {"k8slearn/page/run.js", "yaml/__init__.py", "licenses/yaml.txt"} <= {*names}
    assert "k8slearn/fonts/advances.json" in names
    assert not [
        name
        for name in names
        if "/launch/" in name or name.endswith((".pyc", ".otf", ".so"))
    ]


def test_nothing_is_left_to_compile_in_a_page() -> None:
    pyodide.needed()
    runs = site_pages.pages() / browser_lab.FOLDER
    with ZipFile(runs / "pyodide" / browser_lab.LIBRARY) as archive:
        library = archive.namelist()
    with gzip.open(runs / browser_lab.MODEL) as packed, ZipFile(packed) as archive:
        model = archive.namelist()
    assert not [name for name in library if name.endswith(".py")]
    assert {"asyncio/tasks.pyc", "encodings/utf_8.pyc"} <= {*library}
    assert not {"xml/__init__.pyc", "encodings/mac_greek.pyc"} & {*library}
    sources = [name for name in model if name.endswith(".py")]
    assert {name.split("/")[1] for name in sources} == {"controllers"}
    assert "k8slearn/page/stage.pyc" in model


def test_the_model_is_packed_as_a_whole_and_always_alike(tmp_path) -> None:
    given = tmp_path / "model.zip"
    with ZipFile(given, "w") as archive:
        for number in range(100):
            archive.writestr(
                f"k8slearn/rule{number}.pyc", random.Random(1).randbytes(500)
            )
    target = tmp_path / browser_lab.MODEL
    browser_lab.pack(given, target)
    # A hundred files that are the same: one of them, and a hundred names.
    assert target.stat().st_size < 10_000
    with gzip.open(target) as packed, ZipFile(packed) as archive:
        assert archive.read("k8slearn/rule7.pyc") == random.Random(1).randbytes(500)
    first = target.read_bytes()
    browser_lab.pack(given, target)
    assert target.read_bytes() == first


def test_without_node_the_lab_comes_as_source_and_that_is_said(
    tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    browser_lab.write_model(tmp_path / "model.zip")
    browser_lab.compile_archives(tmp_path, tmp_path / "model.zip")
    with ZipFile(tmp_path / "model.zip") as archive:
        assert "k8slearn/page/stage.py" in archive.namelist()
    assert words.SITE_NO_NODE in capsys.readouterr().out


def test_why_nothing_could_be_compiled_is_said(tmp_path) -> None:
    pyodide.needed()
    (tmp_path / "pyodide.mjs").write_text("export const loadPyodide = 1;\n")
    with pytest.raises(
        browser_lab.NoPyodideError, match=r"^TypeError: .*not a function"
    ):
        browser_lab.compile_archives(tmp_path)


def test_without_pyodide_the_pages_are_made_and_why_is_said(tmp_path) -> None:
    assert site.add_lab(tmp_path, tmp_path / "nowhere", tmp_path / "work") != ""
    assert not (tmp_path / "run.html").exists()


def test_search_finds_chinese_words_of_any_length() -> None:
    assert "01_what_is_daemonset" in found("污点")
    assert "04_update_strategy" in found("滚动更新")
    assert found("龘") == set()


def test_questions_and_exercises_can_be_read_and_unfolded(
    pages: dict[str, Page],
) -> None:
    everything = unescape("".join(page.source for page in pages.values()))
    asked = [question(key) for key in question_keys() if question(key).lesson in pages]
    given = [
        exercise_words(key)
        for key in exercise_keys()
        if exercise_words(key).lesson in pages
    ]
    assert not [
        one.key
        for one in asked
        for option in one.options
        if option.feedback not in everything
    ]
    assert not [
        one.key for one in given for hint in one.hints if hint not in everything
    ]
    assert course_words.ANSWER_BELOW not in everything


def test_solutions_stay_folded(pages: dict[str, Page]) -> None:
    source = pages["01_what_is_daemonset"].source
    folded = re.search(
        r"<details><summary>参考答案</summary>(.*?)</details>", source, re.DOTALL
    )
    assert folded and 'class="highlight"' in folded[1]


def test_animations_are_there_with_their_script(pages: dict[str, Page]) -> None:
    assert pages["04_update_strategy"].source.count('class="k8s-player"') >= 2


def test_a_folder_with_other_things_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "index.html").write_text("mine")
    assert cli.main(["site", str(tmp_path)]) == 2
    assert (tmp_path / "index.html").read_text() == "mine"
    assert (
        capsys.readouterr().err == words.SITE_NOT_EMPTY.format(folder=tmp_path) + "\n"
    )


def test_what_it_made_itself_it_may_make_again(tmp_path: Path) -> None:
    assert not site.is_somebody_elses(tmp_path / "new")
    assert not site.is_somebody_elses(tmp_path)
    assert not site.is_somebody_elses(site_pages.pages())


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(site, "find_spec", lambda name: None)
    assert cli.main(["site", str(tmp_path / "new")]) == 2
    said = capsys.readouterr().err
    assert re.search(
        r"-m pip install 'myst-nb>=\S+' 'sphinx-book-theme>=\S+' 'sphinx>=\S+'\n", said
    )
    assert not (tmp_path / "new").exists()


def test_each_picture_has_words_for_who_cannot_see_it(pages: dict[str, Page]) -> None:
    told = [alt for lesson in LESSONS for alt in pages[lesson].alternatives]
    assert len(told) > 40
    # Without words Sphinx takes the file's name.
    assert not [alt for alt in told if not re.search("[\u3400-\u9fff]", alt)]


def test_what_was_stored_as_text_is_shown_as_text() -> None:
    output = {"output_type": "execute_result", "data": {"text/plain": "no card"}}
    cell = {
        "cell_type": "code",
        "source": 'quiz("gone")',
        "metadata": {},
        "outputs": [output],
    }
    read = site_source.readable({"cells": [cell], "metadata": {}})
    assert read["cells"][0]["outputs"] == [output]


def test_links_in_outputs_lead_to_pages_too() -> None:
    output = {
        "output_type": "execute_result",
        "data": {"text/html": ['<a href="00_start', '.ipynb">00</a>']},
    }
    cell = {
        "cell_type": "code",
        "source": "progress_page()",
        "metadata": {},
        "outputs": [output],
    }
    read = site_source.readable({"cells": [cell], "metadata": {}})
    assert (
        read["cells"][0]["outputs"][0]["data"]["text/html"]
        == '<a href="00_start.html">00</a>'
    )
