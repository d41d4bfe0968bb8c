"""What every report says: a gate result in numbers, rows and texts, without what is held out.

The formats render this and nothing else, so a held-out case cannot appear in one of them: here it
counts in totals, and its id, question and answers are left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..gate import Decision, Outcome, Pair, Tally
from ..gate_result import GateResult
from ..labels import Case
from ..runs import Record, Run
from .diffs import PromptDiff, diff_answers, diff_prompts

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """The decision in numbers; shares of right answers, so 0.05 is five points.

    Attributes:
        net_breaks: confirmed breaks less confirmed fixes.
        held_out, held_out_breaks, held_out_fixes: counts of cases, breaks and fixes confirmed.
        undecided_critical: critical cases with too few graded answers to tell.
    """

    cases: int
    clusters: int
    difference: float
    interval: tuple[float, float]
    p: float
    detectable: float | None
    breaks: int
    fixes: int
    confirmed_breaks: int
    confirmed_fixes: int
    critical_breaks: int
    net_breaks: int
    unscored: float
    undecided_critical: int
    held_out: int
    held_out_breaks: int
    held_out_fixes: int


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs.

    Attributes:
        pass_rate: of the first runs; None when none was graded.
        flake_rate: of the cases asked more than once, those with both right and wrong answers.
        cost_usd: None when a price is not known.
    """

    engine: str
    model: str | None
    dateline_version: str
    started: str | None
    seconds: float | None
    repeats: int
    prompts: tuple[dict[str, str], ...]
    right: int
    graded: int
    planned: int
    pass_rate: float | None
    false_answers: int
    false_refusals: int
    flake_rate: float | None
    input_tokens: int
    output_tokens: int
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case on both sides.

    Attributes:
        first, further: (right, graded) of the baseline, then of the candidate.
        flip, confirmed: -1 broke, 1 mended, 0 neither.
        blocks: a critical case whose break blocks by itself.
    """

    case_id: str
    question: str
    cluster: str
    critical: bool
    tags: tuple[str, ...]
    first: tuple[tuple[int, int], tuple[int, int]]
    further: tuple[tuple[int, int], tuple[int, int]] | None
    difference: float | None
    flip: int
    confirmed: int
    blocks: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A case that flipped, with an answer of each side that shows it.

    Attributes:
        baseline_relation, candidate_relation: how the answer shows the reports to agree.
        words: the answers word by word: ("equal" | "delete" | "insert", text).
        lines: the same by sentences, as a unified diff.
    """

    row: CaseRow
    baseline_answer: str
    candidate_answer: str
    baseline_why: str
    candidate_why: str
    baseline_relation: str | None
    candidate_relation: str | None
    words: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TagRow:
    """Pass rates of the cases of one tag; None where none was graded."""

    tag: str
    cases: int
    baseline: float | None
    candidate: float | None
    breaks: int
    fixes: int


@dataclass(frozen=True, slots=True)
class GraderRow:
    """What one grader found: (right, wrong) of each side, or the mean of its scores."""

    name: str
    baseline: tuple[int, int]
    candidate: tuple[int, int]
    baseline_score: float | None
    candidate_score: float | None


@dataclass(frozen=True, slots=True)
class Ungraded:
    """Answers of one case that could not be graded, and why the first of them could not."""

    case_id: str
    side: str
    answers: int
    why: str


@dataclass(frozen=True, slots=True)
class GateReport:
    """All that a report shows."""

    outcome: Outcome
    exit_status: int
    why: tuple[str, ...]
    notes: tuple[str, ...]
    figures: Figures
    baseline: Side
    candidate: Side
    hashes: dict[str, str]
    changes: tuple[Change, ...]
    tags: tuple[TagRow, ...]
    graders: tuple[GraderRow, ...]
    ungraded: tuple[Ungraded, ...]
    prompts: tuple[PromptDiff, ...]
    cases: tuple[CaseRow, ...]
    format: int = FORMAT

    @property
    def breaks(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.row.flip < 0)

    @property
    def fixes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.row.flip > 0)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def build_report(result: GateResult) -> GateReport:
    """``result`` as reports show it; worst changes first."""
    decision = result.decision
    pairs = {pair.case_id: pair for pair in result.pairs}
    shown = [case for case in result.cases.cases if not case.held_out]
    rows = [_case_row(case, pairs[case.id], decision) for case in shown]
    changes = [_change(row, result) for row in rows if row.flip]
    changes.sort(
        key=lambda change: (change.row.flip, not change.row.blocks, -abs(change.row.confirmed))
    )
    header = result.candidate_run.header
    return GateReport(
        outcome=decision.outcome,
        exit_status=decision.exit_status,
        why=decision.why,
        notes=result.notes,
        figures=_figures(result),
        baseline=_side(result.baseline_run, result),
        candidate=_side(result.candidate_run, result),
        hashes={
            "facts": header.facts_sha256,
            "articles": header.articles_sha256,
            "graders": header.graders,
        },
        changes=tuple(changes),
        tags=_tag_rows(shown, pairs),
        graders=_grader_rows(result),
        ungraded=_ungraded(shown, result),
        prompts=diff_prompts(result.baseline_run.header.prompts, header.prompts),
        cases=tuple(rows),
    )


def _figures(result: GateResult) -> Figures:
    decision = result.decision
    held_out = {case.id for case in result.cases.cases if case.held_out}
    return Figures(
        cases=decision.cases,
        clusters=decision.clusters,
        difference=decision.difference,
        interval=decision.interval,
        p=decision.p,
        detectable=decision.detectable,
        breaks=len(decision.breaks),
        fixes=len(decision.fixes),
        confirmed_breaks=len(decision.confirmed_breaks),
        confirmed_fixes=len(decision.confirmed_fixes),
        critical_breaks=len(decision.critical_breaks),
        net_breaks=len(decision.confirmed_breaks) - len(decision.confirmed_fixes),
        unscored=decision.unscored,
        undecided_critical=len(decision.undecided_critical),
        held_out=len(held_out),
        held_out_breaks=len(held_out.intersection(decision.confirmed_breaks)),
        held_out_fixes=len(held_out.intersection(decision.confirmed_fixes)),
    )


def _side(run: Run, result: GateResult) -> Side:
    header = run.header
    cases = {case.id: case for case in result.cases.cases}
    records = [record for record in run.records if record.case_id in cases]
    first = [record for record in records if record.repeat < header.repeats]
    graded = [record for record in first if record.verdict != "unscored"]
    right = sum(record.verdict == "right" for record in graded)
    refusals = [
        (cases[record.case_id].answerable, record.answer.get("abstained")) for record in graded
    ]
    usage = [record.answer.get("usage") or {} for record in records]
    costs = [one.get("cost_usd", 0.0) for one in usage]
    return Side(
        engine=header.engine,
        model=header.model_name,
        dateline_version=header.dateline_version,
        started=header.started,
        seconds=header.seconds,
        repeats=header.repeats,
        prompts=tuple(
            {"name": name, "version": prompt.version, "sha256": prompt.sha256}
            for name, prompt in sorted(header.prompts.items())
        ),
        right=right,
        graded=len(graded),
        planned=header.repeats * len(cases),
        pass_rate=right / len(graded) if graded else None,
        false_answers=sum(not answerable and not refused for answerable, refused in refusals),
        false_refusals=sum(answerable and bool(refused) for answerable, refused in refusals),
        flake_rate=_flake_rate(records),
        input_tokens=sum(one.get("input_tokens", 0) for one in usage),
        output_tokens=sum(one.get("output_tokens", 0) for one in usage),
        cost_usd=None if None in costs else sum(costs),
    )


def _flake_rate(records: Sequence[Record]) -> float | None:
    verdicts: dict[str, list[str]] = {}
    for record in records:
        if record.verdict != "unscored":
            verdicts.setdefault(record.case_id, []).append(record.verdict)
    asked_again = [found for found in verdicts.values() if len(found) > 1]
    if not asked_again:
        return None
    return sum(len(set(found)) > 1 for found in asked_again) / len(asked_again)


def _case_row(case: Case, pair: Pair, decision: Decision) -> CaseRow:
    return CaseRow(
        case_id=case.id,
        question=case.question,
        cluster=case.cluster,
        critical=case.critical,
        tags=case.tags,
        first=(_counts(pair.baseline), _counts(pair.candidate)),
        further=None if pair.again is None else (_counts(pair.again[0]), _counts(pair.again[1])),
        difference=float(pair.difference) if pair.is_scored else None,
        flip=pair.flip if pair.is_scored else 0,
        confirmed=pair.confirmed if pair.is_scored else 0,
        blocks=case.id in decision.critical_breaks,
    )


def _counts(tally: Tally) -> tuple[int, int]:
    return tally.right, tally.scored


def _change(row: CaseRow, result: GateResult) -> Change:
    before = _telling(result.baseline_run, row.case_id, "right" if row.flip < 0 else "wrong")
    after = _telling(result.candidate_run, row.case_id, "wrong" if row.flip < 0 else "right")
    words, lines = diff_answers(before.answer, after.answer)
    return Change(
        row=row,
        baseline_answer=before.text,
        candidate_answer=after.text,
        baseline_why=before.why,
        candidate_why=after.why,
        baseline_relation=_relation(before),
        candidate_relation=_relation(after),
        words=words,
        lines=lines,
    )


def _relation(record: Record) -> str | None:
    agreement = record.answer.get("agreement")
    return str(agreement["relation"]) if agreement else None


def _telling(run: Run, case_id: str, verdict: str) -> Record:
    """The first answer with that verdict."""
    return next(record for record in run.of_case(case_id) if record.verdict == verdict)


def _tag_rows(cases: Sequence[Case], pairs: dict[str, Pair]) -> tuple[TagRow, ...]:
    rows = []
    for tag in sorted({tag for case in cases for tag in case.tags}):
        tagged = [pairs[case.id] for case in cases if tag in case.tags]
        flips = [pair.flip for pair in tagged if pair.is_scored]
        rows.append(
            TagRow(
                tag=tag,
                cases=len(tagged),
                baseline=_pass_rate(tagged, lambda pair: pair.baseline),
                candidate=_pass_rate(tagged, lambda pair: pair.candidate),
                breaks=flips.count(-1),
                fixes=flips.count(1),
            )
        )
    return tuple(rows)


def _pass_rate(pairs: Sequence[Pair], side: Callable[[Pair], Tally]) -> float | None:
    total = sum((side(pair) for pair in pairs), start=Tally(0, 0))
    return total.right / total.scored if total.scored else None


def _grader_rows(result: GateResult) -> tuple[GraderRow, ...]:
    names = {
        name: None
        for run in (result.baseline_run, result.candidate_run)
        for record in run.records
        for name in record.grades
    }
    rows = []
    for name in names:
        baseline, baseline_score = _found_by(name, result.baseline_run)
        candidate, candidate_score = _found_by(name, result.candidate_run)
        rows.append(GraderRow(name, baseline, candidate, baseline_score, candidate_score))
    return tuple(rows)


def _found_by(name: str, run: Run) -> tuple[tuple[int, int], float | None]:
    grades = [
        record.grades[name]
        for record in run.records
        if record.repeat < run.header.repeats and name in record.grades
    ]
    verdicts = [grade.verdict for grade in grades]
    scores = [grade.score for grade in grades if grade.score is not None]
    mean = sum(scores) / len(scores) if scores else None
    return (verdicts.count("right"), verdicts.count("wrong")), mean


def _ungraded(cases: Sequence[Case], result: GateResult) -> tuple[Ungraded, ...]:
    rows = []
    for side, run in (("baseline", result.baseline_run), ("candidate", result.candidate_run)):
        for case in cases:
            found = [record for record in run.of_case(case.id) if record.verdict == "unscored"]
            if found:
                rows.append(Ungraded(case.id, side, len(found), found[0].why))
    return tuple(rows)
