"""What the catalog keeps: exact texts, old texts, ids, and what it says when it cannot be read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from small_index import HashEmbedder, ingest_into, open_to_write, row, story, write_rows

from rag.articles import text_sha256
from rag.errors import IndexStoreError, IndexVersionError, UnknownArticleError
from rag.index import Index
from rag.index.migrations import VERSION
from rag.index.schema import CATALOG_FILE


def test_a_stored_passage_is_an_exact_slice_of_its_article(tmp_path: Path) -> None:
    text = "🌉 Das größte Brückenfest fand am Montag in Köln statt. " * 30
    write_rows(
        tmp_path / "a.jsonl", [row("x", text=text), row("Calder", url="https://e.example/1")]
    )
    ingest_into(tmp_path / "index", tmp_path / "a.jsonl")
    with Index.open(tmp_path / "index", embedder=None) as index:
        passages = [p for a in index.articles() for p in index.article_passages(a.article_id)]
        assert len(passages) > 2
        for passage in passages:
            text = index.article(passage.article_id).text
            assert passage.text == text[passage.start : passage.end]
            for (start, end), sentence in zip(
                passage.sentences, passage.sentence_texts(), strict=True
            ):
                assert passage.start <= start < end <= passage.end
                assert sentence == text[start:end]


def test_a_citation_of_a_replaced_article_still_resolves(tmp_path: Path) -> None:
    file = tmp_path / "calder.txt"
    file.write_text(story("Calder"))
    ingest_into(tmp_path / "index", file)
    with Index.open(tmp_path / "index", embedder=None) as index:
        (cited,) = index.article_passages("calder")
    file.write_text(story("Calder", 9))
    assert ingest_into(tmp_path / "index", file).updated == 1
    with Index.open(tmp_path / "index", embedder=None) as index:
        assert index.article("calder").record.text_sha256 != cited.text_sha256
        assert index.text(cited.text_sha256)[cited.start : cited.end] == cited.text


def test_removing_an_article_removes_every_text_it_ever_had_and_nothing_of_another(
    tmp_path: Path,
) -> None:
    first, copy = tmp_path / "first.txt", tmp_path / "copy.txt"
    first.write_text(story("Calder"))
    copy.write_text(story("Calder"))
    ingest_into(tmp_path / "index", first, copy)
    first.write_text(story("Calder", 9))
    ingest_into(tmp_path / "index", first, copy)
    with open_to_write(tmp_path / "index") as index:
        newer = index.article("first").record.text_sha256
        index.remove(["first"])
        assert [article.article_id for article in index.articles()] == ["copy"]
        with pytest.raises(UnknownArticleError):
            index.text(newer)
        shared = index.article("copy")
        assert index.text(shared.record.text_sha256) == shared.text
        index.remove(["copy"])
        with pytest.raises(UnknownArticleError):
            index.text(shared.record.text_sha256)
        assert index.counts().passages == 0
        assert index.verify() == []


def test_removing_an_unknown_article_removes_none_and_names_ids_like_it(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [row("Calder", url="https://e.example/calder-bridge-vote")])
    ingest_into(tmp_path / "index", tmp_path / "a.jsonl")
    with open_to_write(tmp_path / "index") as index:
        with pytest.raises(UnknownArticleError, match="calder-bridge-vote"):
            index.remove(["calder-bridge-vote", "calder-brige-vote"])
        assert index.counts().articles == 1


def test_a_passage_id_is_never_used_twice(tmp_path: Path) -> None:
    file = tmp_path / "calder.txt"
    seen: list[int] = []
    for sentences in (6, 9, 12):
        file.write_text(story("Calder", sentences))
        ingest_into(tmp_path / "index", file)
        with open_to_write(tmp_path / "index") as index:
            seen += [passage.passage_id for passage in index.article_passages("calder")]
            if sentences == 9:
                index.remove(["calder"])
    assert len(seen) == len(set(seen))


def test_articles_of_one_name_get_ids_of_their_own(tmp_path: Path) -> None:
    for folder in ("north", "south"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "Été 2024.txt").write_text(story(folder))
    ingest_into(tmp_path / "index", tmp_path / "north", tmp_path / "south")
    with Index.open(tmp_path / "index", embedder=None) as index:
        north, south = sorted(index.articles(), key=lambda article: article.source)
    assert north.article_id == "ete-2024"
    assert south.article_id.startswith("ete-2024-")
    assert len(south.article_id) == len("ete-2024-") + 6


def test_an_index_made_by_a_newer_dateline_is_refused(tmp_path: Path) -> None:
    open_to_write(tmp_path).close()
    with sqlite3.connect(tmp_path / CATALOG_FILE) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    for write in (False, True):
        with pytest.raises(IndexVersionError, match="made by a newer Dateline"):
            Index.open(tmp_path, embedder=HashEmbedder(), write=write)


def test_where_there_is_no_index_the_message_says_how_to_make_one(tmp_path: Path) -> None:
    for write in (False, True):
        with pytest.raises(IndexStoreError, match=r"no index at .*dateline ingest"):
            Index.open(tmp_path / "none", embedder=HashEmbedder(), write=write)


def test_a_damaged_catalog_is_reported_in_one_line(tmp_path: Path) -> None:
    ingest_into(tmp_path / "index", write_rows(tmp_path / "a.jsonl", [row("Calder")]))
    catalog = tmp_path / "index" / CATALOG_FILE
    catalog.write_bytes(b"SQLite no more" * 1000)
    for write in (False, True):
        with pytest.raises(IndexStoreError, match="is damaged") as raised:
            Index.open(tmp_path / "index", embedder=HashEmbedder(), write=write)
        assert "\n" not in str(raised.value)


def test_a_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / CATALOG_FILE) as db:
        db.execute("CREATE TABLE theirs (a)")
    before = (tmp_path / CATALOG_FILE).read_bytes()
    with pytest.raises(IndexStoreError, match="not a catalog of Dateline"):
        open_to_write(tmp_path)
    assert (tmp_path / CATALOG_FILE).read_bytes() == before


def test_a_full_text_of_signs_comes_back_as_it_went_in(tmp_path: Path) -> None:
    text = story("Calder") + "\n\nThe clerk wrote: “100 % of 5 < 6 && 'x' -- \\n; DROP TABLE”."
    write_rows(tmp_path / "a.jsonl", [row("x", text=text)])
    ingest_into(tmp_path / "index", tmp_path / "a.jsonl")
    with Index.open(tmp_path / "index", embedder=None) as index:
        (article,) = index.articles()
        stored = index.article(article.article_id)
    assert "DROP TABLE" in stored.text
    assert text_sha256(stored.text) == stored.record.text_sha256
