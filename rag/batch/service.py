"""A batch of the service: what makes its answers, and who answers its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag import __version__
from rag.answer.answer import Answer
from rag.batch.crew import AskRow
from rag.batch.forecast import forecast
from rag.batch.processes import ROWS_A_PROCESS, WorkerProcesses, usable_cores
from rag.batch.run import BatchReport, run_batch
from rag.errors import BudgetError, ConfigurationError, DatelineError, UsageError
from rag.filters import Filters
from rag.questions import QuestionRow, count_questions, read_questions

if TYPE_CHECKING:
    from rag.dateline import Dateline, EngineChoice

MOST_JOBS = 256


def batch(
    dateline: Dateline,
    questions: Path,
    output: Path,
    *,
    engine: EngineChoice = "auto",
    filters: Filters,
    resume: bool = False,
    force: bool = False,
    jobs: int | None = None,
    stop: Callable[[], bool] | None = None,
    progress: Callable[[int], object] | None = None,
    announce: Callable[[str], object] | None = None,
) -> BatchReport:
    """Answer a file of questions; arguments as for ``run_batch``.

    Args:
        announce: told in a line, before the first question, how many calls a model will be asked
            for and what they may cost; not told anything without a model.
        jobs: rows answered at once. With a model, calls to it (None: 1). Without one, processes
            (None: the cores there are), as many as there are rows enough for.
    """
    if jobs is not None and not 1 <= jobs <= MOST_JOBS:
        raise UsageError(f"--jobs {jobs} is not between 1 and {MOST_JOBS}")
    made_by = _made_by(dateline, engine, filters)
    rows = count_questions(questions)

    def begin(left: int) -> None:
        if announce is not None and left and dateline.engine_for(engine) == "llm":
            sample = next((r.question for r in read_questions(questions) if r.error is None), "")
            announce(forecast(dateline, left, sample, filters).line)

    with _answering(dateline, engine, filters, jobs, rows) as (ask, most):
        return run_batch(
            questions,
            output,
            ask,
            made_by=made_by,
            resume=resume,
            force=force,
            jobs=most,
            budget=dateline.budget,
            stop=stop,
            progress=progress,
            begin=begin,
        )


def answer_row(
    dateline: Dateline, row: QuestionRow, engine: EngineChoice, filters: Filters
) -> dict[str, Any]:
    """The row's Answer as JSON, with ``error`` set when there is none.

    Raises:
        BudgetError, ConfigurationError: no other row could do better.
    """
    reason = row.error
    if reason is None:
        try:
            answer = dateline.ask(row.question, engine=engine, filters=filters)
            return answer.with_id(row.id).to_json()
        except (BudgetError, ConfigurationError):
            raise
        except DatelineError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 one row must not end the run of the others
            reason = f"unexpected {type(error).__name__}: {error}; a defect of Dateline"
    return Answer.failed(row.id, row.question, reason).to_json()


@contextmanager
def _answering(
    dateline: Dateline, engine: EngineChoice, filters: Filters, jobs: int | None, rows: int
) -> Iterator[tuple[AskRow, int]]:
    """Who answers a row, and how many rows they may be given at once."""
    here = partial(answer_row, dateline, engine=engine, filters=filters)
    if dateline.engine_for(engine) == "llm":
        yield here, jobs or 1
        return
    count = min(jobs or usable_cores(), 1 + rows // ROWS_A_PROCESS)
    if count == 1:
        yield here, 1
        return
    with WorkerProcesses(count, dateline.settings, filters) as workers:
        yield workers.ask, count


def _made_by(dateline: Dateline, engine: EngineChoice, filters: Filters) -> dict[str, Any]:
    """What makes the answers. The model is opened for it: what keeps it from being used keeps
    every row from being answered."""
    settings = dateline.settings
    made_by = {
        "dateline": __version__,
        "engine": dateline.engine_for(engine),
        "index": dateline.index().fingerprint,
        "filters": filters.to_json(),
        "passages": settings.passages,
    }
    if filters.collection is not None:
        # Its articles too: they can become others while the index stays as it is.
        made_by["collection"] = dateline.index().collection_state(filters.collection)
    if made_by["engine"] == "extractive":
        return made_by
    prompts = dateline.prompts()
    look = dateline.second_look()
    used = ["answer"] if look is None else ["answer", "verify", "mend"]
    return {
        **made_by,
        **dateline.model().record,
        "verify": "checks" if look is None else look.model.record,
        "strict": settings.strict,
        "judge": dateline.prover().fingerprint,
        "prompts": {name: prompts[name].sha256 for name in used},
    }
