"""The lab that runs in a page: Python for the browser, the model and the page that starts them, as files."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from html import escape
from importlib.metadata import distribution
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from k8slearn.launch import lessons
from k8slearn.locale import launch
from k8slearn.locale import page as words

# One version, tried: another may have another Python.
PYODIDE = "314.0.7"
LIBRARY = "python_stdlib.zip"
CORE = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    LIBRARY,
    "pyodide-lock.json",
)
FOLDER = "_static/run"
# Not .gz: for that ending some servers tell the browser to unpack the file itself.
MODEL = "model.gzip"
PACKAGE = lessons.PACKAGE
# What a page never imports: commands, the server, records of a real cluster, matplotlib's ink.
LEFT_OUT = (
    "launch",
    "parity",
    "http",
    "cli.py",
    "view/ink/painter.py",
    "view/ink/artists.py",
    "view/ink/stills.py",
    "view/ink/frames.py",
    "view/ink/timeline.py",
    "view/ink/traffic.py",
    "view/availability.py",
    "view/traffic.py",
)
LESSONS = "course/lessons"
KEPT = ("http/__init__.py", "http/absent.py")
NOT_DATA = (".otf", ".pyc", ".html.orig")
# Pure Python: the parts of these that are compiled have a second form that is not.
LIBRARIES = {"yaml": "pyyaml", "jinja2": "jinja2", "markupsafe": "markupsafe"}
# The lesson on reconciling changes a copy of these by their source.
WITH_SOURCE = "k8slearn/controllers/"
# Of Python's own library: what cannot work in a page (processes, servers, sockets), and tools for developers.
NOT_FOR_PAGES = (
    "_pyio.py",
    "_pydatetime.py",
    "_pyrepl",
    "ctypes",
    "doctest.py",
    "email",
    "ftplib.py",
    "http",
    "imaplib.py",
    "mailbox.py",
    "modulefinder.py",
    "multiprocessing",
    "optparse.py",
    "pdb.py",
    "pickletools.py",
    "plistlib.py",
    "poplib.py",
    "profile.py",
    "pstats.py",
    "pydoc.py",
    "smtplib.py",
    "socketserver.py",
    "sqlite3",
    "tarfile.py",
    "trace.py",
    "tracemalloc.py",
    "unittest",
    "wave.py",
    "wsgiref",
    "xml",
    "xmlrpc",
)
# The text encodings that a page needs: all text is Unicode, and the names in an archive are cp437.
ALPHABETS = ("__", "aliases", "ascii", "charmap", "cp437", "latin_1", "unicode", "utf_")
# The size of the download, which the page names before it begins.
MEGABYTES = 8


class NoPyodideError(Exception):
    """Pyodide can be neither found nor downloaded."""


def add(site: Path, pyodide: Path | None, work: Path) -> None:
    """Put the running lab into a site. Raises NoPyodideError."""
    core = pyodide or fetched(work)
    absent = [name for name in CORE if not (core / name).is_file()]
    if absent:
        raise NoPyodideError(f"{core}: {', '.join(absent)}")
    folder = site / FOLDER
    (folder / "pyodide").mkdir(parents=True)
    for name in CORE:
        shutil.copy(core / name, folder / "pyodide")
    shutil.copy(PACKAGE / "page" / "run.js", folder)
    library = folder / "pyodide" / LIBRARY
    model = work / "model.zip"
    work.mkdir(parents=True, exist_ok=True)
    write_library(core / LIBRARY, library)
    write_model(model)
    compile_archives(core, library, model)
    pack(model, folder / MODEL)
    front = site / "index.html"
    back = ""
    if front.is_file():
        back = f'<p class="k8s-back-link"><a href="index.html">{words.BACK}</a></p>'
    page = _template("run.html").format(title=words.TITLE, back=back, offer=offer())
    (site / "run.html").write_text(page, encoding="utf-8")
    # Imported here: the other commands need no lesson.
    from k8slearn.course import bank

    for path in site.glob("*.html"):
        if path.stem in bank.lessons():
            add_below_title(path, offer(path.stem))
    if front.is_file():
        link = f'<p><a class="k8s-run-link" href="run.html">{words.OPEN}</a></p>'
        add_below_title(front, link)


def add_below_title(path: Path, html: str) -> None:
    """Insert `html` below the title of a page that Sphinx has made."""
    page = path.read_text(encoding="utf-8")
    # The theme repeats the title above the article, for printing.
    above, article, body = page.partition("<article")
    head, title_end, rest = body.partition("</h1>")
    path.write_text(f"{above}{article}{head}{title_end}{html}{rest}", encoding="utf-8")


def fetched(work: Path) -> Path:
    """The folder of Pyodide's core, downloaded with npm into `work`. Raises NoPyodideError."""
    npm = shutil.which("npm")
    if npm is None:
        raise NoPyodideError("npm")
    command = [npm, "pack", "--silent", f"pyodide@{PYODIDE}"]
    work.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, cwd=work, capture_output=True, text=True)
    packed = work / f"pyodide-{PYODIDE}.tgz"
    if done.returncode or not packed.is_file():
        raise NoPyodideError(done.stderr.strip()[-300:] or "npm")
    with tarfile.open(packed) as archive:
        archive.extractall(work, filter="data")
    return work / "package"


def write_model(target: Path) -> None:
    """Write the package and the libraries that it needs as one archive."""
    # Imported here: the other commands need no lesson.
    from k8slearn.course import bank

    read = json.dumps(bank.lessons(), ensure_ascii=False)
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(page_package_files()):
            archive.write(path, f"k8slearn/{path.relative_to(PACKAGE)}")
        archive.writestr(f"k8slearn/{LESSONS}/{bank.READ}", read)
        for module, name in LIBRARIES.items():
            for path, place in page_library_files(module, name):
                archive.write(path, place)


def write_library(source: Path, target: Path) -> None:
    """Write Python's own library without what no page needs."""
    with ZipFile(source) as given, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in given.namelist():
            first, _, inner = name.partition("/")
            if first in NOT_FOR_PAGES:
                continue
            if first != "encodings" or inner.startswith(ALPHABETS):
                archive.writestr(name, given.read(name), compresslevel=9)


def pack(archive: Path, target: Path) -> None:
    """Compress an archive as a whole instead of file by file: a fifth smaller, since the files are much alike."""
    whole = BytesIO()
    with ZipFile(archive) as given, ZipFile(whole, "w", ZIP_STORED) as stored:
        for entry in given.infolist():
            stored.writestr(entry, given.read(entry), ZIP_STORED)
    # Without a date, so that the same model is the same file.
    target.write_bytes(gzip.compress(whole.getvalue(), 9, mtime=0))


def compile_archives(core: Path, *archives: Path) -> None:
    """Compile the archives' Python files in place for the browser's Python: compiling took half of the start."""
    node = shutil.which("node")
    if node is None:
        # The lab works without it, it only starts more slowly.
        print(launch.SITE_NO_NODE)
        return
    folder = PACKAGE / "launch"
    script = [folder / "bytecode.mjs", core.absolute(), folder / "bytecode.py"]
    done = subprocess.run(
        [node, *script, WITH_SOURCE, *archives], capture_output=True, text=True
    )
    if done.returncode:
        raise NoPyodideError(done.stderr.strip()[-300:])


def page_package_files() -> Iterator[Path]:
    """The package's files that a page needs."""
    for path in PACKAGE.rglob("*"):
        place = path.relative_to(PACKAGE).as_posix()
        left_out = any(
            place == each or place.startswith(f"{each}/") for each in LEFT_OUT
        )
        if not path.is_file() or "__pycache__" in path.parts or path.suffix in NOT_DATA:
            continue
        if path.suffix == ".yaml" and place.startswith(LESSONS):
            # They come as one file, which stands for all of them.
            continue
        if not left_out or place in KEPT:
            yield path


def page_library_files(module: str, name: str) -> Iterator[tuple[Path, str]]:
    """A library's Python files and its licences, each with its path in the archive."""
    spec = find_spec(module)
    assert spec is not None and spec.origin is not None
    folder = Path(spec.origin).parent
    for path in sorted(folder.rglob("*.py")):
        yield path, f"{module}/{path.relative_to(folder)}"
    for file in distribution(name).files or ():
        if "licen" in file.name.lower():
            yield Path(str(file.locate())), f"licenses/{module}.txt"


def draw_still() -> str:
    """The SVG picture that is shown until the button is pressed."""
    # Imported here: the other commands need nothing of the lab.
    from k8slearn.page.situation import World, begin
    from k8slearn.view.ink.svg import svg
    from k8slearn.view.story import told_scene

    cluster = begin(World()).cluster
    return svg(told_scene(cluster, (), time=cluster.now))


def offer(lesson: str = "") -> str:
    """The HTML of the button for a page of the site; without a `lesson`, with a still picture below it."""
    # Inline: an image in a file of its own could not use the page's fonts.
    still = f'<div class="k8s-run-still">{draw_still()}</div>'
    return _template("offer.html").format(
        start=words.START,
        starting=words.STARTING,
        failed=escape(words.FAILED),
        about=words.ABOUT.format(size=MEGABYTES),
        no_script=words.NO_SCRIPT,
        no_file=json.dumps(words.NO_FILE, ensure_ascii=False),
        too_old=json.dumps(words.TOO_OLD, ensure_ascii=False),
        still="" if lesson else still,
        lesson=lesson,
    )


def _template(name: str) -> str:
    return (PACKAGE / "page" / name).read_text(encoding="utf-8")
