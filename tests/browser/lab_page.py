"""The lab in an open notebook: clicking, reading and waiting for its parts.

The effect of an action comes later, through the kernel, so every check waits for what it expects.
"""

from __future__ import annotations

from k8slearn.locale import lab as words
from k8slearn.view.plan.geometry import NARROW, SLIM, WIDTH
from tests.browser.notebook import SLOW_MS, wait_for_it

SETUP = """
from k8slearn import Cluster, Lab
from k8slearn.view import animate
cluster = Cluster(nodes=3, seed=1)
_ = cluster.apply('''
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: filebeat-ds}
spec:
  selector: {matchLabels: {app: filebeat}}
  template:
    metadata: {labels: {app: filebeat}}
    spec: {containers: [{name: filebeat, image: "ikubernetes/filebeat:5.6.5-alpine"}]}
''')
_ = cluster.run_until_quiet()
"""
NEWER = "ikubernetes/filebeat:5.6.6-alpine"
TABS = {name: css for css, name in words.TABS.items()}
RUN_CODE = """
async code => { await window.notebook.sessionContext.session.kernel.requestExecute({code}).done; }
"""
RUN_ITS_CELL = """
async () => { window.notebook.content.activeCellIndex = 1;
              await window.jupyterapp.commands.execute('notebook:run-cell-and-select-next'); }
"""
# The words of the buttons that are cut off.
CUT = """
() => [...document.querySelectorAll('.k8s-lab button')]
  .filter(b => b.scrollWidth > b.clientWidth + 1).map(b => b.innerText)
"""
# Every picture is drawn for the room that it has now.
FITTED = (
    """
() => [...document.querySelectorAll('.k8s-side')].every(side => {
    const room = side.clientWidth, picture = side.querySelector('img.k8s-picture');
    return picture && picture.naturalWidth === (room >= 820 ? WIDE : room >= 420 ? NARROW : SLIM);
})
""".replace("WIDE", str(2 * WIDTH))
    .replace("NARROW", str(2 * NARROW))
    .replace("SLIM", str(2 * SLIM))
)
CHOSEN = "select => select.selectedOptions[0]?.text ?? ''"
# A key that no control knows: the panel stops going to its top by itself.
HARMLESS_KEY = "Shift"
# A laptop's screen, with JupyterLab's file browser open.
LAPTOP = {"width": 1366, "height": 768}
SCROLLED = "() => document.querySelector('.jp-WindowedPanel-outer').scrollTop"
# Where things are, and whether all of them is seen: no box around them, and not the page, has scrolled or cut it off.
PLACES = """
names => { const room = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
  return names.map(name => { const found = document.querySelector(name);
    if (!found) return [name, 0, 0, false];
    const box = found.getBoundingClientRect();
    const inside = (outer) => box.top >= outer.top - 1 && box.bottom <= outer.bottom + 1;
    let seen = box.height > 0 && inside(room);
    for (let around = found.parentElement; around?.closest('.k8s-lab'); around = around.parentElement)
      if (getComputedStyle(around).overflowY !== 'visible') seen &&= inside(around.getBoundingClientRect());
    return [name, box.x, box.y, seen]; }); }
"""
TO_THE_LAB = "e => e.scrollIntoView()"


def wait_for_lab(notebook):
    """Wait until the panel is drawn for its room and scrolled to the top of the page."""
    notebook.page.locator("img.k8s-picture").first.wait_for()
    wait_for_it(notebook.page, FITTED)
    notebook.page.keyboard.press(HARMLESS_KEY)
    notebook.page.locator(".k8s-lab").evaluate(TO_THE_LAB)
    resting_box(notebook, ".k8s-lab")


def resized(lab, width, height):
    """Another size of the page; returns when the pictures are drawn for it."""
    lab.page.set_viewport_size({"width": width, "height": height})
    wait_for_lab(lab)


def text_of(notebook, name):
    return notebook.widget(f"k8s-{name}").inner_text()


def wait_for_text(notebook, name, text):
    """Wait until a text is in the panel, be it in a hidden tab."""
    found = notebook.page.locator(f".k8s-{name}", has_text=text).first
    found.wait_for(state="attached", timeout=SLOW_MS)


def open_tab(notebook, name):
    """Show the card of a tab."""
    tab = notebook.widget("k8s-tab").get_by_role("button", name=name, exact=True)
    tab.click()
    notebook.page.locator(".k8s-tab .mod-active", has_text=name).wait_for()
    notebook.page.locator(f".k8s-tabs > .k8s-{TABS[name]}").wait_for()


def choose(lab, name, label):
    lab.widget(f"k8s-{name}").locator("select").select_option(label=label)


def chosen(lab, name):
    """The words of what is chosen in a list."""
    return lab.widget(f"k8s-{name}").locator("select").evaluate(CHOSEN)


def places(lab, selectors):
    """Of each its name, where it is, and whether it is seen."""
    return lab.page.evaluate(PLACES, list(selectors))


def seen(lab, selectors):
    """Whether each part is visible without scrolling."""
    return [each for *_, each in places(lab, selectors)]


def resting_box(lab, selector):
    """The box of an element once it has stopped moving."""
    found = lab.page.locator(selector).first
    before, box = None, found.bounding_box()
    while box is None or box != before:
        lab.page.wait_for_timeout(250)
        before, box = box, found.bounding_box()
    return box


def press_at(lab, css_class, across, down):
    """Press a picture at fractions of its width and height."""
    box = resting_box(lab, f"img.{css_class}")
    lab.page.mouse.click(
        box["x"] + across * box["width"], box["y"] + down * box["height"]
    )


def past_number(lab):
    """The number of the step shown, None for the present."""
    said = lab.page.locator(".k8s-where-text").all_inner_texts()
    return int(said[0].split("第 ")[1].split(" 步")[0]) if said else None


def wait_for_past(lab):
    """Wait until a past step is shown; returns its number."""
    lab.wait_until(lambda: past_number(lab) is not None)
    return past_number(lab)
