"""A fake lab for tests of single cards."""

from dataclasses import replace

from k8slearn.apimachinery.errors import ApiError
from k8slearn.lab.commands import ObjectKey
from k8slearn.lab.playback import Playback
from k8slearn.lab.view_model import Selection, ViewModels


class FakeLab:
    """The part of the lab that cards use, for one cluster at its present."""

    def __init__(self, cluster, node="", pod=None):
        self.cluster, self.node, self.pod = cluster, node, pod
        self.daemon_set = (
            ObjectKey("default", "filebeat-ds") if cluster.list("DaemonSet") else None
        )
        self.lines, self.said, self.paused, self.live = [], [], 0, True
        self._models = ViewModels(Playback(cluster))

    @property
    def selection(self):
        return Selection(self.node, self.pod, self.daemon_set)

    @property
    def model(self):
        model = self._models.take(self.selection)
        return replace(model, moment=replace(model.moment, live=self.live))

    def attempt(self, make):
        try:
            command = make()
        except (ApiError, ValueError) as mistake:
            self.say(str(mistake))
            return False
        self.lines.append(command.kubectl)
        command.call(self.cluster)
        return True

    def step(self):
        self.cluster.step()

    def to_now(self):
        self.live = True

    def pause(self):
        self.paused += 1

    def say(self, text, hint=False):
        self.said.append(text)
