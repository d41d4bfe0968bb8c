"""What a search finds, and what it gives back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import mean

import pytest

from rag.embeddings import open_embedder
from rag.errors import UsageError
from rag.filters import Filters
from rag.index import Index, ingest
from rag.retrieval import FoundPassage, search

FERRY = """The ferry Marlin sank off Port Ansel on Tuesday night. Rescuers pulled 41 people from \
the water before dawn.

Captain Ilse Brandt told the coast guard that a pump had failed. Nobody had checked the pump since \
March, the harbour master said.

Divers are to look for the wreck when the storm has passed."""
BUDGET = """The council of Port Ansel passed its budget on Monday. Taxes on property rise by 3 per \
cent.

Mayor Tomas Reyl said that the money would go to schools. The opposition called it a bad joke."""
# Three hundred like sentences: many passages of one article that all match.
LIGHTHOUSE = " ".join(
    f"The lighthouse keeper wrote in note {n} that the lighthouse lamp burned all night."
    for n in range(300)
)
ARTICLES = [
    (
        "https://coast.example/ferry",
        "Ferry sinks off Port Ansel",
        "Coast Post",
        "2025-03-12",
        FERRY,
    ),
    ("https://town.example/budget", "Council passes budget", "Town Crier", "2025-02-03", BUDGET),
    ("https://light.example/lamp", "Notes of a keeper", "Coast Post", None, LIGHTHOUSE),
]

TOLD = (
    "How many people were rescued from the ferry?",
    "Who said that a pump had failed?",
    "By how much do taxes on property rise?",
    "What did the opposition call the budget?",
    "When did the ferry Marlin sink?",
    "Where will the money go, according to Mayor Reyl?",
)
UNTOLD = (
    "Which actress won the prize for best song?",
    "How many goals did Brazil score in the final?",
    "Who was appointed to the supreme court?",
    "What is the price of the new phone?",
    "How hot was it in Madrid in July?",
    "Which drug did the regulator approve?",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("retrieval")
    file = folder / "articles.jsonl"
    names = ("url", "title", "hostname", "date", "text")
    rows = [json.dumps(dict(zip(names, article, strict=True))) for article in ARTICLES]
    file.write_text("\n".join(rows), "utf-8")
    with Index.open(folder / "index", embedder=open_embedder(), write=True, create=True) as made:
        report = ingest(made, [file])
        assert report.articles == len(ARTICLES), report
        yield made


def _exact(index: Index, found: list[FoundPassage]) -> bool:
    return all(index.text(p.text_sha256)[p.start : p.end] == p.text for p in found)


def test_the_passage_that_answers_comes_first(index: Index) -> None:
    assert "41 people" in search(index, "How many people were rescued from the ferry?")[0].text
    assert "Reyl" in search(index, "Who is the mayor?")[0].text


def test_a_question_in_other_words_finds_its_passage(index: Index) -> None:
    found = search(index, "What happened to the vessel?", k=1)
    assert found[0].source.endswith("/ferry")


def test_passages_are_exact_words_of_the_article_and_no_longer_than_allowed(index: Index) -> None:
    for question in ("What did the captain say?", "lighthouse lamp", "taxes"):
        found = search(index, question)
        assert found and _exact(index, found)
        assert all(len(p.text) <= 1000 for p in found)
        for passage in found:
            assert passage.start == passage.sentences[0][0]
            assert passage.end == passage.sentences[-1][1]


def test_no_two_passages_share_a_sentence(index: Index) -> None:
    found = search(index, "What did the lighthouse keeper write?", k=10)
    assert len(found) == 10
    spans = [(p.article_id, span) for p in found for span in p.sentences]
    assert len(spans) == len(set(spans))


def test_one_article_does_not_fill_the_list(index: Index) -> None:
    found = search(index, "lighthouse keeper lamp in Port Ansel", k=5)
    assert len({p.article_id for p in found}) == 3


def test_scores_are_probabilities_and_fall(index: Index) -> None:
    found = search(index, "How many people were rescued from the ferry?", k=2)
    assert 1 >= found[0].score >= found[1].score >= 0


def test_questions_that_the_articles_do_not_tell_score_lower(index: Index) -> None:
    told = [search(index, question, k=1)[0].score for question in TOLD]
    untold = [search(index, question, k=1)[0].score for question in UNTOLD]
    assert max(untold) < min(told)
    assert mean(untold) < mean(told) / 2


def test_filters_leave_other_articles_out(index: Index) -> None:
    for filters, sources in (
        (Filters(since=date(2025, 3, 1)), {"https://coast.example/ferry"}),
        (Filters(until=date(2025, 2, 28)), {"https://town.example/budget"}),
        (Filters(since=date(2030, 1, 1)), set()),
    ):
        found = search(index, "What happened in Port Ansel?", filters=filters)
        assert {p.source for p in found} == sources


@pytest.mark.parametrize("question", ["", "  \n\t"])
def test_an_empty_question_is_refused(index: Index, question: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        search(index, question)


@pytest.mark.parametrize(
    "question",
    [
        'a AND (b:"',
        "text:* OR -[",
        "^~\\ && ||",
        "?",
        "the of and",
        "\x00\ud800",
        "ferry " * 16_667,
    ],
)
def test_any_other_text_is_a_question(index: Index, question: str) -> None:
    found = search(index, question)
    assert _exact(index, found)


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    with Index.open(tmp_path, embedder=open_embedder(), write=True, create=True) as empty:
        assert search(empty, "Who sank?") == []


def test_langchain_gets_the_same_passages_with_their_offsets(index: Index) -> None:
    from rag.retrieval.langchain import DatelineRetriever

    retriever = DatelineRetriever(index=index, k=2)
    documents = retriever.invoke("How many people were rescued from the ferry?")
    found = search(index, "How many people were rescued from the ferry?", k=2)
    assert [d.page_content for d in documents] == [p.text for p in found]
    assert documents[0].metadata["start"] == found[0].start
    assert documents[0].metadata["source"] == "https://coast.example/ferry"


def test_searching_does_not_import_langchain_or_chroma() -> None:
    import subprocess
    import sys

    code = (
        "import sys, rag.retrieval;"
        "sys.exit(any(m in sys.modules for m in ('langchain_core', 'chromadb')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
