"""Cases → answers → verdicts: one way of answering, put to every case, ``repeats`` times.

plan → skip what the journal has → ask → journal → grade → run.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rag
from rag.answer.answer import Answer
from rag.answer.follow_up import Turn
from rag.batch.crew import answer_rows
from rag.batch.files import BatchPaths, locked
from rag.batch.journal import Journal
from rag.dateline import Dateline, EngineChoice, Limits
from rag.errors import BudgetError, ConfigurationError, DatelineError, UsageError, printable
from rag.models.budget import Budget
from rag.models.paying import paying_for
from rag.questions import QuestionRow
from rag.settings import Settings

from .articles import PreparedArticles, source_sha256
from .cases import CaseSet
from .graders import grade_answer, graders_sha256
from .labels import Case
from .prompts import write_prompts
from .runs import ADVICE, PromptText, Record, Run, RunHeader, read_run, write_run

Progress = Callable[[int], object]
REPEATS_OF_SAMPLING = 3
MOST_REPEATS = 100
REMOTE_JOBS = 4
# Without a model, searching is partly in libraries that run beside Python.
EXTRACTIVE_JOBS = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """What is evaluated: an engine with its settings and prompts.

    Attributes:
        prompts: empty for extractive answers.
    """

    engine: EngineChoice
    settings: Settings
    limits: Limits
    prompts: dict[str, PromptText]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A subject, opened, with the cases that it is asked.

    ``opened`` makes one.
    """

    cases: CaseSet
    articles: PreparedArticles
    dateline: Dateline
    header: RunHeader
    jobs: int

    @classmethod
    @contextmanager
    def opened(
        cls,
        subject: Subject,
        cases: CaseSet,
        articles: PreparedArticles,
        *,
        repeats: int | None = None,
        jobs: int | None = None,
        budget: Budget | None = None,
    ) -> Iterator[Evaluation]:
        """Open the index and the model.

        Args:
            repeats: answers a case; None for 3 from a model that can vary, else 1.
            budget: shared with another evaluation; None for one by the limits of the subject.

        Raises:
            ConfigurationError: the model or a prompt cannot be used.
            UsageError: ``repeats`` or ``jobs`` is not possible.
        """
        if repeats is not None and not 1 <= repeats <= MOST_REPEATS:
            raise UsageError(f"--repeats {repeats} is not between 1 and {MOST_REPEATS}")
        if jobs is not None and jobs < 1:
            raise UsageError(f"--jobs {jobs} is not above 0")
        with tempfile.TemporaryDirectory(prefix="dateline-prompts-") as folder:
            write_prompts(subject.prompts, Path(folder))
            settings = replace(
                subject.settings,
                index=articles.index,
                prompts=Path(folder) if subject.prompts else None,
            )
            with Dateline(settings, subject.limits) as dateline:
                dateline.budget = budget or dateline.budget
                header = _header(subject, dateline, cases, articles, repeats)
                is_remote = header.model is not None and not dateline.model().name.startswith(
                    "local"
                )
                usual = 1 if header.model else EXTRACTIVE_JOBS
                most = jobs or (REMOTE_JOBS if is_remote else usual)
                yield cls(cases, articles, dateline, header, most)

    def run(self, progress: Progress | None = None) -> Run:
        """Every case, ``repeats`` times."""
        began = _now()
        records = self.ask(self.planned(), progress)
        return self._whole(records, began)

    def run_into(self, file: Path, *, resume: bool, progress: Progress | None = None) -> Run:
        """``run``, with each answer in a journal beside ``file`` as it comes, and then written.

        Args:
            resume: go on with an unfinished run; what failed is asked again.

        Raises:
            UsageError: an unfinished run is there, or it was made by something else.
            BudgetError: the next call could go over the budget; what was done is kept.
        """
        began = _now()
        planned = self.planned()
        made_by = _made_by(self.header)
        paths = BatchPaths.beside(file)
        with locked(paths):
            if resume and file.is_file() and not paths.journal.exists():
                run = read_run(file)
                _check_same(file, run.header, made_by)
                return run
            if paths.journal.exists() and not resume:
                raise UsageError(
                    f"{printable(str(paths.journal))} holds an unfinished run: go on with it by "
                    "--resume, or delete it"
                )
            header = {
                "questions": self.cases.sha256,
                "made_by": made_by | {"code": source_sha256()},
            }
            with Journal(paths.journal, header, len(planned)) as journal:
                self._fill(journal, planned, progress or (lambda _: None))
                records = [
                    self._record(case, repeat, dict(row.answer))
                    for (case, repeat), row in zip(planned, journal.rows_in_order(), strict=True)
                ]
                run = self._whole(records, began)
                write_run(file, run)
                failed = journal.failed
            if not failed:
                paths.journal.unlink()
        return run

    def planned(self) -> list[tuple[Case, int]]:
        """Case and repeat of every answer, all cases once before the first comes again."""
        return [(case, n) for n in range(self.header.repeats) for case in self.cases.cases]

    def ask(
        self, planned: Sequence[tuple[Case, int]], progress: Progress | None = None
    ) -> list[Record]:
        """Answers to these cases, graded."""
        answers: dict[int, dict[str, Any]] = {}

        def note(row: QuestionRow, answer: dict[str, Any]) -> None:
            answers[row.position] = answer
            if progress:
                progress(1)

        answer_rows(
            _rows(planned), lambda row: self._answer(*planned[row.position]), note, jobs=self.jobs
        )
        return [self._record(*planned[at], answers[at]) for at in range(len(planned))]

    def _fill(
        self, journal: Journal, planned: Sequence[tuple[Case, int]], progress: Progress
    ) -> None:
        spent = journal.spent
        self.dateline.budget.charge(spent.input_tokens + spent.output_tokens, spent.cost_usd or 0.0)

        def ask(row: QuestionRow) -> dict[str, Any]:
            with paying_for(f"{journal.run_id}:{row.position}"):
                return self._answer(*planned[row.position])

        def note(row: QuestionRow, answer: dict[str, Any]) -> None:
            journal.write(row, answer)
            progress(1)

        missing = [row for row in _rows(planned) if not journal.has(row.position)]
        progress(len(planned) - len(missing))
        answer_rows(iter(missing), ask, note, jobs=self.jobs)

    def _answer(self, case: Case, repeat: int) -> dict[str, Any]:
        """The contract's JSON, with ``error`` set when there is no answer."""
        history = [Turn(question, answer) for question, answer in case.history]
        try:
            answer = self.dateline.ask(
                case.question, engine=self.header.engine, history=history, repeat=repeat
            )
        except (BudgetError, ConfigurationError):
            raise
        except DatelineError as error:
            answer = Answer.failed(case.id, case.question, str(error))
        except Exception as error:  # noqa: BLE001 one case must not end the run of the others
            reason = f"unexpected {type(error).__name__}: {error}; a defect of Dateline"
            answer = Answer.failed(case.id, case.question, reason)
        return self.articles.with_relative_sources(answer.with_id(case.id).to_json())

    def _record(self, case: Case, repeat: int, answer: dict[str, Any]) -> Record:
        verdict, why, grades = grade_answer(case, answer, self.articles.texts)
        return Record(case.id, repeat, answer, verdict, why, grades)

    def _whole(self, records: Iterable[Record], began: tuple[str, float]) -> Run:
        started, began_s = began
        ordered = sorted(records, key=lambda record: (record.case_id, record.repeat))
        run = Run(self.header, tuple(ordered)).with_usage()
        seconds = round(time.perf_counter() - began_s, 1)
        return replace(run, header=replace(run.header, started=started, seconds=seconds))


def graded_again(run: Run, cases: CaseSet, articles: PreparedArticles) -> Run:
    """``run`` with verdicts by the graders as they are now.

    A file of runs may have been edited: where its own verdict, by these same graders, is worse
    than what they now say, the worse one counts.

    Raises:
        ConfigurationError: the run was made from other cases or articles, and it says which.
    """
    for name, theirs, ours in (
        ("facts", run.header.facts_sha256, cases.sha256),
        ("articles", run.header.articles_sha256, articles.sha256),
    ):
        if theirs != ours:
            raise ConfigurationError(
                f"the run was made from other {name} ({theirs[:12]}, here are {ours[:12]}): name "
                f"their folder by --{name}, or make the run again"
            )
    by_id = {case.id: case for case in cases.cases}
    same_graders = run.header.graders == graders_sha256()
    records = []
    for record in run.records:
        if record.case_id not in by_id:
            raise ConfigurationError(f"the run holds a case {record.case_id} that there is not")
        verdict, why, grades = grade_answer(by_id[record.case_id], record.answer, articles.texts)
        if same_graders and _BADNESS[record.verdict] > _BADNESS[verdict]:
            records.append(record)
        else:
            opinion = {name: record.grades[name] for name in (ADVICE,) if name in record.grades}
            records.append(replace(record, verdict=verdict, why=why, grades=grades | opinion))
    return Run(replace(run.header, graders=graders_sha256()), tuple(records))


_BADNESS = {"right": 0, "wrong": 1, "unscored": 2}


def _rows(planned: Sequence[tuple[Case, int]]) -> Iterator[QuestionRow]:
    for position, (case, repeat) in enumerate(planned):
        yield QuestionRow(position, f"{case.id}#{repeat}", case.question)


def _header(
    subject: Subject,
    dateline: Dateline,
    cases: CaseSet,
    articles: PreparedArticles,
    repeats: int | None,
) -> RunHeader:
    engine = dateline.engine_for(subject.engine)
    model = dateline.model() if engine == "llm" else None
    can_vary = model is not None and model.can_vary
    settings: dict[str, Any] = {
        "passages": dateline.settings.passages,
        "embeddings": dateline.settings.embeddings,
    }
    if model is not None:
        settings["verify"] = dateline.verify
        settings["strict"] = dateline.settings.strict
        settings["judge"] = dateline.prover().fingerprint
    return RunHeader(
        engine=engine,
        model=None if model is None else model.record,
        settings=settings,
        prompts=subject.prompts if model is not None else {},
        facts_sha256=cases.sha256,
        articles_sha256=articles.sha256,
        graders=graders_sha256(),
        dateline_version=rag.__version__,
        repeats=repeats or (REPEATS_OF_SAMPLING if can_vary else 1),
        can_vary=can_vary,
    )


def _made_by(header: RunHeader) -> dict[str, Any]:
    """What must not have changed when a run is gone on with."""
    values = asdict(header)
    for name in ("started", "seconds", "input_tokens", "output_tokens", "cost_usd", "graders"):
        del values[name]
    return values


def _check_same(file: Path, header: RunHeader, made_by: dict[str, Any]) -> None:
    theirs = _made_by(header)
    changed = [name for name in made_by if theirs.get(name) != made_by[name]]
    if changed:
        raise UsageError(
            f"{printable(str(file))} is a finished run, and since then changed: "
            f"{', '.join(changed)}; without --resume a new one is made"
        )


def _now() -> tuple[str, float]:
    return datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()
