"""Draws the first picture of the course: `python -m tests.support.make_opening`."""

from pathlib import Path

from k8slearn import Cluster
from k8slearn.manifests import manifest
from k8slearn.view import apng
from k8slearn.view.ink.frames import same_size
from k8slearn.view.ink.painter import Painter
from k8slearn.view.plan.forms import FORMS
from k8slearn.view.plan.seating import Seating
from k8slearn.view.png import Pixels
from k8slearn.view.scene import Scene
from k8slearn.view.story import scenes
from tests.support.paths import ROOT

PATH = ROOT / "notebooks" / "assets" / "opening.png"
DAEMON_SET = "filebeat-ds"
MACHINES = 30
# Milliseconds: it soon begins to move, and the end is shown long enough to be understood.
FIRST, STEP, LAST = 900, 800, 6000


def story() -> list[Scene]:
    """The scenes of a bad image: three Pods do not start, and nothing more happens."""
    cluster = Cluster(nodes=MACHINES, seed=3)
    cluster.apply(manifest(DAEMON_SET))
    cluster.run_until_quiet()
    cluster.set_strategy(DAEMON_SET, "RollingUpdate", max_unavailable="10%")
    cluster.run_until_quiet()
    before = cluster.store.revision
    cluster.set_image(DAEMON_SET, "ikubernetes/filebeat:5.6.6-broken")
    # Up to the third failure, before the kubelet retries.
    cluster.run(4)
    return list(scenes(cluster.store, before))


def encoded(told: list[Scene]) -> bytes:
    """The scenes with their sentences, as an animated PNG."""
    painter = Painter("light", scale=1.5)
    # Small cards, so that all thirty and the question below them fit on a laptop's screen.
    painter.seating = Seating(next(form for form in FORMS if form.name == "small"))
    frames: list[Pixels] = same_size(painter.paint(scene) for scene in told)
    waits = [FIRST, *[STEP] * (len(frames) - 2), LAST]
    return apng.encode(frames, waits, exact=painter.theme.colours())


def make(path: Path = PATH) -> None:
    """Write the picture."""
    path.write_bytes(encoded(story()))


if __name__ == "__main__":
    make()
