"""Stored runs, damaged on purpose: what the gate says of two run files."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from eval_answers import REPOSITORY, gold_answer, refusal

from evals.articles import PreparedArticles, articles_sha256
from evals.asking import graded_again
from evals.cases import Case, CaseSet, Fact, load_cases
from evals.comparing import compare
from evals.gate_result import GateResult
from evals.gating import baseline_file, gate_stored, promote
from evals.graders import grade_answer, graders_sha256
from evals.runs import PromptText, Record, Run, RunHeader, read_run, unscored_share, write_run
from rag.errors import ConfigurationError, UsageError

COUNT, CLUSTERS, CRITICAL = 120, 40, 7
TEXTS = {
    f"town-{n:02}": " ".join(
        f"Dock {letter} of Town {n} took in {10 * n + at} boats, officials said."
        for at, letter in enumerate("ABC", start=1)
    )
    for n in range(1, CLUSTERS + 1)
}
Damage = Callable[[Record], Record]


def labelled(at: int) -> Case:
    town, dock = at // 3 + 1, "ABC"[at % 3]
    boats = 10 * town + at % 3 + 1
    return Case(
        id=f"town-{town:02}-{dock}",
        question=f"How many boats did dock {dock} of Town {town} take in?",
        articles=(f"town-{town:02}",),
        answerable=True,
        critical=at == CRITICAL,
        held_out=at % 5 == 0,
        facts=(Fact("boats", (f"Dock {dock} of Town {town} took in {boats} boats",), number=boats,
                    unit="boats"),),
    )  # fmt: skip


CASES = CaseSet(tuple(labelled(at) for at in range(COUNT)), "f" * 64)
ARTICLES = PreparedArticles(Path("index"), "a" * 64, "/articles", TEXTS, ())


def header(**fields: object) -> RunHeader:
    values = {
        "engine": "llm",
        "model": {"model": "openai:m", "identity": "here", "parameters": {"temperature": 0}},
        "settings": {"passages": 10},
        "prompts": {"answer": PromptText("1", "1" * 64, "Answer.")},
        "facts_sha256": CASES.sha256,
        "articles_sha256": ARTICLES.sha256,
        "graders": graders_sha256(),
        "dateline_version": "0",
        "repeats": 3,
        "can_vary": True,
    }
    return RunHeader(**{**values, **fields})


def gold_run(**fields: object) -> Run:
    made = header(**fields)
    records = []
    for case in CASES.cases:
        answer = gold_answer(case, TEXTS)
        verdict, why, grades = grade_answer(case, answer, TEXTS)
        records += [Record(case.id, n, answer, verdict, why, grades) for n in range(made.repeats)]
    return Run(made, tuple(records))


def damaged(run: Run, case_ids: list[str], damage: Damage) -> Run:
    return replace(
        run, records=tuple(damage(r) if r.case_id in case_ids else r for r in run.records)
    )


def refused(record: Record) -> Record:
    """The answer alone is damaged; the verdict in the file still says right."""
    return replace(record, answer=refusal(CASES[record.case_id]))


def marked_wrong(record: Record) -> Record:
    return replace(record, verdict="wrong", why="somebody says so")


def failed(record: Record) -> Record:
    return replace(record, answer=record.answer | {"error": "no reply"}, verdict="unscored")


def ids(*positions: int) -> list[str]:
    return [CASES.cases[at].id for at in positions]


def gated(candidate: Run, baseline: Run | None = None) -> GateResult:
    return gate_stored(baseline or gold_run(), candidate, CASES, ARTICLES)


def test_nothing_broken_passes() -> None:
    result = gated(gold_run())
    assert result.decision.exit_status == 0
    assert result.decision.breaks == ()


def test_another_prompt_and_another_version_of_dateline_may_be_compared() -> None:
    prompts = {"answer": PromptText("2", "2" * 64, "Answer well.")}
    assert gated(gold_run(prompts=prompts, dateline_version="1")).decision.outcome == "pass"


@pytest.mark.parametrize("damage", [refused, marked_wrong])
def test_six_of_120_cases_broken_block(damage: Damage) -> None:
    broken = ids(3, 20, 41, 62, 80, 101)
    decision = gated(damaged(gold_run(), broken, damage)).decision
    assert decision.exit_status == 3
    assert sorted(decision.confirmed_breaks) == sorted(broken)


@pytest.mark.parametrize("damage", [refused, marked_wrong])
def test_one_critical_case_broken_blocks(damage: Damage) -> None:
    decision = gated(damaged(gold_run(), ids(CRITICAL), damage)).decision
    assert decision.exit_status == 3
    assert list(decision.critical_breaks) == ids(CRITICAL)


def test_one_other_case_broken_passes() -> None:
    assert gated(damaged(gold_run(), ids(CRITICAL + 1), refused)).decision.exit_status == 0


def test_a_case_that_breaks_in_one_of_three_repeats_passes() -> None:
    once = damaged(gold_run(), ids(CRITICAL), lambda r: refused(r) if r.repeat == 1 else r)
    assert gated(once).decision.outcome == "pass"


def test_runs_of_one_answer_confirm_themselves_where_asking_again_gives_the_same() -> None:
    same = {"engine": "extractive", "model": None, "prompts": {}, "repeats": 1, "can_vary": False}
    broken = damaged(gold_run(**same), ids(CRITICAL), refused)
    assert gated(broken, gold_run(**same)).decision.exit_status == 3


def test_five_percent_unscored_are_inconclusive_on_either_side() -> None:
    partly = damaged(gold_run(), ids(*range(10, 16)), failed)
    assert gated(partly).decision.exit_status == 4
    assert gated(gold_run(), partly).decision.exit_status == 4


def test_missing_answers_count_as_unscored() -> None:
    run = gold_run()
    cut = replace(run, records=run.records[:-30])
    assert unscored_share(cut, CASES) == pytest.approx(30 / 360)
    assert gated(cut).decision.exit_status == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"facts_sha256": "0" * 64}, "facts"),
        ({"articles_sha256": "0" * 64}, "articles"),
        ({"graders": "0" * 64}, "graders"),
        ({"settings": {"passages": 5}}, "settings"),
        ({"engine": "extractive", "model": None}, "engine"),
        ({"model": {"model": "openai:n", "identity": "here"}}, "model"),
        (
            {"model": {"model": "openai:m", "identity": "here", "parameters": {"temperature": 1}}},
            "parameters",
        ),
    ],
)
def test_runs_that_differ_in_more_than_the_prompt_are_a_configuration_error(
    change: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        gated(gold_run(**change))
    assert caught.value.exit_status == 2


def test_runs_of_other_data_than_is_here_are_a_configuration_error() -> None:
    other = gold_run(facts_sha256="0" * 64)
    with pytest.raises(ConfigurationError, match="other facts"):
        gate_stored(other, other, CASES, ARTICLES)


def test_grading_again_follows_the_graders_when_they_have_changed() -> None:
    run = damaged(gold_run(graders="0" * 64), ids(3), marked_wrong)
    again = graded_again(run, CASES, ARTICLES)
    assert {record.verdict for record in again.records} == {"right"}
    assert again.header.graders == graders_sha256()


def test_a_run_file_is_read_back_as_it_was_and_holds_no_times_as_a_baseline(
    tmp_path: Path,
) -> None:
    run = gold_run(started="2026-01-01T00:00:00+00:00", seconds=1.5)
    write_run(tmp_path / "run.json", run)
    assert read_run(tmp_path / "run.json") == run
    (tmp_path / "facts").mkdir()
    file = promote(tmp_path / "run.json", tmp_path / "facts", CASES)
    assert file == baseline_file(tmp_path / "facts", "llm")
    promoted = read_run(file)
    assert (promoted.header.started, promoted.header.seconds) == (None, None)
    assert gated(gold_run(), promoted).decision.outcome == "pass"
    later = replace(run, header=replace(run.header, started="later", seconds=9.0))
    write_run(tmp_path / "run.json", later)
    first = file.read_bytes()
    promote(tmp_path / "run.json", tmp_path / "facts", CASES)
    assert file.read_bytes() == first


def test_a_run_that_is_not_whole_or_of_other_facts_is_not_promoted(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    write_run(tmp_path / "run.json", damaged(gold_run(), ids(3), failed))
    with pytest.raises(UsageError, match="could not be graded"):
        promote(tmp_path / "run.json", tmp_path / "facts", CASES)
    write_run(tmp_path / "run.json", gold_run(facts_sha256="0" * 64))
    with pytest.raises(ConfigurationError, match="other facts"):
        promote(tmp_path / "run.json", tmp_path / "facts", CASES)
    assert not (tmp_path / "baselines").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "not JSON",
        '{"format": 99, "header": {}, "records": []}',
    ],
)
def test_a_file_that_is_no_run_is_a_configuration_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(ConfigurationError, match=r"run\.json"):
        read_run(tmp_path / "run.json")


def test_a_run_with_a_verdict_or_record_that_cannot_be_is_refused(tmp_path: Path) -> None:
    write_run(tmp_path / "run.json", gold_run())
    whole = json.loads((tmp_path / "run.json").read_text())
    for change in (
        lambda run: run["records"][0].update(verdict="fine"),
        lambda run: run["records"].append(run["records"][0]),
        lambda run: run["records"][0]["answer"].pop("error"),
        lambda run: run["header"].update(repeats=0),
        lambda run: run["header"].update(extra=1),
    ):
        broken = copy.deepcopy(whole)
        change(broken)
        (tmp_path / "run.json").write_text(json.dumps(broken))
        with pytest.raises(ConfigurationError):
            read_run(tmp_path / "run.json")


def test_the_promoted_baseline_is_whole_and_of_the_present_facts_and_articles() -> None:
    facts = REPOSITORY / "evals" / "facts"
    cases, baseline = load_cases(facts), read_run(baseline_file(facts, "extractive"))
    remedy = "`dateline eval run` and `dateline eval promote` make a new one"
    assert baseline.header.facts_sha256 == cases.sha256, remedy
    articles = articles_sha256(REPOSITORY / "examples" / "articles")
    assert baseline.header.articles_sha256 == articles, remedy
    assert unscored_share(baseline, cases) == 0
    assert "/" not in {record.answer["citations"][0]["source"][:1] for record in baseline.records
                       if record.answer["citations"]}  # fmt: skip


def test_comparing_names_what_changed_and_keeps_held_out_cases_back() -> None:
    changed = ids(3, 5)  # the second is held out
    prompts = {"answer": PromptText("2", "2" * 64, "Answer well.")}
    found = compare(gold_run(), damaged(gold_run(prompts=prompts), changed, marked_wrong), CASES)
    assert [case.case_id for case in found.broke] == ids(3)
    assert found.held_out == (1, 0)
    assert CASES[ids(5)[0]].held_out
    assert found.differences == (
        "prompt answer: version 1, 111111111111 and version 2, 222222222222",
    )
    assert (found.first.right, found.second.wrong) == (360, 6)
