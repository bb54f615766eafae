"""The API over HTTP, by tornado: it comes with Jupyter, so that a kernel has it loaded already.

Work is done in a few threads, since a cell that runs may hold the cluster's lock; watches are coroutines, not threads.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.iostream import IOStream, StreamClosedError
from tornado.web import RequestHandler, stream_request_body

from k8slearn.apimachinery.errors import ApiError, failure, internal_error
from k8slearn.containers.log import PodLog
from k8slearn.http.api import Answer, Api, refusal
from k8slearn.http.connections import Connections
from k8slearn.http.documents import OPEN
from k8slearn.http.types import JSON, SEPARATOR, Request, Response, warning_headers
from k8slearn.http.watching import BOOKMARK_SECONDS, Watch

MAX_BODY = 3 * 1024 * 1024
"""Bytes. Kubernetes: apiserver/pkg/server/config.go, MaxRequestBodyBytes"""
MAX_DRAINED = 8 * MAX_BODY
"""Bytes of a refused body that are still read: many clients read no answer before they have sent all of it."""
THREADS = 8
"""Requests at work at one time: `kubectl` alone asks for several groups at once, and one may wait for a lock."""
LOG_SECONDS = 1.0
"""Real seconds between two looks at a log: its lines come with time, which rings no bell."""
_TOO_LARGE = f"Request entity too large: limit is {MAX_BODY}"


class Bell:
    """Tells the watches that something was written; `ring` may be called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.waiting: set[asyncio.Event] = set()
        self._rung = False

    def ring(self, *_: object) -> None:
        """Wake everyone soon; many calls become one."""
        # A rollout writes hundreds of times in a moment, and to hand each over to the loop would hold up the writer.
        if not self._rung:
            self._rung = True
            self.loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        # First, so that what is written while they wake rings again.
        self._rung = False
        for event in self.waiting:
            event.set()


@dataclass(frozen=True, slots=True)
class Wiring:
    """What every request needs; `token` is the whole header that the learner's clients send."""

    api: Api
    token: str
    bell: Bell
    pool: ThreadPoolExecutor
    connections: Connections


class Guard(RequestHandler):
    """What every handler does: it knows who may ask, and refuses as the API does."""

    def initialize(self, wiring: Wiring) -> None:
        """Called by tornado for each request."""
        self.api = wiring.api
        self.token = wiring.token
        self.bell = wiring.bell
        self.pool = wiring.pool
        self.connections = wiring.connections
        self.stream_of_request: IOStream = self.request.connection.stream  # type: ignore[union-attr]

    def set_default_headers(self) -> None:
        """Kubernetes: apiserver/pkg/endpoints/filters/cachecontrol.go"""
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-cache, private")
        self.set_header("Content-Type", JSON)

    def compute_etag(self) -> None:
        """No hash over each answer."""

    def is_known(self) -> bool:
        """Whether the request has the server's token, or one that it gave to a ServiceAccount."""
        given = self.request.headers.get_list("Authorization")
        # Two headers could mean one thing to us and another to somebody in between.
        if len(given) != 1:
            return False
        # In constant time: how far a guess is right is not to be learnt.
        header = given[0].encode("utf-8", "replace")
        return hmac.compare_digest(header, self.token.encode()) or (
            self.api.tokens.is_own(given[0].removeprefix("Bearer "))
        )

    def stranger(self) -> ApiError:
        """The refusal for a request without the token."""
        return failure(401, "Unauthorized", "Unauthorized")

    def refuse(self, error: ApiError) -> None:
        """Answer and close: what is left of the body will not be read."""
        self.set_header("Connection", "close")
        answer = refusal(error)
        self._write_response(answer, answer.payload())
        self.finish()

    def _write_response(self, answer: Response, data: bytes) -> None:
        self.set_status(answer.code)
        self.set_header("Content-Type", answer.media_type)
        for name, value in answer.headers.items():
            self.set_header(name, value)
        for header in warning_headers(answer.warnings):
            self.add_header("Warning", header)
        # Tornado takes even nothing for a body, which an answer without content (204) must not have.
        if data:
            self.write(data)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """What tornado itself refuses, such as an unknown method, is a Status as well."""
        reasons = {404: "NotFound", 405: "MethodNotAllowed", 400: "BadRequest"}
        if status_code >= 500:
            return self.refuse(internal_error("unexpected"))
        reason = reasons.get(status_code, "")
        self.refuse(failure(status_code, reason, self._reason))

    def on_finish(self) -> None:
        """The request has been answered, or what it went on as has ended."""
        self.connections.rests(self.stream_of_request)

    def work(self, call: Any, *args: Any) -> Awaitable[Any]:
        """Call something in one of the threads."""
        return asyncio.get_running_loop().run_in_executor(self.pool, call, *args)

    def log_exception(self, *_: Any) -> None:
        """Nothing is printed: a kernel's output belongs to its cells."""


@stream_request_body
class Handler(Guard):
    """One request. Without the token it is refused, and its body is thrown away as it comes."""

    def initialize(self, wiring: Wiring) -> None:
        """Called by tornado for each request."""
        super().initialize(wiring)
        self.refused: ApiError | None = None
        self.chunks: list[bytes] = []
        self.size = 0
        self.gone = asyncio.Event()
        self.left = False

    def prepare(self) -> None:
        """Refuse before the body is read, or rather while it is."""
        if self.request.path not in OPEN and not self.is_known():
            self.refused = self.stranger()
        elif self._announced() > MAX_BODY:
            self.refused = failure(413, "RequestEntityTooLarge", _TOO_LARGE)
        else:
            # Whoever asks for its health only is a stranger still.
            if self.is_known():
                self.connections.works(self.stream_of_request)
            return
        if not self._sends_anyway():
            self.refuse(self.refused)

    def _sends_anyway(self) -> bool:
        """Whether the client sends a body before it reads what it is told, and not more than we care to read."""
        headers = self.request.headers
        if "Expect" in headers:
            return False
        if "Transfer-Encoding" in headers:
            return True
        return 0 < self._announced() <= MAX_DRAINED

    def _announced(self) -> int:
        length = self.request.headers.get("Content-Length", "0")
        if length.isascii() and length.isdigit():
            return int(length)
        return 0

    def data_received(self, chunk: bytes) -> None:
        """A part of the body has come."""
        self.size += len(chunk)
        if self.refused is None and self.size > MAX_BODY:
            self.chunks.clear()
            self.refused = failure(413, "RequestEntityTooLarge", _TOO_LARGE)
        if self.refused is None:
            self.chunks.append(chunk)
        elif self.size > MAX_DRAINED and not self._finished:
            self.refuse(self.refused)

    async def get(self) -> None:
        """Answer the request, whatever its method."""
        if self.refused is not None:
            return self.refuse(self.refused)
        request = request_of(self.request, b"".join(self.chunks))
        answer, data = await self.work(self._answer, request)
        if isinstance(answer, Response):
            self._write_response(answer, data)
            await self.finish()
        else:
            await self._stream(answer)

    def _answer(self, request: Request) -> tuple[Answer, bytes]:
        """The answer and its bytes, which the loop does not wait for."""
        answer = self.api.handle(request)
        return answer, answer.payload() if isinstance(answer, Response) else b""

    head = post = put = patch = delete = options = get

    async def _stream(self, source: Watch | PodLog) -> None:
        """Send what is there, then what comes, until the client leaves or its time is up."""
        news = asyncio.Event()
        self.bell.waiting.add(news)
        self.gone = news
        if isinstance(source, Watch):
            self.set_header("Content-Type", source.media_type)
        try:
            await self._send(await self.work(self.api.begin, source))
            if isinstance(source, Watch):
                await self._watch(source, news)
            else:
                await self._follow(source, news)
            await self.finish()
        except StreamClosedError:
            pass
        finally:
            self.bell.waiting.discard(news)

    async def _send(self, data: bytes) -> None:
        self.write(data)
        await self.flush()

    async def _watch(self, source: Watch, news: asyncio.Event) -> None:
        clock = asyncio.get_running_loop()
        end = clock.time() + source.seconds
        while not (self.left or source.over):
            left = end - clock.time()
            if left <= 0:
                return
            data = b""
            if await _rung(news, min(left, BOOKMARK_SECONDS)):
                data = source.news()
            # Not in the last minute: the client begins anew anyway, from the version that it knows.
            if not data and source.bookmarks and left > BOOKMARK_SECONDS:
                data = source.bookmark()
            if data:
                await self._send(data)

    async def _follow(self, source: PodLog, news: asyncio.Event) -> None:
        while not self.left:
            # In the pool, for it takes the cluster's lock, which a cell may hold for long.
            is_over = await self.work(getattr, source, "over")
            # Asked for after that, so that a container's last lines are sent as well.
            data = await self.work(source.news)
            if data:
                await self._send(data)
            if is_over:
                return
            await _rung(news, LOG_SECONDS)

    def on_connection_close(self) -> None:
        """The client has gone: wake the stream so that it ends."""
        self.left = True
        self.gone.set()


async def _rung(event: asyncio.Event, seconds: float) -> bool:
    """Wait for news; whether there are any."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    event.clear()
    return True


def request_of(raw: HTTPServerRequest, body: bytes) -> Request:
    """A request as the API takes it."""
    headers: dict[str, str] = {}
    for name, value in raw.headers.get_all():
        known = name.lower()
        # Groups to speak for come in a header each; of any other header the last one counts.
        if known in headers and known.startswith("impersonate-"):
            value = f"{headers[known]}{SEPARATOR}{value}"
        headers[known] = value
    return Request(
        method=raw.method or "GET",
        path=raw.path,
        query_text=raw.query or "",
        headers=headers,
        body=body,
    )
