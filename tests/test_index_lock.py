"""One writer, any number of readers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_index import HashEmbedder, ingest_into, open_to_write, row, write_rows

from rag.errors import IndexLockedError, IndexStoreError
from rag.index import Index, ingest

HOLD_THE_LOCK = textwrap.dedent(
    """
    import sys, time
    sys.path.insert(0, sys.argv[2])
    from small_index import open_to_write
    from pathlib import Path
    index = open_to_write(Path(sys.argv[1]))
    print("held", flush=True)
    time.sleep(60)
    """
)


def hold_the_lock(folder: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK, str(folder), str(Path(__file__).parent)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_writer_is_refused_at_once_and_told_who_writes(tmp_path: Path) -> None:
    ingest_into(tmp_path / "index", write_rows(tmp_path / "a.jsonl", [row("Calder")]))
    holder = hold_the_lock(tmp_path / "index")
    try:
        with pytest.raises(IndexLockedError, match=f"process {holder.pid}"):
            open_to_write(tmp_path / "index")
        with Index.open(tmp_path / "index", embedder=HashEmbedder()) as reader:
            assert reader.search_words("calder", 3)
    finally:
        holder.kill()
        holder.wait()


def test_the_lock_of_a_killed_writer_is_in_nobodys_way(tmp_path: Path) -> None:
    holder = hold_the_lock(tmp_path / "index")
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    open_to_write(tmp_path / "index").close()


def test_a_second_writer_in_the_same_process_is_refused_too(tmp_path: Path) -> None:
    with open_to_write(tmp_path), pytest.raises(IndexLockedError):
        open_to_write(tmp_path)
    open_to_write(tmp_path).close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    open_to_write(tmp_path).close()
    with Index.open(tmp_path, embedder=HashEmbedder()) as reader:
        for attempt in (lambda: reader.remove(["x"]), lambda: ingest(reader, [tmp_path])):
            with pytest.raises(IndexStoreError, match="for reading only"):
                attempt()


def test_readers_see_whole_articles_while_one_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.pipeline.BATCH_PASSAGES", 2)
    monkeypatch.setattr("rag.index.pipeline.SYNC_PASSAGES", 4)
    rows = [row(f"Town{n}", url=f"https://e.example/town-{n}-bridge") for n in range(20)]
    file = write_rows(tmp_path / "a.jsonl", rows)
    open_to_write(tmp_path / "index").close()
    vector = HashEmbedder().embed(["x"])[0]
    faults: list[str] = []
    looks = 0

    def look() -> None:
        nonlocal looks
        with Index.open(tmp_path / "index", embedder=HashEmbedder()) as reader:
            for hits in (reader.search_words("bridge", 30), reader.search_vectors(vector, 30)):
                for passage in reader.passages([i for i, _ in hits]):
                    article = reader.article(passage.article_id)
                    if article.text[passage.start : passage.end] != passage.text:
                        faults.append(f"{passage} is not in {article.text}")
                    if article.record.passages != len(reader.article_passages(passage.article_id)):
                        faults.append(f"{passage.article_id} is stored in part")
        looks += 1

    embedder = HashEmbedder(before=look)
    assert ingest_into(tmp_path / "index", file, embedder=embedder).added == 20
    assert looks > 5
    assert faults == []


def test_threads_share_a_reader(tmp_path: Path) -> None:
    rows = [row(f"Town{n}") for n in range(10)]
    ingest_into(tmp_path / "index", write_rows(tmp_path / "a.jsonl", rows))
    vector = HashEmbedder().embed(["x"])[0]
    with Index.open(tmp_path / "index", embedder=HashEmbedder()) as reader:
        expected = reader.search_words("bridge", 5), reader.search_vectors(vector, 5)
        found = []

        def search() -> None:
            for _ in range(20):
                hits = reader.search_words("bridge", 5), reader.search_vectors(vector, 5)
                found.append(hits == expected and len(reader.passages(range(1, 20))) > 0)

        threads = [threading.Thread(target=search) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [True] * 160


@contextmanager
def another_user() -> Iterator[None]:
    """Root may read and write everything, so as root the rest is done as somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that other users can get to; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def set_modes(folder: Path, directory_mode: int, file_mode: int) -> None:
    for path in [*folder.rglob("*"), folder]:
        path.chmod(directory_mode if path.is_dir() else file_mode)


def test_an_index_that_may_only_be_read_can_be_searched_and_not_written(
    public_folder: Path,
) -> None:
    folder = public_folder / "index"
    ingest_into(folder, write_rows(public_folder / "a.jsonl", [row("Calder")]))
    set_modes(folder, 0o555, 0o444)
    vector = HashEmbedder().embed(["x"])[0]
    with another_user():
        with Index.open(folder, embedder=HashEmbedder()) as reader:
            assert reader.search_words("calder", 3)
            assert reader.search_vectors(vector, 3)
        with pytest.raises(IndexStoreError, match="cannot write to the index"):
            open_to_write(folder)
    set_modes(folder, 0o755, 0o644)


def test_an_index_that_may_not_be_read_says_so(public_folder: Path) -> None:
    folder = public_folder / "index"
    ingest_into(folder, write_rows(public_folder / "a.jsonl", [row("Calder")]))
    set_modes(folder, 0o755, 0o000)
    with another_user(), pytest.raises(IndexStoreError, match="no permission"):
        Index.open(folder, embedder=None)
    set_modes(folder, 0o000, 0o644)
    with another_user(), pytest.raises(IndexStoreError, match="no permission"):
        Index.open(folder, embedder=None)
    set_modes(folder, 0o755, 0o644)
