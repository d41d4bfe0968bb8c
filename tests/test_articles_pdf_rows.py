"""Rows of a printed page become the text that its reader saw."""

from __future__ import annotations

from pathlib import Path

import pytest
from articles_fixtures import reason_of

from rag.articles.pdf import page_texts_joined, read_pdf

HEAD = ["Flood at Senn", "Altmark Gazette, 4 March 2026"]
ROWS = [
    "SENN — The o\ufb03ce of water said on",
    "Wednesday that \ufb02oods had cut o\ufb00 the",
    "\ufb01rst of three villages in the valley.",
]
SENTENCE = (
    "SENN — The office of water said on Wednesday that floods had cut off the first of three "
    "villages in the valley."
)


def test_ligatures_are_the_letters_that_they_are_drawn_from() -> None:
    assert page_texts_joined([ROWS])[0] == SENTENCE


@pytest.mark.parametrize("head", [HEAD, HEAD[1:], ["4 March 2026"]])
def test_a_date_line_above_the_lead_is_no_part_of_it(head: list[str]) -> None:
    assert page_texts_joined([[*head, *ROWS]])[0].split("\n")[-1] == SENTENCE


def test_a_date_within_a_sentence_does_not_part_it() -> None:
    rows = ["The bridge at Lau opened on", "Wednesday, 4 March 2026", "after nine years of work."]
    assert page_texts_joined([rows])[0] == (
        "The bridge at Lau opened on Wednesday, 4 March 2026 after nine years of work."
    )


@pytest.mark.parametrize(
    ("broken", "whole"),
    [("the har \u2010\nbour", "the harbour"), ("a coun\u00a0\u2010\ncil of", "a council of")],
)
def test_a_soft_hyphen_at_the_end_of_a_row_is_undone(broken: str, whole: str) -> None:
    rows = f"The ferry lay in {broken} for a week,\nthe captain of the ferry said there.".split(
        "\n"
    )
    assert whole in page_texts_joined([rows])[0]


def test_right_to_left_text_that_is_out_of_order_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdf
    from articles_fixtures import pdf_bytes

    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_bytes(["The ferry lay in the harbour for a week, its captain said."] * 3))
    assert "ferry" in read_pdf(path)[0]
    drawn = "\ufe8e\ufedf\ufee4\ufeaa\ufbfe\ufee8\ufe94 \ufed3\ufef4\ufe80\ufe8e\ufee7 12"
    monkeypatch.setattr(pypdf.PageObject, "extract_text", lambda _: drawn)
    assert "out of order" in reason_of(path)
