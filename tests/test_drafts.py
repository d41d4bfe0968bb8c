"""``dateline check`` on drafts and on rows of claims."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.cli import main
from rag.dateline import Dateline
from rag.errors import UsageError
from rag.settings import load_settings

ARTICLE = """Crane fall closes Quernmouth pier

Harbour Lantern
Published: 4 March 2026

On Tuesday a crane fell on the east pier of Quernmouth and injured 14 workers, the company said.

Mayor Ilda Rensch said three of the workers remained in hospital.
"""


@pytest.fixture(scope="module")
def dateline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dateline]:
    folder = tmp_path_factory.mktemp("drafts")
    (folder / "pier.txt").write_text(ARTICLE)
    settings = replace(load_settings({}, folder), index=folder / "index")
    with Dateline(settings) as dateline:
        dateline.ingest([folder / "pier.txt"])
        yield dateline


def test_a_draft_is_checked_sentence_by_sentence_with_quotes(
    dateline: Dateline, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(
        "The company said a crane injured 14 workers on Tuesday. "
        "A crane injured 15 workers on the pier of Quernmouth. "
        "The harbour was founded by monks.\n"
    )
    rows = list(dateline.check(draft))
    assert [row["support"] for row in rows] == ["supported", "contradicted", "unsupported"]
    for row in rows[:2]:
        for citation in row["citations"]:
            text = dateline.article(citation["article_id"]).text
            assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert "14 workers" in row["citations"][0]["quote"]


def test_signs_of_markdown_are_no_part_of_a_claim(dateline: Dateline, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(
        "# The pier\n\n- A crane injured **14 workers** on [Tuesday](https://a.test).\n"
    )
    claims = [row["claim"] for row in dateline.check(draft)]
    assert claims == ["The pier", "A crane injured 14 workers on Tuesday."]


def test_claims_are_checked_against_their_own_text_or_the_index(
    dateline: Dateline, tmp_path: Path
) -> None:
    claims = tmp_path / "claims.jsonl"
    rows: list[dict[str, Any]] = [
        {"id": "a", "claim": "Nineteen boats sank.", "text": "In the storm nineteen boats sank."},
        {"id": "b", "claim": "Ninety boats sank.", "text": "In the storm nineteen boats sank."},
        {"id": "c", "claim": "Three workers remained in hospital, Mayor Ilda Rensch said."},
    ]
    claims.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{oops\n{}\n")
    found = list(dateline.check(claims))
    assert [(row["id"], row["support"]) for row in found] == [
        ("a", "supported"),
        ("b", "contradicted"),
        ("c", "supported"),
        ("4", "unsupported"),
        ("5", "unsupported"),
    ]
    assert found[3]["error"] == "line 4: not JSON"
    assert list(found[0]) == [
        "id", "claim", "support", "score", "probability", "certain", "checked_by",
        "unsupported_spans", "why", "citations", "nearest",
    ]  # fmt: skip
    assert all(0 <= row["score"] <= 1 for row in found)


def test_failed_rows_are_said_and_end_in_status_1(
    dateline: Dateline, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims, out = tmp_path / "claims.jsonl", tmp_path / "out.jsonl"
    claims.write_text('{"id": "x", "claim": ""}\n')
    index = str(dateline.settings.index)
    assert main(["check", str(claims), "-o", str(out), "--index", index]) == 1
    assert capsys.readouterr().err == 'error: claim x: line 1: no text under "claim"\n'
    assert json.loads(out.read_text())["id"] == "x"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("d.txt", b" \n", "is empty"),
        ("d.md", b"\xff\xfe\x00", "not UTF-8"),
        ("d.docx", b"x", ".txt or .md"),
    ],
)
def test_a_draft_that_cannot_be_read_is_refused(
    dateline: Dateline, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=said):
        list(dateline.check(tmp_path / name))
