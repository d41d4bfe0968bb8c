"""A batch from start to end: read → skip what is done → ask → journal → output → manifest.

A finished row goes at once into a journal beside the output (``OUT.partial``); when all rows are
done the journal is put in input order into the output, which appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.batch.crew import AskRow, Stopped, answer_rows
from rag.batch.files import BatchPaths, locked
from rag.batch.journal import Journal
from rag.batch.manifest import Earlier, Manifest, read_manifest
from rag.batch.output import check_output, write_answers
from rag.errors import BudgetError, OutputError, UsageError, printable
from rag.json_lines import open_input
from rag.models.paying import paying_for
from rag.questions import QuestionRow, column_names, count_questions, read_questions

if TYPE_CHECKING:
    from rag.models import Budget

_BLOCK_BYTES = 1 << 20
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What one run did.

    Attributes:
        rows: questions in the file.
        resumed: rows done by runs before.
        asked: rows that were done now.
        failed: rows of the output, or so far of the journal, that have an error.
        stopped: why the run ended before all rows were done; None when they are.
    """

    rows: int
    resumed: int
    asked: int
    failed: int
    stopped: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class BatchInterrupted(KeyboardInterrupt):
    """Ctrl-C; the message says how much is done and how to go on."""


def run_batch(
    questions: Path,
    output: Path,
    ask: AskRow,
    *,
    made_by: Mapping[str, Any],
    resume: bool = False,
    force: bool = False,
    jobs: int = 1,
    budget: Budget | None = None,
    stop: Callable[[], bool] | None = None,
    progress: Progress | None = None,
    begin: Callable[[int], object] | None = None,
) -> BatchReport:
    """Answer every row of ``questions`` into ``output`` (.jsonl or .csv).

    Args:
        ask: one row in, its JSON row out, with ``error`` set when it failed; called from ``jobs``
            threads at once. What it raises ends the run.
        made_by: what makes the answers (settings, index state); a resumed run must have the same.
        resume: go on with an unfinished run; rows that failed are asked again.
        force: begin anew, whatever is there: an output, or an unfinished run.
        budget: charged with what the rows done before have cost. A ``BudgetError`` of ``ask`` ends
            the run, and the report says so.
        stop: looked at now and then; once it is true no more rows are asked.
        progress: called with how many rows more are done.
        begin: called with how many rows are to be asked, before the first is.

    Raises:
        UsageError: the files cannot be used, there is an output already and neither ``resume`` nor
            ``force``, or the run to resume was made by something else.
        OutputError: the journal or the output cannot be written, or another process is writing
            them; what was done is kept.
        BatchInterrupted: Ctrl-C; what was done is kept.
    """
    check_output(output)
    if output.exists() and not (resume or force):
        raise UsageError(
            f"{printable(str(output))} exists: go on with it by --resume, or replace it by --force"
        )
    header = {"questions": _file_sha256(questions), "made_by": dict(made_by)}
    rows = count_questions(questions)
    paths = BatchPaths.beside(output)
    with locked(paths):
        earlier = read_manifest(paths.manifest, header) if resume else Earlier()
        if earlier.state == "done" and not earlier.failed and output.exists():
            return BatchReport(rows, rows, 0, 0)
        if not resume:
            _start_anew(paths, force)
        with Journal(paths.journal, header, rows) as journal:
            if budget is not None:
                spent = journal.spent
                budget.charge(spent.input_tokens + spent.output_tokens, spent.cost_usd or 0.0)
            if begin is not None:
                counts = journal.counts()
                begin(rows - counts["answered"] - counts["refused"])
            manifest = Manifest(paths.manifest, header, jobs, earlier)
            run = _Run(questions, ask, journal, manifest, jobs, stop, progress or (lambda _: None))
            report = run.into(output)
        if report.stopped is None and not report.failed:
            paths.journal.unlink()
    return report


@dataclass(slots=True)
class _Run:
    """One run over the rows that the journal does not have."""

    questions: Path
    ask: AskRow
    journal: Journal
    manifest: Manifest
    jobs: int
    stop: Callable[[], bool] | None
    progress: Progress
    rows: int = 0
    resumed: int = 0
    asked: int = 0

    def into(self, output: Path) -> BatchReport:
        """Ask, and when all rows are there, write them."""
        counts = self.journal.counts()
        self.rows, self.resumed = counts["rows"], counts["answered"] + counts["refused"]
        self.progress(self.resumed)
        self.manifest.write(self.journal, "running")
        stopped = None
        try:
            self._ask_rows()
        except (BudgetError, Stopped) as reason:
            stopped = str(reason)
        except KeyboardInterrupt:
            self.manifest.write(self.journal, "stopped", "interrupted")
            raise BatchInterrupted(f"interrupted; {self._how_far()}") from None
        except Exception as error:
            with suppress(OutputError):  # which may be what has happened
                self.manifest.write(self.journal, "stopped", str(error))
            raise
        if stopped is None:
            columns = partial(column_names, self.questions)
            write_answers(output, self.journal.rows_in_order(), columns)
        self.manifest.write(self.journal, "done" if stopped is None else "stopped", stopped)
        if stopped is not None:
            stopped = f"{stopped}; {self._how_far()}"
        return BatchReport(self.rows, self.resumed, self.asked, self.journal.failed, stopped)

    def _ask_rows(self) -> None:
        missing = (r for r in read_questions(self.questions) if not self.journal.has(r.position))
        answer_rows(missing, self._ask_paying, self._record, jobs=self.jobs, stop=self.stop)

    def _ask_paying(self, row: QuestionRow) -> dict[str, Any]:
        with paying_for(f"{self.journal.run_id}:{row.position}"):
            return self.ask(row)

    def _record(self, row: QuestionRow, answer: dict[str, Any]) -> None:
        self.journal.write(row, answer)
        self.asked += 1
        self.progress(1)

    def _how_far(self) -> str:
        done = self.resumed + self.asked
        return f"{done} of {self.rows} rows are done and kept, --resume goes on"


def _start_anew(paths: BatchPaths, force: bool) -> None:
    """Drop the journal of a finished run, by ``force`` that of any.

    Raises:
        UsageError: the journal is that of an unfinished run, which would be lost.
    """
    if paths.journal.exists() and not (force or _is_done(paths.manifest)):
        raise UsageError(
            f"{printable(str(paths.journal))} holds an unfinished run: "
            "go on with it by --resume, or begin anew by --force"
        )
    paths.journal.unlink(missing_ok=True)


def _is_done(manifest: Path) -> bool:
    with suppress(OSError, ValueError, AttributeError):
        return bool(json.loads(manifest.read_text("utf-8")).get("state") == "done")
    return False


def _file_sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with open_input(file) as handle:
        while block := handle.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
