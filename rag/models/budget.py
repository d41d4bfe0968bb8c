"""A budget that stops before a call, not after it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rag.errors import BudgetError


@dataclass(slots=True)
class Reservation:
    """What one call may cost at most; ``settle`` puts what it did cost in its place.

    Left unsettled, the call counts as its worst case: a reply that was lost may still be billed.
    """

    tokens: int
    cost_usd: float

    def settle(self, tokens: int, cost_usd: float) -> None:
        self.tokens = tokens
        self.cost_usd = cost_usd

    def release(self) -> None:
        """The call was refused before it could cost anything."""
        self.settle(0, 0.0)


class Budget:
    """Limits over all calls that share it; safe to use from many threads.

    Args:
        max_cost_usd: most that may be spent, in USD; None for no limit.
        max_tokens: most input and output tokens together; None for no limit.
    """

    def __init__(self, max_cost_usd: float | None = None, max_tokens: int | None = None) -> None:
        self.max_cost_usd = max_cost_usd
        self.max_tokens = max_tokens
        self._lock = threading.Lock()
        self._spent_tokens = 0
        self._spent_usd = 0.0
        self._reserved_tokens = 0
        self._reserved_usd = 0.0

    @property
    def spent_tokens(self) -> int:
        return self._spent_tokens

    @property
    def spent_usd(self) -> float:
        return self._spent_usd

    def charge(self, tokens: int, cost_usd: float) -> None:
        """Count what was spent before, or elsewhere."""
        with self._lock:
            self._spent_tokens += tokens
            self._spent_usd += cost_usd

    @contextmanager
    def reserve(self, tokens: int, cost_usd: float) -> Iterator[Reservation]:
        """Hold the worst case of one call while it runs; on the way out its settled cost is spent.

        Args:
            tokens: input tokens and the most output tokens of the call.
            cost_usd: the most that it can cost.

        Raises:
            BudgetError: what is spent, held by running calls and asked for now is over a limit.
        """
        with self._lock:
            self._check(tokens, cost_usd)
            self._reserved_tokens += tokens
            self._reserved_usd += cost_usd
        reservation = Reservation(tokens, cost_usd)
        try:
            yield reservation
        finally:
            with self._lock:
                self._reserved_tokens -= tokens
                self._reserved_usd -= cost_usd
                self._spent_tokens += reservation.tokens
                self._spent_usd += reservation.cost_usd

    def _check(self, tokens: int, cost_usd: float) -> None:
        held_usd = self._spent_usd + self._reserved_usd
        if self.max_cost_usd is not None and held_usd + cost_usd > self.max_cost_usd:
            raise BudgetError(
                f"the budget of ${self.max_cost_usd:.4f} would not hold: ${held_usd:.4f} is spent "
                f"or in use, and the next model call can cost ${cost_usd:.4f}; raise --max-cost"
            )
        held_tokens = self._spent_tokens + self._reserved_tokens
        if self.max_tokens is not None and held_tokens + tokens > self.max_tokens:
            raise BudgetError(
                f"the budget of {self.max_tokens} tokens would not hold: {held_tokens} are spent "
                f"or in use, and the next model call can take {tokens}; raise --max-tokens"
            )
