"""Spacing of calls to stay under a provider's limits per minute."""

from __future__ import annotations

import threading
import time

SECONDS_PER_MINUTE = 60.0


class RateLimiter:
    """Requests and tokens per minute over all threads that share it, first come first served.

    The generic cell rate algorithm (ITU-T I.371): each call moves forward the time at which the
    next one is due, and sleeps until its own. (``InMemoryRateLimiter`` of LangChain counts
    requests only, and polls.)

    Args:
        requests_per_minute: None for no limit.
        tokens_per_minute: input tokens and the most output tokens of each call; None for no limit.
        burst_s: how far ahead of the even pace calls may run.
    """

    def __init__(
        self,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        burst_s: float = 1.0,
    ) -> None:
        self._request_rate_s = _per_second(requests_per_minute)
        self._token_rate_s = _per_second(tokens_per_minute)
        self._burst_s = burst_s
        self._lock = threading.Lock()
        self._due_s = 0.0

    def acquire(self, tokens: int) -> float:
        """Wait for this call's turn; returns the seconds waited."""
        with self._lock:
            now_s = time.monotonic()
            start_s = max(self._due_s, now_s)
            self._due_s = start_s + self._interval_s(tokens)
        wait_s = max(0.0, start_s - self._burst_s - now_s)
        if wait_s:
            time.sleep(wait_s)
        return wait_s

    def _interval_s(self, tokens: int) -> float:
        for_request_s = 1 / self._request_rate_s if self._request_rate_s else 0.0
        for_tokens_s = tokens / self._token_rate_s if self._token_rate_s else 0.0
        return max(for_request_s, for_tokens_s)


def _per_second(per_minute: float | None) -> float | None:
    return per_minute / SECONDS_PER_MINUTE if per_minute else None
