"""Two runs side by side: what differs in their making, and what in their verdicts."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from .cases import CaseSet
from .runs import Run, pairs_of


@dataclass(frozen=True, slots=True)
class RunSummary:
    """Counts of one run over its first answers.

    Attributes:
        graders: grader → how many answers it found wrong.
        shares: grader that informs → mean of its scores, 0 to 1.
    """

    engine: str
    model: str | None
    repeats: int
    answers: int
    right: int
    wrong: int
    unscored: int
    graders: dict[str, int]
    shares: dict[str, float]
    seconds: float | None
    input_tokens: int
    output_tokens: int
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class ChangedCase:
    """A case whose majority of verdicts changed."""

    case_id: str
    question: str
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs.

    Attributes:
        differences: of their making, a line each: engine, model, parameters, prompts, data.
        broke, mended: cases that may be shown; ``held_out`` counts (broke, mended) of the others.
    """

    first: RunSummary
    second: RunSummary
    differences: tuple[str, ...]
    broke: tuple[ChangedCase, ...]
    mended: tuple[ChangedCase, ...]
    held_out: tuple[int, int]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def summarize(run: Run) -> RunSummary:
    """The counts of a run."""
    header = run.header
    first = [record for record in run.records if record.repeat < header.repeats]
    verdicts = Counter(record.verdict for record in first)
    wrong: Counter[str] = Counter()
    scores: dict[str, list[float]] = {}
    for record in first:
        for name, grade in record.grades.items():
            wrong[name] += grade.verdict == "wrong"
            if grade.score is not None:
                scores.setdefault(name, []).append(grade.score)
    return RunSummary(
        engine=header.engine,
        model=header.model_name,
        repeats=header.repeats,
        answers=len(first),
        right=verdicts["right"],
        wrong=verdicts["wrong"],
        unscored=verdicts["unscored"],
        graders={name: count for name, count in wrong.items() if count},
        shares={name: sum(values) / len(values) for name, values in scores.items()},
        seconds=header.seconds,
        input_tokens=header.input_tokens,
        output_tokens=header.output_tokens,
        cost_usd=header.cost_usd,
    )


def compare(first: Run, second: Run, cases: CaseSet) -> Comparison:
    """``first`` and ``second`` by their stored verdicts; the runs may be of any making."""
    broke: list[ChangedCase] = []
    mended: list[ChangedCase] = []
    hidden = Counter[int]()
    by_id = {case.id: case for case in cases.cases}
    for pair in pairs_of(first, second, cases):
        if not pair.is_scored or not pair.flip:
            continue
        if by_id[pair.case_id].held_out:
            hidden[pair.flip] += 1
            continue
        worse = second if pair.flip < 0 else first
        question = by_id[pair.case_id].question
        changed = ChangedCase(pair.case_id, question, _reason(worse, pair.case_id))
        (broke if pair.flip < 0 else mended).append(changed)
    return Comparison(
        summarize(first),
        summarize(second),
        _differences(first, second),
        tuple(broke),
        tuple(mended),
        (hidden[-1], hidden[1]),
    )


def as_row(summary: RunSummary) -> dict[str, Any]:
    """``summary`` as JSON, with its pass rate."""
    return {**asdict(summary), "pass_rate": pass_rate(summary)}


def pass_rate(summary: RunSummary) -> float | None:
    """Share of right answers among those that were graded."""
    graded = summary.right + summary.wrong
    return summary.right / graded if graded else None


def _reason(run: Run, case_id: str) -> str:
    return next((r.why for r in run.of_case(case_id) if r.verdict == "wrong"), "")


def _differences(first: Run, second: Run) -> tuple[str, ...]:
    one, two = first.header, second.header
    found = one.differences(two)
    for name in sorted({*one.prompts, *two.prompts}):
        pair = [header.prompts.get(name) for header in (one, two)]
        shown = [f"version {p.version}, {p.sha256[:12]}" if p else "none" for p in pair]
        if pair[0] != pair[1]:
            found.append(f"prompt {name}: {shown[0]} and {shown[1]}")
    if one.dateline_version != two.dateline_version:
        found.append(f"Dateline: {one.dateline_version} and {two.dateline_version}")
    return tuple(found)
