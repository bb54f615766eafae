"""The connection to the API server: two kinds of request, both GET, so that nothing can be written."""

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
"""Timeout for connecting, in seconds. kubectl waits for ever; a panel has to report."""
AGENT = "k8slearn-watching"
SLOW = 30.0
"""Timeout for an answer, in seconds: enough for a page of 500 large Pods over a slow line."""
QUIET = 100.0
"""Timeout in seconds for a line of a watch: bookmarks come each minute. Kubernetes: defaultBookmarkFrequency"""
CLOCKS_AGREE = 2.0
TOLD = 300
"""The number of characters quoted from an answer that is no Status."""
# The answers of a server that is overloaded, starting or ending.
TRY_AGAIN = (408, 429, 500, 502, 503, 504)


class Transport(Protocol):
    """A connection to one API server. Requests raise ApiError for a refusal, and Lost without an answer."""

    server: str
    skew: float
    """Seconds by which the server's clock is ahead of ours."""

    async def get(self, path: str, query: Query) -> Object:
        """One answer."""

    def lines(self, path: str, query: Query) -> AsyncIterator[bytes]:
        """A watch, line by line, until the server ends it. Raises Silent after QUIET seconds without a line."""

    async def close(self) -> None:
        """End it."""


class LightkubeTransport:
    """A connection by lightkube, with its credentials and certificates; answers are plain JSON."""

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
            # The name in the server's audit log.
            self._http.headers["User-Agent"] = AGENT
        except Exception as error:
            # A missing or broken certificate, or a kind of login that lightkube does not support.
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
            # A proxy's login page, which is no JSON.
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
        # The Date header has whole seconds and arrives late: small differences are ignored.
        self.skew = ahead if abs(ahead) > CLOCKS_AGREE else 0.0

    def _check(self, code: int, content: bytes) -> None:
        """Raise the error for a status that is no success."""
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
        """The error to raise for a failed request: NotConnected where another try is useless, else Lost."""
        if isinstance(error, (ApiError, NotConnected, Lost)):
            return error
        said = _cause(error)
        if isinstance(error, (self._httpx.HTTPError, ValueError)):
            form = words.CERTIFICATE if "CERTIFICATE" in said else words.UNREACHABLE
            return Lost(form.format(server=self.server, error=said))
        # The kubeconfig's login command is missing or failed.
        return NotConnected(words.LOGIN.format(error=said))


def status_of(code: int, content: bytes) -> ApiError:
    """The Status of an error answer; for another answer, such as a proxy's page, one made of its beginning."""
    with suppress(ValueError):
        status = json.loads(content)
        if isinstance(status, dict) and "message" in status:
            return ApiError({"code": code, **status})
    text = content.decode("utf-8", "replace").strip()
    return failure(code, "Unknown", text[:TOLD])


def _cause(error: BaseException) -> str:
    """The message of an error's root cause: "Connection refused" says more than "all attempts failed"."""
    deepest = error
    while deepest.__cause__ or deepest.__context__:
        deeper = deepest.__cause__ or deepest.__context__
        assert deeper is not None
        deepest = deeper
    said = str(deepest if isinstance(deepest, OSError) else error)
    return said or type(error).__name__
