"""Runs the API in the background of a kernel, or of a command."""

from __future__ import annotations

import asyncio
import atexit
import errno
import logging
import os
import shlex
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from tornado.netutil import bind_sockets

from k8slearn import files
from k8slearn.controlplane import ControlPlane
from k8slearn.http import kubeconfig as kubeconfigs
from k8slearn.http.api import Api
from k8slearn.http.bootstrap import publish
from k8slearn.http.connections import (
    BODY_SECONDS,
    IDLE_SECONDS,
    Connections,
    LimitedServer,
    most_connections,
)
from k8slearn.http.credentials import HOST, new_credentials
from k8slearn.http.pacing import ServedTime
from k8slearn.http.pexpect_mended import mend_pexpect
from k8slearn.http.streams import application
from k8slearn.http.web import THREADS, Bell, Wiring
from k8slearn.locale import http as words

UNLIMITED = 2**62
"""The limit on bodies is the handler's, which says why it refuses."""
HIGHEST_PORT = 65_535
THREAD = "k8slearn-server"
_LOGGER = "tornado.general"
SHARED_KUBECONFIG = "K8SLEARN_KUBECONFIG"
"""Names the file that a launcher has told terminals to look at."""


class Server:
    """A cluster that kubectl can reach. `url` and `kubeconfig` lead there; `pace` can be changed at any time.

    The kubeconfig of this process is in a folder that no other server knows, so that its kubectl can speak to no other
    cluster; a file that is named, or that a launcher names for its terminals, is written as well and may be shared.
    `name` is what `kubectl config current-context` says.

    Raises OSError for a port that is taken and FileExistsError for a kubeconfig that is not ours.
    """

    def __init__(
        self,
        control_plane: ControlPlane,
        *,
        port: int = 0,
        kubeconfig: str | Path | None = None,
        pace: float | None = 1.0,
        name: str = "",
    ) -> None:
        self.control_plane = control_plane
        self._held = ExitStack()
        self._scratch = self._held.enter_context(files.own_folder())
        self._own_kubeconfig = self._scratch / "kubeconfig"
        self._other_kubeconfigs = _named_kubeconfigs(kubeconfig)
        self.kubeconfig = (
            self._other_kubeconfigs[0] if kubeconfig else self._own_kubeconfig
        )
        self._sockets: list[Any] = []
        try:
            _check_kubeconfigs(self._other_kubeconfigs)
            self._sockets = _bind(port)
            self.port: int = self._sockets[0].getsockname()[1]
            self.url = f"https://{HOST}:{self.port}"
            self._credentials = new_credentials(self._scratch)
            self.name = self._publish_kubeconfigs(name or kubeconfigs.lesson_name())
        except BaseException:
            for listener in self._sockets:
                listener.close()
            self._held.close()
            raise
        self.token = self._credentials.token
        self.time = ServedTime(control_plane, pace)
        self._saved: dict[str, str | None] = {}
        self._stopped = False
        self._start()

    @property
    def pace(self) -> float | None:
        """Simulated seconds per real second; 0, infinity and None as for `serve`."""
        return self.time.pace

    @pace.setter
    def pace(self, pace: float | None) -> None:
        self.time.pace = pace

    @property
    def authority(self) -> bytes:
        """The certificate, in PEM, that a client has to trust."""
        return self._credentials.authority

    @property
    def running(self) -> bool:
        """Whether it has not been stopped."""
        return not self._stopped

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which kubectl finds this cluster, and a kubectl is found."""
        editor = {}
        if not (os.environ.get("KUBE_EDITOR") or os.environ.get("EDITOR")):
            # kubectl would open vi, and whoever runs it from a cell would wait for ever. Not as KUBE_EDITOR: it would
            # win against an EDITOR that is written in front of the command.
            refusal = f"{shlex.quote(sys.executable)} -m k8slearn.http.no_editor"
            editor["EDITOR"] = refusal
        return {
            **editor,
            "KUBECONFIG": str(self._own_kubeconfig),
            # Of its own: what kubectl remembers of a server that had this port before is another cluster's.
            "KUBECACHEDIR": str(self._scratch / "cache"),
            "PATH": _path_with_programs(),
        }

    def enter_environment(self) -> None:
        """Let every kubectl that this process starts from now on find the cluster."""
        mend_pexpect()
        for name, value in self.environment.items():
            self._saved[name] = os.environ.get(name)
            os.environ[name] = value

    def leave_environment(self) -> None:
        """Put the environment back as it was, where it is still ours."""
        # Another server, or the learner, may have put its own there since.
        if os.environ.get("KUBECONFIG") == str(self._own_kubeconfig):
            for name, value in self._saved.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
        self._saved.clear()

    def stop(self) -> None:
        """Stop serving and remove what was written; threads and connections are gone when this returns."""
        if self._stopped:
            return
        self._stopped = True
        atexit.unregister(self.stop)
        self._unsubscribe()
        # Before the loop: a component that acts would ring a bell whose loop is closed.
        self.time.end()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self.leave_environment()
        for path in self._other_kubeconfigs:
            with suppress(OSError):
                shared = path == _shared_kubeconfig()
                kubeconfigs.leave(path, self.url, for_terminals=shared)
        self._held.close()

    def _publish_kubeconfigs(self, name: str) -> str:
        """Write all kubeconfigs; returns the name, which another server may have in a shared one."""
        for path in self._other_kubeconfigs:
            name = kubeconfigs.enter(path, name, self.url, self._credentials)
        return kubeconfigs.enter(
            self._own_kubeconfig, name, self.url, self._credentials
        )

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Server {self.url} {'running' if self.running else 'stopped'}>"

    def _start(self) -> None:
        publish(self.control_plane, self.port)
        self._loop = asyncio.new_event_loop()
        self._bell = Bell(self._loop)
        self._api = Api(
            self.control_plane,
            before=self.time.catch_up,
            after=self.time.wrote,
            waited_for=self.time.waited_for,
        )
        self._unsubscribe = self.control_plane.store.subscribe(self._bell.ring)
        ready: Future[None] = Future()
        # tornado logs what a client sends wrong; to a filter of ours alone, so that Jupyter's own lines stay.
        logging.getLogger(_LOGGER).addFilter(_is_not_ours)
        self._thread = threading.Thread(
            target=self._serve, args=(ready,), name=THREAD, daemon=True
        )
        self._thread.start()
        # Whoever gets the server back may connect at once.
        ready.result()
        self.time.start()
        # A kernel that is restarted leaves no kubeconfig behind that leads nowhere.
        atexit.register(self.stop)

    def _serve(self, ready: Future[None]) -> None:
        asyncio.set_event_loop(self._loop)
        # A connection that breaks off is no news, and would be printed into whichever cell runs.
        self._loop.set_exception_handler(lambda *_: None)
        pool = ThreadPoolExecutor(THREADS, thread_name_prefix="k8slearn-request")
        connections = Connections(most_connections())
        token = f"Bearer {self.token}"
        app = application(Wiring(self._api, token, self._bell, pool, connections))
        http = LimitedServer(
            app,
            ssl_options=self._credentials.context,
            max_body_size=UNLIMITED,
            idle_connection_timeout=IDLE_SECONDS,
            body_timeout=BODY_SECONDS,
        )
        http.connections = connections
        http.add_sockets(self._sockets)
        self._loop.call_soon(ready.set_result, None)
        try:
            self._loop.run_forever()
            http.stop()
            self._loop.run_until_complete(self._close(http))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            self._loop.close()

    async def _close(self, http: LimitedServer) -> None:
        """Close the connections and let the requests that hang on them end."""
        # Watches would go on until their time is up.
        await http.close_all_connections()
        me = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not me]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def _is_not_ours(record: logging.LogRecord) -> bool:
    """What a client does wrong is not printed: a kernel's output belongs to its cells."""
    return record.threadName != THREAD


def _path_with_programs() -> str:
    """PATH, with the folder of this Python in front: `pip install` puts a kubectl there."""
    programs = str(Path(sys.executable).parent)
    rest = os.environ.get("PATH", "")
    if not rest:
        return programs
    if rest.partition(os.pathsep)[0] == programs:
        return rest
    return os.pathsep.join((programs, rest))


def _named_kubeconfigs(given: str | Path | None) -> list[Path]:
    """The files to write beside the server's own: the one that was asked for, and the one that terminals look at."""
    asked = Path(given).expanduser().absolute() if given else None
    named = [path for path in (asked, _shared_kubeconfig()) if path]
    # Where both are one file it is written once.
    return list(dict.fromkeys(named))


def _shared_kubeconfig() -> Path | None:
    """The file that the launcher made for its terminals."""
    shared = os.environ.get(SHARED_KUBECONFIG)
    # A launcher that has ended took its folder along.
    if not shared or not Path(shared).expanduser().parent.is_dir():
        return None
    return Path(shared).expanduser().absolute()


def _check_kubeconfigs(paths: list[Path]) -> None:
    for path in paths:
        if not kubeconfigs.may_write(path):
            why = words.KUBECONFIG_TAKEN.format(path=path)
            raise FileExistsError(errno.EEXIST, why)


def _bind(port: int) -> list[Any]:
    # The machine would take the rest of a division by 65536.
    if not 0 <= port <= HIGHEST_PORT:
        raise OSError(errno.EINVAL, words.NO_SUCH_PORT.format(port=port))
    try:
        return bind_sockets(port, HOST)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        why = words.PORT_TAKEN.format(port=port)
        raise OSError(errno.EADDRINUSE, why) from None


# One environment has one KUBECONFIG, so a process has one server that is in it.
_current: Server | None = None


def serve(
    control_plane: ControlPlane,
    *,
    port: int = 0,
    kubeconfig: str | Path | None = None,
    pace: float | None = 1.0,
    environment: bool = True,
    name: str = "",
) -> Server:
    """Serve a cluster in the background; `!kubectl` and terminals started from here find it.

    `pace` is in simulated seconds per real second; 0: the cluster acts at once and time stands still; `math.inf`: after
    each command that writes or waits, time jumps to where all is quiet; None: paused, time goes on when the notebook or
    the lab lets it.
    Each process has a kubeconfig of its own, so that the lessons that are open side by side do not see each other's
    clusters; terminals get the one served last. `kubectl config current-context` says which that is: `name`, or the
    notebook's.
    With `environment` the server before it, if there is one, is stopped: a cell may be run again.

    Ages in `kubectl get` are worked out here and are simulated seconds. `kubectl describe` works them out by this
    computer's clock, so that a cluster whose simulated time starts on 2026-01-01 looks old in it; one that is made with
    `Cluster(start=seconds_now())` (`k8slearn.pacing`, as `k8slearn serve` does) starts at the present.
    """
    global _current
    if environment and _current is not None:
        _current.stop()
    server = Server(
        control_plane, port=port, kubeconfig=kubeconfig, pace=pace, name=name
    )
    if environment:
        server.enter_environment()
        _current = server
    return server
