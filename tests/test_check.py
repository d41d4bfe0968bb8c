"""Claims and drafts against a document, or against what a search finds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest

from rag.answer.answer import Citation
from rag.answer.support import Evidence
from rag.articles.article import text_sha256
from rag.check import SourceSentence, check_claims, draft_rows
from rag.sentences import split_sentences

TEXT = (
    "The car ferry Anna Lund capsized off Oslo on Tuesday. At least 14 people died, the coastguard "
    "said. Rescuers brought 163 people ashore by 8 p.m. The owner, Fjord Line, denied that the "
    "ship had been overloaded. Winds reached 52 knots. A cook, Per Holm, 27, swam to the island."
)


def check(claim: str, text: str | None = TEXT) -> dict[str, Any]:
    row = {"id": "1", "claim": claim} | ({} if text is None else {"text": text})
    (result,) = check_claims([row])
    return result


@pytest.mark.parametrize(
    ("claim", "support"),
    [
        ("At least 14 people died when the ferry Anna Lund capsized off Oslo.", "supported"),
        ("Rescuers brought 163 people to shore.", "supported"),
        ("At least 41 people died, the coastguard said.", "contradicted"),
        ("Rescuers brought 163 people ashore by 8 a.m.", "contradicted"),
        ("Fjord Line confirmed that the ship had been overloaded.", "contradicted"),
        ("Winds never reached 52 knots.", "contradicted"),
        ("The prime minister of Belmara resigned after the vote.", "unsupported"),
    ],
)
def test_a_claim_is_supported_contradicted_or_not_found(claim: str, support: str) -> None:
    assert check(claim)["support"] == support


def test_a_result_has_the_keys_of_the_contract_and_exact_quotes() -> None:
    result = check("Winds reached 52 knots.")
    assert list(result) == ["id", "claim", "support", "score", "why", "citations"]
    assert 0 <= result["score"] <= 1
    (citation,) = result["citations"]
    assert TEXT[citation["start"] : citation["end"]] == citation["quote"]
    assert citation["text_sha256"] == text_sha256(TEXT)
    assert citation["article_id"] is None


def test_a_contradicted_claim_shows_what_contradicts_it_and_why() -> None:
    result = check("At least 41 people died, the coastguard said.")
    assert result["citations"][0]["quote"] == "At least 14 people died, the coastguard said."
    assert result["why"] == "the number 41 is not in the text"
    assert result["score"] < 0.5


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"id": "a"}, "the row has no claim"),
        ({"id": "a", "claim": " ", "text": TEXT}, "the row has no claim"),
        ({"id": "a", "claim": "Winds rose.", "text": " "}, "the text is empty"),
        ({"id": "a", "claim": "Winds rose."}, "there is no text to check it against"),
    ],
)
def test_a_row_that_cannot_be_checked_says_why(row: dict[str, str], why: str) -> None:
    (result,) = check_claims([row])
    assert (result["support"], result["why"], result["citations"]) == ("unsupported", why, [])


def search(claim: str) -> Sequence[SourceSentence]:
    """Stands for the index: every sentence of the text."""
    return [
        SourceSentence(
            Evidence(TEXT[s.start : s.end], article_text=TEXT, article_id="ferry"),
            Citation(
                0, "ferry", "ferry.txt", None, "Fjord News", None, None,
                TEXT[s.start : s.end], s.start, s.end, text_sha256(TEXT),
            ),
        )
        for s in split_sentences(TEXT)
    ]  # fmt: skip


def test_each_sentence_of_a_draft_is_checked_against_the_index() -> None:
    draft = (
        "Winds reached 52 knots. At least 41 people died, the coastguard said.\n\n"
        "The king of Norway flew home."
    )
    results = list(check_claims(draft_rows(draft), search))
    assert [r["support"] for r in results] == ["supported", "contradicted", "unsupported"]
    assert [r["id"] for r in results] == ["1", "2", "3"]
    assert [c["quote"] for c in results[0]["citations"]] == ["Winds reached 52 knots."]
    assert results[1]["citations"][0]["quote"].startswith("At least 14")
    assert results[2]["citations"] == []


def test_a_claim_of_two_sentences_is_as_good_as_the_weaker_one() -> None:
    (result,) = check_claims(
        [{"id": "1", "claim": "Winds reached 52 knots. At least 41 people died."}], search
    )
    assert result["support"] == "contradicted"


def test_fifty_claims_a_second() -> None:
    rows = [
        {"id": str(n), "claim": f"At least {n} people died off Oslo.", "text": f"{TEXT} Part {n}."}
        for n in range(60)
    ]
    started = time.perf_counter()
    assert len(list(check_claims(rows))) == 60
    assert 60 / (time.perf_counter() - started) > 50
