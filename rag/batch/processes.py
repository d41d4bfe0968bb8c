"""Processes that answer rows without a model: that is work for the processor, which the threads of
one Python process cannot share out."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from rag.batch.output import json_line
from rag.errors import DatelineError
from rag.filters import Filters
from rag.questions import QuestionRow
from rag.settings import Settings

# A process takes a second to start, which is worth it for so many rows.
ROWS_A_PROCESS = 40
_ROOT = Path(__file__).resolve().parent.parent.parent


def usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class WorkerProcesses:
    """``count`` processes, each with the index open, started when first needed.

    They are told what to do over pipes, which end when this process ends, however it does; and so
    do they. Use it as a context manager; threads may share one.
    """

    def __init__(self, count: int, settings: Settings, filters: Filters) -> None:
        self._start: Callable[[], _Worker] = lambda: _Worker(settings, filters)
        self._idle: SimpleQueue[_Worker | None] = SimpleQueue()
        self._started: list[_Worker] = []
        for _ in range(count):
            self._idle.put(None)

    def __enter__(self) -> WorkerProcesses:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._started:
            worker.close()

    def ask(self, row: QuestionRow) -> dict[str, Any]:
        """The row's answer, from a process that is idle now or as soon as there is one.

        Raises:
            DatelineError: the process has ended.
        """
        worker = self._idle.get()
        try:
            if worker is None:
                worker = self._start()
                self._started.append(worker)
            return worker.ask(row)
        finally:
            self._idle.put(worker)


class _Worker:
    def __init__(self, settings: Settings, filters: Filters) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rag.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for the process that they work for
        )
        assert self._process.stdin is not None
        # Not in the environment: a setting may be a secret, or have no written form.
        pickle.dump((settings, filters), self._process.stdin)

    def ask(self, row: QuestionRow) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json_line(asdict(row)))
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        except (OSError, ValueError) as error:
            raise DatelineError(
                f"a process that answers questions ended unexpectedly (status "
                f"{self._process.wait()}), perhaps for want of memory; try fewer --jobs"
            ) from error
        return answer

    def close(self) -> None:
        self._process.kill()  # it writes nothing; not to wait for a row that nobody wants any more
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def _environment() -> dict[str, str]:
    """This process's, with one thread a process for vectors: the threads of OpenBLAS wait by
    spinning, and would take from each other more than they give."""
    path = os.pathsep.join(p for p in (str(_ROOT), os.environ.get("PYTHONPATH")) if p)
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    return {**os.environ, **threads, "PYTHONPATH": path}
