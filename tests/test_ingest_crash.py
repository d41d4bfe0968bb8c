"""Killed or out of disk space at any moment, an ingest loses nothing, and the next one ends it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from small_index import contents, ingest_into, open_to_write, row, story, write_rows

from rag.errors import IndexStoreError
from rag.index import Index
from rag.index.schema import CATALOG_FILE

QUERIES = ["bridge decision", "Town7 lorries", "council"]
INGEST = textwrap.dedent(
    """
    import resource, sys
    sys.path.insert(0, sys.argv[1])
    from pathlib import Path
    from rag.errors import DatelineError
    from rag.index import pipeline
    from small_index import HashEmbedder, ingest_into
    import time
    pipeline.BATCH_PASSAGES, pipeline.SYNC_PASSAGES = 8, 24
    limit = int(sys.argv[4])
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    print("started", flush=True)
    try:
        embedder = HashEmbedder(before=lambda: time.sleep(0.005))
        ingest_into(Path(sys.argv[2]), Path(sys.argv[3]), embedder=embedder)
    except DatelineError as error:
        print("error:", error)
        sys.exit(1)
    """
)


def start_ingest(index: Path, source: Path, file_limit_bytes: int = 0) -> subprocess.Popen[str]:
    """Another process that ingests in small batches; returned when it begins."""
    arguments = [str(Path(__file__).parent), str(index), str(source), str(file_limit_bytes)]
    process = subprocess.Popen(
        [sys.executable, "-c", INGEST, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    return process


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with 80 articles, in one file and in files of their own."""
    folder = tmp_path / "articles"
    folder.mkdir()
    write_rows(folder / "rows.jsonl", [row(f"Town{n}") for n in range(40)])
    for n in range(40):
        (folder / f"village-{n}.txt").write_text(story(f"Village{n}"))
    return folder


@pytest.mark.slow
def test_a_killed_ingest_is_finished_by_the_next_as_if_nothing_had_happened(
    tmp_path: Path, articles: Path
) -> None:
    started = time.monotonic()
    assert start_ingest(tmp_path / "whole", articles).wait() == 0
    duration_s = time.monotonic() - started
    whole = contents(tmp_path / "whole", QUERIES)
    moments = random.Random(7)
    killed = 0
    for attempt in range(2):
        index = tmp_path / f"index{attempt}"
        process = start_ingest(index, articles)
        time.sleep(moments.uniform(0.1, 0.8) * duration_s)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        assert start_ingest(index, articles).wait() == 0
        assert contents(index, QUERIES) == whole
        with open_to_write(index) as finished:
            assert finished.verify() == []
    assert killed > 0


def test_an_index_that_was_killed_while_it_was_made_is_made_by_the_next_run(
    tmp_path: Path, articles: Path
) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / CATALOG_FILE).touch()
    with pytest.raises(IndexStoreError, match="no index at"):
        Index.open(tmp_path / "index", embedder=None)
    assert ingest_into(tmp_path / "index", articles / "village-0.txt").added == 1


@pytest.mark.slow
@pytest.mark.parametrize("limit_kb", [64, 400])
def test_a_full_disk_ends_in_one_line_and_harms_nothing_stored(
    tmp_path: Path, articles: Path, limit_kb: int
) -> None:
    """The limit on a file's size stands for the disk's end: both fail a write half-way."""
    index = tmp_path / "index"
    ingest_into(index, articles / "village-0.txt")
    process = start_ingest(index, articles, limit_kb * 1024)
    output, _ = process.communicate()
    assert process.returncode == 1, output
    (line,) = output.splitlines()
    assert line.startswith("error: disk full (or over a quota) while writing to")
    with Index.open(index, embedder=None) as reader:
        stored = reader.article("village-0")
        hits = reader.search_words("Village0", 1)
        assert reader.passages([hits[0][0]])[0].article_id == "village-0"
        assert "Village0" in stored.text
    assert start_ingest(index, articles).wait() == 0
    with open_to_write(index) as finished:
        assert finished.counts().articles == 80
        assert finished.verify() == []
