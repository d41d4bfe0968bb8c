"""Batches that run in the server: they go on when the page is closed and are found again by name.

A batch is a folder under the index, of the person who logged in: the questions, what was asked for
(``job.json``), and the output with its journal. After a restart of the server an unfinished batch
is there as stopped, and goes on from where it was.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag.dateline import Dateline, EngineChoice
from rag.errors import DatelineError, UsageError
from rag.filters import Filters, parse_filters
from rag.questions import count_questions
from rag.ui.uploads import safe_name
from rag.ui.work import Work

if TYPE_CHECKING:
    from rag.batch.run import BatchReport

FOLDER = "batches"
FORMATS = (".txt", ".csv", ".jsonl")
MAX_BATCHES = 200
# Calls to a model at one time; without a model one thread, so that people who ask are not kept.
MODEL_JOBS = 4
EVERYBODY = "everybody"
State = Literal["running", "stopping", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """What was asked for."""

    name: str
    questions: str
    output: str
    engine: EngineChoice
    since: str | None
    until: str | None
    outlets: tuple[str, ...]
    rows: int
    created: str


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """How a batch is doing; ``done`` counts rows of this run and those before it, when known."""

    order: BatchOrder
    state: State
    done: int | None
    told: str
    left_s: float | None
    output: Path | None


class _Running:
    """One run of a batch in its thread."""

    def __init__(self, dateline: Dateline, folder: Path, order: BatchOrder, resume: bool) -> None:
        self.done = 0
        self.stop = threading.Event()
        self.work: Work[BatchReport] = Work(
            lambda work: self._run(work, dateline, folder, order, resume)
        )

    def _run(
        self,
        work: Work[BatchReport],
        dateline: Dateline,
        folder: Path,
        order: BatchOrder,
        resume: bool,
    ) -> BatchReport:
        def advance(rows: int) -> None:
            self.done += rows
            work.fraction = self.done / max(1, order.rows)

        is_model = dateline.engine_for(order.engine) == "llm"
        return dateline.batch(
            folder / order.questions,
            folder / order.output,
            engine=order.engine,
            filters=parse_filters(order.since, order.until, order.outlets),
            resume=resume,
            jobs=MODEL_JOBS if is_model else 1,
            stop=self.stop.is_set,
            progress=advance,
        )


class Batches:
    """All batches of one index."""

    def __init__(self, dateline: Dateline) -> None:
        self._dateline = dateline
        self._changing = threading.Lock()
        self._runs: dict[Path, _Running] = {}

    def start(
        self,
        user: str | None,
        sent: Path,
        *,
        name: str = "",
        output: Literal["csv", "jsonl"] = "csv",
        engine: EngineChoice = "auto",
        filters: Filters = Filters(),  # noqa: B008 frozen
    ) -> str:
        """Begin a batch over a file of questions that was sent here; the name it got.

        Raises:
            UsageError: not a file of questions, or too many batches are kept.
        """
        if sent.suffix.lower() not in FORMATS:
            raise UsageError(f"{sent.name}: questions come as {', '.join(FORMATS)}")
        rows = count_questions(sent)
        if rows == 0:
            raise UsageError(f"{sent.name}: there is no question in it")
        self._dateline.engine_for(engine)
        with self._changing:
            folder = self._new_folder(user, name or sent.stem)
            questions = folder / f"questions{sent.suffix.lower()}"
            shutil.copyfile(sent, questions)
            bounds = filters.to_json()
            order = BatchOrder(
                name=folder.name,
                questions=questions.name,
                output=f"{folder.name}.{output}",
                engine=engine,
                since=bounds["since"],
                until=bounds["until"],
                outlets=tuple(bounds["outlets"]),
                rows=rows,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
            )
            (folder / "job.json").write_text(json.dumps(asdict(order), indent=2) + "\n", "utf-8")
            self._runs[folder] = _Running(self._dateline, folder, order, resume=False)
        return folder.name

    def resume(self, user: str | None, name: str) -> None:
        """Go on with a batch that was stopped, or whose rows failed.

        Raises:
            UsageError: there is none of that name.
        """
        with self._changing:
            folder = self._existing(user, name)
            run = self._runs.get(folder)
            if run is None or run.work.finished:
                order = _order_of(folder)
                self._runs[folder] = _Running(self._dateline, folder, order, resume=True)

    def stop(self, user: str | None, name: str) -> None:
        """End a batch after the rows that are being answered; what is done is kept."""
        run = self._runs.get(self._existing(user, name))
        if run is not None:
            run.stop.set()

    def delete(self, user: str | None, name: str) -> None:
        """Take a batch away with its files.

        Raises:
            UsageError: it is running.
        """
        with self._changing:
            folder = self._existing(user, name)
            run = self._runs.get(folder)
            if run is not None and not run.work.finished:
                raise UsageError(f"{name} is running; stop it first")
            self._runs.pop(folder, None)
            shutil.rmtree(folder)

    def names(self, user: str | None) -> list[str]:
        """Names of the person's batches, newest first."""
        root = self._root(user)
        orders = [_order_of(path.parent) for path in root.glob("*/job.json")]
        return [order.name for order in sorted(orders, key=lambda o: o.created, reverse=True)]

    def status(self, user: str | None, name: str) -> BatchStatus:
        """
        Raises:
            UsageError: there is none of that name.
        """
        folder = self._existing(user, name)
        order, run = _order_of(folder), self._runs.get(folder)
        made = folder / order.output
        output = made if made.exists() else None
        if run is None:
            state: State = "done" if output else "stopped"
            return BatchStatus(order, state, order.rows if output else None, "", None, output)
        if not run.work.finished:
            state = "stopping" if run.stop.is_set() else "running"
            return BatchStatus(order, state, run.done, "", run.work.left_s(), None)
        report, error = run.work.result, run.work.error
        if report is None:
            return BatchStatus(order, "failed", run.done, error or "", None, output)
        if report.stopped is not None:
            return BatchStatus(order, "stopped", run.done, report.stopped, None, None)
        told = f"{report.failed} rows have an error" if report.failed else ""
        return BatchStatus(order, "done", order.rows, told, None, output)

    # --- inside ---

    def _root(self, user: str | None) -> Path:
        owner = EVERYBODY
        if user:
            owner = f"user-{hashlib.sha256(user.encode('utf-8', 'replace')).hexdigest()[:16]}"
        return self._dateline.settings.index / FOLDER / owner

    def _new_folder(self, user: str | None, name: str) -> Path:
        root = self._root(user)
        root.mkdir(parents=True, exist_ok=True)
        if sum(1 for _ in root.iterdir()) >= MAX_BATCHES:
            raise UsageError(f"{MAX_BATCHES} batches are kept already; delete some first")
        base = safe_name(f"{name}.txt").removesuffix(".txt")
        folder, number = root / base, 1
        while folder.exists():
            number += 1
            folder = root / f"{base}-{number}"
        folder.mkdir()
        return folder

    def _existing(self, user: str | None, name: str) -> Path:
        folder = self._root(user) / safe_name(f"{name}.txt").removesuffix(".txt")
        if not (folder / "job.json").is_file():
            raise UsageError("there is no batch of that name")
        return folder


def _order_of(folder: Path) -> BatchOrder:
    try:
        values = json.loads((folder / "job.json").read_text("utf-8"))
        return BatchOrder(**(values | {"outlets": tuple(values["outlets"])}))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DatelineError(f"{folder.name}: job.json cannot be read; delete the folder") from error
