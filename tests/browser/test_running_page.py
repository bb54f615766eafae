"""The lab that runs in a page: everything in the browser, with every outside address refused."""

from __future__ import annotations

import json

import pytest

from k8slearn.launch import browser_lab
from k8slearn.locale import page as words
from tests.browser.running_page import RunningPage, packed_bytes, served
from tests.support import pyodide, shots, site_pages

pytestmark = pytest.mark.slow
LESSON = "00_start.html"
THEMES = ("light", "dark")
SIZES = {1280: 900, 768: 1024, 390: 844}
IS_STOP = """
() => { const box = document.querySelector('.k8s-why');
        return box.scrollHeight <= box.clientHeight + 1 || box.tabIndex === 0; }
"""
ALL_STOPS = """
() => [...document.querySelectorAll('.k8s-lab .k8s-card, .k8s-records-lines, .k8s-frame')].every((box) =>
  (box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1)
  || box.tabIndex === 0 || getComputedStyle(box).overflowY === 'hidden')
"""
AXE = """
async () => (await axe.run('.k8s-run')).violations
  .filter((each) => ['serious', 'critical'].includes(each.impact))
  .map((each) => [each.id, each.nodes.map((node) => node.html.slice(0, 160))])
"""


@pytest.fixture(scope="module")
def address():
    pyodide.needed()
    with served(site_pages.pages()) as url:
        yield url


@pytest.fixture
def opened(browser, address):
    pages = []

    def run(name="run.html", *, press=True, key=None, **options):
        pages.append(RunningPage(browser, address, **options))
        return pages[-1].open(name, press=press, key=key)

    yield run
    for each in pages:
        each.close()


def test_a_lesson_page_becomes_a_lab(opened):
    lab = opened(LESSON)
    fetched = [url for url in lab.fetched if "/_static/run/" in url]
    assert (
        packed_bytes(site_pages.pages(), fetched) <= browser_lab.MEGABYTES * 1_000_000
    )
    lab.click("node-add")
    lab.has(".k8s-head", "期望 4")
    lab.has(".k8s-head", "就绪 4")
    lab.page.locator(".k8s-image input").fill("filebeat:broken-tag")
    lab.click("image-set")
    lab.has(".k8s-told", "拉不到镜像")
    lab.has(".k8s-why", "本轮还能替换 0 个")
    lab.tab("kubectl")
    lab.has(".k8s-kubectl-lines", "kubectl set image ds/filebeat-ds")
    lab.tab("怎样才会？")
    lab.click("remedy-rollout")
    lab.has(".k8s-remedy", "换回以前的")
    lab.click("remedy-1")
    lab.has(".k8s-remedy-said", "照做了")
    lab.has(".k8s-head", "不可用 0")
    lab.tab("kubectl")
    lab.has(".k8s-kubectl-lines", "filebeat:5.6.5-alpine")
    lab.tab("表格")
    lab.has(".k8s-records-lines", "filebeat-ds")
    lab.click("back")
    lab.has(".k8s-where-text", "步")
    lab.click("page-share")
    lab.has(".k8s-page-said", words.SHARED)
    link = lab.page.url
    assert lab.page.evaluate("navigator.clipboard.readText()") == link
    seen = [lab.text(css) for css in (".k8s-head", ".k8s-told", ".k8s-where-text")]
    again = opened(link.removeprefix(lab.address + "/"), press=False)
    again.has(".k8s-where-text", "步")
    after = [again.text(css) for css in (".k8s-head", ".k8s-told", ".k8s-where-text")]
    assert after == seen


def test_an_exercise_is_done_checked_and_kept_over_a_reload(opened):
    lab = opened(LESSON)
    # The exercises of the lesson's own page come first.
    lab.page.locator(".k8s-page-choice select").select_option(index=3)
    lab.has(".k8s-exercise", "让第三个 Node 也有")
    lab.page.get_by_role("button", name="检查").click()
    lab.has(".k8s-reply", "还差一点")
    lab.click("node-add")
    lab.has(".k8s-head", "就绪 3")
    lab.page.get_by_role("button", name="检查").click()
    lab.has(".k8s-reply", "✔")
    kept = json.loads(lab.page.evaluate("localStorage.getItem('k8slearn-progress')"))
    assert kept["lessons"] == {"00_start": {"exercises": ["start-third-node"]}}
    lab.open(LESSON)
    with lab.page.expect_download() as download:
        lab.click("page-out")
    assert download.value.suggested_filename == "progress.json"
    assert json.loads(download.value.path().read_text(encoding="utf-8")) == kept
    more = {"version": 1, "lessons": {"01_what_is_daemonset": {"questions": ["x"]}}}
    with lab.page.expect_file_chooser() as chooser:
        lab.click("page-in")
    chooser.value.set_files(
        {
            "name": "progress.json",
            "mimeType": "application/json",
            "buffer": json.dumps(more).encode(),
        }
    )
    lab.has(".k8s-page-said", words.TAKEN_IN)
    both = json.loads(lab.page.evaluate("localStorage.getItem('k8slearn-progress')"))
    assert both["lessons"] == kept["lessons"] | more["lessons"]


def test_a_prediction_a_fault_and_a_cell_of_python(opened):
    lab = opened()
    lab.page.locator(".k8s-image input").fill("filebeat:2")
    lab.click("play")
    lab.click("image-set")
    lab.tab("预测")
    lab.click("predict-ask")
    lab.page.locator("button.k8s-predict-1").click()
    lab.tab("故障")
    lab.click("fault-make")
    lab.has(".k8s-message", "node1")
    lab.page.locator(".k8s-page-code textarea").fill("print(cluster.now)")
    lab.click("page-run")
    lab.has(".k8s-page-printed", ".")


def test_kubectl_is_typed_into_the_cell(opened):
    lab = opened(viewport={"width": 1280, "height": 900})
    lab.page.locator(".k8s-page-code textarea").fill(
        "kubectl set image ds/filebeat-ds filebeat=ikubernetes/filebeat:5.6.6-alpine\n"
        "kubectl rollout status ds/filebeat-ds\n"
        "kubectl get pods -o wide"
    )
    lab.click("page-run")
    lab.has(".k8s-page-printed", 'daemon set "filebeat-ds" successfully rolled out')
    lab.has(".k8s-head", "已更新 3")
    lab.has(".k8s-page-printed", "NOMINATED NODE")
    lab.page.set_viewport_size({"width": 390, "height": 844})
    fits = "document.documentElement.scrollWidth <= window.innerWidth"
    lab.page.wait_for_function(fits)
    shots.save(lab.page, "run_kubectl", full_page=True)


def test_kubectl_looks_into_things(opened):
    lab = opened(viewport={"width": 1280, "height": 900})
    lab.page.locator(".k8s-page-code textarea").fill(
        "kubectl logs ds/filebeat-ds --tail=1\n"
        "kubectl exec ds/filebeat-ds -- printenv REDIS_LOG_LEVEL\n"
        "kubectl get nodes -o jsonpath='{range .items[*]}<{.metadata.name}>{\"\\n\"}{end}'\n"
        "kubectl auth can-i list pods --as=jane\n"
        "kubectl wait ds/filebeat-ds --for=jsonpath='{.status.numberReady}'=3\n"
        "kubectl describe node node1"
    )
    lab.click("page-run")
    for said in (
        "Found 3 pods, using pod/filebeat-ds-",
        "\ninfo\n<node1>\n<node2>\n<node3>\nno\n",
        "daemonset.apps/filebeat-ds condition met",
        "Non-terminated Pods:          (1 in total)",
        "Node node1 event: Registered Node node1 in Controller",
    ):
        lab.has(".k8s-page-printed", said)
    shots.save(lab.page, "run_kubectl_describe", full_page=True)


def finds_nothing(page):
    """axe has nothing to say, if need be a moment later: boxes become stops of the Tab key at the next telling."""
    for _ in range(10):
        found = page.evaluate(AXE)
        if not found:
            return
        page.wait_for_timeout(500)
    raise AssertionError(found)


def test_it_fits_every_page_by_touch_and_axe_finds_nothing_serious(opened, axe):
    lab = opened(viewport={"width": 1280, "height": 900})
    lab.click("image-set")
    lab.has(".k8s-head", "已更新 3")
    # A box that has come to have something to scroll becomes a stop of the Tab key at the next telling.
    lab.page.wait_for_function(IS_STOP)
    lab.page.evaluate(axe)
    for width, height in SIZES.items():
        lab.page.set_viewport_size({"width": width, "height": height})
        fits = "document.documentElement.scrollWidth <= window.innerWidth"
        lab.page.wait_for_function(fits)
        for theme in THEMES:
            lab.page.emulate_media(color_scheme=theme)
            shots.save(lab.page, f"run_{theme}_{width}", full_page=True)
            finds_nothing(lab.page)
    # On the telephone, with an exercise, a branch and each of the cards.
    lab.page.locator(".k8s-page-choice select").select_option(index=18)
    lab.page.locator(".k8s-exercise").wait_for()
    lab.click("branch")
    lab.page.locator(".k8s-beside img.k8s-picture[src]").wait_for()
    for number in range(lab.page.locator(".k8s-tab button").count()):
        lab.page.locator(".k8s-tab button").nth(number).click()
        # The new card's boxes become stops of the Tab key at the next telling.
        lab.page.wait_for_function(ALL_STOPS)
        for theme in THEMES:
            lab.page.emulate_media(color_scheme=theme)
            finds_nothing(lab.page)


def test_by_touch_a_node_is_chosen_and_time_is_moved(opened):
    lab = opened(has_touch=True, viewport={"width": 390, "height": 844})
    picture = lab.page.locator("img.k8s-picture").first
    box = picture.bounding_box()
    # The second card of the upper row.
    lab.page.touchscreen.tap(box["x"] + box["width"] * 0.75, box["y"] + 75)
    lab.page.wait_for_function(
        "document.querySelector('.k8s-node select').value === 'node2'"
    )
    lab.page.locator("button.k8s-back").tap()
    lab.has(".k8s-where-text", "步")


def test_for_somebody_elses_page_there_is_only_the_picture_and_time(opened):
    lab = opened("run.html?embed", press=False)
    for css in (".k8s-page-bar", ".k8s-hands", ".k8s-tabs", "h1"):
        assert not lab.page.locator(css).first.is_visible()
    assert lab.page.locator(".k8s-transport").is_visible()
    lab.click("back")
    lab.has(".k8s-told", "本步")


def test_by_keyboard_alone(opened):
    lab = opened(LESSON, press=False, key="Enter")
    page = lab.page
    page.locator(".k8s-lab").focus()
    page.keyboard.press("ArrowLeft")
    lab.has(".k8s-where-text", "步")
    page.keyboard.press("End")
    page.locator(".k8s-where-text").wait_for(state="detached")
    tab_to(page, "k8s-node-add")
    page.keyboard.press("Enter")
    lab.has(".k8s-node", "node4")
    # Going back has paused time; playing lets it go on.
    page.locator(".k8s-lab").focus()
    page.keyboard.press(" ")
    lab.has(".k8s-head", "期望 4")
    # The change is announced to screen readers.
    page.locator(".k8s-region[role=status]").filter(has_text="node4").wait_for(
        state="attached"
    )
    tab_to(page, "k8s-page-share", "Shift+Tab")
    page.keyboard.press("Enter")
    lab.has(".k8s-page-said", words.SHARED)
    # An exercise: chosen in the list, done, checked.
    tab_to(page, "k8s-page-choice", "Shift+Tab")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    lab.has(".k8s-exercise", "让第三个 Node 也有")
    tab_to(page, "k8s-node-add")
    page.keyboard.press("Space")
    lab.has(".k8s-head", "就绪 3")
    tab_to(page, "mod-primary", "Shift+Tab")
    page.keyboard.press("Enter")
    lab.has(".k8s-reply", "✔")
    tab_to(page, "k8s-page-code")
    page.keyboard.type("len(cluster.list('Node'))")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    lab.has(".k8s-page-printed", "3")


# What of the panel hangs out of its box, over the cell of Python below it, in pixels.
HANGS_OUT = """
() => { const box = document.querySelector('.k8s-body'); return box.scrollHeight - box.clientHeight; }
"""


@pytest.mark.parametrize("size", [(1366, 620), (960, 540)])
def test_in_a_low_window_no_part_of_the_panel_lies_over_another(opened, size):
    width, height = size
    lab = opened(viewport={"width": width, "height": height})
    assert lab.page.evaluate(HANGS_OUT) <= 1


STOP = """
() => { const at = document.activeElement, look = getComputedStyle(at);
        const edge = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 1;
        return [`${at.className} ${at.parentElement?.className ?? ''}`.split(' '),
                edge || at.matches('.k8s-lab, body')]; }
"""


def tab_to(page, css_class, key="Tab"):
    """Press the key until what has the focus, or its frame, is of that class; each stop on the way has an edge."""
    for _ in range(120):
        classes, edge = page.evaluate(STOP)
        assert edge, classes
        if css_class in classes:
            return
        page.keyboard.press(key)
    raise AssertionError(f"no key leads to {css_class}")


def test_another_link_in_the_same_page(opened):
    lab = opened()
    lab.click("node-add")
    lab.has(".k8s-head", "就绪 4")
    lab.click("page-share")
    lab.has(".k8s-page-said", words.SHARED)
    link = lab.page.url.partition("#")[2]
    lab.page.locator(".k8s-page-choice select").select_option(index=1)
    lab.has(".k8s-head", "就绪 12")
    # What is broken takes nothing away; what is whole leads there without a reload.
    lab.page.evaluate("location.hash = 'lab=broken'")
    lab.has(".k8s-page-said", words.BAD_LINK)
    lab.has(".k8s-head", "就绪 12")
    lab.page.evaluate("link => { location.hash = link; }", link)
    lab.has(".k8s-head", "就绪 4")


def test_opened_as_a_file_it_says_why_it_does_not_run(browser):
    pyodide.needed()
    page = browser.new_page(locale="zh-CN")
    page.goto((site_pages.pages() / "run.html").as_uri())
    page.locator("[role=status]").filter(has_text=words.NO_FILE).wait_for()
    assert page.get_by_role("button", name=words.START).is_disabled()
    assert page.locator(".k8s-run-still svg").is_visible()
    page.close()


def test_in_an_old_browser_it_says_so(browser, address):
    page = browser.new_page(locale="zh-CN")
    page.add_init_script("delete window.WebAssembly")
    page.goto(f"{address}/run.html")
    page.locator("[role=status]").filter(has_text=words.TOO_OLD).wait_for()
    page.close()
