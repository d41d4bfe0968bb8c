"""Work that goes on in the server when its page is closed, and says how far it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from rag.errors import DatelineError, defect

Result = TypeVar("Result")


class Work(Generic[Result]):
    """One function running in a thread.

    Attributes:
        fraction: how much is done, 0 to 1; None as long as it cannot be told.
        told: what is being done, in words.
        result, error: what came of it, once ``finished``.
    """

    def __init__(self, run: Callable[[Work[Result]], Result]) -> None:
        self.fraction: float | None = None
        self.told = ""
        self.result: Result | None = None
        self.error: str | None = None
        self.started_s = time.monotonic()
        self._thread = threading.Thread(target=self._run, args=(run,), daemon=True)
        self._thread.start()

    @property
    def finished(self) -> bool:
        return not self._thread.is_alive()

    def wait(self, timeout_s: float) -> bool:
        """Whether it has finished, at the latest after ``timeout_s``."""
        self._thread.join(timeout_s)
        return self.finished

    def left_s(self) -> float | None:
        """Seconds that the rest will take at the pace so far; None when it cannot be told yet."""
        passed_s = time.monotonic() - self.started_s
        if not self.fraction or self.fraction < 0.02 or passed_s < 1:
            return None
        return passed_s * (1 - self.fraction) / self.fraction

    def _run(self, run: Callable[[Work[Result]], Result]) -> None:
        try:
            self.result = run(self)
        except DatelineError as error:
            self.error = str(error)
        except Exception as error:  # noqa: BLE001 whoever waits must learn of it
            self.error = defect(error)


def duration(seconds: float) -> str:
    """Seconds in words, such as "40 s" and "3 min"."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
