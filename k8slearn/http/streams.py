"""Commands in containers over a websocket, as kubectl asks for them.

The first byte of each message says which stream it belongs to; the last message but one is the command's Status, and
then the server closes. Kubernetes: apimachinery pkg/util/remotecommand, constants.go; KEP 3396, 4006
"""

from __future__ import annotations

from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher
from tornado.web import Application
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object
from k8slearn.http.exec import Result
from k8slearn.http.types import dumps
from k8slearn.http.web import Guard, Handler, Wiring, request_of

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
STDOUT = 1
STDERR = 2
ERROR = 3
CHUNK = 32 * 1024
"""Bytes of one message at most."""


class IsExec(Matcher):
    """A request that wants to go on as a websocket to a container's streams."""

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Kubernetes: apimachinery pkg/util/httpstream/wsstream, IsWebSocketRequest"""
        upgrades = request.headers.get("Upgrade", "").lower() == "websocket"
        if upgrades and request.path.endswith("/exec"):
            return {}
        return None


class ExecHandler(Guard, WebSocketHandler):
    """One command. What can be refused is refused before the connection is a websocket."""

    def prepare(self) -> None:
        """Who has no token learns nothing."""
        if not self.is_known():
            self.refuse(self.stranger())
            return
        self.connections.works(self.stream_of_request)

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Run the command, and then tell of it."""
        request = request_of(self.request, b"")
        self.result, self.status = Result(), succeeded()
        try:
            self.result = await self.work(self.api.execute, request)
            self.status = status_of(self.result)
        except ApiError as error:
            if error.code < 500:
                self.refuse(error)
                return
            # The container is there, but not the command: that comes by the streams.
            self.status = {**error.status, "metadata": {}}
        await super().get(*args, **kwargs)

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """The newest that both know."""
        return next((known for known in PROTOCOLS if known in subprotocols), None)

    async def open(self, *_args: str, **_kwargs: str) -> None:
        """The websocket is there: send all, and hang up."""
        try:
            for channel, text in (
                (STDOUT, self.result.out),
                (STDERR, self.result.error),
            ):
                data = text.encode()
                for at in range(0, len(data), CHUNK):
                    await self._send(channel, data[at : at + CHUNK])
            await self._send(ERROR, dumps(self.status))
        except WebSocketClosedError:
            return
        self.close(1000)

    async def _send(self, channel: int, data: bytes) -> None:
        await self.write_message(bytes((channel,)) + data, binary=True)

    def on_message(self, message: str | bytes) -> None:
        """Nothing reads what is typed."""


def succeeded() -> Object:
    """The Status of a command that ended well."""
    return {"metadata": {}, "status": "Success"}


def status_of(result: Result) -> Object:
    """Kubernetes: pkg/kubelet/server/remotecommand, ServeExec"""
    if not result.code:
        return succeeded()
    cause = {"reason": "ExitCode", "message": str(result.code)}
    why = f"command terminated with non-zero exit code: exit status {result.code}"
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
        (IsExec(), ExecHandler, {"wiring": wiring}),
        (r".*", Handler, {"wiring": wiring}),
    ]
    return Application(routes, log_function=lambda handler: None)
