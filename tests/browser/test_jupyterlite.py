"""The whole course in JupyterLab without a server: in the browser alone, with every outside address refused."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import expect

from k8slearn.launch import browser_lab, lite
from k8slearn.lesson import question
from k8slearn.locale import lite as words
from tests.browser.notebook import NotebookPage
from tests.browser.running_page import RunningPage, packed_bytes, served
from tests.support import lite as support
from tests.support import pyodide

pytestmark = pytest.mark.slow
LESSON = "00_start.ipynb"
# Timeouts for a kernel's start and for a lesson, on a busy machine.
LONG_MS = 240_000
MOST_BYTES = 25_000_000
"""On the way until the first cell has run, packed by gzip."""
# JupyterLite looks on the server for what it then finds in the browser, and for pictures before their place is known.
LOOKED_FOR = re.compile(r"/lab/assets/|/files/\.?progress\.json|/api/contents/")
PROGRESS = "from k8slearn.lesson import progress_page\nprint(progress_page())"
RUN_CODE = """
async code => {
  const kernel = window.notebook.sessionContext.session.kernel, said = [];
  const asked = kernel.requestExecute({code});
  asked.onIOPub = ({content}) => said.push(content.text ?? content.evalue ?? '');
  await asked.done;
  return said.join('');
}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site with Python and JupyterLab, and no pages."""
    support.needed()
    work = tmp_path_factory.mktemp("jupyterlite")
    folder = work / "site"
    core = folder / browser_lab.FOLDER / "pyodide"
    core.mkdir(parents=True)
    for name in browser_lab.CORE:
        shutil.copy(pyodide.needed() / name, core)
    lite.add(folder, pyodide.needed(), work / "lite")
    return folder


class LitePage(NotebookPage):
    """A lesson in a browser that is cut off from all other servers."""

    def __init__(self, running):
        running.page.set_default_timeout(60_000)
        super().__init__(running.page, None)
        self.running = running
        self.missing = []
        running.page.on("response", self._look)

    def _look(self, response):
        if response.status >= 400:
            self.missing.append(response.url.removeprefix(self.running.address))

    def open(self, path):
        """Open a lesson and wait for its kernel."""
        address = f"{self.running.address}/{lite.FOLDER}/{lite.PAGE}{path}"
        self.page.goto(address)
        started = "() => window.jupyterapp !== undefined"
        self.page.wait_for_function(started, timeout=LONG_MS)
        self.page.evaluate(OPEN, path)
        return self

    def says(self, code):
        """The output of a line of Python."""
        return self.page.evaluate(RUN_CODE, code)


# As for a server's JupyterLab, but that no kernel is asked before it has started.
OPEN = """
async path => {
  const app = window.jupyterapp, nap = ms => new Promise(done => setTimeout(done, ms));
  await app.restored;
  const find = () => [...app.shell.widgets('main')].find(w => w.context && w.context.path === path);
  while (!find()) await nap(50);
  const panel = window.notebook = find();
  await panel.context.ready;
  await panel.sessionContext.ready;
  while (!panel.sessionContext.session?.kernel) await nap(50);
  app.shell.activateById(panel.id);
}
"""


def test_a_lesson_is_run_the_lab_clicked_and_progress_kept(browser, site):
    with served(site) as address:
        running = RunningPage(browser, address, viewport={"width": 1280, "height": 900})
        lesson = LitePage(running).open(LESSON)
        page = lesson.page
        expect(page.get_by_role("menuitem", name="文件").first).to_be_visible()
        lesson.run_all_cells()
        assert lesson.error_outputs() == []
        commands = [
            "".join(cell["outputs"][0]["text"])
            for cell in lesson.cells()
            if "kubectl" in cell["metadata"].get("tags", [])
        ]
        assert len(commands) == 3
        assert all(text.startswith(words.NEEDS_COURSE) for text in commands)
        assert "wz6bq" in commands[0]
        shown = [o for c in lesson.cells() for o in c.get("outputs", [])]
        assert all(o["data"] for o in shown if o["output_type"] == "execute_result")
        # The still picture is only for readers without a panel.
        stills = page.locator(".jp-OutputArea-child:has(.k8s-lab) ~ * svg.k8s-ink")
        assert [each.is_visible() for each in stills.all()] == [False, False]
        fetched = running.fetched
        assert packed_bytes(site, fetched) <= MOST_BYTES
        click_in_the_lab(page)
        answer_first_question(page)
        lesson.wait_until(lambda: "题目 1/" in lesson.says(PROGRESS))
        lesson.screenshot("jupyterlite")
        # As a learner who comes back: another page, another kernel, the same browser.
        lesson.open(LESSON)
        assert "题目 1/" in lesson.says(PROGRESS)
        entry = page.get_by_text("progress.json", exact=True).first
        expect(entry).to_be_visible()
        assert [text for text in lesson.errors if "404" not in text] == []
        assert [url for url in lesson.missing if not LOOKED_FOR.search(url)] == []
        running.close()


def click_in_the_lab(page):
    """Add a Node; the picture and its numbers follow."""
    lab = page.locator(".k8s-lab").filter(has=page.locator(".k8s-transport")).last
    head = lab.locator(".k8s-head").first
    head.filter(has_text=re.compile(r"期望\s*3")).wait_for()
    lab.locator("button.k8s-node-add").first.click()
    head.filter(has_text=re.compile(r"期望\s*4")).wait_for()
    assert lab.locator("img.k8s-picture").first.get_attribute("src")


def answer_first_question(page):
    """Choose what is right."""
    right = next(o for o in question("start-stopped").options if o.right)
    card = page.locator(".k8s-predict").filter(has_text=right.text).last
    card.locator("label").filter(has_text=right.text).first.click()
    card.get_by_role("button").last.click()
