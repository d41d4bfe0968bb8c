"""An ingest says what it read, what that lacks, and what it left aside; nothing in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_index import ingest_into, open_to_write, row, story, write_rows
from test_articles_mail_and_archives import zipped

from rag.cli import main


def folder_of(tmp_path: Path) -> Path:
    """A dated article with outlet, a teaser without either, a mailbox of two, three others."""
    folder = tmp_path / "in"
    folder.mkdir()
    write_rows(
        folder / "rows.jsonl",
        [
            row("Olven")
            | {"date": "2026-02-01", "source": "Gazette", "url": "https://g.example/o"},
            {"description": story("Corvan"), "url": "https://g.example/c", "title": "Corvan waits"},
        ],
    )
    mails = [
        f"From a@b Thu\nFrom: a@b.example\nSubject: {t}\n\n{story(t)}\n\n" for t in ("Hal", "Iln")
    ]
    (folder / "mails.mbox").write_text("".join(mails))
    for name in ("a.xlsx", "b.xlsx", "c.pages"):
        (folder / name).write_bytes(b"PK")
    (folder / "more.zip").write_bytes(zipped({"x.txt": story("Senn"), "y.xlsx": b"PK"}))
    return folder


def test_a_report_counts_what_articles_lack_and_what_was_passed_over(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    report = ingest_into(tmp_path / "index", folder).to_json()
    assert (report["added"], report["refused"]) == (5, [])
    assert report["passed_over"] == {".xlsx": 3, ".pages": 1}
    assert (report["cut"], report["split"]) == (1, 1)
    assert (report["undated"], report["without_outlet"]) == (4, 4)


def test_articles_that_were_there_before_are_counted_too(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    ingest_into(tmp_path / "index", folder)
    again = ingest_into(tmp_path / "index", folder).to_json()
    assert again["unchanged"] == 5
    assert (again["cut"], again["undated"], again["without_outlet"]) == (1, 4, 4)


def test_a_cut_article_is_known_as_one_in_the_index(tmp_path: Path) -> None:
    ingest_into(tmp_path / "index", folder_of(tmp_path))
    with open_to_write(tmp_path / "index") as index:
        assert [a.title for a in index.articles() if a.cut] == ["Corvan waits"]


def test_parts_of_a_file_are_named_by_file_and_number(tmp_path: Path) -> None:
    ingest_into(tmp_path / "index", folder_of(tmp_path) / "mails.mbox")
    with open_to_write(tmp_path / "index") as index:
        assert [a.article_id for a in index.articles()] == ["mails-1", "mails-2"]


@pytest.mark.parametrize(
    ("files", "status", "said"),
    [
        ({"a.txt": story("Olven"), "b.xlsx": "x"}, 0, "1 file passed over: .xlsx 1"),
        ({"b.xlsx": "x", "c": "x"}, 1, "2 files passed over: .xlsx 1, no ending 1"),
        ({}, 1, "0 added"),
        ({"a.txt": story("Olven"), "b.pdf": "no PDF"}, 1, "1 added"),
        ({"a.txt": story("Olven")}, 0, "of 1 article 1 without a date that could be read"),
    ],
)
def test_the_exit_status_says_whether_something_was_read_and_nothing_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    files: dict[str, str],
    status: int,
    said: str,
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    index = str(tmp_path / "index")
    assert main(["ingest", str(folder), "--index", index]) == status
    out, err = capsys.readouterr()
    assert said in out
    assert ("error:" in err) == (status == 1)
    assert main(["articles", "--index", index, "--json"]) == 0
    assert all(a["cut"] is False for a in json.loads(capsys.readouterr().out))
