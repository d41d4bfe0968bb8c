"""The gate from two runs to a decision: are they comparable, what flipped, was it confirmed?

stored or made now → the same but for the prompt? → graded → paired → flips asked again → decided.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from rag.errors import ConfigurationError, UsageError, printable
from rag.models.budget import Budget

from .articles import PreparedArticles
from .asking import Evaluation, Progress, Subject, graded_again
from .cases import CaseSet
from .gate import RERUNS, decide, flipped
from .gate_result import GateResult
from .runs import Run, pairs_of, read_run, unscored_share, write_run

# Called with what is being asked and how many answers that is; gives the progress of it.
Announce = Callable[[str, int], Progress]
Engine = Literal["extractive", "llm"]


def baseline_folder(facts: Path) -> Path:
    """Where the promoted runs of a set of facts are: beside the folder of the facts."""
    return facts.resolve().parent / "baselines"


def baseline_file(facts: Path, engine: Engine) -> Path:
    return baseline_folder(facts) / f"{engine}.json"


def promoted_run(facts: Path, engine: Engine) -> Run | None:
    """The baseline of these facts; None when none was promoted."""
    file = baseline_file(facts, engine)
    return read_run(file) if file.is_file() else None


def promote(file: Path, facts: Path, cases: CaseSet) -> Path:
    """Make the run of ``file`` the baseline for its engine; the file written.

    Raises:
        ConfigurationError: it is no run, or one of other facts.
        UsageError: it is not whole: answers are missing or could not be graded.
    """
    run = read_run(file)
    if run.header.facts_sha256 != cases.sha256:
        raise ConfigurationError(
            f"{printable(str(file))} was made from other facts than {printable(str(facts))}: name "
            "their folder by --facts, or make the run again"
        )
    if unscored := unscored_share(run, cases):
        raise UsageError(
            f"{printable(str(file))}: {unscored:.1%} of its answers are missing or could not be "
            "graded; go on with it by `dateline eval run --resume` first"
        )
    target = baseline_file(facts, run.header.engine)
    first = [record for record in run.records if record.repeat < run.header.repeats]
    write_run(target, replace(run, records=tuple(first)).without_times())
    return target


def gate_stored(
    baseline: Run | None, candidate: Run, cases: CaseSet, articles: PreparedArticles
) -> GateResult:
    """Compare two stored runs; flips must be confirmed by their own repeats.

    Raises:
        ConfigurationError: something else than the prompt differs; it says what.
    """
    if baseline is None:
        raise _no_baseline(candidate.header.engine)
    if differences := baseline.header.differences(candidate.header):
        by_graders = all(line.startswith("graders:") for line in differences)
        remedy = "; `dateline eval grade RUN` grades one again" if by_graders else ""
        raise ConfigurationError(
            f"the two runs cannot be compared, they differ in {'; '.join(differences)}{remedy}"
        )
    runs = [graded_again(run, cases, articles) for run in (baseline, candidate)]
    return _result(runs[0], runs[1], cases, ())


@dataclass(frozen=True, slots=True)
class LiveGate:
    """A candidate that is asked now, against a baseline that is stored.

    Attributes:
        stored: the promoted run, or that of ``--baseline``; None where there is none.
        fallback: what takes the baseline's place then: the prompts that come with Dateline.
        repeats: answers a case; None for 3 from a model that can vary, else 1.
    """

    candidate: Subject
    stored: Run | None
    fallback: Subject
    cases: CaseSet
    articles: PreparedArticles
    repeats: int | None = None
    jobs: int | None = None

    def decide(self, announce: Announce) -> GateResult:
        """Ask, compare, ask again what flipped, decide.

        Raises:
            ConfigurationError: there is nothing to compare with.
        """
        with self._opened(self.candidate) as candidate:
            stored, notes = self._baseline(candidate)
            planned = candidate.planned()
            run = candidate.run(announce("candidate", len(planned)))
            if stored is not None and not candidate.header.can_vary:
                return _result(stored, run, self.cases, notes)
            budget = candidate.dateline.budget
            with self._opened(self._baseline_subject(), budget) as other:
                if stored is None:
                    stored = other.run(announce("baseline", len(planned)))
                flips = flipped(pairs_of(stored, run, self.cases))
                if flips and candidate.header.can_vary:
                    again = [
                        (self.cases[case_id], candidate.header.repeats + n)
                        for n in range(RERUNS)
                        for case_id in flips
                    ]
                    stored = stored.with_records(
                        other.ask(again, announce("baseline again", len(again)))
                    )
                    run = run.with_records(
                        candidate.ask(again, announce("candidate again", len(again)))
                    )
        return _result(stored.with_usage(), run.with_usage(), self.cases, notes)

    def _opened(
        self, subject: Subject, budget: Budget | None = None
    ) -> AbstractContextManager[Evaluation]:
        return Evaluation.opened(
            subject,
            self.cases,
            self.articles,
            repeats=self.repeats,
            jobs=self.jobs,
            budget=budget,
        )

    def _baseline_subject(self) -> Subject:
        """The candidate, but with the prompts of the baseline."""
        if self.stored is None:
            return self.fallback
        return replace(self.candidate, prompts=self.stored.header.prompts)

    def _baseline(self, candidate: Evaluation) -> tuple[Run | None, tuple[str, ...]]:
        """The stored answers if they can be used, else None: they must be asked for again."""
        header = candidate.header
        if self.stored is None:
            return None, self._without_baseline(header.engine)
        if self.stored.header.engine != header.engine:
            raise ConfigurationError(
                f"the baseline has {self.stored.header.engine} answers and the candidate "
                f"{header.engine} ones: they cannot be compared"
            )
        graders = self.stored.header.graders
        stored = Run(replace(self.stored.header, graders=header.graders), self.stored.records)
        differences = stored.header.differences(header)
        if stored.header.repeats != header.repeats:
            differences.append(f"repeats: {stored.header.repeats} and {header.repeats}")
        if not differences:
            notes = () if graders == header.graders else (GRADED_AGAIN,)
            return graded_again(self.stored, self.cases, self.articles), notes
        said = "; ".join(differences)
        if header.engine == "extractive":
            # Answers without a model are made by the code, and that of the baseline is gone.
            raise ConfigurationError(
                f"the baseline differs in {said}, and extractive answers of earlier code cannot be "
                "made again: run that code, or promote a new run"
            )
        return None, (f"the baseline was run again with its own prompts: {said}",)

    def _without_baseline(self, engine: Engine) -> tuple[str, ...]:
        if engine == "extractive" or self.candidate.prompts == self.fallback.prompts:
            raise _no_baseline(engine)
        return (
            "no run with a model was promoted: the prompts that come with Dateline were run as the "
            "baseline",
        )


def _no_baseline(engine: Engine) -> ConfigurationError:
    return ConfigurationError(
        f"there is no baseline for {engine} answers to these facts: make a run with `dateline eval "
        "run` and promote it with `dateline eval promote RUN`"
    )


GRADED_AGAIN = "the graders have changed since the baseline was made: its answers were graded again"


def write_runs(result: GateResult, folder: Path) -> None:
    """Both runs, with what was asked again, to be looked at or compared."""
    write_run(folder / "baseline.json", result.baseline_run)
    write_run(folder / "candidate.json", result.candidate_run)


def _result(baseline: Run, candidate: Run, cases: CaseSet, notes: tuple[str, ...]) -> GateResult:
    pairs = tuple(pairs_of(baseline, candidate, cases))
    unscored = max(unscored_share(run, cases) for run in (baseline, candidate))
    decision = decide(pairs, unscored)
    return GateResult(decision, baseline, candidate, cases, pairs, notes)
