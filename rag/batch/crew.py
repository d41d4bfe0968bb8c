"""Threads that ask, a row each at a time, and what becomes of the others when one must stop."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from rag.errors import BudgetError
from rag.questions import QuestionRow

AskRow = Callable[[QuestionRow], dict[str, Any]]
Record = Callable[[QuestionRow, dict[str, Any]], None]

# How long answers that are on their way, and may have been paid for, are waited for at Ctrl-C.
GRACE_S = 3.0
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a row; ``alone``: no other was being asked at that time."""

    row: QuestionRow
    alone: bool
    answer: dict[str, Any] | None = None
    error: BaseException | None = None


class Stopped(Exception):
    """Somebody asked for an end."""


def answer_rows(
    rows: Iterator[QuestionRow],
    ask: AskRow,
    record: Record,
    *,
    jobs: int,
    stop: Callable[[], bool] | None = None,
) -> None:
    """Ask ``rows``, at most ``jobs`` at a time; ``record`` gets each answer as it comes.

    Before an error goes on to the caller, the rows that are being asked are waited for and recorded
    (at a ``KeyboardInterrupt`` for ``GRACE_S`` seconds).

    Raises:
        BudgetError: the next row could go over the budget, even with no other in the way.
        Stopped: ``stop`` has become true.
        Exception: whatever else ``ask`` raised.
    """
    crew = _Crew(ask, jobs)
    try:
        _ask_in_turn(crew, rows, record, stop or (lambda: False))
    except KeyboardInterrupt:
        crew.finish(record, GRACE_S)
        raise
    except Exception:
        crew.finish(record, None)
        raise
    finally:
        crew.close()


def _ask_in_turn(
    crew: _Crew, rows: Iterator[QuestionRow], record: Record, stop: Callable[[], bool]
) -> None:
    refused: deque[QuestionRow] = deque()
    alone = False
    while True:
        if stop():
            raise Stopped("stopped")
        while crew.asking < (1 if alone else crew.jobs):
            row = refused.popleft() if refused else next(rows, None)
            if row is None:
                break
            crew.give(row, alone)
        if not crew.asking:
            return
        outcome = crew.take(stop)
        if outcome.answer is not None:
            record(outcome.row, outcome.answer)
        elif isinstance(outcome.error, BudgetError) and not outcome.alone:
            # What the others may cost at most was in its way, and that is more than they will.
            refused.append(outcome.row)
            alone = True
        else:
            assert outcome.error is not None
            raise outcome.error


class _Crew:
    """The threads. They are daemons: one that waits for a model does not keep the process alive."""

    def __init__(self, ask: AskRow, jobs: int) -> None:
        self.jobs = jobs
        self.asking = 0
        self._ask = ask
        self._given: SimpleQueue[tuple[QuestionRow, bool] | None] = SimpleQueue()
        self._done: SimpleQueue[_Outcome] = SimpleQueue()
        self._threads = 0

    def give(self, row: QuestionRow, alone: bool) -> None:
        if self._threads == self.asking:
            self._threads += 1
            threading.Thread(target=self._work, name=f"batch-{self._threads}", daemon=True).start()
        self.asking += 1
        self._given.put((row, alone))

    def take(self, stop: Callable[[], bool], until_s: float = float("inf")) -> _Outcome:
        """The next outcome.

        Raises:
            Stopped: ``stop`` is true, or it is ``until_s`` by the monotonic clock.
        """
        while not stop() and time.monotonic() < until_s:
            try:
                # Not without end, so that Ctrl-C and ``stop`` are seen on every system.
                outcome = self._done.get(timeout=_POLL_S)
            except Empty:
                continue
            self.asking -= 1
            return outcome
        raise Stopped("stopped")

    def finish(self, record: Record, within_s: float | None) -> None:
        """Record the rows that are being asked now, as far as they come in time."""
        until_s = float("inf") if within_s is None else time.monotonic() + within_s
        try:
            while self.asking:
                outcome = self.take(lambda: False, until_s)
                if outcome.answer is not None:
                    record(outcome.row, outcome.answer)
        except Stopped:
            return

    def close(self) -> None:
        for _ in range(self._threads):
            self._given.put(None)

    def _work(self) -> None:
        while (given := self._given.get()) is not None:
            row, alone = given
            try:
                outcome = _Outcome(row, alone, answer=self._ask(row))
            except BaseException as error:  # noqa: BLE001 it is raised again by who takes it
                outcome = _Outcome(row, alone, error=error)
            self._done.put(outcome)
