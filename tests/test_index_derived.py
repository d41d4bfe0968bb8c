"""tantivy and Chroma follow the catalog: damaged or lost, they are made again from it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_index import HashEmbedder, contents, ingest_into, open_to_write, row, write_rows

from rag.errors import IndexStoreError, IndexVersionError
from rag.index import Index, derived, scan

QUERIES = ["calder bridge", "vessay decision", "lorries"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of three articles."""
    rows = [row(topic) for topic in ("Calder", "Vessay", "Marrick")]
    ingest_into(tmp_path / "index", write_rows(tmp_path / "a.jsonl", rows))
    return tmp_path / "index"


def cut_files_short(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and file.stat().st_size > 100:
            with file.open("r+b") as stream:
                stream.truncate(file.stat().st_size // 2)


def overwrite_files(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(b"\xff" * max(1, file.stat().st_size))


def empty_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


DAMAGES = [shutil.rmtree, empty_folder, cut_files_short, overwrite_files]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("store", ["lexicon", "chroma"])
def test_the_next_writer_makes_a_damaged_store_again(
    folder: Path, store: str, damage: Callable[[Path], None]
) -> None:
    whole = contents(folder, QUERIES)
    (in_use,) = (folder / store).iterdir()
    damage(in_use)
    embedder = HashEmbedder()
    with open_to_write(folder, embedder) as index:
        assert index.verify() == []
        index.sync()
    assert contents(folder, QUERIES) == whole
    assert embedder.embedded == []
    assert len(list((folder / store).iterdir())) == 1


@pytest.mark.parametrize("damage", [cut_files_short, overwrite_files])
def test_a_reader_of_a_damaged_word_index_is_told_to_reindex(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(folder / "lexicon" / "0001")
    with (
        Index.open(folder, embedder=HashEmbedder()) as index,
        pytest.raises(IndexStoreError, match="dateline reindex") as raised,
    ):
        index.search_words("calder", 3)
    assert "\n" not in str(raised.value)


def test_a_lost_word_index_is_made_again_by_a_reader_when_nobody_writes(folder: Path) -> None:
    shutil.rmtree(folder / "lexicon")
    with Index.open(folder, embedder=HashEmbedder()) as index:
        assert index.search_words("calder", 3)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_reader_of_a_large_index_does_without_a_damaged_chroma(
    folder: Path, damage: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    vector = HashEmbedder().embed(["question"])[0]
    with Index.open(folder, embedder=HashEmbedder()) as index:
        exact = index.search_vectors(vector, 5)
    damage(folder / "chroma" / "0001")
    monkeypatch.setattr(scan, "MAX_PASSAGES", 0)
    with Index.open(folder, embedder=HashEmbedder()) as index:
        assert index.search_vectors(vector, 5) == exact


def test_another_embedder_is_refused_until_a_reindex(folder: Path) -> None:
    other = HashEmbedder("2")
    for write in (False, True):
        with pytest.raises(IndexVersionError, match="dateline reindex"):
            Index.open(folder, embedder=other, write=write)
    with Index.open(folder, embedder=None, write=True) as index:
        index.reindex(other)
        assert index.verify() == []
        (passage, *_) = index.passages(range(1, 99))
        text = f"{passage.title}\n{passage.text}"
        assert index.vectors([passage.passage_id])[0] @ other.embed([text])[0] > 0.999
        assert index.search_vectors(other.embed([text])[0], 1)[0][0] == passage.passage_id
    with pytest.raises(IndexVersionError, match="dateline reindex"):
        Index.open(folder, embedder=HashEmbedder())
    Index.open(folder, embedder=other).close()


def test_an_interrupted_reembedding_leaves_the_index_as_it_was_and_goes_on_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.reembed._BATCH", 2)
    before = contents(folder, QUERIES)
    batches = iter(range(3))
    failing = HashEmbedder("2", before=lambda: next(batches) and None)
    with (
        Index.open(folder, embedder=None, write=True) as index,
        pytest.raises(StopIteration),
    ):
        for _ in range(2):
            next(batches)
        index.reindex(failing)
    assert len(failing.embedded) == 2
    assert contents(folder, QUERIES) == before
    with Index.open(folder, embedder=HashEmbedder()) as reader:
        assert reader.search_vectors(HashEmbedder().embed(["x"])[0], 3)
    again = HashEmbedder("2")
    with Index.open(folder, embedder=None, write=True) as index:
        index.reindex(again)
        total = index.counts().passages
        assert index.verify() == []
    assert len(again.embedded) == total - 2


def test_reindex_changes_nothing_of_what_is_found_and_embeds_nothing(folder: Path) -> None:
    whole = contents(folder, QUERIES)
    embedder = HashEmbedder()
    with Index.open(folder, embedder=None, write=True) as index:
        index.reindex(embedder)
    assert embedder.embedded == []
    assert contents(folder, QUERIES) == whole


def test_a_search_goes_on_while_another_process_reindexes(folder: Path) -> None:
    embedder = HashEmbedder()
    vector = embedder.embed(["question"])[0]
    with Index.open(folder, embedder=embedder) as reader:
        before = reader.search_words("calder", 3), reader.search_vectors(vector, 3)
        seen = []
        with Index.open(folder, embedder=None, write=True) as writer:
            writer.reindex(
                HashEmbedder(),
                lambda *_: seen.append(
                    (reader.search_words("calder", 3), reader.search_vectors(vector, 3))
                ),
            )
        assert seen
        assert all(found == before for found in seen)


def test_verify_names_what_is_wrong_and_mends_what_it_can(folder: Path) -> None:
    with open_to_write(folder) as index:
        with index.catalog.transaction() as db:
            db.execute("DELETE FROM passages WHERE passage_id = 1")
            db.execute("DELETE FROM vectors WHERE passage_id = 2")
        wrong, repairs = "\n".join(index.verify()), index.repairs
    assert "1 passages without a vector" in wrong
    assert "lexicon: 1 passages should not be there" in wrong
    assert "does not hold what the catalog says" in "".join(repairs)


@pytest.mark.parametrize("store", ["lexicon", "chroma"])
def test_changes_applied_by_a_run_that_died_before_it_could_note_that_are_not_doubled(
    folder: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(topic) for topic in ("Calder", "Dunsel", "Orrin", "Belmara")]
    file = write_rows(folder.parent / "a.jsonl", rows)
    note = derived.set_meta

    def die_before_noting(db: object, **values: object) -> None:
        if f"{store}_seq" in values:
            raise KeyboardInterrupt
        note(db, **values)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(derived, "set_meta", die_before_noting)
        ingest_into(folder, file, prune=True)
    with open_to_write(folder) as index:
        index.sync()
        passages = index.counts().passages
        assert index.verify() == []
        hits = index.search_words("bridge", 99)
        assert len(hits) == len({i for i, _ in hits}) == passages
        assert index.repairs == []
    assert contents(folder)["pending"] == 0
