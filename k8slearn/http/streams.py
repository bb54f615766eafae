"""Commands in containers over a websocket, as kubectl asks for them.

The first byte of each message says which stream it belongs to; the last message but one is the command's Status, and
then the server closes. Kubernetes: apimachinery pkg/util/remotecommand, constants.go; KEP 3396, 4006
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher
from tornado.web import Application
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object
from k8slearn.http.exec import Session
from k8slearn.http.exec.shell import Output
from k8slearn.http.types import dumps
from k8slearn.http.web import Guard, Handler, Wiring, request_of

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
STDIN = 0
STDOUT = 1
STDERR = 2
ERROR = 3
CLOSE = 255
"""The client has closed the stream that the message names: the end of what it sends. v5 of the protocol."""
CHUNK = 32 * 1024
"""Bytes of one message at most."""


class IsStream(Matcher):
    """A request that wants to go on as a websocket to a container's streams."""

    ENDS = ("/exec", "/attach")

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Kubernetes: apimachinery pkg/util/httpstream/wsstream, IsWebSocketRequest"""
        upgrades = request.headers.get("Upgrade", "").lower() == "websocket"
        if upgrades and request.path.endswith(self.ENDS):
            return {}
        return None


class StreamHandler(Guard, WebSocketHandler):
    """One command. What can be refused is refused before the connection is a websocket."""

    def prepare(self) -> None:
        """Refuse a request without the token before anything else."""
        if not self.is_known():
            self.refuse(self.stranger())
            return
        self.connections.works(self.stream_of_request)

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Run the command, and then tell of it."""
        request = request_of(self.request, b"")
        self.session = Session()
        self.failed: Object | None = None
        self.is_over = False
        try:
            self.session = await self.work(self.api.connect, request)
        except ApiError as error:
            if error.code < 500:
                self.refuse(error)
                return
            # The container is there, but not the command: that comes by the streams.
            self.failed = {**error.status, "metadata": {}}
        await super().get(*args, **kwargs)

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """The newest that both know."""
        return next((known for known in PROTOCOLS if known in subprotocols), None)

    async def open(self, *_args: str, **_kwargs: str) -> None:
        """The websocket is there: send all, and hang up, unless it is a shell's."""
        shell = self.session.shell
        result = self.session.result
        if shell is None:
            await self._show(Output(result.out, result.error))
            await self._finish(result.code)
        else:
            await self._show(shell.begin())

    async def on_message(self, message: str | bytes) -> None:
        """Something was typed."""
        shell = self.session.shell
        if shell is None or not isinstance(message, bytes) or not message:
            return
        channel = message[0]
        data = message[1:]
        if channel == STDIN:
            text = data.decode("utf-8", "replace")
            await self._show(await self.work(shell.feed, text))
        elif channel == CLOSE and data == bytes((STDIN,)):
            await self._show(await self.work(shell.end_of_input))
        if shell.code is not None:
            await self._finish(shell.code)

    def on_close(self) -> None:
        """The client has gone, in the middle of it or at the end."""
        if not self.is_over:
            self.is_over = True
            self.work(self.api.leave, self.session, None)

    async def _show(self, shown: Output) -> None:
        for channel, text in ((STDOUT, shown.out), (STDERR, shown.error)):
            data = text.encode("utf-8", "surrogateescape")
            for at in range(0, len(data), CHUNK):
                await self._send(channel, data[at : at + CHUNK])

    async def _finish(self, code: int) -> None:
        """The command has ended: say how, and hang up."""
        if self.is_over:
            return
        self.is_over = True
        # Before the client knows, which may look at once what became of the container.
        await self.work(self.api.leave, self.session, code)
        await self._send(ERROR, dumps(self.failed or status_of(code)))
        self.close(1000)

    async def _send(self, channel: int, data: bytes) -> None:
        with suppress(WebSocketClosedError):
            await self.write_message(bytes((channel,)) + data, binary=True)


def succeeded() -> Object:
    """The Status of a command that ended well."""
    return {"metadata": {}, "status": "Success"}


def status_of(code: int) -> Object:
    """Kubernetes: pkg/kubelet/server/remotecommand, ServeExec"""
    if not code:
        return succeeded()
    cause = {"reason": "ExitCode", "message": str(code)}
    why = f"command terminated with non-zero exit code: exit status {code}"
    return {
        "metadata": {},
        "status": "Failure",
        "message": why,
        "reason": "NonZeroExitCode",
        "details": {"causes": [cause]},
    }


def application(wiring: Wiring) -> Application:
    """The tornado application; nothing is logged, since a kernel's output belongs to its cells."""
    routes: list[Any] = [
        (IsStream(), StreamHandler, {"wiring": wiring}),
        (r".*", Handler, {"wiring": wiring}),
    ]
    return Application(routes, log_function=lambda handler: None)
