"""A lab that is no panel: what a card sees of it."""

from types import SimpleNamespace

from k8slearn.lab.commands import Place


class FakeLab:
    """What a card sees of the lab, over one cluster at its present."""

    def __init__(self, cluster, node="", pod=None):
        self.cluster, self.selected_node, self.selected_pod = cluster, node, pod
        self.daemon_set = (
            Place("default", "filebeat-ds") if cluster.list("DaemonSet") else None
        )
        self.lines, self.said, self.paused, self.live = [], [], 0, True

    @property
    def moment(self):
        store, now = self.cluster.store, self.cluster.now
        return SimpleNamespace(
            get=store.get,
            list=store.list,
            time=now,
            revision=store.revision,
            live=self.live,
        )

    def do(self, call, line):
        self.lines.append(line)
        call(self.cluster)
        return True

    def step(self):
        self.cluster.step()

    def to_now(self):
        self.live = True

    def pause(self):
        self.paused += 1

    def say(self, text, hint=False):
        self.said.append(text)
