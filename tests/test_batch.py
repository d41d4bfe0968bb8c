import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.batch import BatchInterrupted, run_batch
from rag.batch.spreadsheet import is_formula
from rag.errors import OutputError, UsageError
from rag.models.budget import Budget
from rag.questions import QuestionRow
from tests.proved_answers import answer_of

MADE_BY = {"engine": "extractive", "index": "i:1"}


class Answerer:
    """Answers by echo; remembers whom it was asked, fails or stops where told."""

    def __init__(self, fail: set[str] = frozenset(), stop_at: str | None = None) -> None:
        self.asked: list[str] = []
        self.fail = fail
        self.stop_at = stop_at

    def __call__(self, row: QuestionRow) -> dict[str, Any]:
        if row.id == self.stop_at:
            raise KeyboardInterrupt
        self.asked.append(row.id)
        error = "no luck" if row.id in self.fail else None
        return {"id": row.id, "answer": row.question.upper(), "citations": [], "error": error}


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "q.txt"
    path.write_text("one?\ntwo?\nthree?\n")
    return path


def jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_rows_come_out_in_input_order_with_their_ids(questions: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    report = run_batch(questions, out, Answerer(), made_by=MADE_BY)
    assert [(row["id"], row["answer"]) for row in jsonl(out)] == [
        ("1", "ONE?"),
        ("2", "TWO?"),
        ("3", "THREE?"),
    ]
    assert (report.rows, report.asked, report.failed) == (3, 3, 0)
    assert not (tmp_path / "a.jsonl.partial").exists()


def test_a_stopped_run_goes_on_where_it_was(questions: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run_batch(questions, out, Answerer(stop_at="3"), made_by=MADE_BY)
    assert not out.exists()
    answerer = Answerer()
    run_batch(questions, out, answerer, made_by=MADE_BY, resume=True)
    assert answerer.asked == ["3"]
    assert [row["id"] for row in jsonl(out)] == ["1", "2", "3"]


def test_a_line_torn_by_a_crash_is_asked_again(questions: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run_batch(questions, out, Answerer(stop_at="3"), made_by=MADE_BY)
    journal = tmp_path / "a.jsonl.partial"
    journal.write_bytes(journal.read_bytes()[:-10])
    answerer = Answerer()
    run_batch(questions, out, answerer, made_by=MADE_BY, resume=True)
    assert answerer.asked == ["2", "3"]
    assert [row["id"] for row in jsonl(out)] == ["1", "2", "3"]


def test_resume_with_nothing_done_starts_and_with_everything_done_does_nothing(
    questions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    run_batch(questions, out, Answerer(), made_by=MADE_BY, resume=True)
    before = out.stat().st_mtime_ns
    answerer = Answerer()
    report = run_batch(questions, out, answerer, made_by=MADE_BY, resume=True)
    assert answerer.asked == []
    assert report.resumed == report.rows == 3
    assert out.stat().st_mtime_ns == before


def test_failed_rows_carry_their_error_and_are_asked_again_on_resume(
    questions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    report = run_batch(questions, out, Answerer(fail={"2"}), made_by=MADE_BY)
    assert report.failed == 1
    assert [row["error"] for row in jsonl(out)] == [None, "no luck", None]
    answerer = Answerer()
    run_batch(questions, out, answerer, made_by=MADE_BY, resume=True)
    assert answerer.asked == ["2"]
    assert [row["error"] for row in jsonl(out)] == [None, None, None]


def stop_and(change: Callable[[Path], object], questions: Path, out: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_batch(questions, out, Answerer(stop_at="2"), made_by=MADE_BY)
    change(questions)


def test_resume_refuses_other_questions_or_settings_and_says_which(
    questions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    stop_and(lambda path: path.write_text("other?\n"), questions, out)
    with pytest.raises(UsageError, match="changed since that run began: questions, index"):
        run_batch(questions, out, Answerer(), made_by=MADE_BY | {"index": "i:2"}, resume=True)


def test_an_unfinished_run_is_not_thrown_away_unasked(questions: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    stop_and(lambda path: None, questions, out)
    with pytest.raises(UsageError, match="unfinished run"):
        run_batch(questions, out, Answerer(), made_by=MADE_BY)


class Checker(Answerer):
    """Answers as a chat model does, with a statement of each state."""

    def __call__(self, row: QuestionRow) -> dict[str, Any]:
        super().__call__(row)
        return answer_of().with_id(row.id).to_json()


def test_what_was_checked_how_comes_out_whole_also_after_a_resume(
    questions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    with pytest.raises(BatchInterrupted):
        run_batch(questions, out, Checker(stop_at="3"), made_by=MADE_BY)
    run_batch(questions, out, Checker(), made_by=MADE_BY, resume=True)
    statements = [row["statements"] for row in jsonl(out)]
    expected = json.loads(json.dumps(answer_of().to_json()["statements"]))
    assert statements == [expected] * 3
    (to_check,) = (one for one in expected if one["support"] == "uncertain")
    assert to_check["unsupported_spans"] == [[12, 20]] and to_check["probability"] == 0.62


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "  =1", "\u00a0=1",
        "\u200b=1", "\ufeff=1", "＝1", "＋1", "－1", "＠1", "﹢1", "−1",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_may_run_is_known(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize("text", ["", " ", "31 people", "“=1” they said", "1-2", "a@b", "→", "'=1"])
def test_what_a_spreadsheet_shows_as_text_stays_as_it_is(text: str) -> None:
    assert not is_formula(text)


def manifest(out: Path) -> dict[str, Any]:
    return json.loads(out.with_name(out.name + ".manifest.json").read_text())


def test_the_manifest_says_what_made_the_rows_how_many_and_at_what_cost(
    questions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    usage = {"input_tokens": 100, "output_tokens": 10, "cost_usd": 0.25, "cached": False}

    def ask(row: QuestionRow) -> dict[str, Any]:
        failed, refused = row.id == "2", row.id == "3"
        return {"error": "no luck" if failed else None, "abstained": refused, "usage": usage}

    run_batch(questions, out, ask, made_by=MADE_BY, jobs=2)
    said = manifest(out)
    assert said["state"] == "done"
    assert said["made_by"] == MADE_BY
    assert said["jobs"] == 2
    assert said["rows"] == {"rows": 3, "answered": 1, "refused": 1, "failed": 1}
    assert said["usage"] == {"input_tokens": 300, "output_tokens": 30, "cost_usd": 0.75}
    assert said["times"]["started"] <= said["times"]["ended"]
    run_batch(questions, out, Answerer(), made_by=MADE_BY, resume=True)
    said = manifest(out)
    assert said["rows"]["failed"] == 0
    assert said["usage"]["cost_usd"] == 0.75
    assert said["times"]["runs"] == 2


class Spender:
    """Answers in the order and at the cost that it is told, out of a budget."""

    def __init__(self, budget: Budget, worst_usd: float, cost_usd: float) -> None:
        self.budget = budget
        self.worst_usd = worst_usd
        self.cost_usd = cost_usd

    def __call__(self, row: QuestionRow) -> dict[str, Any]:
        with self.budget.reserve(0, self.worst_usd) as reserved:
            time.sleep(0.02)
            reserved.settle(0, self.cost_usd)
        usage = {"input_tokens": 0, "output_tokens": 0, "cost_usd": self.cost_usd}
        return {"id": row.id, "error": None, "usage": usage}


@pytest.mark.parametrize("jobs", [1, 4])
def test_a_budget_lets_through_as_many_rows_with_many_jobs_as_with_one(
    tmp_path: Path, jobs: int
) -> None:
    questions = tmp_path / "q.txt"
    questions.write_text("\n".join(f"question {n}?" for n in range(20)))
    out = tmp_path / "a.jsonl"
    budget = Budget(max_cost_usd=1.0)
    spender = Spender(budget, worst_usd=0.5, cost_usd=0.1)
    report = run_batch(questions, out, spender, made_by=MADE_BY, jobs=jobs, budget=budget)
    assert report.stopped is not None
    assert "raise --max-cost" in report.stopped
    assert (report.asked, report.failed) == (6, 0)  # 0.6 spent and 0.5 more would be over 1.0
    assert not out.exists()
    assert manifest(out)["state"] == "stopped"
    more = Budget(max_cost_usd=1.2)
    spender = Spender(more, worst_usd=0.5, cost_usd=0.1)
    report = run_batch(
        questions, out, spender, made_by=MADE_BY, jobs=jobs, budget=more, resume=True
    )
    assert (report.resumed, report.asked) == (6, 2)  # what the first run spent counts


def test_an_end_that_is_asked_for_waits_for_the_rows_that_are_being_asked(
    questions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    answerer = Answerer()
    report = run_batch(
        questions, out, answerer, made_by=MADE_BY, stop=lambda: len(answerer.asked) >= 2
    )
    assert report.stopped == "stopped; 2 of 3 rows are done and kept, --resume goes on"
    assert run_batch(questions, out, answerer, made_by=MADE_BY, resume=True).rows == 3
    assert answerer.asked == ["1", "2", "3"]


def test_an_interrupt_says_how_much_is_kept(questions: Path, tmp_path: Path) -> None:
    with pytest.raises(BatchInterrupted, match="interrupted; 2 of 3 rows are done and kept"):
        run_batch(questions, tmp_path / "a.jsonl", Answerer(stop_at="3"), made_by=MADE_BY)
    assert manifest(tmp_path / "a.jsonl")["stopped"] == "interrupted"


def test_a_full_disk_ends_it_with_one_line_and_harms_no_row(
    questions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def ask(row: QuestionRow) -> dict[str, Any]:
        if row.id == "3":
            resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
        return {"id": row.id, "answer": "x" * (1000 if row.id == "3" else 1), "error": None}

    try:
        with pytest.raises(OutputError, match="cannot be written"):
            run_batch(questions, out, ask, made_by=MADE_BY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    answerer = Answerer()
    run_batch(questions, out, answerer, made_by=MADE_BY, resume=True)
    assert answerer.asked == ["3"]


def test_a_finished_run_whose_output_is_gone_is_begun_again(
    questions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    run_batch(questions, out, Answerer(), made_by=MADE_BY)
    out.unlink()
    assert run_batch(questions, out, Answerer(), made_by=MADE_BY, resume=True).asked == 3


@pytest.mark.parametrize("name", ["a.txt", "missing/a.jsonl"])
def test_an_output_that_cannot_be_written_is_refused_before_anything_is_asked(
    questions: Path, tmp_path: Path, name: str
) -> None:
    answerer = Answerer()
    with pytest.raises(UsageError):
        run_batch(questions, tmp_path / name, answerer, made_by=MADE_BY)
    assert answerer.asked == []
