"""A limit on connections: at most so many at once, and idle ones give way.

A process has few descriptors, and a notebook needs them as well. So the newest client always gets in, as long as one of
the others has nothing to do: whoever has not shown the token goes first, then whoever rests, the oldest before others.
"""

from __future__ import annotations

from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

MOST = 256
"""Connections at once: a kubectl needs one or two, a watch one."""
SHARE = 4
"""One in so many of the descriptors that a process may have is for connections; the others are the notebook's."""
IDLE_SECONDS = 60.0
"""Real seconds for a handshake and all headers, and for a rest between two requests; one byte more earns no more."""
BODY_SECONDS = 60.0
"""Real seconds for a body, as on a real server (--request-timeout)."""


def most_connections() -> int:
    """How many connections there may be in this process."""
    try:
        import resource
    except ImportError:  # Windows has no such limit.
        return MOST
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return MOST
    return max(1, min(MOST, allowed // SHARE))


class Connections:
    """All connections of a server, by what they are doing; in each group the oldest comes first."""

    def __init__(self, most: int) -> None:
        self.most = most
        # Dicts, since a set has no order.
        self._strangers: dict[IOStream, None] = {}
        self._resting: dict[IOStream, None] = {}
        self._working: dict[IOStream, None] = {}

    def __len__(self) -> int:
        return len(self._strangers) + len(self._resting) + len(self._working)

    def admit(self, stream: IOStream) -> bool:
        """Let a connection in, in the place of an idle one if need be; False if all others are at work."""
        if len(self) >= self.most and not self._make_room():
            return False
        self._strangers[stream] = None
        return True

    def _make_room(self) -> bool:
        for group in (self._strangers, self._resting):
            for stream in group:
                self.gone(stream)
                stream.close()
                return True
        return False

    def works(self, stream: IOStream) -> None:
        """A request with the token has begun."""
        self.gone(stream)
        self._working[stream] = None

    def rests(self, stream: IOStream) -> None:
        """A request has ended; the connection is kept for the next one."""
        if self._working.pop(stream, self) is not self:
            self._resting[stream] = None

    def gone(self, stream: IOStream) -> None:
        """A connection is closed."""
        for group in (self._strangers, self._resting, self._working):
            group.pop(stream, None)


class LimitedServer(HTTPServer):
    """tornado's server with a limit on connections."""

    connections: Connections

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """A client has connected."""
        if self.connections.admit(stream):
            super().handle_stream(stream, address)
        else:
            stream.close()

    def on_close(self, server_conn: Any) -> None:
        """A connection has ended, whoever closed it."""
        self.connections.gone(server_conn.stream)
        super().on_close(server_conn)
