"""One notebook open in JupyterLab, driven through `window.jupyterapp` instead of menus."""

import re
from time import monotonic
from uuid import uuid4

from tests.support import shots

WIDTH, HEIGHT = 1280, 900
# Longer than anything takes on a slow machine that has other things to do.
SLOW_MS = 45_000
POLL_MS = 100

# Messages of JupyterLab itself on the console that cannot be avoided; the last is about scripts of the extra `lite`,
# which are for JupyterLab without a server and lie beside those of ours.
NOISE = re.compile(
    r"favicon|ResizeObserver loop|net::ERR_ABORTED|Failed to load resource.*(workspaces|favicon)"
    r"|Shared module @jupyterlite/services"
)

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
    await panel.sessionContext.session.kernel.info;
    app.shell.activateById(panel.id);
}
"""
INSTEAD = """
async path => {
    const app = window.jupyterapp;
    await window.notebook.sessionContext.shutdown();
    await app.serviceManager.terminals.shutdownAll();
    for (const widget of [...app.shell.widgets('main')]) widget.dispose();
    await app.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'});
    await app.commands.execute('docmanager:open', {path});
    // The launcher comes by itself where nothing is open.
    for (const widget of [...app.shell.widgets('main')]) if (widget.context?.path !== path) widget.dispose();
}
"""
RUN_ALL = "async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
STATUS = "() => window.notebook.sessionContext.session?.kernel?.status"
CELLS = "() => window.notebook.context.model.toJSON().cells"
SHUT_DOWN = "async () => { await window.notebook.sessionContext.shutdown(); }"
CLEAR = """
async () => { const {commands} = window.jupyterapp;
              await commands.execute('notebook:clear-all-cell-outputs');
              await commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'}); }
"""
THEME = "async theme => { await window.jupyterapp.commands.execute('apputils:change-theme', {theme}); }"
THEME_IS = "theme => document.body.dataset.jpThemeName === theme"
TERMINAL = """
async () => { const terminal = await window.jupyterapp.commands.execute('terminal:create-new');
              await terminal.content.ready; }
"""
BESIDE = """
() => { const app = window.jupyterapp;
        const terminal = [...app.shell.widgets('main')].find(w => w.node.querySelector('.jp-Terminal'));
        app.shell.add(terminal, 'main', {mode: 'split-right', ref: window.notebook.id});
        app.shell.activateById(terminal.id); }
"""
TO_THE_TOP = """
() => { const outer = window.notebook.content.node.querySelector('.jp-WindowedPanel-outer');
        outer.scrollTop = 0;
        const last = [...outer.querySelectorAll('.jp-Cell')].at(-1);
        return last.getBoundingClientRect().bottom; }
"""


def wait_for_it(page, function):
    """Return when a JavaScript function says true; asked at each frame, as is the default, a page has much to do."""
    page.wait_for_function(function, polling=POLL_MS)


class NotebookPage:
    """A notebook in a browser's page; `errors` are what the page complained of on its console."""

    def __init__(self, page, server):
        self.page = page
        self.server = server
        self.errors = []
        page.on("pageerror", lambda error: self._complain(str(error)))
        page.on(
            "console",
            lambda message: message.type == "error" and self._complain(message.text),
        )

    def _complain(self, text):
        if not NOISE.search(text):
            self.errors.append(text)

    def open(self, path):
        """Open `path` (relative to the lessons' folder) and wait for its kernel."""
        workspace = f"{self.server.url}/lab/workspaces/{uuid4().hex}/tree/{path}"
        self.page.goto(f"{workspace}?token={self.server.token}")
        wait_for_it(self.page, "() => window.jupyterapp !== undefined")
        self.page.evaluate(OPEN, str(path))
        return self

    def open_instead(self, path):
        """Open another notebook in the same JupyterLab, and close this one."""
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        self.page.mouse.move(0, 0)
        self.page.evaluate(INSTEAD, str(path))
        self.errors.clear()
        self.page.evaluate(OPEN, str(path))
        return self

    def run_all_cells(self):
        """Run every cell, and return when the kernel has nothing left to do."""
        self.page.evaluate(RUN_ALL)
        self.wait_until_idle()

    def start_afresh(self):
        """Forget what an earlier test left: its errors, sizes and outputs; then run every cell."""
        self.page.evaluate(CLEAR)
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        self.errors.clear()
        self.run_all_cells()

    def wait_until_idle(self):
        wait_for_it(self.page, f"() => ({STATUS})() === 'idle'")

    def cells(self):
        """Return the notebook's cells as nbformat has them, with the outputs of now."""
        return self.page.evaluate(CELLS)

    def error_outputs(self):
        """Return what went wrong in cells that are not marked as going wrong on purpose."""
        return [
            f"{output['ename']}: {output['evalue']}"
            for cell in self.cells()
            if "raises-exception" not in cell["metadata"].get("tags", [])
            for output in cell.get("outputs", [])
            if output["output_type"] == "error"
        ]

    def widget(self, css_class):
        """Return the locator of the widget that was given `css_class` by `add_class`."""
        return self.page.locator(f".{css_class}").first

    def click_widget(self, css_class):
        """Click the widget with that class: a button, or the button inside it."""
        self.widget(css_class).click()

    def press_in_slider(self, css_class, key, times=1):
        """Move a slider by arrow keys."""
        handle = self.widget(css_class).locator(".noUi-handle").first
        handle.focus()
        for _ in range(times):
            handle.press(key)

    def type_in(self, css_class, text):
        """Replace the text of a text widget and leave it, as a learner does."""
        field = self.widget(css_class).locator("input, textarea").first
        field.fill(text)
        field.press("Enter")

    def picture(self, css_class):
        """Return the address of an Image widget's picture; it changes when the picture is redrawn."""
        image = self.page.locator(f"img.{css_class}, .{css_class} img").first
        image.wait_for()
        return image.get_attribute("src")

    def wait_for_new_picture(self, css_class, old, timeout_ms=SLOW_MS):
        """Return when an Image widget shows another picture than `old`."""
        selector = f"img.{css_class}, .{css_class} img"
        changed = "([css, old]) => { const img = document.querySelector(css); return img && img.src !== old; }"
        self.page.wait_for_function(changed, arg=[selector, old], timeout=timeout_ms)

    def open_terminal(self):
        """Open a terminal, as a learner does from the menu."""
        self.page.evaluate(TERMINAL)
        self.page.locator(".jp-Terminal .xterm-helper-textarea").last.focus()
        return self

    def open_terminal_beside(self):
        """Open a terminal so that the notebook stays in sight."""
        self.open_terminal()
        self.page.evaluate(BESIDE)
        self.page.locator(".jp-Terminal .xterm-helper-textarea").last.focus()
        return self

    def type_line(self, line):
        """Type a line where the focus is and press Enter."""
        self.page.keyboard.type(line)
        self.page.keyboard.press("Enter")

    def wait_until(self, condition, timeout_ms=SLOW_MS):
        """Return when `condition()` holds, looking every 50 ms; TimeoutError when it never does."""
        end = monotonic() + timeout_ms / 1000
        while not condition():
            if monotonic() > end:
                raise TimeoutError(f"not within {timeout_ms} ms")
            self.page.wait_for_timeout(50)

    def becomes(self, look, wanted, timeout_ms=SLOW_MS):
        """Wait until `look()` gives what is wanted; where it never does, both are shown."""
        seen, end = look(), monotonic() + timeout_ms / 1000
        while seen != wanted and monotonic() < end:
            self.page.wait_for_timeout(50)
            seen = look()
        assert seen == wanted, f"{seen} instead of {wanted}"

    def set_theme(self, theme):
        """Switch to 'JupyterLab Light' or 'JupyterLab Dark'."""
        self.page.evaluate(THEME, theme)
        self.page.wait_for_function(THEME_IS, arg=theme)

    def screenshot(self, name, whole=False):
        """Save a screenshot of the screen or of the whole notebook, for visual inspection."""
        if whole:
            height = min(int(self.page.evaluate(TO_THE_TOP)) + 60, 16_000)
            self.page.set_viewport_size({"width": WIDTH, "height": height})
            self.page.wait_for_timeout(300)
            self.page.evaluate(TO_THE_TOP)
        shots.save(self.page, name)
        if whole:
            self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    def end_kernel(self):
        """End the kernel, if there is one."""
        if self.page.evaluate("() => window.notebook !== undefined"):
            self.page.evaluate(SHUT_DOWN)

    def close(self):
        """End the kernel and the page."""
        self.end_kernel()
        self.page.close()
