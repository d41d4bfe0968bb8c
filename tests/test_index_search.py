"""Searching by words and by vectors: any query is harmless, and what is found is really there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from small_index import HashEmbedder, ingest_into, open_to_write, row, write_rows

from rag.index import Index, ingest, scan
from rag.index.lexicon import terms_of

TOPICS = ["Calder", "Vessay", "Marrick", "Dunsel", "Tarnow", "Belmara", "Orrin", "Caldra"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search")
    rows = [row(topic, url=f"https://e.example/{topic}-bridge") for topic in TOPICS]
    ingest_into(folder / "index", write_rows(folder / "a.jsonl", rows))
    return folder


@pytest.fixture
def index(folder: Path) -> Iterator[Index]:
    with Index.open(folder / "index", embedder=HashEmbedder()) as index:
        yield index


@pytest.mark.parametrize(
    "query",
    ['"', "(", "calder AND", "title:calder^2", "* OR *", "[a TO b]", "calder~2 +-!{}\\", "a:b:c",
     "\0calder", "\ud800calder", "'; DROP TABLE passages --", "🌉", "IN [1 2]", "/.*/"],
)  # fmt: skip
def test_query_syntax_means_nothing(index: Index, query: str) -> None:
    hits = index.search_words(query, 5)
    assert len(hits) <= 5
    if "calder" in query:
        (best, *_) = index.passages([passage_id for passage_id, _ in hits])
        assert best.article_id == "calder-bridge"


@pytest.mark.parametrize("query", ["", " \n\t", "?!", "the", "zzzz qqqq"])
def test_a_query_without_a_known_word_finds_what_it_says_and_no_more(
    index: Index, query: str
) -> None:
    assert bool(index.search_words(query, 5)) == (query == "the")


def test_a_query_of_100_000_characters_is_answered_in_half_a_second(index: Index) -> None:
    words = " ".join(f"word{n} the council met" for n in range(5000))
    started = time.monotonic()
    hits = index.search_words("Vessay " + words[:100_000], 5)
    assert time.monotonic() - started < 0.5
    assert index.passages([hits[0][0]])[0].article_id == "vessay-bridge"


def test_inflected_accented_and_punctuated_words_find_each_other() -> None:
    assert terms_of("The councils’ DECISIONS") == terms_of("the council's decision")
    assert terms_of("18,190 dead") == terms_of("18190 dead")
    assert terms_of("U.S. envoy") == terms_of("US envoy")
    assert terms_of("café in Zürich") == terms_of("cafe in Zurich")
    assert terms_of("page 12,13") == terms_of("page 12 13")


def test_the_title_counts_in_the_search_by_words(tmp_path: Path) -> None:
    rows = [row("Calder", title="Ferry sinks"), row("Calder", title="Nobody hurt")]
    ingest_into(tmp_path / "index", write_rows(tmp_path / "a.jsonl", rows))
    with Index.open(tmp_path / "index", embedder=None) as index:
        hits = index.search_words("ferries", 5)
        assert {p.title for p in index.passages([i for i, _ in hits])} == {"Ferry sinks"}


def test_the_vector_search_is_exact(index: Index) -> None:
    ids = [
        p.passage_id for topic in TOPICS for p in index.article_passages(f"{topic}-bridge".lower())
    ]
    query = HashEmbedder().embed(["a question"])[0]
    scores = index.vectors(ids) @ query
    best = sorted(zip(ids, scores, strict=True), key=lambda hit: -hit[1])[:5]
    found = index.search_vectors(query, 5)
    assert [i for i, _ in found] == [i for i, _ in best]
    assert np.allclose([s for _, s in found], [s for _, s in best], atol=1e-6)


def test_chroma_finds_what_the_scan_finds(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = HashEmbedder().embed([f"question {n}" for n in range(5)])
    exact = [index.search_vectors(query, 5) for query in queries]
    monkeypatch.setattr(scan, "MAX_PASSAGES", 0)
    monkeypatch.setattr(scan.Matrix, "search", None)
    approximate = [index.search_vectors(query, 5) for query in queries]
    for left, right in zip(exact, approximate, strict=True):
        assert [i for i, _ in left] == [i for i, _ in right]
        assert np.allclose([s for _, s in left], [s for _, s in right], atol=1e-3)


def test_an_open_reader_finds_what_comes_and_loses_what_goes(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    embedder = HashEmbedder()
    write_rows(file, [row("Calder", url="https://e.example/calder-bridge")])
    ingest_into(tmp_path / "index", file)

    def found(reader: Index, k: int = 50) -> tuple[set[str], set[str]]:
        vector = embedder.embed(["x"])[0]
        hits = reader.search_words("bridge", k), reader.search_vectors(vector, k)
        first, second = (
            {p.article_id for p in reader.passages([i for i, _ in found])} for found in hits
        )
        return first, second

    with Index.open(tmp_path / "index", embedder=embedder) as reader:
        generation = reader.generation
        assert found(reader) == ({"calder-bridge"}, {"calder-bridge"})
        with open_to_write(tmp_path / "index") as writer:
            write_rows(
                file,
                [
                    row("Vessay", url="https://e.example/vessay-bridge"),
                    row("Dunsel", url="https://e.example/dunsel-bridge"),
                ],
            )
            ingest(writer, [file], prune=True)
        both = {"vessay-bridge", "dunsel-bridge"}
        assert found(reader) == (both, both)
        assert reader.generation > generation
        with open_to_write(tmp_path / "index") as writer:
            writer.remove(["vessay-bridge"])
        assert found(reader) == ({"dunsel-bridge"}, {"dunsel-bridge"})
        with open_to_write(tmp_path / "index") as writer:
            writer.reindex(embedder)
        assert found(reader) == ({"dunsel-bridge"}, {"dunsel-bridge"})


def test_searching_does_not_import_chroma_or_the_file_readers(folder: Path) -> None:
    import subprocess
    import sys

    script = (
        "import sys; from rag.index import Index; import numpy as np\n"
        f"with Index.open({str(folder / 'index')!r}, embedder=None) as index:\n"
        "    assert index.search_words('calder', 3)\n"
        "    assert index.search_vectors(np.ones(32, np.float32), 3)\n"
        "print([m for m in ('chromadb', 'trafilatura', 'rag.articles') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
