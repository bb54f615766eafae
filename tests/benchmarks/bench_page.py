"""What the lab in a page costs: bytes on the way, CPU seconds to the first picture, milliseconds a step.

Run `python -m tests.benchmarks.bench_page` on a machine that has nothing else to do; exit status 1 when a limit is
missed. It needs Chromium, and Pyodide from npm or in the folder that K8SLEARN_PYODIDE names.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from k8slearn.launch import browser_lab
from tests.browser.running_page import RunningPage, cpu_seconds, packed_bytes, served
from tests.support import chromium, pyodide

MOST_BYTES, MOST_SECONDS = browser_lab.MEGABYTES * 1_000_000, 6.0
LIMITS_MS = {20: 60, 100: 300}

# The same clicks as a learner's, each with the redraw and what goes to the page.
STEPS = """
import json, time
from k8slearn import Cluster
from k8slearn.lesson import lab
from k8slearn.manifests import manifest
from k8slearn.toolkit import page

told = {}
for nodes in (20, 100):
    cluster = Cluster(nodes=nodes, seed=1)
    cluster.apply(manifest("filebeat-ds"))
    began = time.perf_counter()
    cluster.run_until_quiet()
    placed = time.perf_counter() - began
    panel = lab(cluster)
    cluster.set_image("filebeat-ds", "x:2")
    steps = []
    for _ in range(25):
        began = time.perf_counter()
        panel.step()
        panel.refresh()
        page.news()
        steps.append((time.perf_counter() - began) * 1000)
    panel.close()
    told[nodes] = [sorted(steps)[12], max(steps), placed]
json.dumps(told)
"""
RUN = """
async (code) => {
  const { start } = await import(new URL("_static/run/run.js", document.baseURI));
  const python = await start(document.querySelector(".k8s-run-place"));
  return python.runPython(code);
}
"""


def main() -> int:
    """Measure and report."""
    found = pyodide.core()
    if not isinstance(found, Path):
        sys.exit(f"Pyodide: {found}; name a folder in {pyodide.PLACE}")
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        site = Path(name)
        browser_lab.add(site, found, site / "work")
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.arguments()
        )
        with served(site) as address:
            size, seconds = start_of(browser, address, site)
            steps = steps_of(browser, address)
        browser.close()
    print(f"gzip bytes fetched: {size:,} (limit {MOST_BYTES:,})")
    print(f"CPU seconds to the first picture: {seconds:.1f} (limit {MOST_SECONDS})")
    fine = size <= MOST_BYTES and seconds <= MOST_SECONDS
    for nodes, (median, most, placed) in steps.items():
        limit = LIMITS_MS[int(nodes)]
        print(
            f"{nodes} Nodes: {median:.0f} ms a step (limit {limit}), {most:.0f} at most; "
            f"placed in {placed:.1f} s"
        )
        fine = fine and median <= limit
    return 0 if fine else 1


def start_of(browser, address, site):
    """Bytes on the way and CPU seconds of a start; a page that only lies there is not counted."""
    page = RunningPage(browser, address)
    page.page.goto(f"{address}/run.html")
    before = cpu_seconds(browser)
    page.page.get_by_role("button", name="在这一页里运行").click()
    page.page.locator(".k8s-lab img.k8s-picture[src]").first.wait_for(timeout=120_000)
    seconds = cpu_seconds(browser) - before
    fetched = [url for url in page.fetched if "/_static/run/" in url]
    size = packed_bytes(site, fetched)
    page.close()
    return size, seconds


def steps_of(browser, address):
    """Milliseconds a step by the number of Nodes: median and most, and seconds to place all Pods."""
    page = RunningPage(browser, address)
    page.page.goto(f"{address}/run.html")
    told = json.loads(page.page.evaluate(RUN, STEPS))
    page.close()
    return told


if __name__ == "__main__":
    sys.exit(main())
