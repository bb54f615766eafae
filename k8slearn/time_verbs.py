"""What a user does with a cluster's time: step, run, wait until all is quiet; each tells what it brought."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from k8slearn.controlplane import ControlPlane
from k8slearn.journal import Action
from k8slearn.steps import Steps


class TimeVerbs:
    """The part of a cluster that lets simulated time pass."""

    control_plane: ControlPlane

    @property
    def began(self) -> float:
        """The simulated second of its birth."""
        return self.control_plane.store.log.began

    @property
    def now(self) -> float:
        """Simulated seconds since the start."""
        return self.control_plane.now

    def next_time(self) -> float | None:
        """The simulated second at which the next component acts, None when all is quiet."""
        return self.control_plane.next_time()

    @property
    def quiet(self) -> bool:
        """Whether nothing is left to do unless somebody changes something."""
        return self.control_plane.quiet

    @property
    def turns(self) -> int:
        """How many turns the components had; most of them write nothing."""
        return self.control_plane.turns

    def step(self) -> Action | None:
        """One action of one component; time jumps to it. None when nothing is left to do."""
        return self.control_plane.step()

    def step_within(self, seconds: float) -> Action | None:
        """The next action if it is due within so many simulated seconds; else the seconds pass and nothing happens."""
        return self.control_plane.step_within(seconds)

    def settle(self) -> Steps:
        """Let everything happen that is due now; time stands still."""
        return self._told(self.control_plane.settle)

    def run(self, seconds: float) -> Steps:
        """Let so many simulated seconds pass."""
        return self._told(lambda: self.control_plane.run(seconds))

    def run_until_quiet(self, limit: float = 600.0) -> Steps:
        """Let time pass until nothing is left to do, `limit` simulated seconds at most."""
        return self._told(lambda: self.control_plane.run_until_quiet(limit))

    def _told(self, pass_time: Callable[[], Sequence[Action]]) -> Steps:
        plane = self.control_plane
        with plane.lock:
            before = self.now
            done = pass_time()
            sets = plane.store.list("DaemonSet")
            return Steps(
                done=done, seconds=self.now - before, quiet=self.quiet, daemon_sets=sets
            )
