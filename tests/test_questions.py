from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.questions import MAX_LINE_BYTES, read_questions


def rows(path: Path) -> list[tuple[str, str, str | None]]:
    return [(row.id, row.question, row.error) for row in read_questions(path)]


def test_a_text_file_gives_a_question_a_line(tmp_path: Path) -> None:
    path = tmp_path / "q.txt"
    path.write_bytes(b"\xef\xbb\xbfWho paid?\r\n\r\nWhen  was it?\r\n")
    assert rows(path) == [("1", "Who paid?", None), ("2", "When was it?", None)]


def test_a_csv_keeps_its_ids_and_quoted_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text('id,Question\na7,"Who\npaid?"\n,Why?\n')
    assert rows(path) == [("a7", "Who paid?", None), ("2", "Why?", None)]


def test_a_csv_without_the_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("id,text\n1,Why?\n")
    with pytest.raises(UsageError, match='no column "question"'):
        rows(path)


def test_a_row_that_holds_no_question_is_a_row_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": 5, "question": "Why?"}\n{oops\n[1]\n{"id": "b"}\n{"question": " "}\n')
    assert rows(path) == [
        ("5", "Why?", None),
        ("2", "", "line 2: not JSON"),
        ("3", "", "line 3: not a JSON object"),
        ("b", "", 'line 4: no text under "question"'),
        ("5", "", "the question is empty"),
    ]


def test_an_endless_line_is_a_failed_row_and_the_next_one_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "q.txt"
    path.write_bytes(b"x" * (3 * MAX_LINE_BYTES) + b"\nWhy?\n\xff\xfe\n")
    found = rows(path)
    assert [row[1] for row in found] == ["", "Why?", ""]
    assert found[0][2] == "line 1: longer than 1,000,000 bytes"
    assert found[2][2] == "line 3: not UTF-8"


def test_a_csv_cell_of_endless_length_is_a_failed_row_and_the_next_one_goes_on(
    tmp_path: Path,
) -> None:
    path = tmp_path / "q.csv"
    path.write_text("question\n" + "x" * (2 * MAX_LINE_BYTES) + "\nWhy?\n")
    found = rows(path)
    assert found[0][2] is not None
    assert "not CSV" in found[0][2]
    assert found[-1][1] == "Why?"


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.txt, \.csv or \.jsonl"):
        read_questions(tmp_path / "q.docx")
    with pytest.raises(UsageError, match="cannot be read"):
        read_questions(tmp_path / "missing.txt")
