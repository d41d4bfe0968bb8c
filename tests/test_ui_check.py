"""The Check view on rows that stand for what the articles say, and the files that it opens."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from rag.dateline import Dateline
from rag.errors import IndexStoreError
from rag.ui.check_view import MAX_DRAFT_CHARACTERS, CheckView, rows_html
from tests.check_rows import FAILED, ROWS, quote, row
from tests.ui_browser import Watched, dateline_of, serving
from tests.word_documents import word_document


@pytest.fixture
def view(tmp_path: Path) -> Iterator[CheckView]:
    with dateline_of(tmp_path / "index") as dateline, gr.Blocks():
        yield CheckView(dateline)


def shown(markup: str) -> str:
    """The words of some HTML."""
    words = re.sub(r"<[^>]+>", " ", markup.replace("</mark>", "›").replace("<mark ", "‹<"))
    return " ".join(html.unescape(words).split())


def items(markup: str) -> list[str]:
    return [shown(item) for item in re.split(r'(?=<li value=")', markup)[1:]]


def test_problems_come_first_with_number_probability_reason_and_marked_words() -> None:
    fourth, third, second, first = items(rows_html(ROWS))
    assert fourth.startswith("Contradicted sentence 4 · 2 % likely supported It injured ‹ 15› work")
    assert "the quotes say 14 workers, not 15 On Tuesday a crane fell" in fourth
    assert third.startswith("Not found sentence 3 · 3 % likely supported ‹ Monks built› the pier.")
    assert "Nearest: The pier is closed." in third
    assert third.endswith("Harbour Lantern, 4 Mar 2026")
    assert second.startswith(
        "Check this sentence 2 · 61 % likely supported The company ‹ admitted›"
    )
    assert first.startswith("Supported sentence 1 · 97 % likely supported A crane fell on Tuesday.")


def test_the_totals_stand_on_top_when_all_is_checked(
    view: CheckView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view.dateline, "check_text", lambda *_, **__: iter(ROWS))
    *growing, last = view.check_draft("A draft.")
    assert [shown(page).split(" checked")[0] for page in growing] == [
        "1 sentence", "2 sentences", "3 sentences", "4 sentences",
    ]  # fmt: skip
    told = "4 sentences: 1 contradicted, 1 not found, 1 to check, 1 supported. Contradicted"
    assert shown(last).startswith(told)


def test_an_error_in_the_middle_keeps_what_was_checked(
    view: CheckView, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(*_: str, **__: Any) -> Iterator[dict[str, Any]]:
        yield ROWS[0]
        raise IndexStoreError("the index is gone")

    monkeypatch.setattr(view.dateline, "check_text", rows)
    *_, last = view.check_draft("A draft.")
    assert shown(last).startswith("the index is gone Supported sentence 1")


def test_a_failed_row_is_not_taken_for_one_that_was_not_found() -> None:
    assert items(rows_html([FAILED])) == ["Not checked sentence 1 line 5: not JSON"]


def test_nothing_of_a_draft_or_a_quote_is_markup() -> None:
    signs = "<img src=x onerror=alert(1)> {{x}} $y$"
    hostile = row(
        1,
        signs,
        "unsupported",
        0.0,
        why=signs,
        unsupported_spans=[[0, 4], [9, 20]],
        nearest=quote(signs, outlet=signs),
    )
    made = rows_html([hostile, hostile | {"support": "contradicted", "citations": [quote(signs)]}])
    assert "<img" not in made and "{{" not in made and "$" not in made
    assert not re.search(r"<(?!/?(?:ol|ul|li|p|q|span|mark|button)\b)", made)
    assert "onerror=" not in made


def test_a_word_document_is_opened_into_the_draft_and_deleted(
    view: CheckView, tmp_path: Path
) -> None:
    sent = word_document(tmp_path / "d.docx", "Winds rose.", "A crane fell.")
    assert view.open_draft(str(sent)) == ("Winds rose.\n\nA crane fell.", "")
    assert not sent.exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("d.docx", b"PK", "d.docx: damaged .docx"),
        ("d.pdf", b"%PDF-", "d.pdf: a draft is .docx, .txt or .md"),
        ("d.txt", b"x" * (MAX_DRAFT_CHARACTERS + 1), "d.txt: 100,001 characters, more than 100"),
    ],
)
def test_a_file_that_is_no_draft_leaves_the_draft_and_says_why(
    view: CheckView, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    draft, told = view.open_draft(str(tmp_path / name))
    assert draft == gr.skip()
    assert shown(told).startswith(said)
    assert list(tmp_path.glob("d.*")) == []


def test_a_word_document_is_opened_read_over_and_checked_in_the_page(
    browser: Any, opened: Any, sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def check_text(_: Dateline, text: str, **__: Any) -> Iterator[dict[str, Any]]:
        checked.append(text)
        return iter(ROWS)

    monkeypatch.setattr(Dateline, "check_text", check_text)
    with serving(dateline_of(sample_index)) as url:
        watched: Watched = opened(url)
        watched.view("Check")
        draft = word_document(tmp_path / "d.docx", "Winds rose.", "A crane fell.")
        with watched.page.expect_file_chooser() as chooser:
            watched.page.locator("#dl-draft-file").click()
        chooser.value.set_files([draft])
        watched.page.wait_for_function(
            "document.querySelector('#dl-draft textarea').value.includes('crane')"
        )
        watched.page.get_by_role("button", name="Check", exact=True).click()
        watched.page.locator("#dl-checked .dl-notice").wait_for()
        verdicts = watched.page.locator(".dl-verdict").all_inner_texts()
        assert verdicts == ["Contradicted", "Not found", "Check this", "Supported"]
        assert watched.page.locator("mark.dl-unsaid").all_inner_texts() == [
            "15", "Monks built", "admitted",
        ]  # fmt: skip
    assert checked == ["Winds rose.\n\nA crane fell."]
