"""Extractive answers on the sample articles: right sentences, exact quotes, or a refusal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.answer.answer import REFUSAL, Answer, answer_text
from rag.answer.extractive import answer_extractively
from rag.embeddings import open_embedder
from rag.filters import parse_filters
from rag.index import Index, ingest


@pytest.fixture(scope="module")
def index(sample_articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("extractive")
    with Index.open(folder, embedder=open_embedder(), write=True, create=True) as index:
        ingest(index, [sample_articles])
        yield index


# What the rules before the reader did and it does not yet: strict, so that it shows when it does.
MISREAD = pytest.mark.xfail(strict=True, reason="the reader of this version misreads it")


def said(answer: Answer) -> str:
    return " ".join(statement.text for statement in answer.statements)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        pytest.param(
            "Who claimed responsibility for the attacks in Balochistan?",
            "Liberation Army",
            marks=MISREAD,
        ),
        pytest.param(
            "How many prisoners were freed from the jail in Balochistan?", "30", marks=MISREAD
        ),
        ("How did India respond to Pakistan’s accusation?", "baseless"),
        ("How many ballot boxes in Corvane had broken seals?", "23"),
        ("When was the gate of Caldra Dam opened?", "2:40"),
        ("How many branches does Marrick Savings Bank have?", "212"),
        ("Who is the chief executive of Vessay Line?", "Demant"),
    ],
)
def test_a_sentence_with_the_answer_is_quoted(index: Index, question: str, words: str) -> None:
    answer = answer_extractively(index, question)
    assert not answer.abstained
    assert words in said(answer)


@pytest.mark.parametrize(
    "question",
    [
        "What was the temperature in Quetta on Sunday?",
        "Who is the president of Belmara?",
        "How many people died in the earthquake in Japan?",
        "Which football team won the cup?",
        "How many cats were on the ferry Ilse Maren?",
    ],
)
def test_what_no_article_tells_is_refused_and_the_nearest_passages_shown(
    index: Index, question: str
) -> None:
    answer = answer_extractively(index, question)
    assert answer.abstained
    assert answer.answer == REFUSAL
    assert answer.statements == answer.citations == ()
    assert answer.agreement is None
    assert answer.nearest


@MISREAD
def test_who_claimed_it_comes_first_whatever_the_claim_is_called(index: Index) -> None:
    answer = answer_extractively(
        index, "Who claimed responsibility for the attacks in Balochistan?"
    )
    assert "behind the assault" in answer.statements[0].text


def test_every_citation_is_an_exact_quote_and_every_statement_shows_its_own(index: Index) -> None:
    for question in ("How many people died on the ferry?", "What did Carl Demant say?"):
        answer = answer_extractively(index, question)
        by_number = {citation.n: citation for citation in answer.citations}
        assert sorted(by_number) == list(range(1, len(by_number) + 1))
        for citation in answer.citations:
            text = index.text(citation.text_sha256)
            assert text[citation.start : citation.end] == citation.quote
            assert len(citation.quote) <= 1000
        for statement in answer.statements:
            assert statement.support == "quoted"
            assert f"“{by_number[statement.citations[0]].quote}”" in statement.text
        assert answer.answer == answer_text(answer.statements)


@pytest.mark.xfail(strict=True, reason="a later count is taken for a toll that changed")
def test_differing_numbers_stand_side_by_side(index: Index) -> None:
    answer = answer_extractively(index, "How many ballot boxes in Corvane had broken seals?")
    assert len(answer.statements) > 1
    assert answer.agreement is not None
    assert answer.agreement.relation == "conflict"


def test_an_answer_stays_with_the_event_that_is_asked_about(index: Index) -> None:
    answer = answer_extractively(index, "How many militants were killed in Balochistan?")
    assert answer.statements
    articles = [index.article(citation.article_id).text for citation in answer.citations]
    assert all("Balochistan" in text for text in articles)


def test_a_statement_names_outlet_and_day(index: Index) -> None:
    answer = answer_extractively(index, "How many branches does Marrick Savings Bank have?")
    assert "(The Meridian Wire, 18 Aug 2025; also Eastgate Tribune, 19 Aug 2025)" in said(answer)


def test_at_most_as_many_statements_as_asked_for(index: Index) -> None:
    question = "How many people were on board the ferry Ilse Maren?"
    assert len(answer_extractively(index, question, max_statements=1).statements) == 1


def test_filters_bind_the_answer(index: Index) -> None:
    filters = parse_filters(outlets=["Harbour Post"])
    answer = answer_extractively(
        index, "How many militants were killed in Balochistan?", filters=filters
    )
    assert {citation.outlet for citation in answer.citations} == {"Harbour Post"}


def test_one_question_has_one_answer(index: Index) -> None:
    question = "How many people were on board the ferry Ilse Maren?"
    one, other = (answer_extractively(index, question) for _ in range(2))
    assert (one.id, one.statements) == (other.id, other.statements)
    assert one.id == hashlib.sha256(question.encode()).hexdigest()[:12]


def test_an_empty_index_tells_nothing(tmp_path: Path) -> None:
    with Index.open(tmp_path, embedder=open_embedder(), write=True, create=True) as empty:
        empty.sync()
        answer = answer_extractively(empty, "Who won?")
    assert answer.abstained
    assert answer.nearest == ()


def test_a_question_is_no_answer(tmp_path: Path) -> None:
    article = tmp_path / "regatta.txt"
    article.write_text(
        "Regatta in Port Ansel\n\nWho won the regatta in Port Ansel this year?\n\n"
        "The boat of Ilse Brandt won it on Sunday, two lengths ahead.\n",
        "utf-8",
    )
    with Index.open(tmp_path / "i", embedder=open_embedder(), write=True, create=True) as index:
        ingest(index, [article])
        answer = answer_extractively(index, "Who won the regatta in Port Ansel?")
    assert "Ilse Brandt" in answer.statements[0].text
    assert "?" not in said(answer)
