"""Writes Sphinx' source: the notebooks with their stored outputs, a front page, our style."""

import json
import re
from importlib.resources import files
from pathlib import Path
from shutil import copy, copytree
from typing import Any

from k8slearn.launch import lessons
from k8slearn.locale import launch as words

Notebook = dict[str, Any]

ASKS = re.compile(r"\b(predict|quiz)\(")
PARTS = (
    (words.SITE_COURSE, "[01]*"),
    (words.SITE_REFERENCE, "[2-8]*"),
    (words.SITE_MORE, "9*"),
)


def write(notebooks: Path, source: Path) -> list[str]:
    """Fill the folder `source` and return the names of the lessons in it."""
    static = source / "_static"
    static.mkdir(parents=True)
    names = lessons.lessons(notebooks)
    for name in names:
        page = readable(_read(notebooks / name))
        (source / name).write_text(json.dumps(page), encoding="utf-8")
    assets = notebooks / "assets"
    if assets.is_dir():
        copytree(assets, source / "assets")
    ours = files("k8slearn.launch")
    for name in ("site.css", "site.js"):
        copy(str(ours / name), static)
    font = files("k8slearn.fonts") / "K8sLearnSansSC-Regular.otf"
    copy(str(font), static)
    (source / "index.md").write_text(front_page(notebooks), encoding="utf-8")
    return names


def _read(path: Path) -> Notebook:
    read: Notebook = json.loads(path.read_text(encoding="utf-8"))
    return read


def readable(notebook: Notebook) -> Notebook:
    """The notebook for a page: questions and exercises become the static blocks that are stored in it."""
    language = {"name": "python", "pygments_lexer": "ipython3"}
    return {
        **notebook,
        "cells": [_readable_cell(cell) for cell in notebook["cells"]],
        "metadata": {**notebook["metadata"], "language_info": language},
    }


def _readable_cell(cell: Notebook) -> Notebook:
    text = "".join(cell["source"])
    if cell["cell_type"] != "code":
        # The original document, quoted word for word, has empty links, of which MyST would warn.
        return {**cell, "source": text.replace("[]()", r"\[\]()")}
    outputs = [_with_page_links(output) for output in cell["outputs"]]
    metadata = {**cell["metadata"], **_picture_metadata(outputs)}
    # The code that asks a question is of no use to a reader; the code of an exercise shows how to begin it.
    if ASKS.search(text):
        tags = metadata.get("tags", [])
        metadata["tags"] = [*tags, "remove-input"]
    return {**cell, "outputs": outputs, "metadata": metadata}


def _picture_metadata(outputs: list[Notebook]) -> Notebook:
    """Cell metadata with the alternative texts of the cell's pictures, where MyST looks for them."""
    told = []
    for output in outputs:
        picture = output.get("metadata", {}).get("image/png", {})
        if picture.get("alt"):
            told.append(picture["alt"])
    if not told:
        return {}
    alt = " ".join(told)
    return {"mystnb": {"image": {"alt": alt}}}


def _with_page_links(output: Notebook) -> Notebook:
    """The output with links to notebooks turned into links to pages."""
    data = output.get("data", {})
    if "text/html" not in data:
        return output
    html = "".join(data["text/html"])
    html = re.sub(r'(<a href="[\w/]+)\.ipynb"', r'\1.html"', html)
    return {**output, "data": {**data, "text/html": html}}


def front_page(notebooks: Path) -> str:
    """The table of contents as Markdown."""
    picture = ""
    # Notebooks that were copied by hand may lack it.
    if (notebooks / "assets" / "lab.png").exists():
        picture = f"![{words.SITE_PICTURE}](assets/lab.png)\n\n"
    parts = [_table_section(notebooks, caption, pattern) for caption, pattern in PARTS]
    listed = "\n".join(parts)
    return f"# {words.SITE_TITLE}\n\n{words.SITE_ABOUT}\n\n{picture}{listed}\n{words.SITE_RUN_IT}\n"


def _table_section(notebooks: Path, caption: str, pattern: str) -> str:
    names = [name for name in lessons.lessons(notebooks) if Path(name).match(pattern)]
    if not names:
        return ""
    listed = "\n".join(Path(name).stem for name in names)
    rows = "\n".join(_row(notebooks / name) for name in names)
    tree = f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{listed}\n```\n"
    return f"{tree}\n## {caption}\n\n{words.SITE_TABLE}\n{rows}\n"


def _row(path: Path) -> str:
    """A lesson's line in the table: its title, how long it takes, its goals."""
    texts = []
    for cell in _read(path)["cells"]:
        if cell["cell_type"] == "markdown":
            texts.append("".join(cell["source"]))
    heading, _, _ = texts[0].partition("\n")
    # One lesson begins with something to click, and its goals come later.
    first = next((text for text in texts if "\n- " in text), texts[0])
    title = heading.removeprefix("# ")
    link = f"[{title}]({path.name})"
    minutes = re.search(words.NOTEBOOK_MINUTES, first)
    if minutes:
        link += words.SITE_MINUTES.format(minutes=minutes[1])
    # The goals are the lesson's first list; in a table they are one line.
    goals = []
    for line in first.splitlines():
        if line.startswith("- "):
            goals.append(line.removeprefix("- ").rstrip(words.GOAL_ENDS))
    cells = []
    for cell in (link, words.GOAL_SEPARATOR.join(goals)):
        # An unescaped bar would end the table's cell.
        cells.append(cell.replace("|", r"\|"))
    row = " | ".join(cells)
    return f"| {row} |"
