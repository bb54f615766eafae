"""The first demonstration: a running cluster and three big buttons. It is a lab with everything else hidden."""

from __future__ import annotations

from math import inf
from typing import Any

from IPython.display import display

from k8slearn.apimachinery.objects import name
from k8slearn.cluster import Cluster
from k8slearn.lab import commands, registry, render
from k8slearn.lab.app import Lab
from k8slearn.lab.commands import Command, Mistake
from k8slearn.lab.layout import PanelBox
from k8slearn.lab.widgets import button, close_widgets, hide, named, page, row
from k8slearn.locale import lab as words
from k8slearn.manifests import manifest

DAEMON_SET = "filebeat-ds"
GOOD = "ikubernetes/filebeat:5.6.5-alpine"
BAD = "ikubernetes/filebeat:5.6.6-broken"
MACHINES = 8
# Two rows more than at the start, which fit on the screen.
MOST = 16
# A Pod starts within a second; the Pod garbage collector, which waits 40 to 60 s, comes within 15 s.
SPEED = 4.0
PUT_AWAY = ("time-area", "hands", "tabs", "why")
STYLE = """
.k8s-demo-buttons { gap: 8px !important; margin: 4px 0 !important; }
.k8s-demo-buttons button.jupyter-button { flex: 1 1 150px; height: 44px; font-size: 16px; border-radius: 8px; }
.k8s-demo .k8s-body { display: block !important; height: auto !important; }
.k8s-demo .k8s-frame { height: auto; container-type: inline-size; }
.k8s-demo .k8s-frame img.k8s-picture { max-height: none; max-width: 100%; }
"""


class Demo:
    """Eight Nodes with filebeat-ds on each; a button changes something, and time runs until all is quiet again.

    With `kubectl`, the real kubectl in cells and terminals is connected to this cluster.
    """

    def __init__(self, *, kubectl: bool = False, scale: float = 2.0) -> None:
        self.cluster = Cluster(nodes=MACHINES, seed=1)
        self.server: Any = None
        if kubectl:
            # Before the Pods, so that the first sentence is about them and not about what serving creates.
            self.server = self.cluster.serve(pace=inf)
        self.cluster.apply(manifest(DAEMON_SET))
        self.cluster.run_until_quiet()
        self.lab = Lab(self.cluster, scale=scale)
        self.lab.set_speed(SPEED)
        hide(self.lab.widget, PUT_AWAY)
        self.image = button("demo-image", words.DEMO_BAD, self.push_image)
        buttons = row(
            button("demo-unplug", words.DEMO_UNPLUG, self.unplug),
            button("demo-add", words.DEMO_ADD, self.add),
            self.image,
        )
        named(buttons, "demo-buttons")
        style = page("demo-style", f"<style>{STYLE}</style>")
        parts = [style, buttons, self.lab.message, self.lab.widget]
        self.widget = named(PanelBox(parts), "lab", "demo")

    def unplug(self) -> None:
        """Remove the newest Node."""
        self.lab.attempt(self._unplugged)

    def _unplugged(self) -> Command:
        nodes = self._nodes()
        if len(nodes) == 1:
            raise Mistake(words.DEMO_LAST)
        return commands.remove_node(nodes[-1])

    def add(self) -> None:
        """Add a Node."""
        self.lab.attempt(self._added)

    def _added(self) -> Command:
        if len(self._nodes()) == MOST:
            raise Mistake(words.DEMO_FULL)
        return commands.add_node()

    def push_image(self) -> None:
        """Set an image that cannot be pulled, or the good one again; the button says which."""
        image = GOOD if self._is_bad() else BAD
        line = f"kubectl set image ds/{DAEMON_SET} filebeat={image}"
        self.lab.do(lambda cluster: cluster.set_image(DAEMON_SET, image), line)
        said = words.DEMO_GOOD if self._is_bad() else words.DEMO_BAD
        self.image.description = self.image.tooltip = said

    def _is_bad(self) -> bool:
        template = self.cluster.get("DaemonSet", DAEMON_SET)["spec"]["template"]
        return bool(template["spec"]["containers"][0]["image"] == BAD)

    def _nodes(self) -> list[str]:
        """The Nodes' names, ordered by number."""
        names = map(name, self.cluster.list("Node"))
        return sorted(names, key=lambda each: (len(each), each))

    def __repr__(self) -> str:
        return repr(self.lab)

    def _ipython_display_(self) -> None:
        """Display the picture and its buttons, and for readers without a kernel a still picture."""
        registry.keep(self)
        self.lab.refresh()
        self.widget.summary = repr(self)
        display(self.widget)  # type: ignore[no-untyped-call]
        display({"text/html": render.stored()}, raw=True)  # type: ignore[no-untyped-call]
        display(self.lab.still())  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """End it: stop its threads and close its widgets."""
        self.lab.close()
        close_widgets(self.widget)
