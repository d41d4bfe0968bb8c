"""A bound on a whole call, however slowly its parts drip in.

A read time-out bounds the pause between two parts of a response. A server that sends a byte now and
then passes it for ever, so a timer shuts the connection down when the time of the call is over.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_current = threading.local()


class Deadline:
    """The moment by which a call with all of its retries must have ended."""

    def __init__(self, total_s: float) -> None:
        self.total_s = total_s
        self._end_s = time.monotonic() + total_s
        self._timer: threading.Timer | None = None

    @property
    def remaining_s(self) -> float:
        return max(0.0, self._end_s - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.remaining_s <= 0

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Responses that begin in this thread within the block are cut at the deadline."""
        _current.deadline = self
        try:
            yield
        finally:
            _current.deadline = None

    def watch(self, connection: socket.socket) -> None:
        self.stop()
        self._timer = threading.Timer(self.remaining_s, _shut_down, [connection])
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """The response has been read, or given up."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def watch_response(response: Any) -> None:
    """Response hook of the HTTP client: the body's connection is cut at the deadline in force."""
    deadline: Deadline | None = getattr(_current, "deadline", None)
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream is not None else None
    if deadline is not None and isinstance(connection, socket.socket):
        deadline.watch(connection)


def _shut_down(connection: socket.socket) -> None:
    # The plain method: the one of an SSL socket takes the encryption off under the reading thread.
    with suppress(OSError):  # closed by itself in the same moment
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
