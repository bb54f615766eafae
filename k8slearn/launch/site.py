"""`k8slearn site FOLDER`: the course as a static web page, made by Sphinx from the notebooks' stored outputs."""

import re
import sys
import webbrowser
from argparse import ArgumentParser, Namespace
from importlib.metadata import requires
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from shutil import copytree
from typing import Any

from k8slearn import files
from k8slearn.launch import browser_lab, lessons, lite, site_source
from k8slearn.launch.jupyter import skip_iri_grammars
from k8slearn.locale import launch as words

MODULES = ("sphinx", "myst_nb", "sphinx_book_theme")
# This file marks a folder as ours, which may be overwritten.
MARK = ".k8slearn-site"
# Files that Sphinx writes for other tools.
NOT_NEEDED = (
    "objects.inv",
    ".buildinfo",
    "genindex.html",
    "_static/locales/**/*.*",
    "**/*.map",
)
# Sphinx colours its complaints also where no terminal reads them.
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help=words.SITE_FOLDER_HELP
    )
    parser.add_argument(
        "--pyodide", type=Path, metavar="FOLDER", help=words.SITE_PYODIDE_HELP
    )
    parser.add_argument(
        "--jupyterlite", action="store_true", help=words.SITE_JUPYTERLITE_HELP
    )
    parser.add_argument(
        "--public-pyodide", action="store_true", help=words.SITE_PUBLIC_HELP
    )
    parser.add_argument("--open", action="store_true", help=words.SITE_OPEN_HELP)


def run(arguments: Namespace) -> int:
    """Make the pages in the wanted folder and print Sphinx' warnings; 2 when it cannot be done."""
    folder = arguments.folder.absolute()
    public = arguments.public_pyodide
    with_jupyter = arguments.jupyterlite or public
    if needs := lacking(with_jupyter):
        told = words.SITE_NEEDS.format(python=sys.executable, names=needs)
        print(told, file=sys.stderr)
        return 2
    if is_somebody_elses(folder):
        print(words.SITE_NOT_EMPTY.format(folder=folder), file=sys.stderr)
        return 2
    try:
        pages, complaints, absent = make(
            lessons.source_folder(), folder, arguments.pyodide, with_jupyter, public
        )
    except lite.NoLiteError as error:
        print(words.SITE_NO_JUPYTERLITE.format(why=error), file=sys.stderr)
        return 2
    print(complaints, file=sys.stderr, end="")
    print(words.SITE_MADE.format(pages=len(pages), index=folder / "index.html"))
    if absent:
        print(words.SITE_NO_PYODIDE.format(why=absent))
        # A running lab was asked for explicitly: without it the command fails.
        if arguments.pyodide or with_jupyter:
            return 2
        return 0
    if arguments.open:
        webbrowser.open((folder / "index.html").as_uri())
    return 0


def missing() -> list[str]:
    """The modules of the extra that are not installed."""
    return [name for name in MODULES if find_spec(name) is None]


def lacking(with_jupyter: bool) -> str:
    """Requirements that are missing, as pip takes them; "" when nothing is missing."""
    extras = []
    if missing():
        extras.append("site")
    if with_jupyter and lite.missing():
        extras.append("lite")
    return " ".join(map(wanted, extras))


def wanted(extra: str) -> str:
    """The requirements of an extra of this package, as pip takes them."""
    ours = (line.partition(";") for line in requires("k8slearn") or [])
    return " ".join(
        f"'{need.strip()}'"
        for need, _, when in ours
        if "extra" in when and extra in when
    )


def is_somebody_elses(folder: Path) -> bool:
    """Is there something in the folder that this command did not put there?"""
    if not folder.exists():
        return False
    return not folder.is_dir() or (
        any(folder.iterdir()) and not (folder / MARK).exists()
    )


def make(
    notebooks: Path,
    folder: Path,
    pyodide: Path | None = None,
    with_jupyter: bool = False,
    public: bool = False,
) -> tuple[list[str], str, str]:
    """Make the pages; returns the lessons' names, Sphinx' warnings, and why no lab runs in the pages ("" if one does).

    With `public`, JupyterLab loads its Python from Pyodide's public address. Raises lite.NoLiteError.
    """
    with files.own_folder() as work:
        pages = site_source.write(notebooks, work / "source")
        complaints = build(work / "source", work / "site", work / "doctrees")
        site = work / "site"
        for pattern in NOT_NEEDED:
            for path in list(site.glob(pattern)):
                path.unlink()
        (site / MARK).touch()
        # Without this file GitHub Pages leaves out folders whose names begin with an underscore.
        (site / ".nojekyll").touch()
        core = work / "pyodide"
        absent = add_lab(site, pyodide, core)
        if with_jupyter and not absent:
            whole = pyodide or core / "package"
            lite.add(site, whole, work / "lite", public=public)
        # Copied at the end: a failure leaves the old pages as they were.
        copytree(site, folder, dirs_exist_ok=True)
    complaints = COLOURS.sub("", complaints)
    # The warnings name the learner's files, not their copies in the scratch folder.
    complaints = complaints.replace(str(work / "source"), str(notebooks))
    return pages, complaints, absent


def add_lab(site: Path, pyodide: Path | None, work: Path) -> str:
    """Add the lab that runs in a page to the site; returns why that is impossible, "" when it is done."""
    try:
        browser_lab.add(site, pyodide, work)
    except browser_lab.NoPyodideError as error:
        return str(error)
    return ""


def build(source: Path, target: Path, doctrees: Path) -> str:
    """Run Sphinx, without a conf.py; returns its warnings."""
    # myst_nb imports jsonschema.
    skip_iri_grammars()
    # An extra: `k8slearn site` says what to install where it is missing.
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source,
            None,
            target,
            doctrees,
            "html",
            configuration(),
            status=None,
            warning=warnings,
        )
        app.build(force_all=True)
    return warnings.getvalue()


def configuration() -> dict[str, Any]:
    """Sphinx' configuration, in place of a conf.py."""
    return {
        "project": words.SITE_TITLE,
        "html_title": words.SITE_TITLE,
        "author": "k8slearn",
        "language": "zh_CN",
        "extensions": ["myst_nb", f"{__package__}.site_search"],
        # Outputs are stored in the notebooks, and tested there; pages are made without running anything.
        "nb_execution_mode": "off",
        # Nothing is loaded from other servers: widgets are shown as text or as our own blocks.
        "nb_ipywidgets_js": {},
        "nb_render_error_lexer": "myst-ansi",
        "myst_heading_anchors": 4,
        "html_theme": "sphinx_book_theme",
        "html_theme_options": {
            "use_download_button": False,
            "use_fullscreen_button": False,
            "home_page_in_toc": True,
            "show_toc_level": 2,
            "search_bar_text": words.SITE_SEARCH,
            "navbar_persistent": [],
            "footer_content_items": [],
        },
        "html_static_path": ["_static"],
        "html_css_files": ["site.css"],
        "html_js_files": ["site.js"],
        "html_context": {"default_mode": "auto"},
        "html_copy_source": False,
        "html_show_copyright": False,
        "html_show_sphinx": False,
    }
