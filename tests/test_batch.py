import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.batch import run_batch
from rag.errors import UsageError
from rag.questions import QuestionRow

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


def test_a_csv_opens_in_a_spreadsheet_and_runs_no_formula(tmp_path: Path) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"id": "=1+1", "question": "@sum, \\"é\\"?"}\n')
    out = tmp_path / "a.csv"
    run_batch(questions, out, Answerer(), made_by=MADE_BY)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row == {"id": "'=1+1", "answer": '\'@SUM, "É"?', "citations": "[]", "error": ""}


@pytest.mark.parametrize("name", ["a.txt", "missing/a.jsonl"])
def test_an_output_that_cannot_be_written_is_refused_before_anything_is_asked(
    questions: Path, tmp_path: Path, name: str
) -> None:
    answerer = Answerer()
    with pytest.raises(UsageError):
        run_batch(questions, tmp_path / name, answerer, made_by=MADE_BY)
    assert answerer.asked == []
