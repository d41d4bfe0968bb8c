"""A batch as a .csv: the questions' own columns, then plain cells; and what is not overwritten."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.answer.answer import Answer
from rag.batch import run_batch
from rag.batch.spreadsheet import ANSWER_COLUMNS
from rag.cli.parser import build_parser
from rag.errors import UsageError
from rag.questions import QuestionRow, column_names
from tests.proved_answers import JUDGED, REMOVED, TO_CHECK, answer_of
from tests.told_answers import differing, in_parts, refused, told

MADE_BY = {"engine": "extractive", "index": "i:1"}
Ask = Callable[[QuestionRow], dict[str, Any]]


def giving(answer: Answer) -> Ask:
    return lambda row: answer.with_id(row.id).to_json()


def table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        return list(rows.fieldnames or ()), list(rows)


def made(tmp_path: Path, answer: Answer, questions: str = "question\nWhy?\n") -> dict[str, str]:
    """The one row that comes of one question."""
    file, out = tmp_path / "q.csv", tmp_path / "a.csv"
    file.write_text(questions)
    run_batch(file, out, giving(answer), made_by=MADE_BY, force=True)
    (row,) = table(out)[1]
    return row


def test_the_columns_of_the_questions_come_first_and_then_those_of_the_answers(
    tmp_path: Path,
) -> None:
    file, out = tmp_path / "q.csv", tmp_path / "a.csv"
    file.write_text("desk,ID,Question,slot\nnight,n1,Why?,3\n,,,\nday,,When?,\nlate,,,\n")
    run_batch(file, out, giving(told()), made_by=MADE_BY)
    names, rows = table(out)
    assert names == ["desk", "slot", *ANSWER_COLUMNS]
    assert [(row["desk"], row["slot"], row["id"]) for row in rows] == [
        ("night", "3", "n1"), ("day", "", "2"), ("late", "", "3"),
    ]  # fmt: skip


def test_a_column_that_the_answers_have_too_is_kept_under_a_name_of_its_own(
    tmp_path: Path,
) -> None:
    file, out = tmp_path / "q.csv", tmp_path / "a.csv"
    file.write_text("question,Outlet,input Outlet\nWhy?,ours,theirs\n")
    run_batch(file, out, giving(told()), made_by=MADE_BY)
    names, (row,) = table(out)
    assert names[:2] == ["input input Outlet", "input Outlet"]
    assert [row[name] for name in names[:2]] == ["ours", "theirs"]
    assert row["outlet"] == "Millbrook Mail"


def test_fields_of_json_rows_are_columns_too_though_no_row_has_all(tmp_path: Path) -> None:
    file, out = tmp_path / "q.jsonl", tmp_path / "a.csv"
    file.write_text('{"question": "Why?", "desk": "night"}\n{oops\n'
                    '{"question": "When?", "tags": ["a"], "rank": 2}\n')  # fmt: skip
    assert column_names(file) == ["desk", "tags", "rank"]
    run_batch(file, out, giving(told()), made_by=MADE_BY)
    rows = table(out)[1]
    assert [(row["desk"], row["tags"], row["rank"]) for row in rows] == [
        ("night", "", ""), ("", "", ""), ("", '["a"]', "2"),
    ]  # fmt: skip


def test_the_cells_of_an_answer_are_plain(tmp_path: Path) -> None:
    row = made(tmp_path, differing())
    assert row["short"] == "31 people; 28 people"
    assert (row["abstained"], row["relation"], row["error"]) == ("false", "conflict", "")
    assert row["quote"].startswith("The fire service said that 31 people")
    assert (row["outlet"], row["date"]) == ("Millbrook Mail", "2024-06-02")
    assert (row["url"], row["source"]) == ("https://news.example/1", "a1.txt")
    assert row["answer"] == differing().answer


def test_the_quote_is_that_of_the_short_answer(tmp_path: Path) -> None:
    answer = differing()
    row = made(tmp_path, replace(answer, short=answer.short[::-1]))
    assert row["outlet"] == "Harbour Wire"
    assert made(tmp_path, replace(answer, short=()))["outlet"] == "Millbrook Mail"
    first_unproved = answer_of([REMOVED, replace(JUDGED, citations=(2,))])
    assert made(tmp_path, first_unproved)["outlet"] == "Outlet 2"


def test_parts_refusals_and_failures_have_their_cells(tmp_path: Path) -> None:
    parts = made(tmp_path, in_parts())["short"]
    assert parts == (
        "How many people were hurt when the grandstand fell? 31 people; 28 people / "
        "Who had built the grandstand? The articles do not tell."
    )
    row = made(tmp_path, refused("filter_empty"))
    assert (row["abstained"], row["short"], row["quote"], row["relation"]) == ("true", "", "", "")
    assert row["answer"].startswith("No article is from “Milbrook Male”")
    failed = made(tmp_path, Answer.failed("1", "Why?", "no luck"))
    assert (failed["answer"], failed["abstained"], failed["error"]) == ("", "false", "no luck")


def test_a_sentence_to_check_says_so_in_its_cell(tmp_path: Path) -> None:
    answer = made(tmp_path, answer_of([JUDGED, TO_CHECK, REMOVED]))["answer"]
    assert answer == (
        "Fourteen workers were hurt. [1] The company admitted that the bolts were worn. [2] "
        "(check this, 62 % likely supported: the quotes do not say “admitted”)"
    )


def test_an_answer_stored_without_the_newer_fields_still_has_its_row(tmp_path: Path) -> None:
    stored = json.loads(json.dumps(told().to_json()))
    for name in ("short", "parts", "refusal", "read_as"):
        del stored[name]
    for citation in stored["citations"]:
        del citation["answer_start"], citation["answer_end"]
    for value in stored["agreement"]["values"]:
        del value["date"], value["denied"]
    file, out = tmp_path / "q.txt", tmp_path / "a.csv"
    file.write_text("Why?\n")
    run_batch(file, out, lambda row: stored, made_by=MADE_BY)
    (row,) = table(out)[1]
    assert (row["short"], row["outlet"], row["relation"]) == ("", "Millbrook Mail", "same")


def test_no_cell_and_no_name_of_a_column_is_run_by_a_spreadsheet(tmp_path: Path) -> None:
    file, out = tmp_path / "q.csv", tmp_path / "a.csv"
    file.write_text('question,"=cmd()"\n"@sum?","=1+1"\n')
    run_batch(file, out, lambda r: told().to_json() | {"question": r.question}, made_by=MADE_BY)
    names, (row,) = table(out)
    assert names[0] == "'=cmd()" and row["'=cmd()"] == "'=1+1"
    assert row["question"] == "'@sum?"
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_columns_are_there_after_a_resume(tmp_path: Path) -> None:
    file, out = tmp_path / "q.csv", tmp_path / "a.csv"
    file.write_text("question,desk\nWhy?,night\nWhen?,day\n")

    def stopping(row: QuestionRow) -> dict[str, Any]:
        if row.id == "2":
            raise KeyboardInterrupt
        return told().to_json()

    with pytest.raises(KeyboardInterrupt):
        run_batch(file, out, stopping, made_by=MADE_BY)
    run_batch(file, out, giving(told()), made_by=MADE_BY, resume=True)
    assert [row["desk"] for row in table(out)[1]] == ["night", "day"]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_an_output_that_exists_is_kept_unless_told_otherwise(tmp_path: Path, suffix: str) -> None:
    file, out = tmp_path / "q.txt", tmp_path / f"a{suffix}"
    file.write_text("Why?\n")
    out.write_text("somebody's work")
    asked: list[str] = []

    def ask(row: QuestionRow) -> dict[str, Any]:
        asked.append(row.id)
        return told().to_json()

    with pytest.raises(UsageError, match=r"a\.\w+ exists: .*--resume.*--force") as caught:
        run_batch(file, out, ask, made_by=MADE_BY)
    assert caught.value.exit_status == 2 and "\n" not in str(caught.value)
    assert out.read_text() == "somebody's work" and asked == []
    run_batch(file, out, ask, made_by=MADE_BY, force=True)
    assert asked == ["1"] and "somebody" not in out.read_text()


def test_force_begins_an_unfinished_run_anew(tmp_path: Path) -> None:
    file, out = tmp_path / "q.txt", tmp_path / "a.jsonl"
    file.write_text("Why?\nWhen?\n")

    def stopping(row: QuestionRow) -> dict[str, Any]:
        if row.id == "2":
            raise KeyboardInterrupt
        return told().to_json()

    with pytest.raises(KeyboardInterrupt):
        run_batch(file, out, stopping, made_by=MADE_BY)
    assert run_batch(file, out, giving(told()), made_by=MADE_BY, force=True).asked == 2


def test_resume_and_force_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        build_parser().parse_args(["batch", "q.txt", "-o", "a.csv", "--resume", "--force"])
    assert caught.value.code == 2
    assert "not allowed with" in capsys.readouterr().err
