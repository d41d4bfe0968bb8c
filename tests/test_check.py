"""Claims and drafts against a document, or against what a search finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from rag.answer.answer import Citation
from rag.articles.article import text_sha256
from rag.check import SourceSentence, check_claims, draft_rows
from rag.evidence import Evidence, Prover
from rag.judge import Opinion
from rag.sentences import split_sentences
from tests.scripted_judge import BOUNDS, ScriptedJudge, opinion

TEXT = (
    "The car ferry Anna Lund capsized off Oslo on Tuesday. At least 14 people died, the coastguard "
    "said. Rescuers brought 163 people ashore by 8 p.m. The owner, Fjord Line, denied that the "
    "ship had been overloaded. Winds reached 52 knots. A cook, Per Holm, 27, swam to the island."
)


def judging(answer: Callable[[str, str], Opinion]) -> Prover:
    return Prover(ScriptedJudge(answer), BOUNDS)


def by_words(premise: str, statement: str) -> Opinion:
    """Supported by quotes that hold "ashore", contradicted by those that hold "denied"."""
    if "ashore" in premise and "shore" in statement:
        return opinion(0.9)
    if "denied" in premise and "overloaded" in statement:
        return opinion(0.05, 0.9)
    return opinion(0.1)


def check(claim: str, **row: Any) -> dict[str, Any]:
    (result,) = check_claims([{"id": "1", "claim": claim, "text": TEXT} | row], None,
                             judging(by_words))  # fmt: skip
    return result


@pytest.mark.parametrize(
    ("claim", "support"),
    [
        ("Rescuers brought 163 people to shore.", "supported"),
        ("Fjord Line admitted that the ship had been overloaded.", "contradicted"),
        ("The prime minister resigned after the vote.", "unsupported"),
        ("Winds reached 52 knots.", "supported"),
        ("Rescuers brought 136 people to shore.", "unsupported"),
    ],
)
def test_a_claim_is_supported_contradicted_or_not_found(claim: str, support: str) -> None:
    assert check(claim)["support"] == support


def test_a_result_has_the_keys_of_the_contract_and_exact_quotes() -> None:
    result = check("Rescuers brought 163 people to shore.")
    assert list(result) == [
        "id", "claim", "support", "score", "probability", "certain", "checked_by",
        "unsupported_spans", "why", "citations", "nearest",
    ]  # fmt: skip
    assert (result["score"], result["probability"], result["certain"]) == (0.9, 0.9, True)
    (citation,) = result["citations"]
    assert TEXT[citation["start"] : citation["end"]] == citation["quote"]
    assert citation["text_sha256"] == text_sha256(TEXT)
    assert (citation["article_id"], citation["source"]) == (None, None)


def test_a_contradicted_claim_shows_what_contradicts_it() -> None:
    result = check("Fjord Line admitted that the ship had been overloaded.")
    assert result["citations"][0]["quote"].startswith("The owner, Fjord Line, denied")
    assert result["why"] == "the quotes say otherwise"


def test_what_is_not_found_shows_the_nearest_quote_and_cites_nothing() -> None:
    result = check("The ferry Anna Lund was built in Bergen.")
    assert (result["support"], result["citations"]) == ("unsupported", [])
    assert result["nearest"]["quote"].startswith("The car ferry Anna Lund")


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


def test_the_title_and_day_of_a_document_are_read_from_its_head_or_its_row() -> None:
    judge = ScriptedJudge(lambda *_: opinion(0.1))
    text = f"Title: Ferry lost off Oslo\nDate: 2026-03-03\n\n{TEXT}"
    rows = [
        {"id": "1", "claim": "The ferry sank.", "text": text},
        {
            "id": "2",
            "claim": "The ferry sank.",
            "text": TEXT,
            "title": "Lost",
            "date": "2026-03-04",
        },
    ]
    list(check_claims(rows, None, Prover(judge, BOUNDS)))
    premises = [premise for premise, _ in judge.asked]
    assert any(premise.startswith("Ferry lost off Oslo (2026-03-03). ") for premise in premises)
    assert any(premise.startswith("Lost (2026-03-04). ") for premise in premises)


def search(claim: str) -> Sequence[SourceSentence]:
    """Stands for the index: every sentence of the text."""
    return [source(TEXT[s.start : s.end], s.start) for s in split_sentences(TEXT)]


def source(quote: str, start: int = 0, article: str = "ferry", day: str = "") -> SourceSentence:
    return SourceSentence(
        Evidence(quote, start=start, published=day or None, article_text=TEXT, article_id=article),
        Citation(
            0, article, f"{article}.txt", None, "Fjord News", day or None, None, quote, start,
            start + len(quote), text_sha256(TEXT),
        ),
    )  # fmt: skip


def test_each_sentence_of_a_draft_is_checked_against_the_index() -> None:
    draft = (
        "Winds reached 52 knots. Fjord Line knew that the ship was overloaded.\n\n"
        "The king flew home."
    )
    results = list(check_claims(draft_rows(draft), search, judging(by_words)))
    assert [r["support"] for r in results] == ["supported", "contradicted", "unsupported"]
    assert [r["id"] for r in results] == ["1", "2", "3"]
    assert [c["quote"] for c in results[0]["citations"]] == ["Winds reached 52 knots."]
    assert results[2]["citations"] == []


def test_a_claim_of_two_sentences_is_as_good_as_the_weaker_one() -> None:
    claim = "Winds reached 52 knots. The king flew home."
    (result,) = check_claims([{"id": "1", "claim": claim}], search, judging(by_words))
    assert result["support"] == "unsupported"


def test_a_later_report_that_says_otherwise_contradicts_a_claim_that_an_older_one_supports() -> (
    None
):
    def answer(premise: str, _: str) -> Opinion:
        return opinion(0.05, 0.9) if "not overloaded" in premise else opinion(0.9)

    older = source("The ferry Anna Lund was overloaded, police said.", day="2026-03-03")
    newer = source("The ferry Anna Lund was not overloaded after all.", 0, "b", "2026-03-05")
    row = {"id": "1", "claim": "The ferry Anna Lund was overloaded."}
    (result,) = check_claims([row], lambda _: [older, newer], judging(answer))
    assert result["support"] == "contradicted"
    assert result["why"].startswith("a later report says otherwise")
    assert result["citations"][0]["article_id"] == "b"
    earlier = source("The ferry Anna Lund was not overloaded after all.", 0, "b", "2026-03-01")
    (kept,) = check_claims([row], lambda _: [older, earlier], judging(answer))
    assert kept["support"] == "supported"
