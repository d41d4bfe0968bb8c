"""An index that Dateline 0.1.0 made opens, is migrated once, and loses nothing."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from small_index import HashEmbedder, ingest_into, open_to_write, row, write_rows
from test_index_lock import another_user, set_modes

from rag.cli import main
from rag.dateline import Dateline
from rag.doctor import examine_index
from rag.embeddings import open_embedder
from rag.errors import IndexLockedError
from rag.index import Index, migrations
from rag.index.lock import WriterLock
from rag.index.schema import APPLICATION_ID, CATALOG_FILE, is_outdated
from rag.settings import load_settings

# Written by 0.1.0: two articles, of which one states an outlet and a date.
OLD_CATALOG = (Path(__file__).parent / "data" / "catalog-0.1.0.sql").read_text("utf-8")


def schema_of(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / CATALOG_FILE)) as db:
        return db.execute(
            "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
        ).fetchall()


def version_of(folder: Path) -> int:
    with closing(sqlite3.connect(folder / CATALOG_FILE)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def write_old(folder: Path) -> Path:
    """The index of 0.1.0 in a new folder; its search stores are lost, as after a bad copy."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / CATALOG_FILE)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(OLD_CATALOG)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
    return folder


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write_old(tmp_path / "index")


def test_a_reader_migrates_an_old_index_and_finds_all_that_was_in_it(old: Path) -> None:
    assert is_outdated(old)
    with Index.open(old, embedder=HashEmbedder()) as index:
        assert [a.article_id for a in index.articles()] == ["a-brell", "calder"]
        assert index.outlets() == {"Harbour Post": 1}
        assert index.collections() == []
        assert not any(a.cut for a in index.articles())
        hits = index.search_words("calder bridge", 5)
        assert {p.article_id for p in index.passages([i for i, _ in hits])} == {"a-brell", "calder"}
    assert not is_outdated(old)
    assert not (old / "writer.json").exists()


def test_a_writer_migrates_it_too_and_can_go_on_writing(old: Path, tmp_path: Path) -> None:
    ingest_into(old, write_rows(tmp_path / "new.jsonl", [row("Corvan")]))
    with open_to_write(old) as index:
        assert index.counts().articles == 3
        assert index.add_to_collection("bridges", ["calder"]).added == 1
        assert index.verify() == []


def test_a_migrated_catalog_is_the_same_as_a_new_one(old: Path, tmp_path: Path) -> None:
    open_to_write(tmp_path / "new").close()
    Index.open(old, embedder=None).close()
    assert schema_of(old) == schema_of(tmp_path / "new")
    assert version_of(old) == version_of(tmp_path / "new") == migrations.VERSION


def test_a_step_that_fails_leaves_the_old_catalog_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = schema_of(old)
    broken = {1: "CREATE TABLE one (a);\nCREATE TABLE articles (a);\n"}
    monkeypatch.setattr(migrations, "STEPS", broken)
    with pytest.raises(Exception, match="already exists"):
        Index.open(old, embedder=None)
    assert schema_of(old) == before
    assert version_of(old) == 1
    monkeypatch.undo()
    Index.open(old, embedder=None).close()
    assert version_of(old) == migrations.VERSION


def test_while_an_older_dateline_writes_a_reader_waits_and_then_says_who_does(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_WAIT_S", 0.1)
    lock = WriterLock.acquire(old)
    with pytest.raises(IndexLockedError, match=f"process {os.getpid()}"):
        Index.open(old, embedder=None)
    lock.release()
    Index.open(old, embedder=None).close()


def open_once(folder: Path) -> int:
    with Index.open(folder, embedder=None) as index:
        return index.counts().articles


def test_many_readers_at_once_migrate_it_once(old: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map(open_once, [old] * 8) == [2] * 8
    assert version_of(old) == migrations.VERSION


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that other users can get to; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_an_old_index_that_may_only_be_read_can_still_be_read(public_folder: Path) -> None:
    folder = write_old(public_folder / "index")
    before = (folder / CATALOG_FILE).read_bytes()
    set_modes(folder, 0o555, 0o444)
    with another_user(), Index.open(folder, embedder=HashEmbedder()) as index:
        assert [a.article_id for a in index.articles()] == ["a-brell", "calder"]
        assert index.collections() == []
    set_modes(folder, 0o755, 0o644)
    assert (folder / CATALOG_FILE).read_bytes() == before


def make_old(folder: Path) -> None:
    """An index of today, put back to what 0.1.0 would have made of it."""
    with closing(sqlite3.connect(folder / CATALOG_FILE)) as db:
        db.executescript(
            "DROP TABLE collection_articles; DROP TABLE collections; "
            "DELETE FROM meta WHERE name = 'collections_generation'; "
            "ALTER TABLE articles DROP COLUMN cut; PRAGMA user_version = 1"
        )


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    (folder / "pier.txt").write_text(
        "Crane falls on pier\n\nHarbour Lantern\n\nPublished: 4 March 2026\n\nOn Tuesday a crane "
        "fell on the east pier of Quernmouth and injured 14 workers, the company said.\n"
    )
    settings = load_settings({"DATELINE_INDEX": str(folder / "index")}, folder)
    with Dateline(settings) as dateline:
        dateline.ingest([folder / "pier.txt"])
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest", "pier.txt"],
        ["articles"],
        ["show", "pier"],
        ["search", "crane"],
        ["ask", "How many workers were injured?"],
        ["batch", "q.txt", "-o", "a.jsonl"],
        ["check", "d.txt"],
        ["summarize"],
        ["collections", "list"],
        ["collections", "add", "piers", "pier"],
        ["reindex"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_every_command_opens_an_old_index(
    ingested: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ingested)
    (ingested / "q.txt").write_text("How many workers were injured?\n")
    (ingested / "d.txt").write_text("A crane injured 14 workers.\n")
    (ingested / "a.jsonl").unlink(missing_ok=True)
    make_old(ingested / "index")
    assert main([*arguments, "--index", "index", "--json"]) == 0
    assert version_of(ingested / "index") == migrations.VERSION


def test_the_doctor_says_that_an_index_is_old_and_brings_it_up_to_date(ingested: Path) -> None:
    index = ingested / "index"
    make_old(index)

    def look(*, mend: bool) -> list[str]:
        findings = examine_index(index, lambda: open_embedder("local"), mend=mend)
        return [f"{f.state} {f.check}" for f in findings if f.state != "ok"]

    assert look(mend=False) == ["problem catalog"]
    assert version_of(index) == 1
    assert look(mend=True) == ["mended catalog"]
    assert look(mend=True) == []
