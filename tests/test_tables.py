"""Question and meta files as spreadsheets write them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from rag.articles import load_meta
from rag.errors import UsageError
from rag.questions import read_questions

ROWS = 'ref{0} Question {0}desk\nb7{0} "Who paid for “Línea 9”{0} and why?"{0}city\n'


def questions(path: Path) -> list[tuple[str, str, Mapping[str, str]]]:
    return [(row.id, row.question, row.columns) for row in read_questions(path)]


def written(path: Path, text: str, encoding: str) -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_questions_are_read_in_every_encoding_and_with_every_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    path = written(tmp_path / "q.csv", ROWS.format(separator), encoding)
    asked = f"Who paid for “Línea 9”{separator} and why?".replace("\t", " ").replace("  ", " ")
    assert questions(path) == [("1", asked, {"ref": "b7", "desk": "city"})]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_line_that_names_the_separator_is_no_row(tmp_path: Path, first: str) -> None:
    text = f"{first}\r\nid;question\r\n4;Who, in the end, paid?\r\n"
    assert questions(written(tmp_path / "q.csv", text, "cp1252")) == [
        ("4", "Who, in the end, paid?", {})
    ]


def test_the_other_columns_of_a_row_are_kept_under_their_names(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("Desk,question,ID,Due date\nhome,Why?,a1,\n\n,,,\nworld,When?,,Friday\n")
    assert questions(path) == [
        ("a1", "Why?", {"Desk": "home", "Due date": ""}),
        ("2", "When?", {"Desk": "world", "Due date": "Friday"}),
    ]
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "Why?", "desk": "home", "page": 3, "tags": []}\n')
    assert questions(path) == [("1", "Why?", {"desk": "home", "page": "3"})]


def test_a_cell_too_many_is_said_and_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("question\nWho, and when?\nWhy?\n")
    first, second = read_questions(path)
    assert first.error is not None
    assert "line 2: more cells" in first.error
    assert (second.question, second.error) == ("Why?", None)


def test_binary_data_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_bytes(b"PK\x03\x04\x00\x00\xff\xfe binary \xff" * 40)
    with pytest.raises(UsageError, match="binary data"):
        list(read_questions(path))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("file;outlet;date\nmill.txt;Gaceta de Oña;2025-04-02\n", "cp1252"),
        ("sep=\t\nfile\tOutlet\tPublished\nmill.txt\tGaceta de Oña\t2 April 2025\n", "utf-16"),
        ('File, "outlet", date\nmill.txt, "Gaceta de Oña", 2025-04-02\n', "utf-8-sig"),
    ],
)
def test_meta_files_are_read_by_the_same_reader(tmp_path: Path, text: str, encoding: str) -> None:
    meta = load_meta(written(tmp_path / "meta.csv", text, encoding))
    assert meta.by_file == {"mill.txt": {"outlet": "Gaceta de Oña", "date": "2025-04-02"}}
