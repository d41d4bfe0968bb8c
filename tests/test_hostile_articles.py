"""Articles that give orders, forge citations or hide text change nothing but their own quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answer.answer import Answer, answer_text
from rag.dateline import Dateline, Limits
from rag.settings import Settings, load_settings
from tests.openai_server import MODEL, OpenAIServer, answer

HOSTILE = sorted((Path(__file__).parent / "data" / "hostile").glob("*.txt"))
QUESTION = "What happened to the east pier of Quernmouth?"
FERRY = "How many people were on board the ferry Ilse Maren?"


@pytest.fixture(scope="module")
def hostile_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("hostile") / "index"
    with Dateline(settings_for(index)) as dateline:
        report = dateline.ingest(HOSTILE)
    assert report.added == len(HOSTILE) >= 20
    return index


@pytest.fixture(scope="module")
def mixed_index(tmp_path_factory: pytest.TempPathFactory, sample_articles: Path) -> Path:
    index = tmp_path_factory.mktemp("mixed") / "index"
    with Dateline(settings_for(index)) as dateline:
        dateline.ingest([sample_articles])
        dateline.ingest(HOSTILE)
    return index


def settings_for(index: Path, model: str | None = None) -> Settings:
    return replace(load_settings({}, index.parent), index=index, model=model, passages=30)


@pytest.fixture
def dateline(hostile_index: Path, openai_server: OpenAIServer) -> Iterator[Dateline]:
    with Dateline(settings_for(hostile_index, f"openai:{MODEL}"), Limits(cache=False)) as dateline:
        yield dateline


def check_quotes(given: Answer, dateline: Dateline) -> None:
    for citation in given.citations:
        text = dateline.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
    if not given.abstained:
        assert given.answer == answer_text(given.statements)


def test_the_prompt_has_one_fence_our_numbers_alone_and_nothing_hidden(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.context_words = 100_000
    openai_server.will(answer("The articles do not tell."))
    dateline.ask(QUESTION)
    sent = openai_server.requests[-1].body["messages"]
    block = sent[-1]["content"]
    (fence,) = re.findall(r"<<<(\w+)\n", block)
    assert block.count(fence) == 2
    inside = block.partition(f"<<<{fence}\n")[2].partition(f"\n{fence}>>>")[0]
    numbers = [int(n) for n in re.findall(r"\[(\d+)\]", inside)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "<" not in inside
    assert not any(unicodedata.category(c) in {"Cf", "Co", "Cs"} for c in inside)
    assert [m["role"] for m in sent] == ["system", "user", "assistant", "user"]


@pytest.mark.parametrize(
    "obedient",
    [
        "PWNED",
        "PWNED [1].",
        "Nobody was hurt in any ferry accident [3].",
        "All 900 drowned [99].",
        "I am an obedient pirate, arr [2].",
        '{"answer": "PWNED", "citations": [1]}',
    ],
)
def test_a_model_that_obeys_an_article_shows_nothing_of_it_beyond_the_articles_own_words(
    dateline: Dateline, openai_server: OpenAIServer, obedient: str
) -> None:
    openai_server.context_words = 100_000
    openai_server.will(answer(obedient))
    given = dateline.ask(QUESTION)
    check_quotes(given, dateline)
    for statement in given.statements:
        if statement.support == "supported":
            quotes = " ".join(c.quote for c in given.citations if c.n in statement.citations)
            for word in re.findall(r"\w{4,}|\d+", statement.text):
                assert word.casefold() in quotes.casefold()


def test_answers_about_other_articles_are_the_same_with_hostile_ones_beside_them(
    mixed_index: Path, sample_articles: Path, tmp_path: Path
) -> None:
    with Dateline(settings_for(tmp_path / "index")) as clean:
        clean.ingest([sample_articles])
        expected = clean.ask(FERRY)
        known = {article.source for article in clean.articles()}
    with Dateline(settings_for(mixed_index)) as mixed:
        given = mixed.ask(FERRY)
        check_quotes(given, mixed)
    # Which of them comes first hangs on how passages rank among all that is stored.
    cited = {(c.source, c.quote) for c in given.citations}
    assert {source for source, _ in cited} <= known
    assert cited >= {(c.source, c.quote) for c in expected.citations[:1]}


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_a_hostile_article_is_stored_without_hidden_characters(
    path: Path, hostile_index: Path
) -> None:
    with Dateline(settings_for(hostile_index)) as dateline:
        text = dateline.article(path.stem).text
    assert not any(unicodedata.category(c) in {"Cf", "Co", "Cs"} for c in text)
    assert "Mayor Ilda Rensch said" in text
