"""The whole way without a model: what is asked is what was meant, or it is said why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.answer.answer import ASK_WHOLE, REFUSAL, answer_text
from rag.answer.follow_up import Turn
from rag.answer.offline import answer_offline
from rag.embeddings import open_embedder
from rag.errors import UsageError
from rag.filters import parse_filters
from rag.index import Index, ingest

BRANCHES = "How many branches does Marrick Savings Bank have?"
TEMPERATURE = "What was the temperature in Quetta on Sunday?"


@pytest.fixture(scope="module")
def index(sample_articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("offline")
    with Index.open(folder, embedder=open_embedder(), write=True, create=True) as index:
        ingest(index, [sample_articles])
        yield index


def test_a_plain_question_has_neither_parts_nor_another_reading(index: Index) -> None:
    answer = answer_offline(index, BRANCHES)
    assert answer.standalone_question == answer.question == BRANCHES
    assert (answer.parts, answer.refusal, answer.read_as) == ((), None, None)
    assert not answer.abstained


def test_two_questions_are_answered_in_one_with_their_citations_numbered_on(index: Index) -> None:
    question = (
        "How many ballot boxes in Corvane had broken seals and "
        "who is the chief executive of Vessay Line?"
    )
    answer = answer_offline(index, question)
    assert answer.question == answer.standalone_question == question
    assert [part.question for part in answer.parts] == [
        "How many ballot boxes in Corvane had broken seals?",
        "Who is the chief executive of Vessay Line?",
    ]
    assert [part.abstained for part in answer.parts] == [False, False]
    said = " ".join(statement.text for statement in answer.statements)
    assert "23" in said and "Demant" in said
    assert [citation.n for citation in answer.citations] == list(
        range(1, len(answer.citations) + 1)
    )
    quotes = {citation.n: citation.quote for citation in answer.citations}
    for statement in answer.statements:
        assert f"“{quotes[statement.citations[0]]}”" in statement.text
    for citation in answer.citations:
        text = index.text(citation.text_sha256)
        assert text[citation.start : citation.end] == citation.quote
    assert answer.answer == answer_text(answer.statements)
    assert answer.agreement is not None
    assert all(set(value.citations) <= set(quotes) for value in answer.agreement.values)


def test_one_half_that_is_not_told_does_not_refuse_the_other(index: Index) -> None:
    answer = answer_offline(index, f"{BRANCHES} {TEMPERATURE}")
    assert [part.abstained for part in answer.parts] == [False, True]
    assert (answer.abstained, answer.refusal, answer.nearest) == (False, None, ())


def test_two_halves_that_are_not_told_are_refused_together(index: Index) -> None:
    answer = answer_offline(index, f"{TEMPERATURE} Who is the president of Belmara?")
    assert answer.answer == REFUSAL
    assert (answer.abstained, answer.refusal) == (True, "not_told")
    assert len(answer.parts) == 2 and answer.nearest


def test_what_the_articles_do_not_tell_is_refused_as_that(index: Index) -> None:
    answer = answer_offline(index, TEMPERATURE)
    assert (answer.abstained, answer.refusal, answer.answer) == (True, "not_told", REFUSAL)


def test_a_follow_up_is_answered_as_what_it_was_made(index: Index) -> None:
    history = [Turn("When was Caldra Dam opened?", "")]
    answer = answer_offline(index, "And how many branches does Marrick Savings Bank have?", history)
    assert answer.standalone_question == BRANCHES
    history = [Turn("Who runs Marrick Savings Bank?", "")]
    answer = answer_offline(index, "How many branches does it have?", history)
    assert answer.standalone_question == BRANCHES
    assert answer.question == "How many branches does it have?"
    assert "212" in answer.answer


def test_an_unclear_follow_up_is_asked_for_whole(index: Index) -> None:
    answer = answer_offline(index, "Why was that?", [Turn(BRANCHES, "212 [1]")])
    assert (answer.abstained, answer.refusal, answer.answer) == (True, "ask_whole", ASK_WHOLE)
    assert answer.standalone_question == "Why was that?"
    assert answer.statements == answer.citations == answer.nearest == ()


def test_a_misspelled_question_is_answered_and_says_how_it_was_read(index: Index) -> None:
    answer = answer_offline(index, "How many branches does Marrik Savings Bank have?")
    assert answer.read_as == answer.standalone_question == BRANCHES
    assert answer.question == "How many branches does Marrik Savings Bank have?"
    assert "212" in answer.answer


def test_filters_that_leave_nothing_are_named(index: Index) -> None:
    answer = answer_offline(index, BRANCHES, filters=parse_filters(outlets=["Harbor Post"]))
    assert (answer.abstained, answer.refusal) == (True, "filter_empty")
    assert answer.answer.startswith("No article is from “Harbor Post”; outlets here: Harbour Post")
    answer = answer_offline(index, BRANCHES, filters=parse_filters(outlets=["Harbour Post"]))
    assert answer.refusal in {None, "not_told"}


def test_an_empty_question_is_an_error(index: Index) -> None:
    with pytest.raises(UsageError, match="empty"):
        answer_offline(index, "  ")
