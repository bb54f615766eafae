"""The way to the API server: two questions, both of them GET, and nothing that could write."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from k8slearn.apimachinery.errors import ApiError, failure
from k8slearn.apimachinery.objects import START, Object
from k8slearn.locale import watching as words
from k8slearn.pacing import seconds_now
from k8slearn.watching.certificate import expired_since
from k8slearn.watching.errors import Lost, NotConnected, Silent

Query = Mapping[str, str]
PATIENCE = 10.0
"""Seconds for a connection. kubectl waits for ever; a panel has to say something."""
AGENT = "k8slearn-watching"
SLOW = 30.0
"""Seconds for an answer: a page of 500 large Pods over a slow line."""
QUIET = 100.0
"""Seconds without a line in a watch: a server sends a bookmark each minute. Kubernetes: defaultBookmarkFrequency"""
CLOCKS_AGREE = 2.0
TOLD = 300
"""Characters of an answer that is no Status."""
# What a server says that is overloaded or is just starting or ending.
TRY_AGAIN = (408, 429, 500, 502, 503, 504)


class Transport(Protocol):
    """A connection to one API server. Both questions raise ApiError for a refusal, Lost when nobody answers."""

    server: str
    skew: float
    """How many seconds the server's clock is ahead of ours."""

    async def get(self, path: str, query: Query) -> Object:
        """One answer."""

    def lines(self, path: str, query: Query) -> AsyncIterator[bytes]:
        """A watch, line by line, until the server ends it. Raises Silent when nothing comes for too long."""

    async def close(self) -> None:
        """End it."""


class LightkubeTransport:
    """lightkube's connection, with its credentials and certificates; the answers are taken as the server wrote them."""

    def __init__(self, config: Any) -> None:
        from lightkube.config import client_adapter

        adapter: Any = client_adapter
        self._config = config
        self._httpx: Any = adapter.httpx
        self.server = str(config.cluster.server)
        self.skew = 0.0
        parameters = adapter.ConnectionParams(
            timeout=self._httpx.Timeout(PATIENCE, read=SLOW)
        )
        try:
            self._http = adapter.AsyncClient(config, parameters)
            # By this name it stands in the server's audit log.
            self._http.headers["User-Agent"] = AGENT
        except Exception as error:
            # A certificate that is not there or is none, a kind of login that lightkube does not know.
            raise NotConnected(words.LOGIN.format(error=error)) from None

    async def get(self, path: str, query: Query) -> Object:
        """One answer."""
        try:
            response = await self._http.get(path, params=dict(query))
        except Exception as error:
            raise self._failed(error) from None
        self._read_clock(response)
        self._check(response.status_code, response.content)
        try:
            found: Object = json.loads(response.content)
        except ValueError as error:
            # A page that asks to log in, of a proxy in between.
            raise self._failed(error) from None
        return found

    async def lines(self, path: str, query: Query) -> AsyncIterator[bytes]:
        """A watch."""
        timeout = self._httpx.Timeout(PATIENCE, read=QUIET)
        request = self._http.stream("GET", path, params=dict(query), timeout=timeout)
        try:
            async with request as response:
                if response.status_code != 200:
                    self._check(response.status_code, await response.aread())
                async for line in response.aiter_lines():
                    yield line.encode()
        except self._httpx.ReadTimeout:
            raise Silent from None
        except self._httpx.HTTPError as error:
            raise self._failed(error) from None

    async def close(self) -> None:
        """End it."""
        await self._http.aclose()

    def _read_clock(self, response: Any) -> None:
        told = response.headers.get("Date")
        if told is None:
            return
        seconds = (parsedate_to_datetime(told) - START).total_seconds()
        ahead = seconds - seconds_now()
        # It is told in whole seconds, and comes a moment late.
        self.skew = ahead if abs(ahead) > CLOCKS_AGREE else 0.0

    def _check(self, code: int, content: bytes) -> None:
        """Raise what is no answer."""
        if code < 400:
            return
        status = status_of(code, content)
        if code == 401:
            raise NotConnected(self._refused(status.message))
        if code in TRY_AGAIN:
            raise Lost(f"{code} {status.message}")
        raise status

    def _refused(self, message: str) -> str:
        until = expired_since(self._config)
        if until:
            return words.CLIENT_EXPIRED.format(
                server=self.server, until=until, error=message
            )
        return words.UNAUTHORIZED.format(server=self.server, error=message)

    def _failed(self, error: Exception) -> Exception:
        """What went wrong on the way, for who has to decide whether to try again."""
        if isinstance(error, (ApiError, NotConnected, Lost)):
            return error
        said = _cause(error)
        if isinstance(error, (self._httpx.HTTPError, ValueError)):
            form = words.CERTIFICATE if "CERTIFICATE" in said else words.UNREACHABLE
            return Lost(form.format(server=self.server, error=said))
        # A login command that is not there or failed.
        return NotConnected(words.LOGIN.format(error=said))


def status_of(code: int, content: bytes) -> ApiError:
    """The Status of an answer; of one that is none (a proxy's page) its beginning."""
    with suppress(ValueError):
        status = json.loads(content)
        if isinstance(status, dict) and "message" in status:
            return ApiError({"code": code, **status})
    text = content.decode("utf-8", "replace").strip()
    return failure(code, "Unknown", text[:TOLD])


def _cause(error: BaseException) -> str:
    """What is at the bottom of an error: "Connection refused" tells more than "all attempts failed"."""
    deepest = error
    while deepest.__cause__ or deepest.__context__:
        deeper = deepest.__cause__ or deepest.__context__
        assert deeper is not None
        deepest = deeper
    said = str(deepest if isinstance(deepest, OSError) else error)
    return said or type(error).__name__
