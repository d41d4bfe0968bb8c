"""The five given articles, as their reader would use them. Skipped where they are not given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answer.answer import Answer
from rag.dateline import Dateline
from rag.settings import load_settings

SAMPLE_QUESTIONS = (
    (Path(__file__).parent.parent / "examples" / "questions.txt").read_text("utf-8").splitlines()
)


@pytest.fixture(scope="module")
def dateline(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dateline]:
    folder = tmp_path_factory.mktemp("acceptance")
    settings = replace(load_settings({}, folder), index=folder / "index")
    with Dateline(settings) as dateline:
        report = dateline.ingest([shared / "articles"])
        assert (report.added, report.refused) == (5, [])
        yield dateline


def quotes(given: Answer) -> str:
    return " ".join(citation.quote for citation in given.citations)


# What the rules before the reader did and it does not yet: strict, so that it shows when it does.
MISREAD = pytest.mark.xfail(strict=True, reason="the reader of this version misreads it")


def articles(given: Answer) -> int:
    return len({citation.article_id for citation in given.citations})


def test_the_five_articles_are_unchanged_the_second_time(dateline: Dateline, shared: Path) -> None:
    report = dateline.ingest([shared / "articles"])
    assert (report.added, report.updated, report.unchanged) == (0, 0, 5)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who claimed responsibility for the attacks?", ["Liberation Army", "responsibility"]),
        # The reader takes other counts of the dead for nearer, and does not join "dozens".
        pytest.param("How many people were killed?", ["145"], marks=MISREAD),
        ("How many civilians and law enforcement personnel were killed?", ["31", "17"]),
        ("How did India respond?", ["reject"]),
        ("How did India answer?", ["reject"]),
        pytest.param(
            "How many prisoners were freed?",
            ["at least 30", "more than 30", "dozens"],
            marks=MISREAD,
        ),
        ("How many security personnel were killed?", ["17"]),
        ("How did India respond to the accusation?", ["reject"]),
    ],
)
def test_what_several_articles_tell_is_answered_from_several(
    dateline: Dateline, question: str, said: list[str]
) -> None:
    given = dateline.ask(question)
    assert not given.abstained
    assert articles(given) >= 2
    for words in said:
        assert words in quotes(given)


@pytest.mark.parametrize(
    "question",
    ["What was the temperature in Quetta?", "What was the temperature in Quetta on Sunday?"],
)
def test_what_none_of_them_tells_is_refused(dateline: Dateline, question: str) -> None:
    given = dateline.ask(question)
    assert given.abstained
    assert given.nearest


@pytest.mark.parametrize(
    "question", [*SAMPLE_QUESTIONS, "What was set on fire?", "Who was abducted?", "Why?", "BLA"]
)
def test_every_quote_stands_in_its_article(dateline: Dateline, question: str) -> None:
    given = dateline.ask(question)
    for citation in given.citations:
        text = dateline.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
    assert all(s.citations for s in given.statements)
