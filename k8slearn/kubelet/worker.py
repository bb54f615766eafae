"""Pod workers: each Pod's changes are worked off one sync at a time, and tried again when its timer says so.

Kubernetes: pkg/kubelet/pod_workers.go UpdatePod, podWorkerLoop, completeWork
"""

from __future__ import annotations

from collections.abc import Callable

from k8slearn.apimachinery.objects import Object, is_deleting
from k8slearn.clock import Timer
from k8slearn.kubelet.generate import TERMINAL
from k8slearn.kubelet.host import Host
from k8slearn.kubelet.outcome import Eviction, SyncOutcome
from k8slearn.kubelet.sync import sync_pod
from k8slearn.kubelet.sync_end import sync_terminated, sync_terminating

SYNC = "sync"
TERMINATING = "terminating"
TERMINATED = "terminated"
FINISHED = "finished"
# Kubernetes: pkg/kubelet/kubelet.go backOffPeriod, resyncInterval (syncFrequency); pod_workers.go, the jitters and
# backOffOnTransientErrorPeriod.
BACKOFF_PERIOD = 10.0
RESYNC = 60.0
TRANSIENT = 1.0
JITTER = 0.5
# The sync that shows what a sync has started comes right after it.
AT_ONCE = 0.08
# How often two events of one listing are two syncs, and how often what came during a start is one more: counted in the
# recordings.
SEPARATE = 0.5
LATE = 0.6


class PodWorker:
    """The worker of one Pod."""

    def __init__(self, kubelet: Host, pod: Object) -> None:
        self.kubelet = kubelet
        self.pod = pod
        self.uid = str(pod["metadata"]["uid"])
        self.state = SYNC
        self.working = False
        self.pending = False
        self.last_sync: float | None = None
        self.fresh = False
        self.deleted = False
        self.eviction: Eviction | None = None
        self.grace: int | None = None
        self.timer: Timer | None = None
        self.on_ended: list[Callable[[], None]] = []

    # What it is told -------------------------------------------------------------------------------------------

    def update(self, pod: Object) -> None:
        """The Pod is new or has changed. Kubernetes: UpdatePod"""
        self.pod = pod
        if self.state == FINISHED:
            return
        if is_deleting(pod):
            self.end(pod["metadata"].get("deletionGracePeriodSeconds"))
        elif self.state == SYNC and pod["status"].get("phase") in TERMINAL:
            # Whoever wrote that: it is to be ended.
            self.end(None)
        self.poke()

    def end(self, grace: int | None) -> None:
        """Begin to end the Pod. Kubernetes: calculateEffectiveGracePeriod"""
        own = self.pod["spec"].get("terminationGracePeriodSeconds", 30)
        wanted = max(own if grace is None else grace, 1)
        if self.grace is None or wanted < self.grace:
            self.grace = wanted
        if self.state == SYNC:
            self.state = TERMINATING
            # Whoever waits for volumes waits for nothing now: upstream cancels the sync's context.
            waiting = self.kubelet.volumes.waiting.get(self.uid)
            if waiting is not None:
                waiting.give_up()

    def evict(self, eviction: Eviction) -> None:
        """The kubelet itself ends the Pod."""
        if self.state != SYNC:
            return
        self.eviction = eviction
        self.end(eviction.grace)
        self.poke()

    def remove(self) -> None:
        """The API server has the Pod no more. Kubernetes: HandlePodRemoves"""
        self.deleted = True
        if self.state == FINISHED:
            return
        if self.state == SYNC:
            self.end(self.pod["metadata"].get("deletionGracePeriodSeconds"))
        self.poke()

    def poke(self) -> None:
        """Have it synced: now, or once more after the sync that is under way."""
        if self.state == FINISHED:
            return
        if self.working:
            self.pending = True
            return
        self.working = True
        self._begin()

    # Its turns -------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Wait until the runtime has been listed since the last sync. Kubernetes: GetNewerThan"""
        now = self.kubelet.timers.now
        state = self.state
        pod = self.pod
        # Nothing is done before the runtime was listed once.
        due = max(now, self.kubelet.pleg.ticker.start)
        if self.last_sync is not None and not self.fresh:
            due = self.kubelet.pleg.ticker.after(self.last_sync)
        self.fresh = False
        # An action of its own even where it need not wait: whoever reads the past finds it under the Pod's name.
        subject = self.kubelet.subject(self.uid)
        self.kubelet.timers.at(due, subject, self._sync, state, pod)

    def _sync(self, state: str, pod: Object) -> None:
        status = self.kubelet.pleg.status(self.uid)
        if self.kubelet.resizing.given:
            pod = self.kubelet.resizing.of(pod)
        try:
            if state == SYNC:
                sync_pod(self.kubelet, self, pod, status)
            elif state == TERMINATING:
                sync_terminating(self.kubelet, self, pod, status)
            else:
                sync_terminated(self.kubelet, self, pod, status)
        except Exception as error:
            self.kubelet.timers.on_error(self.kubelet.subject(self.uid), error)
            self.synced(SyncOutcome("error"))

    def synced(self, outcome: SyncOutcome) -> None:
        """A sync of what runs is over. Kubernetes: completeSync"""
        if outcome.terminal and self.state == SYNC:
            self.end(None)
            self._complete(outcome, transition=True)
            return
        if outcome.started and not outcome.error and self.state == SYNC:
            self._complete(outcome, look=True)
        else:
            self._complete(outcome)

    def _refresh(self) -> None:
        """What was started without a problem is looked at and synced at once, without waiting for the next listing."""
        kubelet = self.kubelet
        had_news = self.pending
        events = kubelet.pleg.look(self.uid)
        self.fresh = True
        # Each further event is one more sync, after the next listing, unless they fall together: a race upstream.
        self.pending = events > 1 and kubelet.rng.uniform(0.0, 1.0) < SEPARATE
        if had_news and kubelet.rng.uniform(0.0, 1.0) < LATE:
            kubelet.timers.after(AT_ONCE, kubelet.subject(self.uid), self.poke)
        self._begin()

    def terminating_done(self) -> None:
        """All containers have ended. Kubernetes: completeTerminating"""
        self.state = TERMINATED
        self._complete(SyncOutcome(), transition=True)
        waiting = self.on_ended
        self.on_ended = []
        for call in waiting:
            call()

    def terminated_done(self) -> None:
        """Nothing is left of it. Kubernetes: completeTerminated"""
        self.state = FINISHED
        self.working = False
        self.pending = False
        self._no_timer()
        self.kubelet.on_finished(self)

    def failed(self) -> None:
        """A terminating sync has failed: try again."""
        self._complete(SyncOutcome("error"))

    def _complete(
        self, outcome: SyncOutcome, *, transition: bool = False, look: bool = False
    ) -> None:
        """Kubernetes: completeWork"""
        self.last_sync = self.kubelet.timers.now
        self._no_timer()
        if not transition:
            self._queue(outcome)
        if look:
            subject = self.kubelet.subject(self.uid)
            self.kubelet.timers.after(AT_ONCE, subject, self._refresh)
            return
        self.working = False
        if self.pending or transition:
            self.pending = False
            self.poke()

    def _queue(self, outcome: SyncOutcome) -> None:
        now = self.kubelet.timers.now
        wait = BACKOFF_PERIOD
        if outcome.error == "network":
            wait = TRANSIENT
        elif outcome.error == "backoff":
            wait = min(max(outcome.until - now, 0.0), RESYNC)
        elif not outcome.error:
            # Nothing that a sync could see would change: it is not worth a timer.
            if self.kubelet.is_settled(self.uid):
                return
            wait = RESYNC
        self.queue(wait * (1 + self.kubelet.rng.uniform(0.0, JITTER)))

    def queue(self, seconds: float) -> None:
        """Have it synced at the first tick of the sync loop after so many seconds. Kubernetes: workQueue, syncLoop"""
        self._no_timer()
        due = self.kubelet.sync_ticker.at_or_after(self.kubelet.timers.now + seconds)
        subject = self.kubelet.subject(self.uid)
        self.timer = self.kubelet.timers.at(due, subject, self._due)

    def _due(self) -> None:
        self.timer = None
        self.poke()

    def _no_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancelled = True
            self.timer = None
